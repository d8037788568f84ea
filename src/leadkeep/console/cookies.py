"""The cookies of the console. None can be read by scripts, and none is sent along by other sites' forms."""

from typing import Literal

from litestar.datastructures import Cookie

from leadkeep.domain.sign_in import LIFE

SIGN_IN = "leadkeep_sign_in"
FORM = "leadkeep_form"
"""What form tokens are made of where nobody has signed in."""
SAID = "leadkeep_said"
"""What the next page is to say."""
WAY = "leadkeep_way"
"""What a sign-in elsewhere has to come back with."""
HALF = "leadkeep_half"
"""That the password was right, where a second factor is still to come."""
KEY = "leadkeep_key"
"""A key that was just made, for the next page to show: its bot's id, a slash, and its token."""

_BRIEFLY = 600


def cookie(name: str, value: str, *, secure: bool, lasts: int | None = _BRIEFLY) -> Cookie:
    """`lasts` is in seconds; None: as long as the browser is open."""
    same_site: Literal["lax"] = "lax"
    return Cookie(
        key=name, value=value, path="/", max_age=lasts, httponly=True, secure=secure, samesite=same_site
    )


def sign_in_cookie(token: str, *, secure: bool) -> Cookie:
    return cookie(SIGN_IN, token, secure=secure, lasts=int(LIFE.total_seconds()))


def no_cookie(name: str, *, secure: bool) -> Cookie:
    return cookie(name, "", secure=secure, lasts=0)

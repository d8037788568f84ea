"""One browser's way to the provider of a sign-in and back: what it has to come back with."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import NamedTuple
from urllib.parse import quote, unquote

from leadkeep.actions import clock

LIFE = 600
"""Seconds to sign in elsewhere."""
_SECRET = 32
_MAX_WANTED = 1_500


class Way(NamedTuple):
    """The secret stays in the browser's cookie. What is sent along is derived from all of the way: who has
    not the cookie can make no answer that fits, and who changes it, none either."""

    secret: str
    begun_at: int
    wanted: str

    @property
    def text(self) -> str:
        return f"{self.secret}.{self.begun_at}.{quote(self.wanted)}"

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """For PKCE (RFC 7636)."""
        return self._derived("verifier")

    def fits(self, state: str) -> bool:
        """Whether the answer is to this way, and came in time."""
        late = _now() - self.begun_at > LIFE
        return not late and hmac.compare_digest(self.state.encode(), state.encode("utf-8", "replace"))

    def _derived(self, what: str) -> str:
        digest = hmac.digest(self.secret.encode(), f"{what}\0{self.text}".encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin_way(wanted: str) -> Way:
    """`wanted`: the path of ours to go to afterwards."""
    return Way(secrets.token_urlsafe(_SECRET), _now(), wanted if len(wanted) <= _MAX_WANTED else "")


def read_way(text: str) -> Way | None:
    """From a cookie; None where it is none of ours."""
    secret, _, rest = text.partition(".")
    begun_at, _, wanted = rest.partition(".")
    if len(secret) < _SECRET or not (begun_at.isascii() and begun_at.isdigit() and len(begun_at) < 12):
        return None
    return Way(secret, int(begun_at), unquote(wanted))


def _now() -> int:
    return int(clock.now().timestamp())

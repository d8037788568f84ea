"""The second factor: codes that change with time (RFC 6238)."""

from leadkeep.actions import clock

_STEP = 30
_AROUND = (0, -1, 1)
"""Clocks may differ by a step."""


def new_secret() -> str:
    import pyotp

    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """The `otpauth:` address that an authenticator takes."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Leadkeep")


def step_of(secret: str, code: str) -> int | None:
    """The step of time that the code is of; None where it is of none near now."""
    import pyotp
    from pyotp.utils import strings_equal

    digits = "".join(code.split())
    now = int(clock.now().timestamp()) // _STEP
    totp = pyotp.TOTP(secret)
    return next((now + by for by in _AROUND if strings_equal(totp.generate_otp(now + by), digits)), None)

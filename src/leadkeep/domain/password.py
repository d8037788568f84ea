"""What a password must be: long, and none of those that everybody tries first."""

from collections.abc import Sequence

from leadkeep.domain.errors import InvalidError

MIN_PASSWORD = 10
MAX_PASSWORD = 200
"""Characters."""
_HARD_ENOUGH = 2
# What is longer cannot be common, and to look takes time that grows with it.
_LOOKED_AT = 64


def check_password(password: str, about: Sequence[str] = ()) -> str:
    """`about`: the user's own name and address, which others can guess. Raises InvalidError."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        between = f"{MIN_PASSWORD} to {MAX_PASSWORD} characters"
        raise InvalidError("password", f"A password must have {between}; a sentence is best")
    if len(password) <= _LOOKED_AT and is_easily_guessed(password, about):
        raise InvalidError("password", "This password is easily guessed; a sentence of a few words is best")
    return password


def is_easily_guessed(password: str, about: Sequence[str]) -> bool:
    # Its dictionaries take memory that only whoever sets a password is to pay for.
    from zxcvbn import zxcvbn

    score: int = zxcvbn(password, user_inputs=[word for word in about if word])["score"]
    return score < _HARD_ENOUGH

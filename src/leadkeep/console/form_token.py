"""Form tokens: that a form was made by a page of ours, in this very browser (against CSRF).

Made of a secret that only the browser's cookie holds, and anew for each page, so that compressed pages give
nothing away (BREACH).
"""

import hashlib
import hmac
import secrets

_SALT = 8


def new_token(secret: str) -> str:
    salt = secrets.token_hex(_SALT)
    return f"{salt}.{_digest(secret, salt)}"


def is_token(secret: str, token: str) -> bool:
    salt, _, digest = token.partition(".")
    return hmac.compare_digest(_digest(secret, salt), digest.encode("ascii", "replace").decode())


def _digest(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), f"form {salt}".encode(), hashlib.sha256).hexdigest()

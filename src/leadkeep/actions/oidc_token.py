"""ID tokens, believed only when all that OpenID Connect Core 3.1.3.7 asks for holds."""

import hmac
from typing import Any

import jwt

from leadkeep.actions.jwks import Jwks
from leadkeep.actions.jwt_issuer import LEEWAY, MAX_TOKEN

_ALGORITHMS = {"RS256", "ES256"}
_NEEDED = ["exp", "iat", "iss", "aud", "sub"]


async def read_id_token(token: str, keys: Jwks, *, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Its claims. Raises jwt.PyJWTError."""
    algorithm, kid = _header(token)
    key = await keys.find(kid, algorithm)
    if key is None:
        raise jwt.InvalidKeyError("no such key")
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        issuer=issuer,
        audience=client_id,
        leeway=LEEWAY,
        options={"require": _NEEDED},
    )
    # A token for several must have been given to us.
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise jwt.InvalidAudienceError("azp")
    # It must be the answer to this question, and not to one before.
    if not hmac.compare_digest(str(claims.get("nonce")).encode("utf-8", "replace"), nonce.encode()):
        raise jwt.InvalidTokenError("nonce")
    return claims


def _header(token: str) -> tuple[str, str | None]:
    """The algorithm, of those that we take, and the key's id."""
    if len(token) > MAX_TOKEN or not token.isascii():
        raise jwt.DecodeError
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    return algorithm, header.get("kid")

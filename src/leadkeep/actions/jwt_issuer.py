"""JWTs as credentials, from the one issuer that the operator named (RFC 7519, RFC 8725)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import structlog

from leadkeep.actions.jwks import jwks_at
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import is_bot_id
from leadkeep.domain.errors import InvalidError, UnauthenticatedError
from leadkeep.settings import Settings

LEEWAY = timedelta(seconds=10)
"""How far the issuer's clock may be from ours."""
MAX_TOKEN = 16 * 1024
MIN_SECRET = 32
"""Bytes, as RFC 7518 section 3.2 asks of HS256."""

_log = structlog.get_logger("leadkeep.jwt")
_REASONS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not_yet_valid",
    jwt.InvalidAlgorithmError: "algorithm",
    jwt.InvalidAudienceError: "audience",
    jwt.InvalidIssuerError: "issuer",
    jwt.InvalidKeyError: "weak_key",
    jwt.InvalidSignatureError: "signature",
    jwt.MissingRequiredClaimError: "claim_missing",
}


class UnknownKeyError(jwt.InvalidTokenError):
    """No key of the issuer's fits what the token says it was signed with."""


class JwtIssuer:
    """A `gate.TokenIssuer`. With a secret it takes HS256, with a JWKS (a file or URL) RS256 and ES256."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        secret: str = "",
        jwks: str = "",
        permissions_claim: str = "permissions",
        bots_claim: str = "bots",
    ) -> None:
        """Raises InvalidError, naming the setting, for what cannot work or would not be safe."""
        self._issuer = _given(issuer, "jwt_issuer")
        self._audience = _given(audience, "jwt_audience")
        if bool(secret) == bool(jwks):
            raise InvalidError("jwt_secret", "Set jwt_secret or jwt_jwks, and not both, to take JWTs")
        self._secret = _checked_secret(secret) if secret else None
        self._jwks = jwks_at(jwks) if jwks else None
        # By what is configured and never by what the token says, so that a public key is no HMAC secret.
        self._algorithms = ["HS256"] if secret else ["RS256", "ES256"]
        self._permissions_claim = permissions_claim
        self._bots_claim = bots_claim

    async def verify(self, token: str) -> tuple[Grant, datetime]:
        """What the token grants, and until when. Raises UnauthenticatedError and nothing else."""
        try:
            claims = self._claims(token, await self._key_for(token))
            return self._grant(claims), _until(claims)
        except (jwt.PyJWTError, UnicodeEncodeError) as error:
            _log.info("jwt_refused", reason=_reason(error))
            raise UnauthenticatedError from None

    async def _key_for(self, token: str) -> jwt.PyJWK | str:
        if len(token) > MAX_TOKEN:
            raise jwt.DecodeError
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in self._algorithms:
            raise jwt.InvalidAlgorithmError
        if self._jwks is None:
            return self._secret or ""
        key = await self._jwks.find(header.get("kid"), algorithm)
        if key is None:
            raise UnknownKeyError
        return key

    def _claims(self, token: str, key: jwt.PyJWK | str) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=self._algorithms,
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud"], "enforce_minimum_key_length": True},
        )

    def _grant(self, claims: Mapping[str, Any]) -> Grant:
        return Grant(
            id=_id_of(claims),
            name="JWT",
            permissions=_permissions(claims.get(self._permissions_claim)),
            bots=_bots(claims.get(self._bots_claim)),
            expires_at=_until(claims),
        )


def issuer_from(settings: Settings) -> JwtIssuer | None:
    """None where the settings speak of no JWTs. Raises InvalidError where they do so only by half."""
    if not (settings.jwt_issuer or settings.jwt_audience or settings.jwt_secret or settings.jwt_jwks):
        return None
    return JwtIssuer(
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        secret=settings.jwt_secret,
        jwks=settings.jwt_jwks,
        permissions_claim=settings.jwt_permissions_claim,
        bots_claim=settings.jwt_bots_claim,
    )


def _given(value: str, field: str) -> str:
    if not value:
        raise InvalidError(field, f"{field} must be set to take JWTs")
    return value


def _checked_secret(secret: str) -> str:
    if len(secret.encode()) < MIN_SECRET:
        raise InvalidError("jwt_secret", f"jwt_secret must be at least {MIN_SECRET} bytes long")
    try:
        jwt.get_algorithm_by_name("HS256").prepare_key(secret)
    except jwt.InvalidKeyError:
        raise InvalidError(
            "jwt_secret", "jwt_secret looks like a key pair's key; give public keys as jwt_jwks"
        ) from None
    return secret


def _until(claims: Mapping[str, Any]) -> datetime:
    exp = claims["exp"]
    # PyJWT reads text and booleans as times too; RFC 7519 knows numbers only.
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        raise jwt.DecodeError
    try:
        return datetime.fromtimestamp(exp, UTC) + LEEWAY
    except (ValueError, OverflowError, OSError):
        raise jwt.DecodeError from None


def _id_of(claims: Mapping[str, Any]) -> str:
    """A hash, since a subject is often an e-mail address."""
    who = f"{claims['iss']}\0{claims.get('sub', '')}"
    return "jwt:" + hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _permissions(claim: object) -> frozenset[Permission]:
    named = claim.split() if isinstance(claim, str) else claim
    return frozenset(Permission).intersection(
        name for name in (named if isinstance(named, list) else ()) if isinstance(name, str)
    )


def _bots(claim: object) -> frozenset[str] | None:
    """None, all bots, for "*" alone. What is not quite a list of bot ids gives no bot at all."""
    if claim == "*":
        return None
    if not isinstance(claim, list) or not all(isinstance(bot, str) and is_bot_id(bot) for bot in claim):
        return frozenset()
    return frozenset(claim)


def _reason(error: Exception) -> str:
    return "unknown_key" if isinstance(error, UnknownKeyError) else _REASONS.get(type(error), "malformed")

"""Sign-in elsewhere: OpenID Connect Core 1.0 by authorization code, at the one provider of the settings."""

import asyncio
from enum import StrEnum
from typing import Any

import httpx
import jwt
import msgspec
import structlog
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from leadkeep.actions.ask import Answer, ask, is_private_way
from leadkeep.actions.jwks import JwksUrl
from leadkeep.actions.oidc_metadata import Metadata, read_metadata
from leadkeep.actions.oidc_token import read_id_token
from leadkeep.actions.oidc_way import Way
from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import InvalidError
from leadkeep.settings import Settings

FRESH_FOR = 3600.0
"""Seconds that what the provider says of itself is believed without asking again."""
ASK_EVERY = 3.0
"""Seconds between two questions at least, where the last one had no answer."""
_SCOPE = "openid email"

_log = structlog.get_logger("leadkeep.oidc")


class Reason(StrEnum):
    """Why nobody could be signed in: the provider is away, said no, said what cannot be believed, or vouches
    for no address."""

    AWAY = "away"
    REFUSED = "refused"
    UNBELIEVABLE = "unbelievable"
    NO_ADDRESS = "no_address"


class OidcError(Exception):
    """`detail` is for the log alone."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        _log.warning("oidc_refused", reason=reason.value, detail=detail)


class Provider:
    """Belongs to one event loop. While it does not answer, what it said of itself before stays good."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, back: str) -> None:
        """`back`: where people come back to. Raises InvalidError for an issuer that anyone could be."""
        if not is_private_way(httpx.URL(issuer)):
            problem = "oidc_issuer must be an https:// URL, but for this machine's own address"
            raise InvalidError("oidc_issuer", problem)
        self._issuer, self._client_id, self._client_secret = issuer, client_id, client_secret
        self._back = back
        # Made once, since reading all the root certificates takes long.
        self._tls = httpx.create_ssl_context()
        self._known: Metadata | None = None
        self._jwks: JwksUrl | None = None
        self._ask_again_at = float("-inf")
        self._asking = asyncio.Lock()

    async def address(self, way: Way) -> str:
        """Where to send the browser. Raises OidcError."""
        known = await self._metadata()
        client = self._client(known)
        address: str = client.create_authorization_url(
            known.authorization_endpoint, state=way.state, code_verifier=way.verifier, nonce=way.nonce
        )[0]
        return address

    async def email(self, way: Way, code: str) -> str:
        """The address, in normal form, of whoever came back that way. Raises OidcError."""
        known = await self._metadata()
        tokens = await self._exchange(known, way, code)
        claims = await self._verified(known, way, str(tokens.get("id_token", "")))
        if "email" not in claims and known.userinfo_endpoint is not None:
            claims = await self._user_info(
                known.userinfo_endpoint, claims, str(tokens.get("access_token", ""))
            )
        return _email(claims)

    async def _metadata(self) -> Metadata:
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if now >= self._ask_again_at:
                self._ask_again_at = now + ASK_EVERY
                await self._discover()
            if self._known is None:
                raise OidcError(Reason.AWAY, "no metadata")
            return self._known

    async def _discover(self) -> None:
        """What it says of itself (OpenID Connect Discovery 1.0)."""
        url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            answer = await ask(self._tls, httpx.Request("GET", url, headers={"Accept": "application/json"}))
            known = read_metadata(answer, self._issuer)
        except (httpx.HTTPError, OSError, ValueError) as error:
            _log.warning("oidc_undiscovered", error=type(error).__name__, detail=str(error)[:200])
            return
        if self._known is None or self._known.jwks_uri != known.jwks_uri:
            self._jwks = JwksUrl(httpx.URL(known.jwks_uri))
        self._known = known
        self._ask_again_at = asyncio.get_running_loop().time() + FRESH_FOR

    def _client(self, known: Metadata) -> Any:
        """The parts of OAuth that need no network."""
        return OAuth2Client(
            None,
            client_id=self._client_id,
            client_secret=self._client_secret or None,
            token_endpoint_auth_method=known.auth_method if self._client_secret else "none",
            scope=_SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
        )

    async def _exchange(self, known: Metadata, way: Way, code: str) -> dict[str, Any]:
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self._back, code_verifier=way.verifier
        )
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        client = self._client(known)
        url, headers, body = client.client_auth(client.token_endpoint_auth_method).prepare(
            "POST", known.token_endpoint, headers, body
        )
        answer = await self._answer(httpx.Request("POST", url, headers=headers, content=body))
        said = _object(answer)
        if answer.status >= 500:
            raise OidcError(Reason.AWAY, f"token endpoint: {answer.status}")
        if answer.status != httpx.codes.OK:
            raise OidcError(Reason.REFUSED, f"token endpoint: {answer.status} {str(said.get('error'))[:100]}")
        return said

    async def _verified(self, known: Metadata, way: Way, token: str) -> dict[str, Any]:
        if self._jwks is None:
            raise OidcError(Reason.AWAY, "no keys")
        try:
            return await read_id_token(
                token, self._jwks, issuer=known.issuer, client_id=self._client_id, nonce=way.nonce
            )
        except jwt.PyJWTError as error:
            raise OidcError(Reason.UNBELIEVABLE, f"ID token: {type(error).__name__}") from None

    async def _user_info(self, url: str, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Where a provider gives addresses out only there; about the same user, or nobody."""
        headers = {"Accept": "application/json", "Authorization": f"Bearer {access_token}"}
        try:
            said = _object(await self._answer(httpx.Request("GET", url, headers=headers)))
        except UnicodeEncodeError:
            raise OidcError(Reason.UNBELIEVABLE, "access token") from None
        if said.get("sub") != claims["sub"]:
            raise OidcError(Reason.UNBELIEVABLE, "user info: sub")
        return said

    async def _answer(self, request: httpx.Request) -> Answer:
        try:
            return await ask(self._tls, request)
        except (httpx.HTTPError, OSError) as error:
            raise OidcError(Reason.AWAY, type(error).__name__) from None


def provider_from(settings: Settings) -> Provider | None:
    """None where the settings name none. Raises InvalidError."""
    if not settings.oidc_issuer:
        return None
    back = f"{settings.public_url.rstrip('/')}/sign-in/elsewhere/back"
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, back)


def _object(answer: Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (ValueError, RecursionError):
        raise OidcError(Reason.UNBELIEVABLE, f"no JSON object, but {answer.status}") from None


def _email(claims: dict[str, Any]) -> str:
    # Some send it as text. One that nobody vouches for may be anybody's, whoever typed it in over there.
    if claims.get("email_verified") not in (True, "true"):
        raise OidcError(Reason.NO_ADDRESS, "not verified")
    email = read_email(str(claims.get("email") or "")).normal
    if email is None:
        raise OidcError(Reason.NO_ADDRESS, "no address")
    return email

"""What a provider says of itself (OpenID Connect Discovery 1.0)."""

from typing import Annotated

import httpx
import msgspec

from leadkeep.actions.ask import MAX_BYTES, Answer, is_private_way

_Url = Annotated[str, msgspec.Meta(max_length=2_000)]


class Metadata(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: _Url
    token_endpoint: _Url
    jwks_uri: _Url
    userinfo_endpoint: _Url | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @property
    def auth_method(self) -> str:
        """How to show our secret."""
        basic = "client_secret_basic" in self.token_endpoint_auth_methods_supported
        return "client_secret_basic" if basic else "client_secret_post"


def read_metadata(answer: Answer, issuer: str) -> Metadata:
    """Raises ValueError for what is none, of another issuer, or leads where anyone could answer."""
    if answer.status != httpx.codes.OK or len(answer.body) > MAX_BYTES:
        raise ValueError(f"status {answer.status}, {len(answer.body)} bytes")
    try:
        known = msgspec.json.decode(answer.body, type=Metadata)
    except RecursionError:
        raise ValueError("too deep") from None
    # Whether a slash ends it, operators do not always write as the provider does.
    if known.issuer.rstrip("/") != issuer.rstrip("/"):
        raise ValueError("another issuer")
    endpoints = (known.authorization_endpoint, known.token_endpoint, known.jwks_uri, known.userinfo_endpoint)
    if not all(_is_safe(url) for url in endpoints if url is not None):
        raise ValueError("an endpoint that is not https")
    return known


def _is_safe(url: str) -> bool:
    try:
        return is_private_way(httpx.URL(url))
    except httpx.InvalidURL:
        return False

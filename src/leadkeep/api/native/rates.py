"""The headers that tell callers how much they may still ask (draft-ietf-httpapi-ratelimit-headers)."""

from litestar.types import Message, Scope

from leadkeep.actions.quota import Quota

QUOTA = "leadkeep.quota"
"""Where the scope of a request holds what is left to its caller, once that was counted."""

POLICY_EXAMPLE = '"key";q=6000;w=60'
STATE_EXAMPLE = '"key";r=5998;t=42'


async def show_quota(message: Message, scope: Scope) -> None:
    """Adds the headers to whatever is answered: a success, or a problem."""
    quota: Quota | None = scope.get(QUOTA)  # type: ignore[assignment]
    if quota is not None and message["type"] == "http.response.start":
        policy, state = _policy(quota), _state(quota)
        message["headers"] = [*message["headers"], (b"ratelimit-policy", policy), (b"ratelimit", state)]


def _policy(quota: Quota) -> bytes:
    return f'"{quota.name}";q={quota.limit};w={quota.window}'.encode()


def _state(quota: Quota) -> bytes:
    return f'"{quota.name}";r={quota.remaining};t={quota.reset}'.encode()

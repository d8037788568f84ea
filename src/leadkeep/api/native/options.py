"""Answers to OPTIONS: which methods a path has, and what pages of other sites may do there (CORS)."""

from collections import defaultdict
from collections.abc import Iterable

from litestar import route
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler

# For routes that strangers may call. No cookie opens them: a token, or the bot's own list of origins,
# decides; so any page may read the answer.
ANY_PAGE = [
    ResponseHeader(name="Access-Control-Allow-Origin", value="*"),
    ResponseHeader(
        name="Access-Control-Expose-Headers",
        value="Location, Retry-After, Idempotent-Replayed, RateLimit, RateLimit-Policy",
    ),
]


def options_for(handlers: Iterable[HTTPRouteHandler]) -> list[HTTPRouteHandler]:
    """A handler of OPTIONS for each path: Litestar's own, made as routes come, miss those that come later."""
    by_path: defaultdict[str, list[HTTPRouteHandler]] = defaultdict(list)
    for handler in handlers:
        for path in handler.paths:
            by_path[path].append(handler)
    return [_options(path, found) for path, found in by_path.items()]


def _options(path: str, handlers: list[HTTPRouteHandler]) -> HTTPRouteHandler:
    methods = sorted({"OPTIONS"}.union(*(handler.http_methods for handler in handlers)))
    for_pages = sorted({method for handler in handlers for method in _for_pages(handler)})
    headers = {"Allow": ", ".join(methods), **(_preflight(for_pages) if for_pages else {})}

    @route(path, http_method=["OPTIONS"], status_code=204, include_in_schema=False, response_headers=headers)
    async def answer_options() -> None:
        return None

    return answer_options


def _for_pages(handler: HTTPRouteHandler) -> Iterable[str]:
    return handler.http_methods if handler.opt["doc"].strangers else ()


def _preflight(methods: list[str]) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": "86400",
    }

"""Writing answers."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from litestar import Response

from leadkeep.api.native.request import NativeRequest
from leadkeep.domain.json_shape import JsonPage
from leadkeep.web.cursors import Asked, write_cursor
from leadkeep.web.paths import encoded_path


def json_answer(
    value: msgspec.Struct, headers: Mapping[str, str] | None = None, status: int | None = None
) -> Response[bytes]:
    """`status` None is the route's own."""
    return json_bytes_answer(msgspec.json.encode(value), headers, status)


def json_bytes_answer(
    body: bytes, headers: Mapping[str, str] | None = None, status: int | None = None
) -> Response[bytes]:
    return Response(body, media_type="application/json", headers=headers, status_code=status)


def json_page_answer(request: NativeRequest, page: JsonPage, asked: Asked) -> Response[bytes]:
    """A page in the shape that the database has written it in already."""
    cursor = write_cursor(page.next, asked) if page.next else None
    body = b'{"items":[%b],"next_cursor":%b}' % (page.members.encode(), msgspec.json.encode(cursor))
    return json_bytes_answer(body, next_link(request, cursor))


def next_link(request: NativeRequest, cursor: str | None) -> dict[str, str]:
    """The `Link` header (RFC 8288) to the next page; relative, so that it holds behind any proxy."""
    if cursor is None:
        return {}
    query = urlencode({**request.query_params.dict(), "cursor": [cursor]}, doseq=True)
    return {"Link": f'<{encoded_path(request.scope["path"])}?{query}>; rel="next"'}

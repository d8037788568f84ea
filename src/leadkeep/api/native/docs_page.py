"""The OpenAPI documents, and the page to read them on, which asks no other host for anything."""

from importlib import resources
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.response import File

from leadkeep.api.native.request import NativeRequest

_STATIC = Path(str(resources.files("leadkeep.api.native"))) / "static"

# What is served is what is named here, so no path leads anywhere else.
_FILES = {
    "docs.js": (_STATIC / "docs.js", "text/javascript"),
    "docs.css": (_STATIC / "docs.css", "text/css"),
    "swagger-ui-bundle.js": (_STATIC / "vendor" / "swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": (_STATIC / "vendor" / "swagger-ui.css", "text/css"),
}
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
_PAGE_HEADERS = {
    **_NO_SNIFFING,
    # Swagger UI draws its icons from data: URLs, and needs nothing else.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@get("/docs", include_in_schema=False)
async def docs_page(request: NativeRequest) -> Response[bytes]:
    return Response((_STATIC / "docs.html").read_bytes(), media_type="text/html", headers=_PAGE_HEADERS)


@get("/docs/{name:str}", include_in_schema=False)
async def docs_file(name: str) -> File:
    path, media_type = _FILES.get(name, (None, ""))
    if path is None or not path.is_file():
        raise NotFoundException
    headers = {**_NO_SNIFFING, "Cache-Control": "public, max-age=3600"}
    return File(
        path, filename=name, media_type=media_type, content_disposition_type="inline", headers=headers
    )


@get(["/openapi.json", "/openapi/{name:str}"], include_in_schema=False)
async def openapi_document(request: NativeRequest) -> Response[bytes]:
    document = request.app.state["documents"].get(request.scope["path"])
    if document is None:
        raise NotFoundException
    return Response(document, media_type="application/json", headers={"Cache-Control": "no-cache"})

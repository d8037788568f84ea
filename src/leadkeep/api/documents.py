"""The vendor faces' own OpenAPI documents, as the bytes that are served."""

from importlib import resources


def vendor_documents() -> dict[str, bytes]:
    """From the path it is served at to the document."""
    package = resources.files("leadkeep.api")
    return {
        f"/openapi/{face}.json": (package / face / "openapi.json").read_bytes()
        for face in ("flowise", "chatnode")
    }

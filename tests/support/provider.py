"""A real provider of OpenID Connect on loopback, and somebody's browser going there by hand."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from tests.support.postgres import free_port
from tests.support.waiting import wait_until

CLIENT: dict[str, Any] = {
    "oidc_client_id": "leadkeep",
    "oidc_client_secret": "a secret",
    "oidc_name": "Example",
}


@contextmanager
def provider(log: Path, *users: Mapping[str, object]) -> Iterator[str]:
    """Its address, which is its name as an issuer too. Users are their claims, `sub` among them."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    command += [part for user in users for part in ("--user-claims", json.dumps(user))]
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            wait_until(lambda: process.poll() is not None or _answers(port))
            assert process.poll() is None, log.read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/jwks", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def let_in(address: str, sub: str) -> str:
    """Where the provider sends the browser back to, once that user has signed in there."""
    answer = httpx.post(address, data={"sub": sub}, trust_env=False, timeout=30)
    assert answer.status_code == 302, answer.text[:500]
    return answer.headers["location"]


def changed(address: str, **parameters: str) -> str:
    """The address with these parameters in place of its own."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | parameters)))

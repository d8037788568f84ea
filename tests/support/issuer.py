"""An issuer of JWTs: key pairs, tokens signed with them, and its JWKS on loopback HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://login.example.com/"
AUDIENCE = "leadkeep"
SECRET = "a secret of more than thirty-two bytes"


class Pair(NamedTuple):
    private: Any
    algorithm: str
    kid: str

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """The public key; a change to None takes the member out."""
        of = RSAAlgorithm if self.algorithm == "RS256" else ECAlgorithm
        member = of.to_jwk(self.private.public_key(), as_dict=True)
        member.pop("key_ops", None)
        member |= {"kid": self.kid, "alg": self.algorithm, "use": "sig", **changes}
        return {name: value for name, value in member.items() if value is not None}

    def sign(self, payload: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(payload, self.private, self.algorithm, headers={"kid": self.kid, **headers})


def rsa_pair(kid: str, bits: int = 2048) -> Pair:
    return Pair(rsa.generate_private_key(65537, bits), "RS256", kid)


def ec_pair(kid: str) -> Pair:
    return Pair(ec.generate_private_key(ec.SECP256R1()), "ES256", kid)


def claims(**changes: Any) -> dict[str, Any]:
    """Those of a good token; a change to None takes the claim out."""
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada@example.com",
        "exp": int(time.time()) + 600,
        "permissions": ["capture", "read"],
        "bots": ["sales"],
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def jwk_set(*members: dict[str, Any]) -> bytes:
    return json.dumps({"keys": members}).encode()


class JwksServer(ThreadingHTTPServer):
    """Answers any GET with `status` and `body`, and counts; holds answers back while `open` is not set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/jwks.json"
        self.status = 200
        self.body = b""
        self.headers: dict[str, str] = {}
        self.asked = 0
        self.reached = threading.Event()
        self.open = threading.Event()
        self.open.set()

    def handle_error(self, *_: object) -> None:
        """A client that gave up on an answer is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: JwksServer

    def do_GET(self) -> None:
        self.server.asked += 1
        self.server.reached.set()
        self.server.open.wait(10)
        self.send_response(self.server.status)
        for name, value in {"Content-Length": str(len(self.server.body)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Tests need no access log."""


@contextmanager
def jwks_server() -> Iterator[JwksServer]:
    with JwksServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

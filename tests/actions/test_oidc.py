"""What of a provider's answers is believed."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import msgspec
import pytest

from leadkeep.actions import oidc
from leadkeep.actions.ask import MAX_BYTES, Answer
from leadkeep.actions.jwks import Jwks
from leadkeep.actions.oidc import OidcError, Provider, Reason
from leadkeep.actions.oidc_metadata import read_metadata
from leadkeep.actions.oidc_token import read_id_token
from leadkeep.actions.oidc_way import LIFE, begin_way, read_way
from leadkeep.domain.errors import InvalidError
from tests.support.issuer import ISSUER, Pair, claims, ec_pair, jwk_set

KEY, OTHER = ec_pair("one"), ec_pair("one")
ID_CLAIMS: dict[str, Any] = {"sub": "ada", "aud": "leadkeep", "nonce": "n", "iat": 1}


class Keys(Jwks):
    async def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        found = jwt.PyJWK(KEY.jwk())
        return found if (kid, algorithm) == ("one", "ES256") else None


def read(token: str) -> dict[str, Any]:
    return asyncio.run(read_id_token(token, Keys(), issuer=ISSUER, client_id="leadkeep", nonce="n"))


def signed(pair: Pair = KEY, **changes: Any) -> str:
    return pair.sign(claims(**(ID_CLAIMS | changes)))


def test_a_good_id_token_is_believed() -> None:
    assert read(signed())["sub"] == "ada"
    assert read(signed(aud=["leadkeep", "other"], azp="leadkeep"))["sub"] == "ada"


@pytest.mark.parametrize(
    "token",
    [
        signed(OTHER),
        signed(iss="https://evil.example/"),
        signed(aud="other"),
        signed(aud=["leadkeep", "other"]),
        signed(azp="other"),
        signed(exp=int(time.time()) - 60),
        signed(exp=None),
        signed(sub=None),
        signed(nonce="m"),
        signed(nonce=None),
        jwt.encode(claims(**ID_CLAIMS), "", "none"),
        jwt.encode(claims(**ID_CLAIMS), "x" * 32, "HS256", headers={"kid": "one"}),
        signed() + "x" * 20_000,
        "ü.ü.ü",
        "",
    ],
)
def test_any_other_is_not(token: str) -> None:
    with pytest.raises(jwt.PyJWTError):
        read(token)


GOOD = {
    "issuer": "https://login.example.com/",
    "authorization_endpoint": "https://login.example.com/go",
    "token_endpoint": "https://login.example.com/token",
    "jwks_uri": "https://login.example.com/keys",
}


def metadata(**changes: Any) -> Answer:
    return Answer(200, json.dumps(GOOD | changes).encode())


def test_metadata_may_differ_in_the_last_slash_alone() -> None:
    assert read_metadata(metadata(), "https://login.example.com").auth_method == "client_secret_basic"
    only_post = metadata(token_endpoint_auth_methods_supported=["client_secret_post"])
    assert read_metadata(only_post, "https://login.example.com").auth_method == "client_secret_post"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (metadata(issuer="https://evil.example"), "another issuer"),
        (metadata(token_endpoint="http://login.example.com/token"), "not https"),
        (metadata(authorization_endpoint="javascript:alert(1)"), "not https"),
        (metadata(userinfo_endpoint="http://[::1"), "not https"),
        (metadata(jwks_uri=None), "jwks_uri"),
        (metadata()._replace(status=500), "status 500"),
        (Answer(200, b"[" * 200_000), "object"),
        (Answer(200, b'{"issuer": ' + b"[" * 200_000), "issuer"),
        (Answer(200, metadata().body + b" " * MAX_BYTES), "bytes"),
        (Answer(200, b"<html>"), "malformed"),
    ],
)
def test_metadata_that_is_not_right_is_not_believed(answer: Answer, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_metadata(answer, "https://login.example.com")


def test_a_way_lasts_ten_minutes_and_fits_its_own_answer_alone() -> None:
    way = begin_way("/inbox?q=ü;.b")
    assert read_way(way.text) == way
    assert way.fits(way.state)
    assert not way.fits(begin_way("/").state)
    assert not way._replace(wanted="/other").fits(way.state)
    late = way._replace(begun_at=way.begun_at - LIFE - 1)
    assert not late.fits(late.state)
    assert len({way.state, way.nonce, way.verifier}) == 3
    assert [read_way(text) for text in ("", "a.b.c", way.secret, f"{way.secret}.²./")] == [None] * 4
    assert begin_way("/" + "x" * 5_000).wanted == ""


def test_an_issuer_that_anyone_could_be_is_refused() -> None:
    with pytest.raises(InvalidError, match="https"):
        Provider("http://login.example.com", "leadkeep", "", "https://leads.example.com/back")


def test_an_address_given_out_only_as_user_info_is_taken_from_there() -> None:
    told = {"sub": "ada", "email": "Ada@example.com", "email_verified": "true"}
    assert asked(told) == "ada@example.com"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"sub": "eve", "email": "ada@example.com"}, Reason.UNBELIEVABLE),
        ({"sub": "ada", "email": "ada@example.com", "email_verified": "false"}, Reason.NO_ADDRESS),
        ({"sub": "ada", "email": "ada@example.com"}, Reason.NO_ADDRESS),
        ({"sub": "ada", "email": ["ada@example.com"], "email_verified": True}, Reason.NO_ADDRESS),
        ([], Reason.UNBELIEVABLE),
    ],
)
def test_user_info_about_somebody_else_or_nobody_is_not_believed(said: object, reason: Reason) -> None:
    with pytest.raises(OidcError) as refused:
        asked(said)
    assert refused.value.reason is reason


def test_metadata_is_asked_for_once_and_not_again_at_once_where_it_failed() -> None:
    async def scenario(bodies: dict[str, Any], times: int) -> int:
        with serving(bodies) as (url, paths):
            bodies["/.well-known/openid-configuration"] = endpoints(url) if times else []
            provider = Provider(url, "leadkeep", "", "http://127.0.0.1/back")
            found = await asyncio.gather(
                *(provider.address(begin_way("/")) for _ in range(3)), return_exceptions=True
            )
            assert all(isinstance(one, str) == bool(times) for one in found)
            return len(paths)

    assert asyncio.run(scenario({}, 1)) == 1
    assert asyncio.run(scenario({}, 0)) == 1
    assert oidc.ASK_EVERY < oidc.FRESH_FOR


def asked(user_info: object) -> str:
    """The address of somebody at a provider whose ID tokens hold none."""
    bodies: dict[str, Any] = {"/userinfo": user_info, "/keys": msgspec.Raw(jwk_set(KEY.jwk()))}

    async def scenario() -> str:
        with serving(bodies) as (url, _):
            way = begin_way("/")
            token = signed(iss=url, nonce=way.nonce)
            bodies["/token"] = {"access_token": "secret", "token_type": "Bearer", "id_token": token}
            bodies["/.well-known/openid-configuration"] = endpoints(url)
            return await Provider(url, "leadkeep", "", "http://127.0.0.1/back").email(way, "code")

    return asyncio.run(scenario())


def endpoints(url: str) -> dict[str, str]:
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/go",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/keys",
        "userinfo_endpoint": f"{url}/userinfo",
    }


@contextmanager
def serving(bodies: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers with these, by path: its address, and what it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(msgspec.json.encode(bodies[self.path]))

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Tests need no access log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", paths
        finally:
            server.shutdown()
            thread.join()

"""Where an issuer's keys come from, and that they follow it."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from leadkeep.actions import ask, jwks
from leadkeep.actions.jwks import Jwks, JwksFile, jwks_at, read_jwks
from leadkeep.domain.errors import InvalidError
from tests.support.issuer import JwksServer, ec_pair, jwk_set, jwks_server, rsa_pair

RSA, EC, NEXT = rsa_pair("rsa-1"), ec_pair("ec-1"), ec_pair("ec-2")


@pytest.fixture
def served() -> Iterator[JwksServer]:
    with jwks_server() as server:
        server.body = jwk_set(EC.jwk())
        yield server


async def knows(keys: Jwks, kid: str | None, algorithm: str = "ES256") -> bool:
    return await keys.find(kid, algorithm) is not None


def test_keys_are_found_by_id_and_algorithm(served: JwksServer) -> None:
    served.body = jwk_set(RSA.jwk(), EC.jwk())

    async def scenario() -> None:
        keys = jwks_at(served.url)
        assert await knows(keys, "ec-1")
        assert await knows(keys, "rsa-1", "RS256")
        assert not await knows(keys, "rsa-1", "ES256")
        assert served.asked == 1

    asyncio.run(scenario())


def test_a_token_without_a_key_id_gets_the_only_key_there_is(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(jwk_set(RSA.jwk(kid=None), EC.jwk(), NEXT.jwk()))
    keys = JwksFile(path)
    assert asyncio.run(knows(keys, None, "RS256"))
    assert not asyncio.run(knows(keys, None, "ES256"))


@pytest.mark.parametrize(
    "member",
    [
        EC.jwk(use="enc"),
        EC.jwk(alg="RS256"),
        EC.jwk(alg="ES384"),
        EC.jwk(kty="RSA"),
        EC.jwk(kty="oct"),
        EC.jwk(crv="P-384"),
        EC.jwk(x="AAAA"),
        EC.jwk(y=None),
        EC.jwk(x=5),
        EC.jwk(key_ops=["encrypt"]),
        RSA.jwk(alg="HS256"),
        RSA.jwk(n=""),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "ec-1", "alg": "HS256"},
        {},
    ],
)
def test_a_key_that_does_not_fit_is_left_out_and_its_neighbour_kept(member: dict[str, Any]) -> None:
    assert [key.kid for key in read_jwks(jwk_set(member, NEXT.jwk()))] == ["ec-2"]


@pytest.mark.parametrize("member", [EC.jwk(use=None, alg=None), EC.jwk(key_ops=["verify"])])
def test_a_key_that_says_less_is_taken_for_what_it_is(member: dict[str, Any]) -> None:
    assert [key.public.algorithm_name for key in read_jwks(jwk_set(member))] == ["ES256"]


def test_of_a_private_key_only_the_public_half_is_kept() -> None:
    (key,) = read_jwks(jwk_set(EC.jwk(d="A" * 43)))
    assert not hasattr(key.public.key, "sign")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"keys":{}}', b"\xff", b"[" * 100_000, b" " * 300_000]
)
def test_what_is_no_key_set_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - decoders say it in words of their own
        read_jwks(body)


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="names no file"):
        jwks_at(str(tmp_path / "jwks.json"))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(jwk_set(EC.jwk()))
    keys = jwks_at(str(path))
    assert asyncio.run(knows(keys, "ec-1"))
    path.write_bytes(jwk_set(NEXT.jwk()))
    os.utime(path, (0, 0))
    assert asyncio.run(knows(keys, "ec-2"))
    assert not asyncio.run(knows(keys, "ec-1"))


def test_a_file_that_is_broken_or_gone_leaves_the_known_keys(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(jwk_set(EC.jwk()))
    keys = jwks_at(str(path))
    assert asyncio.run(knows(keys, "ec-1"))
    with capture_logs() as log:
        path.write_bytes(b"{")
        assert asyncio.run(knows(keys, "ec-1"))
        path.unlink()
        assert asyncio.run(knows(keys, "ec-1"))
    assert [line["event"] for line in log] == ["jwks_unreadable", "jwks_unreadable"]


def test_a_new_key_is_fetched_when_a_token_names_it(
    served: JwksServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "ASK_EVERY", 0.0)

    async def scenario() -> None:
        keys = jwks_at(served.url)
        assert await knows(keys, "ec-1")
        served.body = jwk_set(NEXT.jwk())
        assert await knows(keys, "ec-2")
        assert not await knows(keys, "ec-1")

    asyncio.run(scenario())


def test_unknown_key_ids_do_not_make_us_ask_again_and_again(served: JwksServer) -> None:
    async def scenario() -> None:
        keys = jwks_at(served.url)
        for number in range(50):
            assert not await knows(keys, f"made-up-{number}")

    asyncio.run(scenario())
    assert served.asked == 1


def test_a_burst_of_tokens_asks_once(served: JwksServer) -> None:
    async def scenario() -> list[bool]:
        keys = jwks_at(served.url)
        return await asyncio.gather(*(knows(keys, "ec-1") for _ in range(50)))

    assert all(asyncio.run(scenario()))
    assert served.asked == 1


def test_a_request_that_goes_away_takes_the_answer_from_no_other(served: JwksServer) -> None:
    served.open.clear()

    async def scenario() -> bool:
        keys = jwks_at(served.url)
        first, second = (asyncio.create_task(knows(keys, "ec-1")) for _ in range(2))
        await asyncio.to_thread(served.reached.wait, 10)
        first.cancel()
        served.open.set()
        return await second

    assert asyncio.run(scenario())


def test_old_keys_are_asked_for_again(served: JwksServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "ASK_EVERY", 0.0)
    monkeypatch.setattr(jwks, "FRESH_FOR", 0.0)

    async def scenario() -> None:
        keys = jwks_at(served.url)
        assert await knows(keys, "ec-1")
        served.body = jwk_set(NEXT.jwk())
        assert not await knows(keys, "ec-1")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (404, jwk_set()), (200, b"<html>"), (200, jwk_set() + b" " * ask.MAX_BYTES)],
)
def test_while_the_issuer_answers_nonsense_known_keys_stay_good(
    served: JwksServer, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    monkeypatch.setattr(jwks, "ASK_EVERY", 0.0)
    monkeypatch.setattr(jwks, "FRESH_FOR", 0.0)

    async def scenario() -> None:
        keys = jwks_at(served.url)
        assert await knows(keys, "ec-1")
        served.status, served.body = status, body
        assert await knows(keys, "ec-1")

    with capture_logs() as log:
        asyncio.run(scenario())
    assert {line["event"] for line in log} == {"jwks_unavailable"}
    assert served.asked > 1


def test_while_the_issuer_is_down_known_keys_stay_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "ASK_EVERY", 0.0)
    monkeypatch.setattr(jwks, "FRESH_FOR", 0.0)

    async def scenario() -> None:
        with jwks_server() as served:
            served.body = jwk_set(EC.jwk())
            keys = jwks_at(served.url)
            assert await knows(keys, "ec-1")
        assert await knows(keys, "ec-1")
        assert not await knows(keys, "ec-2")

    with capture_logs() as log:
        asyncio.run(scenario())
    assert log


def test_while_the_issuer_is_in_trouble_known_keys_do_not_wait_for_it(
    served: JwksServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "ASK_EVERY", 0.0)
    monkeypatch.setattr(jwks, "FRESH_FOR", 0.0)

    async def scenario() -> None:
        keys = jwks_at(served.url)
        assert await knows(keys, "ec-1")
        served.status = 503
        assert await knows(keys, "ec-1")
        served.open.clear()
        served.reached.clear()
        assert await knows(keys, "ec-1")
        assert await asyncio.to_thread(served.reached.wait, 10)
        assert not served.open.is_set()
        served.open.set()

    with capture_logs() as log:
        asyncio.run(scenario())
    assert "TimeoutError" not in str(log)


def test_an_issuer_that_never_finishes_its_answer_is_given_up(
    served: JwksServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "TIMEOUT", 0.2)
    served.open.clear()
    with capture_logs() as log:
        assert not asyncio.run(knows(jwks_at(served.url), "ec-1"))
    served.open.set()
    assert [line["event"] for line in log] == ["jwks_unavailable"]


def test_redirects_are_not_followed(served: JwksServer) -> None:
    with jwks_server() as elsewhere:
        elsewhere.body = jwk_set(EC.jwk())
        served.status, served.headers = 302, {"Location": elsewhere.url}
        assert not asyncio.run(knows(jwks_at(served.url), "ec-1"))
        assert elsewhere.asked == 0

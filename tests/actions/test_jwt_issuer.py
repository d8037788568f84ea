"""Which JWTs are taken, and what they grant."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from leadkeep.actions.jwt_issuer import LEEWAY, JwtIssuer, issuer_from
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import InvalidError, UnauthenticatedError
from leadkeep.settings import Settings
from tests.support.issuer import AUDIENCE, ISSUER, SECRET, Pair, claims, ec_pair, jwk_set, rsa_pair

RSA, EC = rsa_pair("rsa-1"), ec_pair("ec-1")
BY_SECRET = JwtIssuer(issuer=ISSUER, audience=AUDIENCE, secret=SECRET)
FAR_FUTURE = 10**400

Log = list[dict[str, Any]]


@pytest.fixture
def log() -> Iterator[Log]:
    with capture_logs() as lines:
        yield lines  # type: ignore[misc]


@pytest.fixture
def by_jwks(tmp_path: Path) -> JwtIssuer:
    path = tmp_path / "jwks.json"
    path.write_bytes(jwk_set(RSA.jwk(), EC.jwk()))
    return JwtIssuer(issuer=ISSUER, audience=AUDIENCE, jwks=str(path))


def signed(payload: dict[str, Any], secret: str = SECRET) -> str:
    return jwt.encode(payload, secret, "HS256")


def verify(issuer: JwtIssuer, token: str) -> tuple[Grant, datetime]:
    return asyncio.run(issuer.verify(token))


def grant_of(**changes: Any) -> Grant:
    return verify(BY_SECRET, signed(claims(**changes)))[0]


def refused_for(issuer: JwtIssuer, token: str, log: Log) -> str:
    """The reason in the log, which is all that tells one refusal from another."""
    with pytest.raises(UnauthenticatedError, match=r"^Bearer token missing or unknown$"):
        verify(issuer, token)
    reason: str = log[-1]["reason"]
    assert log[-1] == {"event": "jwt_refused", "log_level": "info", "reason": reason}
    return reason


def by_hand(header: dict[str, Any], payload: bytes, secret: bytes) -> str:
    """A token of a kind that no library would sign."""
    parts = (json.dumps(header).encode(), payload)
    unsigned = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.digest(secret, unsigned, "sha256")
    return (unsigned + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def test_a_token_signed_with_the_secret_grants_what_its_claims_say() -> None:
    grant, until = verify(BY_SECRET, signed(claims(exp=4_000_000_000)))
    assert grant.permissions == {Permission.CAPTURE, Permission.READ}
    assert grant.bots == frozenset({"sales"})
    assert until == datetime.fromtimestamp(4_000_000_000, UTC) + LEEWAY


@pytest.mark.parametrize("pair", [RSA, EC], ids=["RS256", "ES256"])
def test_a_token_signed_with_a_key_of_the_set_is_taken(by_jwks: JwtIssuer, pair: Pair) -> None:
    assert verify(by_jwks, pair.sign(claims()))[0].name == "JWT"


def test_the_id_of_a_grant_is_a_hash_of_who_it_is_for() -> None:
    hashed = hashlib.sha256(f"{ISSUER}\0ada@example.com".encode()).hexdigest()
    assert grant_of().id == f"jwt:{hashed[:32]}"
    assert grant_of(sub="bob@example.com").id != grant_of().id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"exp": None}, "claim_missing"),
        ({"exp": "4000000000"}, "malformed"),
        ({"exp": True}, "expired"),
        ({"exp": [4_000_000_000]}, "malformed"),
        ({"exp": FAR_FUTURE}, "malformed"),
        ({"exp": 1e300}, "malformed"),
        ({"exp": float("inf")}, "malformed"),
        ({"exp": float("nan")}, "malformed"),
        ({"nbf": int(time.time()) + 3600}, "not_yet_valid"),
        ({"nbf": {}}, "malformed"),
        ({"iat": int(time.time()) + 3600}, "not_yet_valid"),
        ({"iat": FAR_FUTURE}, "not_yet_valid"),
        ({"iss": "https://login.example.com"}, "issuer"),
        ({"iss": None}, "claim_missing"),
        ({"aud": "another"}, "audience"),
        ({"aud": ["another"]}, "audience"),
        ({"aud": {"leadkeep": 1}}, "audience"),
        ({"aud": None}, "claim_missing"),
    ],
)
def test_a_claim_that_is_wrong_is_refused(changes: dict[str, Any], reason: str, log: Log) -> None:
    header = {"alg": "HS256", "typ": "JWT"}
    token = by_hand(header, json.dumps(claims(**changes)).encode(), SECRET.encode())
    assert refused_for(BY_SECRET, token, log) == reason


def test_a_clock_that_is_a_little_off_is_forgiven() -> None:
    now = time.time()
    grant, until = verify(BY_SECRET, signed(claims(exp=int(now) - 2, nbf=int(now) + 5)))
    assert grant.permissions
    assert until > datetime.now(UTC)
    assert timedelta(seconds=1) < LEEWAY < timedelta(minutes=1)


def test_one_audience_of_several_is_enough() -> None:
    assert grant_of(aud=["another", AUDIENCE]).permissions


def test_another_secret_is_refused(log: Log) -> None:
    assert refused_for(BY_SECRET, signed(claims(), SECRET + "!"), log) == "signature"


def test_another_key_under_a_known_id_is_refused(by_jwks: JwtIssuer, log: Log) -> None:
    assert refused_for(by_jwks, ec_pair(EC.kid).sign(claims()), log) == "signature"


def test_an_unknown_key_id_is_refused(by_jwks: JwtIssuer, log: Log) -> None:
    assert refused_for(by_jwks, EC.sign(claims(), kid="ec-2"), log) == "unknown_key"


def test_a_key_id_that_is_no_text_is_refused(by_jwks: JwtIssuer, log: Log) -> None:
    token = by_hand({"alg": "ES256", "kid": ["ec-1"]}, b"{}", b"x")
    assert refused_for(by_jwks, token, log) == "malformed"


@pytest.mark.parametrize("algorithm", ["none", "None", "", "HS384", "RS256", None, ["HS256"], {}])
def test_an_algorithm_that_the_secret_is_not_for_is_refused(algorithm: object, log: Log) -> None:
    token = by_hand({"alg": algorithm}, json.dumps(claims()).encode(), SECRET.encode())
    assert refused_for(BY_SECRET, token, log) == "algorithm"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "PS256"])
def test_an_algorithm_that_the_set_is_not_for_is_refused(
    algorithm: str, by_jwks: JwtIssuer, log: Log
) -> None:
    """HS256 keyed with the public key, which anyone may read, is the well-known key confusion."""
    public = RSA.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    token = by_hand({"alg": algorithm, "kid": RSA.kid}, json.dumps(claims()).encode(), public)
    assert refused_for(by_jwks, token, log) == "algorithm"


def test_an_unsigned_token_is_refused(log: Log) -> None:
    assert refused_for(BY_SECRET, jwt.encode(claims(), "", "none"), log) == "algorithm"


def test_a_key_of_another_kind_under_the_same_id_is_not_used(by_jwks: JwtIssuer, log: Log) -> None:
    assert refused_for(by_jwks, EC.sign(claims(), kid=RSA.kid), log) == "unknown_key"


def test_a_weak_key_is_refused(tmp_path: Path, log: Log) -> None:
    weak = rsa_pair("weak", bits=1024)
    (tmp_path / "jwks.json").write_bytes(jwk_set(weak.jwk()))
    issuer = JwtIssuer(issuer=ISSUER, audience=AUDIENCE, jwks=str(tmp_path / "jwks.json"))
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = weak.sign(claims())
    assert refused_for(issuer, token, log) == "weak_key"


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "....", "\ud800", "é.é.é", "e30.e30.e30"])
def test_what_is_no_token_is_refused(token: str, log: Log) -> None:
    assert refused_for(BY_SECRET, token, log) in {"malformed", "algorithm"}


def test_a_token_of_endless_length_is_refused(log: Log) -> None:
    assert refused_for(BY_SECRET, signed(claims(permissions=["x" * 20_000])), log) == "malformed"


@pytest.mark.parametrize(
    ("claim", "permissions"),
    [
        (["read", "write", "fly", 1, None, ["admin"]], {"read", "write"}),
        ("capture read fly", {"capture", "read"}),
        (["read write"], set()),
        (["READ"], set()),
        ("", set()),
        ({"admin": True}, set()),
        (True, set()),
        (None, set()),
    ],
)
def test_known_permissions_are_granted_and_others_ignored(claim: object, permissions: set[str]) -> None:
    assert grant_of(permissions=claim).permissions == permissions


@pytest.mark.parametrize(
    ("claim", "bots"),
    [
        ("*", None),
        (["a", "b", "a"], {"a", "b"}),
        ([], set()),
        (None, set()),
        ("a", set()),
        (["*"], set()),
        (["a", 1], set()),
        (["a", "no bot id"], set()),
        ({"a": "*"}, set()),
        (True, set()),
    ],
)
def test_only_a_list_of_bots_or_a_star_gives_bots(claim: object, bots: set[str] | None) -> None:
    assert grant_of(bots=claim).bots == bots


def test_the_claims_may_have_other_names() -> None:
    issuer = JwtIssuer(
        issuer=ISSUER,
        audience=AUDIENCE,
        secret=SECRET,
        permissions_claim="scope",
        bots_claim="https://example.com/bots",
    )
    grant, _ = verify(issuer, signed(claims(scope="read", **{"https://example.com/bots": "*"})))
    assert grant.permissions == {Permission.READ}
    assert grant.covers_all_bots


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
_payloads = st.dictionaries(
    st.sampled_from(["iss", "aud", "exp", "nbf", "iat", "sub", "jti", "permissions", "bots"]) | st.text(),
    _anything | st.sampled_from([ISSUER, AUDIENCE, "*", 4_000_000_000]),
)


@given(st.text(st.characters()))
def test_any_text_is_refused_and_nothing_worse(token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        verify(BY_SECRET, token)


@given(_anything | st.dictionaries(st.sampled_from(["alg", "kid", "crit", "b64", "typ"]), _anything))
def test_any_header_is_refused_and_nothing_worse(header: Any) -> None:
    with pytest.raises(UnauthenticatedError):
        verify(BY_SECRET, by_hand(header, b"{}", SECRET.encode()))


@given(_payloads)
def test_any_claims_are_taken_or_refused_and_nothing_worse(payload: dict[str, Any]) -> None:
    full = {**claims(), **payload}
    token = by_hand({"alg": "HS256"}, json.dumps(full).encode(), SECRET.encode())
    try:
        grant, until = verify(BY_SECRET, token)
    except UnauthenticatedError:
        return
    assert grant.id.startswith("jwt:")
    assert until.tzinfo is UTC


@given(st.binary())
def test_any_payload_is_refused_and_nothing_worse(payload: bytes) -> None:
    with pytest.raises(UnauthenticatedError):
        verify(BY_SECRET, by_hand({"alg": "HS256"}, payload, SECRET.encode()))


def test_a_log_line_never_tells_who_it_is_about(log: Log) -> None:
    refused_for(BY_SECRET, signed(claims(), SECRET + "!"), log)
    assert "ada" not in str(log)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"audience": "", "secret": SECRET}, "jwt_audience"),
        ({"issuer": "", "secret": SECRET}, "jwt_issuer"),
        ({}, "jwt_secret"),
        ({"secret": SECRET, "jwks": "jwks.json"}, "jwt_secret"),
        ({"secret": "short"}, "jwt_secret"),
        ({"secret": json.dumps(RSA.jwk())}, "jwt_secret"),
        ({"jwks": "http://login.example.com/jwks.json"}, "jwt_jwks"),
        ({"jwks": "http://127.0.0.1.example.com/jwks.json"}, "jwt_jwks"),
        ({"jwks": "https://login.example.com:port/"}, "jwt_jwks"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        JwtIssuer(**{"issuer": ISSUER, "audience": AUDIENCE, **settings})
    assert refusal.value.field == field


def test_without_settings_there_is_no_issuer() -> None:
    assert issuer_from(Settings()) is None


def test_settings_make_an_issuer() -> None:
    issuer = issuer_from(Settings(jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_secret=SECRET))
    assert issuer is not None
    assert verify(issuer, signed(claims()))[0].bots == frozenset({"sales"})


def test_half_the_settings_are_refused() -> None:
    with pytest.raises(InvalidError):
        issuer_from(Settings(jwt_secret=SECRET))

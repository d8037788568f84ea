"""The public keys of an issuer of JWTs: a JWK Set (RFC 7517), from a file or a URL."""

import asyncio
import os
import threading
from pathlib import Path
from typing import NamedTuple, Protocol

import httpx
import jwt
import msgspec
import structlog

from leadkeep.actions.ask import MAX_BYTES, ask, is_private_way
from leadkeep.domain.errors import InvalidError

FRESH_FOR = 600.0
"""Seconds that keys from a URL are believed without asking again."""
ASK_EVERY = 10.0
"""Seconds between two questions at least: unknown key ids must not make us a burden to the issuer."""

_log = structlog.get_logger("leadkeep.jwt")


class Jwks(Protocol):
    async def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        """The one key with that id for that algorithm. Without an id, the only key for the algorithm."""


class Key(NamedTuple):
    kid: str | None
    public: jwt.PyJWK


def jwks_at(place: str) -> Jwks:
    """`place` is a path or an http(s) URL. Raises InvalidError for a URL that anyone could answer."""
    if not place.startswith(("http://", "https://")):
        if not Path(place).is_file():
            raise InvalidError("jwt_jwks", f"jwt_jwks names no file: {place}")
        return JwksFile(Path(place))
    try:
        url = httpx.URL(place)
    except httpx.InvalidURL:
        raise InvalidError("jwt_jwks", "jwt_jwks is not a valid URL") from None
    if not is_private_way(url):
        raise InvalidError("jwt_jwks", "jwt_jwks must be an https:// URL, but for this machine's own address")
    return JwksUrl(url)


class JwksFile:
    """Read again whenever the file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, ...] | None = None
        self._keys: list[Key] = []
        self._reading = threading.Lock()

    async def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        await asyncio.to_thread(self._read)
        return _match(self._keys, kid, algorithm)

    def _read(self) -> None:
        try:
            with self._reading, self._path.open("rb") as file:
                stat = os.fstat(file.fileno())
                stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                if stamp != self._stamp:
                    # Set first: a file that is wrong is told of once, not at every token.
                    self._stamp = stamp
                    self._keys = read_jwks(file.read(MAX_BYTES + 1))
        except (OSError, ValueError) as error:
            _log.warning("jwks_unreadable", error=type(error).__name__)


class JwksUrl:
    """Belongs to one event loop. While the issuer does not answer, the keys it gave before stay good."""

    def __init__(self, url: httpx.URL) -> None:
        self._url = url
        # Made once, since reading all the root certificates takes long.
        self._tls = httpx.create_ssl_context()
        self._keys: list[Key] = []
        self._asked_at = float("-inf")
        self._answered_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        if self._is_stale():
            await self._refresh(wait=self._is_answering())
        found = _match(self._keys, kid, algorithm)
        if found is None:
            await self._refresh(wait=True)
            found = _match(self._keys, kid, algorithm)
        return found

    def _is_stale(self) -> bool:
        return _now() >= self._answered_at + FRESH_FOR

    def _is_answering(self) -> bool:
        """Whether the last question was answered: if not, known keys must not wait for the next one."""
        return self._answered_at >= self._asked_at

    async def _refresh(self, *, wait: bool) -> None:
        """Whoever comes while a question is under way shares its answer."""
        if self._asking is None and _now() >= self._asked_at + ASK_EVERY:
            self._asked_at = _now()
            self._asking = asyncio.create_task(self._ask())
        if wait and self._asking is not None:
            # One request that goes away takes the answer from no other.
            await asyncio.shield(self._asking)

    async def _ask(self) -> None:
        try:
            self._keys = read_jwks(await self._fetch())
            self._answered_at = _now()
        except (httpx.HTTPError, OSError, ValueError) as error:
            _log.warning("jwks_unavailable", error=type(error).__name__)
        finally:
            self._asking = None

    async def _fetch(self) -> bytes:
        headers = {"Accept": "application/jwk-set+json, application/json"}
        answer = await ask(self._tls, httpx.Request("GET", self._url, headers=headers))
        if answer.status != httpx.codes.OK:
            raise ValueError("not 200")
        return answer.body


class _Set(msgspec.Struct):
    keys: list[msgspec.Raw]


class _Member(msgspec.Struct):
    kty: str
    kid: str | None = None
    alg: str | None = None
    use: str | None = None
    key_ops: list[str] | None = None
    crv: str | None = None
    n: str | None = None
    e: str | None = None
    x: str | None = None
    y: str | None = None

    def algorithm(self) -> str | None:
        """What the key may verify; None where it is of another kind or for another use."""
        kind = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}.get((self.kty, self.crv))
        fits = self.alg in (None, kind) and self.use in (None, "sig")
        return kind if fits and (self.key_ops is None or "verify" in self.key_ops) else None


def read_jwks(body: bytes) -> list[Key]:
    """The keys that can verify RS256 or ES256, others left out. Raises ValueError for what is no JWK Set."""
    if len(body) > MAX_BYTES:
        raise ValueError("too large")
    try:
        members = msgspec.json.decode(body, type=_Set).keys
    except RecursionError:
        raise ValueError("too deep") from None
    keys = [key for member in members if (key := _read_key(member)) is not None]
    if not keys:
        _log.warning("jwks_without_usable_key")
    return keys


def _read_key(raw: msgspec.Raw) -> Key | None:
    try:
        member = msgspec.json.decode(raw, type=_Member)
        algorithm = member.algorithm()
        if algorithm is None:
            return None
        # Only the public half: a private key that strayed in must not be taken for one to sign with.
        names = ("kty", "crv", "n", "e", "x", "y")
        parts = {name: value for name in names if (value := getattr(member, name)) is not None}
        return Key(member.kid, jwt.PyJWK(parts, algorithm))
    except (ValueError, RecursionError, jwt.PyJWTError):
        return None


def _match(keys: list[Key], kid: str | None, algorithm: str) -> jwt.PyJWK | None:
    fitting = [
        key.public
        for key in keys
        if key.public.algorithm_name == algorithm and (kid is None or kid == key.kid)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _now() -> float:
    return asyncio.get_running_loop().time()

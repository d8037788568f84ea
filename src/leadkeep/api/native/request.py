"""A request as the handlers of this face read it."""

import re
from typing import TypeVar, cast

import msgspec
from litestar import Request
from litestar.datastructures import State

from leadkeep.actions.admit import Caller
from leadkeep.actions.desk import Desk
from leadkeep.api.asgi import Receive, Scope, bearer_token, caller_of, header
from leadkeep.api.body import MAX_BODY, media_type, read_body
from leadkeep.api.native.reading import read_json, read_query
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import InvalidError, UnsupportedError

T = TypeVar("T", bound=msgspec.Struct)

JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/json", "application/merge-patch+json")

_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,200}\Z")


class NativeRequest(Request[None, None, State]):
    """Reads query and body into the very structs that the OpenAPI document describes."""

    @property
    def desk(self) -> Desk:
        return cast(Desk, self.app.state["desk"])

    @property
    def asgi(self) -> Scope:
        """The scope, as loosely typed as the parts that the faces share know it."""
        return cast(Scope, self.scope)

    @property
    def caller(self) -> Caller:
        return caller_of(self.asgi)

    async def grant(self) -> Grant:
        """What the bearer token grants. Raises UnauthenticatedError."""
        return await self.desk.gate.grant(bearer_token(self.asgi))

    def read_query(self, kind: type[T]) -> T:
        """Raises InvalidError, also for a parameter that there is none of, or that is given twice."""
        given: dict[str, str] = {}
        for name, value in self.query_params.multi_items():
            if name in given:
                raise InvalidError(name[:100], "A query parameter may be given once only")
            given[name] = value
        return read_query(given, kind)

    async def read_json(self, kind: type[T], types: tuple[str, ...] = JSON_TYPES, limit: int = MAX_BODY) -> T:
        """Raises MalformedError, TooLargeError, UnsupportedError, InvalidError."""
        return read_json(await self.json_bytes(types, limit), kind)

    async def json_bytes(self, types: tuple[str, ...] = JSON_TYPES, limit: int = MAX_BODY) -> bytes:
        """The body as it came, decompressed, up to `limit` bytes.

        Raises MalformedError, TooLargeError, UnsupportedError.
        """
        if media_type(self.asgi) not in types:
            raise UnsupportedError(f"Content-Type must be {' or '.join(types)}")
        return await read_body(self.asgi, cast(Receive, self.receive), limit)

    def idempotency_key(self) -> str | None:
        """Raises InvalidError."""
        key = header(self.asgi, b"idempotency-key")
        if key is not None and not _IDEMPOTENCY_KEY.match(key):
            raise InvalidError("Idempotency-Key", "Idempotency-Key must be 1 to 200 visible ASCII characters")
        return key

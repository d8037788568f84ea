"""A request as the handlers of this face read it."""

import hashlib
import re
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.admit import Admission, Caller
from leadkeep.actions.desk import Desk
from leadkeep.actions.once import Once, Said, do_once
from leadkeep.api.native.rates import QUOTA
from leadkeep.api.native.reading import read_json, read_query
from leadkeep.api.native.replies import Reply, answered
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import InvalidError, TooManyError, UnsupportedError
from leadkeep.storage.store import Store
from leadkeep.web.asgi import Receive, Scope, bearer_token, caller_of, header
from leadkeep.web.body import MAX_BODY, media_type, read_body

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=msgspec.Struct)

JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/json", "application/merge-patch+json")

_BODY = "leadkeep.body"
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
        """What the bearer token grants; the request counts. Raises UnauthenticatedError, TooManyError."""
        grant = await self.desk.gate.grant(bearer_token(self.asgi))
        if QUOTA not in self.asgi:
            quota = self.asgi[QUOTA] = self.desk.key_limits.count(grant.id)
            if quota.exceeded:
                raise TooManyError("Too many requests in a short time", quota.reset)
        return grant

    async def admit(self, bot_id: str) -> Admission:
        """Whether the caller may leave a lead with the bot. Raises as `grant` and the doorkeeper do."""
        caller = self.caller
        if caller.token is not None:
            await self.grant()
            return await self.desk.doorkeeper.admit(caller, bot_id)
        try:
            return await self.desk.doorkeeper.admit(caller, bot_id)
        finally:
            self.asgi[QUOTA] = self.desk.doorkeeper.quota(caller)

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
        if media_type(self.asgi) not in types:
            raise UnsupportedError(f"Content-Type must be {' or '.join(types)}")
        return read_json(await self._whole_body(limit), kind)

    async def read_json_if_sent(self, kind: type[T]) -> T:
        """The same, where a request without a body is one of `{}`."""
        return await self.read_json(kind) if await self._whole_body() else read_json(b"{}", kind)

    async def read_nothing(self) -> None:
        """Raises InvalidError for a body that says something: nobody is to believe that it was heeded."""
        if (await self._whole_body()).strip() not in {b"", b"{}"}:
            raise InvalidError("body", "This request takes no body")

    async def write_once(
        self,
        reply: Callable[[R], Reply],
        action: Callable[Concatenate[Store, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response[bytes]:
        """Run the action in one transaction, and answer with the reply to what it returns.

        With an Idempotency-Key the reply is kept in that same transaction, and given again to the same
        request; what the action refuses is not kept. Every POST answers through this, or heeds `once_for`
        where its action is more than one transaction. Raises what the action does, and as `do_once` does.
        """
        wish = await self.once_for(await self.grant())
        if wish is None:
            return reply(await self.desk.database.write(action, *args, **kwargs)).response

        def work(store: Store) -> Said:
            return reply(action(store, *args, **kwargs)).said(self._status())

        with self.desk.in_flight.hold(wish):
            answer, again = await self.desk.database.write(do_once, wish, work)
        return answered(answer, again=again)

    async def once_for(self, grant: Grant | None, bot_id: str = "") -> Once | None:
        """The wish that the Idempotency-Key of this request stands for; None where it has none.

        Strangers share one space of keys for each bot: what tells them apart is the key they made up. Raises
        InvalidError.
        """
        key = header(self.asgi, b"idempotency-key")
        if key is None:
            return None
        if not _IDEMPOTENCY_KEY.match(key):
            raise InvalidError("Idempotency-Key", "Idempotency-Key must be 1 to 200 visible ASCII characters")
        caller = grant.id if grant else f"public:{bot_id}"
        return Once((caller, key), self._hash(grant, await self._whole_body()))

    async def _whole_body(self, limit: int = MAX_BODY) -> bytes:
        if _BODY not in self.asgi:
            self.asgi[_BODY] = await read_body(self.asgi, cast(Receive, self.receive), limit)
        return cast(bytes, self.asgi[_BODY])

    def _hash(self, grant: Grant | None, body: bytes) -> str:
        # What the token grants too: of two tokens of one caller, one must not be answered as the other was.
        held = [sorted(grant.permissions), sorted(grant.bots or ()), grant.covers_all_bots] if grant else []
        asked = msgspec.json.encode([self.method, self.scope["path"], held])
        return hashlib.sha256(asked + body).hexdigest()

    def _status(self) -> int:
        return cast(HTTPRouteHandler, self.scope["route_handler"]).status_code

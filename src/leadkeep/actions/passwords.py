"""Hash and verify passwords (argon2id), a few at a time, away from the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_AT_ONCE = 2
"""Each takes 64 MiB for a tenth of a second."""


class Passwords:
    """The parameters are argon2-cffi's own: the low-memory ones of RFC 9106."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, "leadkeep-password")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.hash_now, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Takes as long where there is no hash: how long it took tells nobody who is a user."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._is_right, password, password_hash)

    def hash_now(self, password: str) -> str:
        """For whoever has no event loop to hold up."""
        return self._hasher.hash(password)

    def close(self) -> None:
        self._pool.shutdown()

    def _is_right(self, password: str, password_hash: str | None) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    # Both made on a thread of the pool, when somebody first signs in.
    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's password")

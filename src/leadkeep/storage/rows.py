"""Rows as the things they are."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def reader_of(kind: type[T]) -> Callable[[Any], T]:
    """What makes one of `kind`, a Struct, of each row whose columns are named like its fields.

    For whoever loads the module, never at the time of reading: msgspec prepares a type when it is first used,
    and two threads that both use it first crash the process.
    """
    msgspec.json.Decoder(kind)

    def read(row: Any) -> T:
        return msgspec.convert(row, kind, from_attributes=True)

    return read

"""What a struct of this face takes where, for error messages that say so."""

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

from msgspec import Struct, inspect

# Of a place as msgspec writes it, such as `messages[0].role`.
_STEP = re.compile(r"[^.\[\]]+|\[[^\]]*\]")


@cache
def flags_of(kind: type[Struct]) -> frozenset[str]:
    """The names of its fields that are true or false."""
    fields = _struct(kind).fields
    return frozenset(
        field.encode_name
        for field in fields
        if any(isinstance(part, inspect.BoolType) for part in _parts(field.type))
    )


def choices_at(kind: type[Struct], place: str) -> list[str]:
    """The values that may stand there, where they are few enough to be named in the struct."""
    found: list[inspect.Type] = [_struct(kind)]
    for step in _STEP.findall(place):
        found = [inner for one in found for inner in _inside(one, step)]
    return [str(value) for one in found for value in _values(one)]


def _struct(kind: type[Struct]) -> inspect.StructType:
    return cast(inspect.StructType, inspect.type_info(kind))


def _parts(of: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(of, inspect.Metadata):
        yield from _parts(of.type)
    elif isinstance(of, inspect.UnionType):
        for one in of.types:
            yield from _parts(one)
    else:
        yield of


def _inside(of: inspect.Type, step: str) -> Iterator[inspect.Type]:
    if isinstance(of, inspect.ListType):
        yield from _parts(of.item_type)
    elif isinstance(of, inspect.StructType):
        for field in of.fields:
            if field.encode_name == step:
                yield from _parts(field.type)


def _values(of: inspect.Type) -> Iterator[object]:
    if isinstance(of, inspect.EnumType):
        yield from (member.value for member in of.cls)
    elif isinstance(of, inspect.LiteralType):
        yield from of.values

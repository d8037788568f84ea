"""Reading what a form sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from leadkeep.domain.errors import InvalidError

MAX_TEXT = 20_000


class Form:
    """Fields as text; of what is not there, "" or nothing."""

    def __init__(self, fields: Mapping[str, Sequence[Any]]) -> None:
        self._fields = fields

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        """The last value. Raises InvalidError where it is too long."""
        values = self.texts(name)
        if not values:
            return ""
        if len(values[-1]) > limit:
            raise InvalidError(name, f"{name} is longer than {limit} characters")
        return values[-1]

    def texts(self, name: str) -> list[str]:
        return [value for value in self._fields.get(name, ()) if isinstance(value, str)]

    def lines(self, name: str, limit: int = MAX_TEXT) -> tuple[str, ...]:
        """What is not blank, one a line. Raises InvalidError where it is too long."""
        return tuple(line.strip() for line in self.text(name, limit).splitlines() if line.strip())

    def flag(self, name: str) -> bool:
        return self.text(name) in {"on", "true", "1"}

    def has(self, name: str) -> bool:
        return bool(self.texts(name))

    def number(self, name: str) -> int | None:
        """None where it is blank. Raises InvalidError."""
        return whole_number(self.text(name).strip(), name)

    def one_of(self, name: str, choices: Sequence[str]) -> str:
        """Raises InvalidError."""
        value = self.text(name)
        if value not in choices:
            raise InvalidError(name, f"{name} must be one of {', '.join(choices)}")
        return value

    @property
    def values(self) -> dict[str, str]:
        """To fill the same form in again."""
        return {name: self.texts(name)[-1] for name in self._fields if self.texts(name)}


def whole_number(text: str, field: str) -> int | None:
    """None for "". Raises InvalidError."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidError(field, f"{field} must be a whole number")
    return int(text)

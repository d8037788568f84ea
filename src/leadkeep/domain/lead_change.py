"""What a team changes of a lead, and what that leaves in its history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from leadkeep.domain import attributes
from leadkeep.domain.attributes import keep_attributes
from leadkeep.domain.currency import read_currency
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.money import read_amount
from leadkeep.domain.tags import check_count, read_tags, tag_key, unique
from leadkeep.domain.text import as_text

MAX_OWNER = 200

ATTRIBUTE = "attributes."
"""Before an attribute's key, where a change names its field."""


class Change(NamedTuple):
    """One field, from and to. Of an attribute, None is one that is not there."""

    field: str
    before: Any
    after: Any


class ChangedLead(NamedTuple):
    """A lead as it was and as it is now, and the changes that lie between."""

    before: Lead
    after: Lead
    changes: Sequence[Change]


class PastChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change in a lead's history: who, when, from and to."""

    id: str
    lead_id: str
    at: datetime
    changed_by_id: str | None
    changed_by_name: str | None
    field: str
    before: Any
    after: Any


class LeadChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of a lead; what is left unset stays, None clears.

    `tags` replaces them all; `add_tags` and `remove_tags` leave the others. `value` is a decimal number and
    has a currency always: to clear the value clears the currency too. `attributes` is a merge patch
    (RFC 7396).
    """

    status: Status | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    add_tags: tuple[str, ...] | UnsetType = UNSET
    remove_tags: tuple[str, ...] | UnsetType = UNSET
    value: str | int | float | UnsetType | None = UNSET
    currency: str | UnsetType | None = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET

    def checked(self) -> "LeadChange":
        """The same change in stored form. Raises InvalidError, MalformedError."""
        if self.tags is not UNSET and (self.add_tags, self.remove_tags) != (UNSET, UNSET):
            raise InvalidError("tags", "tags replaces them all: it excludes add_tags and remove_tags")
        return msgspec.structs.replace(
            self,
            owner=_owner(self.owner),
            tags=_tags(self.tags, "tags"),
            add_tags=_tags(self.add_tags, "add_tags"),
            remove_tags=_tags(self.remove_tags, "remove_tags"),
            value=read_amount(self.value, "value")
            if isinstance(self.value, str | int | float)
            else self.value,
            currency=(
                read_currency(self.currency, "currency") if isinstance(self.currency, str) else self.currency
            ),
            attributes=UNSET if self.attributes is UNSET else _within_limits(self.attributes),
        )

    def applied_to(self, lead: Lead) -> ChangedLead:
        """Once checked: what it makes of the lead, whose version and time are left as they are.

        Raises InvalidError for what this very lead cannot be.
        """
        value, currency = self._money_of(lead)
        changed = {
            "status": lead.status if self.status is UNSET else self.status,
            "owner": lead.owner if self.owner is UNSET else self.owner,
            "tags": self._tags_of(lead),
            "value": value,
            "currency": currency,
            "attributes": self._attributes_of(lead),
        }
        after = msgspec.structs.replace(lead, **changed)
        return ChangedLead(lead, after, list(_changes(lead, after)))

    def _tags_of(self, lead: Lead) -> tuple[str, ...]:
        if self.tags is not UNSET:
            return self.tags
        if self.add_tags is UNSET and self.remove_tags is UNSET:
            return lead.tags
        removed = {tag_key(tag) for tag in self.remove_tags or ()}
        kept = (tag for tag in lead.tags if tag_key(tag) not in removed)
        return check_count(unique((*kept, *(self.add_tags or ()))), "add_tags")

    def _money_of(self, lead: Lead) -> tuple[str | None, str | None]:
        value = lead.value if self.value is UNSET else self.value
        kept = None if self.value is None else lead.currency
        currency = kept if self.currency is UNSET else self.currency
        if value is not None and currency is None:
            raise InvalidError("currency", "currency is required where there is a value")
        if value is None and currency is not None:
            raise InvalidError("value", "value is required where there is a currency")
        return None if value is None else str(value), currency

    def _attributes_of(self, lead: Lead) -> dict[str, Any]:
        if self.attributes is UNSET:
            return lead.attributes
        return _within_limits(_merged(lead.attributes, self.attributes))


def _owner(owner: str | UnsetType | None) -> str | UnsetType | None:
    if owner is None or owner is UNSET:
        return owner
    text = " ".join(as_text(owner, "owner", MAX_OWNER).split())
    if not text:
        raise InvalidError("owner", "owner must not be blank; null clears it")
    return text


def _tags(tags: tuple[str, ...] | UnsetType, field: str) -> tuple[str, ...] | UnsetType:
    return UNSET if tags is UNSET else read_tags(tags, field)


def _within_limits(wanted: dict[str, Any]) -> dict[str, Any]:
    """A capture leaves behind what does not fit; whoever changes a lead is told."""
    kept = keep_attributes(wanted)
    if len(kept) < len(wanted):
        raise InvalidError(
            "attributes",
            f"attributes holds what cannot be kept: the limits are {attributes.MAX_KEYS} keys of "
            f"{attributes.MAX_KEY_LENGTH} characters, {attributes.MAX_DEPTH} levels, "
            f"{attributes.MAX_BYTES} bytes, and integers of 64 bits",
        )
    return kept


def _merged(target: object, patch: dict[str, Any]) -> dict[str, Any]:
    """RFC 7396, 2."""
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value) if isinstance(value, dict) else value
    return merged


def _changes(before: Lead, after: Lead) -> Iterator[Change]:
    for field in ("status", "owner", "tags", "value", "currency"):
        was, is_now = getattr(before, field), getattr(after, field)
        if was != is_now:
            yield Change(field, was, is_now)
    for key in before.attributes | after.attributes:
        of_both = before.attributes.get(key), after.attributes.get(key)
        if _in_json(before.attributes, key) != _in_json(after.attributes, key):
            yield Change(f"{ATTRIBUTE}{key}", *of_both)


def _in_json(held: dict[str, Any], key: str) -> bytes | None:
    """To be compared: to Python, 1 and true are equal."""
    return msgspec.json.encode(held[key], order="deterministic") if key in held else None

"""What a message says of how to reach its visitor, on its way to become leads."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from leadkeep.domain.contact import phone_forms, phone_key
from leadkeep.domain.extraction import Found
from leadkeep.domain.message import Message


class TypedLead(NamedTuple):
    """An e-mail address, a phone number or both, and the message that holds them."""

    message: Message
    email: Found | None
    phone: Found | None

    def keys(self) -> set[str]:
        """What tells whether a session has a lead with these contacts already."""
        keys = {self.email.normal} if self.email else set[str]()
        return keys | {phone_key(self.phone.normal)} if self.phone else keys

    def forms(self) -> set[str]:
        """All normal forms of its contacts that a lead may have."""
        forms = {self.email.normal} if self.email else set[str]()
        return forms.union(phone_forms(phone_key(self.phone.normal))) if self.phone else forms


def typed_leads(message: Message, found: Sequence[Found]) -> list[TypedLead]:
    """Of one address and one number they are one lead, as they are most likely one person's; of several of a
    kind, each is a lead of its own, as nobody knows which go together."""
    emails = [one for one in found if one.kind == "email"]
    phones = [one for one in found if one.kind == "phone"]
    if len(emails) == len(phones) == 1:
        return [TypedLead(message, emails[0], phones[0])]
    return [
        TypedLead(message, one, None) if one.kind == "email" else TypedLead(message, None, one)
        for one in found
    ]


def without_known(typed: Iterable[TypedLead], known: Collection[str]) -> list[TypedLead]:
    """Those with a contact that neither a lead nor one before them has; `known`: forms that leads have.

    One with a new contact keeps the other too: together they say whose both are.
    """
    seen = {_key(contact) for contact in known}
    new: list[TypedLead] = []
    for one in typed:
        keys = one.keys()
        if not keys <= seen:
            new.append(one)
            seen |= keys
    return new


def _key(contact: str) -> str:
    return contact if "@" in contact else phone_key(contact)

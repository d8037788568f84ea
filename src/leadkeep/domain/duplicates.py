"""What makes two people look like one: reasons to suggest it, never to merge by itself."""

from collections.abc import Collection
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from leadkeep.domain.email import email_hint
from leadkeep.domain.role_mailboxes import ROLE_MAILBOXES

_MIN_LOCAL = 3
"""Local parts of one or two letters are alike by chance."""
_MIN_DIGITS = 8
_SAME_DIGITS = 7
"""Numbers with so many last digits in common are often one line, dialled in two ways."""


class Reason(StrEnum):
    """`same_mailbox`: the addresses differ in what one mailbox may have many of, such as a +detail."""

    SAME_NAME = "same_name"
    SAME_MAILBOX = "same_mailbox"
    SIMILAR_EMAIL = "similar_email"
    SIMILAR_PHONE = "similar_phone"


class Contacts(NamedTuple):
    """Comparable forms: normalised e-mail addresses and E.164 numbers."""

    emails: Collection[str]
    phones: Collection[str]


def reasons_for(one: Contacts, other: Contacts) -> set[Reason]:
    """Why two of the same name may be one person; empty where nothing but the name speaks for it."""
    found: set[Reason] = set()
    for first, second in product(one.emails, other.emails):
        if email_hint(first) == email_hint(second):
            found.add(Reason.SAME_MAILBOX)
        elif are_similar_emails(first, second):
            found.add(Reason.SIMILAR_EMAIL)
    if any(are_similar_phones(first, second) for first, second in product(one.phones, other.phones)):
        found.add(Reason.SIMILAR_PHONE)
    return found | {Reason.SAME_NAME} if found else found


def are_similar_emails(one: str, other: str) -> bool:
    """The same mailbox name at two domains, or a slip of the keyboard in one of both parts."""
    (local, _, domain), (other_local, _, other_domain) = (
        email_hint(address).rpartition("@") for address in (one, other)
    )
    if local == other_local:
        return domain == other_domain or (len(local) >= _MIN_LOCAL and local not in ROLE_MAILBOXES)
    return (
        domain == other_domain
        and min(len(local), len(other_local)) >= _MIN_LOCAL
        and not ROLE_MAILBOXES & {local, other_local}
        and is_one_slip(local, other_local)
    )


def are_similar_phones(one: str, other: str) -> bool:
    """One digit more, less or other, two swapped, or the same line behind another prefix."""
    if min(len(one), len(other)) <= _MIN_DIGITS:
        return one == other
    return one[-_SAME_DIGITS:] == other[-_SAME_DIGITS:] or is_one_slip(one, other)


def is_one_slip(one: str, other: str) -> bool:
    """Whether one character more, less or other, or two neighbours swapped, is all the difference."""
    longest = min(len(one), len(other))
    start = next((place for place in range(longest) if one[place] != other[place]), longest)
    one, other = one[start:], other[start:]
    longest = min(len(one), len(other))
    end = next((place for place in range(longest) if one[-1 - place] != other[-1 - place]), longest)
    one, other = one[: len(one) - end], other[: len(other) - end]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])

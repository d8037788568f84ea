"""Reading e-mail addresses: their normal form, and what kind of mailbox stands behind them."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from leadkeep.domain.role_mailboxes import ROLE_MAILBOXES

NOT_AN_EMAIL = "not_an_email"

# Addresses that email-validator is sure to accept unchanged: parsing costs a hundred times this match. The
# whole domain may have the 63 characters of one label here, and no country's domain is a special-use one.
_PLAIN_EMAIL = re.compile(
    r"(?=.{3,64}@)[a-z0-9]+(?:[._+-][a-z0-9]+)*"
    r"@(?=.{4,63}\Z)(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:com|net|org|info|[a-z]{2})\Z"
)

_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class Email(NamedTuple):
    """`normal` is the comparable form where there is one, `problem` the reason where there is none.

    `disposable`: the domain, or one above it, is known for throw-away mailboxes. `role`: the mailbox of a
    function rather than a person, such as info@ and sales@.
    """

    normal: str | None
    problem: str | None
    disposable: bool = False
    role: bool = False


_NOTHING = Email(None, None)


def read_email(typed: str | None) -> Email:
    """Normalise by RFC 5321/6531 (case, NFC, IDN), without DNS. The local part is compared without case."""
    typed = typed and typed.strip()
    if not typed:
        return _NOTHING
    if typed.isascii():
        plain = typed.lower()
        if _PLAIN_EMAIL.match(plain):
            local, _, domain = plain.partition("@")
            return Email(plain, None, _is_disposable(domain), _is_role(local))
    return _validated_email(typed)


@lru_cache(maxsize=4096)
def _validated_email(typed: str) -> Email:
    try:
        address = validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        return Email(None, NOT_AN_EMAIL)
    # Case alone is folded: `casefold` makes strasse.de of straße.de, which is somebody else's.
    local = address.local_part.lower()
    return Email(
        address.normalized.lower(), None, _is_disposable(address.ascii_domain.lower()), _is_role(local)
    )


def ascii_domain(domain: str) -> str:
    """As mail servers know it (RFC 5891); one that has no such form, as it is."""
    if domain.isascii():
        return domain
    try:
        return str(validate_email(f"a@{domain}", check_deliverability=False).ascii_domain)
    except EmailNotValidError:
        return domain


def email_hint(normal: str) -> str:
    """What addresses of one mailbox often share: good enough to suggest a duplicate, not to merge by.

    Without the +detail (RFC 5233), and at Gmail, whose other name is googlemail.com, without dots
    (https://support.google.com/mail/answer/7436150).
    """
    local, _, domain = normal.rpartition("@")
    mailbox = local.partition("+")[0]
    if domain in _GMAIL:
        mailbox, domain = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox or local}@{domain}"


def _is_disposable(domain: str) -> bool:
    """`domain` in lower case and, if international, in its ASCII form (RFC 5891)."""
    listed = _disposable_domains()
    while domain not in listed:
        _, dot, domain = domain.partition(".")
        if not dot:
            return False
    return True


def _is_role(local: str) -> bool:
    return local in ROLE_MAILBOXES or ("+" in local and local.partition("+")[0] in ROLE_MAILBOXES)


@cache
def _disposable_domains() -> set[str]:
    # A megabyte that only a server with leads to read needs.
    from disposable_email_domains import blocklist

    return blocklist

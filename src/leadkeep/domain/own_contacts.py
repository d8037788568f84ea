"""The contacts that are a bot's own: a visitor who repeats them has not left theirs."""

from leadkeep.domain.contact import phone_key, read_email, read_phone
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.text import as_text

MAX_OWN_CONTACTS = 100
MAX_OWN_CONTACT = 320
"""Characters: an address has no more."""


def check_own_contacts(typed: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and domains as `read_email` compares them, numbers in E.164, each once.

    Raises InvalidError, MalformedError, naming the one at fault.
    """
    if len(typed) > MAX_OWN_CONTACTS:
        raise InvalidError("own_contacts", f"own_contacts holds more than {MAX_OWN_CONTACTS} entries")
    return tuple(dict.fromkeys(_own(text, f"own_contacts[{number}]") for number, text in enumerate(typed)))


def _own(typed: str, field: str) -> str:
    text = as_text(typed, field, MAX_OWN_CONTACT).strip()
    normal = _domain(text) if text.startswith("@") else _address(text) if "@" in text else _number(text)
    if normal is None:
        raise InvalidError(
            field,
            f"{field} must be an e-mail address, a domain such as @example.com, "
            "or a phone number with its country code",
        )
    return normal


def _domain(text: str) -> str | None:
    address = _address(f"a{text}")
    return address and address.removeprefix("a")


def _address(text: str) -> str | None:
    return read_email(text).normal


def _number(text: str) -> str | None:
    e164 = read_phone(text).e164
    return e164 and phone_key(e164)

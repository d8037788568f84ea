"""What a typed e-mail address or phone number amounts to.

What was typed is always kept as typed: these functions only say what stands beside it.
"""

from leadkeep.domain.email import NOT_AN_EMAIL, Email, email_hint, read_email
from leadkeep.domain.numbering import Phone
from leadkeep.domain.phone import (
    IMPOSSIBLE_PHONE,
    INVALID_PHONE,
    NO_COUNTRY_CODE,
    NOT_A_PHONE,
    REGIONS,
    check_region,
    phone_forms,
    phone_key,
    read_phone,
)

__all__ = [
    "IMPOSSIBLE_PHONE",
    "INVALID_PHONE",
    "NOT_AN_EMAIL",
    "NOT_A_PHONE",
    "NO_COUNTRY_CODE",
    "REGIONS",
    "Email",
    "Phone",
    "check_region",
    "email_hint",
    "phone_forms",
    "phone_key",
    "read_email",
    "read_phone",
]

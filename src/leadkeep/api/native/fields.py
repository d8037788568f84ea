"""The kinds of field that requests and answers are made of, each with the limits that the document shows."""

from typing import Annotated, Any

from msgspec import Meta

from leadkeep.domain import bot, key, lead, lead_change, money, note, own_contacts, search, tags
from leadkeep.domain.access import Permission
from leadkeep.domain.contact import REGIONS
from leadkeep.domain.event import FEED_TYPES, EventType

BOT_ID_PATTERN = f"^{bot.ID_PATTERN}$"
UUID_EXAMPLE = "019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
MOMENT_EXAMPLE = "2026-11-23T07:02:23.000Z"

# Blank to Python or to JavaScript, whose regular expressions JSON Schema has (ECMA-262); and U+0000, which is
# taken out of texts.
_NOT_BLANK = r"[^\s\x00\x1c-\x1f\x85\ufeff]"

BotId = Annotated[str, Meta(pattern=BOT_ID_PATTERN, description="A bot's id", examples=["support"])]
Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"}, examples=[UUID_EXAMPLE])]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"}, examples=[MOMENT_EXAMPLE])]

SessionId = Annotated[
    str,
    Meta(max_length=lead.MAX_SESSION_ID, description="One conversation of one visitor", examples=["s-81"]),
]
LeadName = Annotated[str, Meta(max_length=lead.MAX_NAME, examples=["Ada Lovelace"])]
LeadEmail = Annotated[
    str, Meta(max_length=lead.MAX_EMAIL, description="Kept as typed", examples=["ada@example.com"])
]
LeadPhone = Annotated[
    str, Meta(max_length=lead.MAX_PHONE, description="Kept as typed", examples=["+44 20 7946 0958"])
]
Attributes = Annotated[
    dict[str, Any],
    Meta(
        description="Anything else worth keeping: up to 64 keys and 16 KiB. What does not fit is left out",
        examples=[{"plan": "pro"}],
    ),
]

Owner = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=lead_change.MAX_OWNER,
        pattern=_NOT_BLANK,
        description="Whoever in the team sees to it",
        examples=["Grace Hopper"],
    ),
]
Tag = Annotated[str, Meta(min_length=1, max_length=tags.MAX_TAG, pattern=_NOT_BLANK, examples=["vip"])]
Tags = Annotated[
    list[Tag],
    Meta(max_length=tags.MAX_TAGS, description="Each once, compared without case; replaces them all"),
]
SomeTags = Annotated[list[Tag], Meta(max_length=tags.MAX_TAGS)]
AmountText = Annotated[str, Meta(pattern=f"^{money.AMOUNT_PATTERN}$", examples=["120.50"])]
WholeAmount = Annotated[int, Meta(ge=0, lt=money.MAX_FLOAT)]
Amount = Annotated[
    float,
    Meta(ge=0, lt=money.MAX_FLOAT, description="At most 4 decimals; what is larger is sent as text"),
]
Currency = Annotated[str, Meta(pattern="^[A-Za-z]{3}$", description="ISO 4217", examples=["EUR"])]
AttributesPatch = Annotated[
    dict[str, Any],
    Meta(
        description="Merged into what is there (RFC 7396): a key with null goes. "
        "The limits are those of a capture, but what does not fit is refused",
        examples=[{"plan": "pro", "trial": None}],
    ),
]
NoteText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=note.MAX_NOTE,
        pattern=_NOT_BLANK,
        examples=["Wants a call on Monday morning"],
    ),
]

BotName = Annotated[str, Meta(max_length=bot.MAX_NAME, examples=["Support"])]
FormText = Annotated[str, Meta(max_length=bot.MAX_FORM_TEXT)]
Origin = Annotated[
    str,
    Meta(
        description="Scheme, host and, where it is not the default, port; no path",
        extra_json_schema={"format": "uri"},
        examples=["https://www.example.com"],
    ),
]
Origins = Annotated[
    list[Origin],
    Meta(max_length=bot.MAX_ORIGINS, description="Pages that may leave leads without a key; none means any"),
]

Region = Annotated[
    str,
    Meta(
        description="Where phone numbers without a country code are dialled: ISO 3166",
        extra_json_schema={"enum": REGIONS},
        examples=["DE"],
    ),
]
OwnContact = Annotated[
    str,
    Meta(
        max_length=own_contacts.MAX_OWN_CONTACT,
        description="An e-mail address, a domain as `@example.com`, or a phone number with its country code",
        examples=["@example.com"],
    ),
]
OwnContacts = Annotated[
    list[OwnContact],
    Meta(max_length=own_contacts.MAX_OWN_CONTACTS, description="Contacts in a chat that are the bot's own"),
]

KeyName = Annotated[
    str, Meta(min_length=1, max_length=key.MAX_NAME, pattern=_NOT_BLANK, examples=["reporting"])
]
Permissions = Annotated[
    list[Permission],
    Meta(min_length=1, description="`admin` contains the others, which do not contain one another"),
]
KeyBots = Annotated[
    list[BotId],
    Meta(min_length=1, max_length=key.MAX_BOTS, description="The bots it holds for; null means all"),
]

Words = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=search.MAX_SEARCH,
        description="Finds leads by the beginnings of all these words, which may stand in the name, the "
        "e-mail address or a note, or by a phone number in any form or its last digits",
        examples=["ada love"],
    ),
]
EventTypes = Annotated[
    list[EventType],
    Meta(
        min_length=1,
        description="Which events; null means all",
        extra_json_schema={"items": {"enum": [kind.value for kind in FEED_TYPES]}},
        examples=[["lead.captured"]],
    ),
]

Flag = Annotated[bool, Meta(examples=[True])]

Cursor = Annotated[
    str, Meta(max_length=1_000, description="`next_cursor` of the page before, with the same filters")
]
Limit = Annotated[int, Meta(ge=1, le=200, description="Items on a page")]

"""A database as the first version of the schema was left by: the rows that version wrote, kept as a recipe.

Nothing here comes from today's code but the column types: what that version read an address or a number as
is written out.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from leadkeep.storage.database import Database
from leadkeep.storage.store import Store
from leadkeep.storage.types import Id, Json, Moment

START = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
TOKEN = "lk_" + "v" * 43
KEY_ID = "01a20876-32c0-76e1-941d-bea12d116c5a"
BODY = b'{"bot_id":"shop","session_id":"again","email":"again@example.com"}'
IDEMPOTENCY_KEY = "sent-before-the-upgrade"

Row = dict[str, Any]


def _lead(number: int, bot_id: str, session_id: str, **fields: Any) -> Row:
    """What was not sent is NULL; `email` and `phone` come with what they were read as."""
    empty = dict.fromkeys(
        ("name", "email", "email_normal", "email_problem", "phone", "phone_e164", "phone_problem")
    )
    return {
        "id": f"019a{number:04x}-0000-7000-8000-{number:012x}",
        "bot_id": bot_id,
        "session_id": session_id,
        **empty,
        "attributes": {},
        "source": "flowise",
        "created_at": START + timedelta(milliseconds=number * 1001),
        **fields,
    }


def _email(typed: str, normal: str | None = None) -> Row:
    return {"email": typed, "email_normal": normal, "email_problem": None if normal else "not_an_email"}


def _phone(typed: str, e164: str | None = None, problem: str | None = None) -> Row:
    return {"phone": typed, "phone_e164": e164, "phone_problem": problem}


_AT_16 = START + timedelta(milliseconds=16 * 1001)
_ADA = _email("Ada@Example.com", "ada@example.com")
_BERLIN = _phone("+49 30 901820", "+4930901820")
_BRAZIL = _phone("+55 11 97123-4567", "+5511971234567")
_OLDER_BRAZIL = _phone("+55 11 7123-4567", "+551171234567")
_HOSTILE = 'Robert\'); DROP TABLE leads;--\t\u202e\x01\\ "x"'

LEADS = [
    _lead(1, "shop", "s-1", name="Ada", **_ADA),
    _lead(2, "help", "s-1", name="Ada Lovelace", **_email("ada@example.com", "ada@example.com")),
    _lead(3, "shop", "s-2", **_BERLIN),
    # Links the two before it.
    _lead(4, "shop", "s-3", name="Ada L.", **_ADA, **_BERLIN),
    # Null, empty and blank.
    _lead(5, "shop", "s-4"),
    _lead(6, "shop", "s-4", name="", email="", phone=""),
    _lead(7, "shop", "s-4", name="   ", email=" ", phone=" "),
    # What is no address and no number, and numbers without a country code.
    _lead(8, "shop", "s-5", name="Nemo", **_email("nemo at sea"), **_phone("call me", None, "not_a_phone")),
    _lead(9, "shop", "s-6", name="Nemo", **_phone("030 901820", None, "no_country_code")),
    _lead(10, "shop", "s-7", name="Nemo", **_phone("030 901820", None, "no_country_code")),
    # Scripts.
    _lead(11, "shop", "会話/1", name="山田 太郎", **_email("山田@例え.jp", "山田@例え.jp")),
    _lead(
        12,
        "shop",
        "s\u202e?",
        name="Zoë 👩‍👩‍👧‍👦 e\u0301",
        **_email("zoë@bücher.example", "zoë@bücher.example"),
    ),
    _lead(13, "shop", "s-8", name=_HOSTILE, attributes={"a'b": [1, None, {"ключ": "значение"}], "n": 0.5}),
    # One line in Brazil, before and after it got another digit.
    _lead(14, "help", "s-9", name="Bia", **_BRAZIL),
    _lead(15, "help", "s-10", name="Beatriz", **_OLDER_BRAZIL),
    # Long, through another face, and at the very same moment as the one before it.
    _lead(16, "help", "s" * 200, name="x" * 1_000, attributes={"note": "y" * 8_000}, source="native"),
    _lead(17, "help", "s-11", name="Twin", source="native", created_at=_AT_16),
    _lead(18, "shop", "again", **_email("again@example.com", "again@example.com"), source="native"),
]
EMPTY_BOT = "nobody-yet"
HANDED_OVER = ("shop", "s-2")

_T = sa.Text()
_TABLES: dict[str, dict[str, Any]] = {
    "bots": {
        **{"id": _T, "name": _T, "public": sa.Boolean(), "origins": Json, "form": Json},
        "created_at": Moment,
    },
    "sessions": {
        **dict.fromkeys(("bot_id", "id", "name", "email", "phone"), _T),
        **dict.fromkeys(("lead_at", "handed_over_at"), Moment),
    },
    "leads": {
        "id": Id,
        **dict.fromkeys((*LEADS[0].keys() - {"id", "attributes", "created_at"},), _T),
        "attributes": Json,
        "created_at": Moment,
    },
    "keys": {
        "id": Id,
        **dict.fromkeys(("name", "hash", "hint"), _T),
        **dict.fromkeys(("permissions", "bots"), Json),
        **dict.fromkeys(("created_at", "expires_at", "last_used_at", "revoked_at"), Moment),
    },
    "idempotency_keys": {
        **dict.fromkeys(("caller", "key", "body_hash"), _T),
        "lead_id": Id,
        "created_at": Moment,
    },
}


def make(database: Database, leads: Sequence[Row]) -> None:
    """The schema of that version with these leads, and all that stood beside them."""
    with database.transaction() as store:
        _schema(store)
        bot_ids = sorted({lead["bot_id"] for lead in leads} | {EMPTY_BOT})
        _insert(store, "bots", [_bot(bot_id) for bot_id in bot_ids])
        _insert(store, "sessions", sessions_of(leads))
        _insert(store, "leads", leads)
        _insert(store, "keys", [_key()])
        _insert(store, "idempotency_keys", [_kept(lead) for lead in leads if lead["session_id"] == "again"])


def _schema(store: Store) -> None:
    with resources.as_file(resources.files("leadkeep.storage") / "migrations") as scripts:
        config = Config(attributes={"connection": store.connection})
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")


def _insert(store: Store, name: str, rows: Sequence[Row]) -> None:
    table = sa.table(name, *(sa.column(column, kind) for column, kind in _TABLES[name].items()))
    if rows:
        store.execute(sa.insert(table), rows)


def _bot(bot_id: str) -> Row:
    form = {"enabled": True, "title": "Hi", "success_message": "", "ask_name": True}
    form |= {"ask_email": True, "ask_phone": bot_id == "shop"}
    public = {"public": bot_id == "shop", "origins": ["https://www.example.com"]}
    return {"id": bot_id, "name": f"Bot {bot_id}", **public, "form": form, "created_at": START}


def sessions_of(leads: Iterable[Row]) -> list[Row]:
    """As that version kept them: the newest non-empty value of each field, numbers in E.164."""
    found: dict[tuple[str, str], Row] = {}
    for lead in leads:
        place = (lead["bot_id"], lead["session_id"])
        session = found.setdefault(
            place,
            {
                **{"bot_id": place[0], "id": place[1], "lead_at": lead["created_at"]},
                **dict.fromkeys(("name", "email", "phone", "handed_over_at")),
            },
        )
        typed = {**lead, "phone": lead["phone_e164"] or lead["phone"]}
        session |= {name: typed[name] for name in ("name", "email", "phone") if typed[name]}
        if place == HANDED_OVER:
            session["handed_over_at"] = lead["created_at"] + timedelta(minutes=5)
    return list(found.values())


def _key() -> Row:
    never = dict.fromkeys(("expires_at", "last_used_at", "revoked_at"))
    hashed = {"hash": hashlib.sha256(TOKEN.encode()).hexdigest(), "hint": TOKEN[:9]}
    grants = {"permissions": ["capture", "read"], "bots": None}
    return {"id": KEY_ID, "name": "old", **hashed, **grants, "created_at": START, **never}


def _kept(lead: Row) -> Row:
    """Fresh enough to be answered from."""
    place = {"caller": KEY_ID, "key": IDEMPOTENCY_KEY, "body_hash": hashlib.sha256(BODY).hexdigest()}
    return {**place, "lead_id": lead["id"], "created_at": datetime.now(UTC)}


def many(count: int) -> list[Row]:
    """So many leads, a few of each person, some of which link two."""
    leads: list[Row] = []
    for number in range(1, count + 1):
        person, kind = divmod(number, 4)
        email = _email(f"P{person}@example.com", f"p{person}@example.com")
        phone = _phone(f"+49 151 {person:08}", f"+49151{person:08}")
        fields: Row = [email, phone, {**email, **phone}, email][kind]
        leads.append(
            _lead(number, f"bot-{number % 7}", f"s-{number // 2}", name=f"Person {person}", **fields)
        )
    return leads

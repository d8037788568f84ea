"""The audit log, as owners read it."""

import csv
import html
import io
import json
import re
import uuid
from datetime import UTC, datetime

from leadkeep.actions import clock
from leadkeep.actions.change_account import change_preferences
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.read_audit import read_audit
from leadkeep.domain.access import OPERATOR, Grant
from leadkeep.domain.audit import AuditFilter, Deed, Entry
from leadkeep.domain.user import Preferences
from leadkeep.storage import audit
from leadkeep.storage.types import first_id_at
from tests.console.conftest import MakePerson
from tests.support.console import Person
from tests.support.console_things import Things
from tests.support.server import Server


def somebody(name: str = "Somebody") -> Grant:
    return Grant(id=f"test:{uuid.uuid4()}", name=name, permissions=frozenset(), bots=None)


def note(server: Server, by: Grant, deed: Deed, subject: str | None = None, **facts: object) -> None:
    with server.database.transaction() as store:
        note_deed(store, by, deed, subject, **facts)


def exported(person: Person, **fields: str) -> list[dict[str, str]]:
    answer = person.post("/audit/export", 200, **fields)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_entries_are_filtered_and_lead_to_what_they_are_about(server: Server, person: MakePerson) -> None:
    owner, eve, lead = person(), somebody("<i>Eve</i>"), clock.new_id()
    note(server, eve, Deed.LEAD_READ, lead, bot="shop")
    note(server, eve, Deed.LEAD_DELETED, lead, bot="shop")
    note(server, eve, Deed.BOT_CHANGED, "a:b")
    note(server, eve, Deed.SESSION_READ, "c-1", bot="a:b")
    note(server, eve, Deed.KEY_REVOKED, clock.new_id())
    note(server, somebody(), Deed.LEAD_READ, lead)
    page = owner.get(f"/audit?who={eve.id}")
    links = re.findall(r'<td class="what"><a [^>]*href="([^"]+)"', page)
    assert links == ["/keys", "/sessions/a%3Ab/c-1", "/bots/a%3Ab", f"/leads/{lead}"]
    assert "<i>Eve" not in page
    assert "bot: shop" in page
    assert owner.get(f"/audit?subject={lead}").count("<tr>") == 1 + 3
    assert owner.get(f"/audit?subject={lead}&deed=lead.read").count("<tr>") == 1 + 2
    assert owner.get(f"/audit?subject={lead}&deed=lead.read&who={eve.id}").count("<tr>") == 1 + 1


def test_what_is_known_of_a_deed_is_told_in_words(server: Server, person: MakePerson) -> None:
    owner, eve = person(), somebody()
    note(server, eve, Deed.SIGNED_IN, how="password", address="127.0.0.1")
    note(server, eve, Deed.KEY_CREATED, permissions=["capture", "read"])
    note(server, eve, Deed.LEAD_CHANGED, fields=["status", "attributes"])
    note(server, eve, Deed.LINK_MADE, second_factor_removed=False)
    page = owner.get(f"/audit?who={eve.id}")
    for told in ("by: password", "from: 127.0.0.1", "may: capture, read", "what: status, attributes"):
        assert told in page
    assert "removed" not in page
    owner.client.headers["Accept-Language"] = "de"
    assert "mit: Passwort" in owner.get(f"/audit?who={eve.id}")


def test_a_day_is_one_where_the_reader_is(server: Server, person: MakePerson) -> None:
    owner, eve = person(), somebody()
    with server.database.transaction() as store:
        change_preferences(store, owner.user.grant(), "Owner", Preferences(time_zone="Pacific/Auckland"))
        # In Auckland it is 00:30 on the 2nd of March, 13 hours before UTC.
        at = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
        deed, name = Deed.SIGNED_OUT, eve.name
        audit.add(
            store, Entry(id=first_id_at(at), at=at, actor_id=eve.id, actor_name=name, deed=deed, subject=None)
        )
    for dates, there in (
        ("from=2026-03-02&to=2026-03-02", True),
        ("from=2026-03-01&to=2026-03-01", False),
        ("from=2026-03-03", False),
        ("to=2026-03-01", False),
    ):
        assert ("Nothing like that was done." not in owner.get(f"/audit?who={eve.id}&{dates}")) is there
    for dates in ("from=soon", "to=9999-12-31", "from=0001-01-01"):
        assert "A day must be written as" in owner.get(f"/audit?{dates}", 422)
    owner.get("/audit?deed=lead.stolen", 422)
    owner.get("/audit?subject=%00%ff&who=%00&before=x")


def test_pages_follow_one_another(server: Server, person: MakePerson) -> None:
    owner, eve = person(), somebody()
    with server.database.transaction() as store:
        for number in range(51):
            note_deed(store, eve, Deed.LEADS_CHANGED, None, number=number)
    first = owner.get(f"/audit?who={eve.id}")
    assert "number: 50" in first
    assert "number: 0<" not in first
    older = re.search(r'href="([^"]+)">Older', first)
    assert older is not None
    second = owner.get(html.unescape(older[1]))
    assert second.count("number: ") == 1
    assert "number: 0<" in second
    assert "Older" not in second


def test_what_is_filtered_is_exported_and_that_is_noted(server: Server, person: MakePerson) -> None:
    owner, eve = person(), somebody("=cmd()")
    for number in range(3):
        note(server, eve, Deed.LEAD_READ, f"lead-{number}", bot="shop")
    note(server, eve, Deed.SIGNED_OUT)
    rows = exported(owner, who=eve.id, deed="lead.read")
    assert [row["subject"] for row in rows] == ["lead-2", "lead-1", "lead-0"]
    assert (rows[0]["actor_name"], rows[0]["facts"]) == ("'=cmd()", '{"bot":"shop"}')
    assert datetime.fromisoformat(rows[0]["at"]).tzinfo is not None
    (noted,) = exported(owner, who=owner.user.id, deed="audit.exported")
    assert json.loads(noted["facts"]) == {"filter": {"actor_id": eve.id, "deed": "lead.read"}}
    assert f"who: {eve.id}" in owner.get(f"/audit?who={owner.user.id}&deed=audit.exported")


def test_an_export_is_of_all_pages(server: Server, person: MakePerson) -> None:
    owner, eve = person(), somebody()
    with server.database.transaction() as store:
        for _ in range(1_001):
            note_deed(store, eve, Deed.LEADS_CHANGED)
    assert len(exported(owner, who=eve.id)) == 1_001


def test_nobody_looks_at_somebody_unnoted(server: Server, person: MakePerson) -> None:
    things, ada = Things(server.database), person("viewer")
    for path in ("/leads/{lead_id}", "/people/{person_id}"):
        assert ada.client.get(things.fill(path), headers={"HX-Request": "true"}).status_code == 200
    with server.database.snapshot() as store:
        found = read_audit(store, OPERATOR, AuditFilter(actor_id=ada.user.id), None, 2)
    assert [one.deed for one in found] == [Deed.PERSON_READ, Deed.LEAD_READ]

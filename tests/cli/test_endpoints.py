"""`leadkeep endpoints`."""

from pathlib import Path

from leadkeep.actions.read_endpoints import list_endpoints
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.storage.database import Database
from tests.actions.test_deliveries import DOWN, claimed, left, tried
from tests.support.command import Command

HOOK = "https://hooks.example.com/leads"


def only(database: Database) -> Endpoint:
    with database.snapshot() as store:
        (endpoint,) = list_endpoints(store, OPERATOR)
    return endpoint


def test_one_is_added_and_its_secret_alone_is_printed(leadkeep: Command, database: Database) -> None:
    options = [
        "--type",
        "lead.captured",
        "--bot",
        "shop",
        "--header",
        "X-Team: sales",
        "--description",
        "CRM",
    ]
    done = leadkeep("endpoints", "add", HOOK, *options)
    endpoint = only(database)
    assert done.out == f"{endpoint.secret}\n"
    assert endpoint.id in done.err
    assert (endpoint.url, endpoint.bots, endpoint.headers) == (HOOK, ("shop",), {"X-Team": "sales"})
    listed = leadkeep("endpoints", "list").out
    assert endpoint.id in listed
    assert "lead.captured" in listed
    shown = leadkeep("endpoints", "show", endpoint.id).out
    assert "CRM" in shown
    assert "X-Team" in shown
    for secret in (endpoint.secret, "sales"):
        assert secret not in shown.replace("CRM", "")


def test_an_address_makes_it_mail_and_a_file_a_template(
    leadkeep: Command, database: Database, tmp_path: Path
) -> None:
    leadkeep("endpoints", "add", "mailto:ada@example.com", "--digest", "60")
    endpoint = only(database)
    assert (endpoint.form, endpoint.digest_minutes) == (Form.EMAIL, 60)
    leadkeep("endpoints", "remove", endpoint.id)
    (tmp_path / "own.jinja").write_text("{{ event.type }}")
    leadkeep("endpoints", "add", HOOK, "--template", str(tmp_path / "own.jinja"))
    assert (only(database).form, only(database).template) == (Form.TEMPLATE, "{{ event.type }}")
    leadkeep("endpoints", "set", only(database).id, "--form", "slack")
    assert (only(database).form, only(database).template) == (Form.SLACK, None)


def test_it_is_changed_switched_off_and_on(leadkeep: Command, database: Database) -> None:
    leadkeep("endpoints", "add", HOOK, "--type", "lead.captured", "--bot", "shop")
    first = only(database)
    leadkeep("endpoints", "set", first.id, "--all-types", "--all-bots", "--off", "--url", f"{HOOK}/2")
    changed = only(database)
    assert (changed.types, changed.bots, changed.enabled, changed.url) == (None, None, False, f"{HOOK}/2")
    leadkeep("endpoints", "set", first.id, "--on")
    assert only(database).enabled
    assert "nothing to change" in leadkeep("endpoints", "set", first.id, code=2).err
    assert (
        "exclude"
        in leadkeep("endpoints", "set", first.id, "--type", "lead.updated", "--all-types", code=2).err
    )
    assert "must be one of lead.captured" in leadkeep("endpoints", "set", first.id, "--type", "x", code=2).err


def test_a_secret_is_rotated(leadkeep: Command, database: Database) -> None:
    leadkeep("endpoints", "add", HOOK)
    before = only(database)
    done = leadkeep("endpoints", "rotate-secret", before.id, "--overlap", "2")
    after = only(database)
    assert (done.out, after.old_secret) == (f"{after.secret}\n", before.secret)


def test_what_failed_is_seen_and_delivered_again(leadkeep: Command, database: Database) -> None:
    leadkeep("endpoints", "add", HOOK, "--type", "lead.captured")
    endpoint = only(database)
    assert "Nothing has been" in leadkeep("endpoints", "deliveries", endpoint.id).err
    lead = left(database)
    tried(database, claimed(database), DOWN)
    listed = leadkeep("endpoints", "deliveries", endpoint.id).out
    assert lead.id in listed
    assert "http_500" in listed
    again = leadkeep("endpoints", "redeliver", endpoint.id, "--failed-since", "2026-01-01")
    assert again.out == "1 on the way.\n"
    backfill = leadkeep(
        "endpoints", "redeliver", endpoint.id, "--from", "2026-01-01", "--type", "lead.captured"
    )
    assert backfill.out == "0 on the way.\n"
    assert "give one of" in leadkeep("endpoints", "redeliver", endpoint.id, code=2).err


def test_a_test_is_sent(leadkeep: Command, database: Database) -> None:
    leadkeep("endpoints", "add", HOOK)
    event_id = leadkeep("endpoints", "test", only(database).id).out.strip()
    assert [claim.event_id for claim in claimed(database)] == [event_id]

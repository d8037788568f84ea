from typing import Any

import pytest

from tests.support.leads import a_lead, put
from tests.support.server import Server

WEEK = {"from": "2026-11-20", "to": "2026-11-27", "time_zone": "Europe/Berlin"}
DAY = 24 * 60 * 60 * 1_000


def counts(server: Server, **query: str) -> Any:
    answer = server.client.get("/api/v2/counts", params=WEEK | query, headers=server.bearer("read"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_day_is_there_with_the_offset_of_its_zone(server: Server) -> None:
    bot_id = server.bot()
    put(server.database, a_lead(bot_id), a_lead(bot_id), a_lead(bot_id, "t", after_ms=DAY))
    found = counts(server, bot=bot_id)
    assert (found["time_zone"], found["per"], found["by"]) == ("Europe/Berlin", "day", None)
    assert (found["from"], found["to"]) == ("2026-11-20T00:00:00+01:00", "2026-11-27T00:00:00+01:00")
    assert [item["leads"] for item in found["items"]] == [0, 0, 0, 2, 1, 0, 0]
    assert found["items"][3] == {
        "at": "2026-11-23T00:00:00+01:00",
        "leads": 2,
        "sessions": 1,
        "converted": 1,
        "conversion": 1.0,
    }
    assert found["total"] == {
        "leads": 3,
        "sessions": 2,
        "converted": 2,
        "conversion": 1.0,
        "handovers": 0,
        "waiting_seconds": None,
        "first_answer_seconds": None,
    }
    assert (found["groups"], found["groups_left_out"]) == ([], 0)


def test_groups_have_days_of_their_own(server: Server) -> None:
    bot_id = server.bot()
    put(server.database, a_lead(bot_id, origin="native"), a_lead(bot_id, "t", origin="flowise"))
    found = counts(server, bot=bot_id, by="origin")
    assert [one["group"] for one in found["groups"]] == ["flowise", "native"]
    for one in found["groups"]:
        assert one["total"] == {"leads": 1, "sessions": None, "converted": None, "conversion": None}
        assert [item["leads"] for item in one["items"]] == [0, 0, 0, 1, 0, 0, 0]


def test_a_token_for_named_bots_counts_those(server: Server) -> None:
    mine, other = server.bot(), server.bot()
    put(server.database, a_lead(mine), a_lead(other))
    headers = server.bearer("read", bots=[mine])
    found = server.client.get("/api/v2/counts", params=WEEK | {"by": "bot"}, headers=headers).json()
    assert found["total"]["leads"] == found["total"]["sessions"] == 1
    assert [one["group"] for one in found["groups"]] == [mine]


def test_the_zone_is_that_of_the_settings_unless_another_is_asked_for(server: Server) -> None:
    found = server.client.get("/api/v2/counts", headers=server.bearer("read")).json()
    assert found["time_zone"] == "UTC"
    assert found["items"][0]["at"].endswith("T00:00:00Z")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"to": "1999-01-01"}, "to"),
        ({"from": "2026-11-28"}, "from"),
        ({"from": "2024-01-01"}, "from"),
        ({"from": "2026-10-01", "per": "hour"}, "from"),
        ({"per": "week"}, "per"),
        ({"by": "owner"}, "by"),
        ({"bot": "no bot"}, "bot"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"form": "2026-11-20"}, "form"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(server: Server, query: dict[str, str], field: str) -> None:
    answer = server.client.get("/api/v2/counts", params=WEEK | query, headers=server.bearer("read"))
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]

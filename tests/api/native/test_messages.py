"""Messages over the native face."""

import gzip
import json
from typing import Any

import pytest

from leadkeep.api.native.messages import MAX_MESSAGES_BODY
from leadkeep.domain.message import MAX_BATCH, MAX_TEXT
from tests.support.conversations import Talk
from tests.support.server import Server


def transcript(talk: Talk, query: str = "") -> list[Any]:
    """From all pages."""
    answer = talk.get(f"/messages?{query}").raise_for_status()
    items: list[Any] = answer.json()["items"]
    while "next" in answer.links:
        answer = talk.server.client.get(answer.links["next"]["url"], headers=talk.server.bearer("read"))
        items += answer.json()["items"]
    return items


def send_raw(talk: Talk, body: bytes, **headers: str) -> Any:
    sent = talk.server.bearer("capture") | {"Content-Type": "application/json"} | headers
    return talk.server.client.post(f"{talk.path}/messages", content=body, headers=sent)


def test_messages_are_read_as_they_were_appended(server: Server) -> None:
    talk = Talk(server)
    moments = ["2026-11-23T07:02:23.000Z", "2026-11-23T07:02:24.000Z"]
    said = [
        {"role": "visitor", "text": "Ünï\n漢", "at": moments[0], "vendor_id": "m-1"},
        {"role": "system", "text": "x", "at": "2026-11-23T08:02:24.0009+01:00"},
    ]
    answer = talk.append(said)
    appended = answer.json()["messages"]
    assert (answer.status_code, [one["is_new"] for one in appended]) == (200, [True, True])
    assert transcript(talk) == [
        {"id": appended[0]["id"], **said[0]},
        {"id": appended[1]["id"], **said[1], "at": moments[1], "vendor_id": None},
    ]
    assert transcript(talk, "order=newest") == list(reversed(transcript(talk)))


def test_sent_again_with_its_vendor_id_a_message_is_stored_once_and_not_shown(server: Server) -> None:
    talk = Talk(server)
    (first,) = talk.say("secret", vendor_id="m-1").json()["messages"]
    again = talk.say("other", vendor_id="m-1")
    assert again.json() == {"messages": [{"id": first["id"], "is_new": False}]}
    assert [item["text"] for item in transcript(talk)] == ["secret"]


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_a_transcript_comes_in_pages(server: Server, order: str) -> None:
    talk = Talk(server)
    talk.say(*map(str, range(7)))
    texts = [item["text"] for item in transcript(talk, f"limit=3&order={order}")]
    assert texts == sorted(map(str, range(7)), reverse=order == "newest")


def test_a_batch_may_hold_a_thousand_messages_of_ordinary_size(server: Server) -> None:
    talk = Talk(server)
    answer = talk.say(*("x" * 2_000 for _ in range(MAX_BATCH)))
    assert len(answer.json()["messages"]) == MAX_BATCH
    assert talk.say(*("x" for _ in range(MAX_BATCH + 1))).status_code == 422
    assert len(transcript(talk, "limit=200")) == MAX_BATCH


def test_a_text_may_have_32_kib(server: Server) -> None:
    talk = Talk(server)
    longest = "漢" * (MAX_TEXT // 3)
    assert talk.say(longest).status_code == 200
    answer = talk.say("fine", longest + "漢")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["messages[1].text"]
    assert [item["text"] for item in transcript(talk)] == [longest]


def test_a_body_of_8_mib_is_taken_and_a_larger_one_is_not(server: Server) -> None:
    talk = Talk(server)
    one = json.dumps({"role": "bot", "text": "x" * 30_000})
    body = f'{{"messages":[{",".join([one] * 200)}]}}'.encode()
    full = body + b" " * (MAX_MESSAGES_BODY - len(body))
    assert send_raw(talk, full).status_code == 200
    assert send_raw(talk, full + b" ").status_code == 413
    assert send_raw(talk, gzip.compress(full), **{"Content-Encoding": "gzip"}).status_code == 200
    assert send_raw(talk, gzip.compress(full + b" "), **{"Content-Encoding": "gzip"}).status_code == 413


def test_a_body_of_very_many_gzip_members_is_refused(server: Server) -> None:
    talk = Talk(server)
    few = gzip.compress(b'{"messages":') + gzip.compress(b'[{"role":"bot","text":"x"}]}')
    assert send_raw(talk, few, **{"Content-Encoding": "gzip"}).status_code == 200
    many = gzip.compress(b"") * 300_000
    assert send_raw(talk, many, **{"Content-Encoding": "gzip"}).status_code == 400


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"role": "human", "text": "x"}, "messages[0].role"),
        ({"role": "bot", "text": ""}, "messages[0].text"),
        ({"role": "bot", "text": "\0"}, "messages[0].text"),
        ({"role": "bot", "text": 5}, "messages[0].text"),
        ({"role": "bot"}, "messages[0].text"),
        ({"role": "bot", "text": "x", "at": "soon"}, "messages[0].at"),
        ({"role": "bot", "text": "x", "vendor_id": "x" * 201}, "messages[0].vendor_id"),
        ({"role": "bot", "text": "x", "id": "x"}, "messages[0].id"),
    ],
)
def test_a_message_that_breaks_a_rule_is_named(server: Server, message: Any, field: str) -> None:
    answer = Talk(server).append([message])
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_no_messages_are_refused_and_make_no_session(server: Server) -> None:
    talk = Talk(server)
    assert talk.append([]).status_code == 422
    assert talk.get().status_code == 404
    assert talk.get("/messages").status_code == 404


def test_a_cursor_of_another_transcript_is_refused(server: Server) -> None:
    talk, other = Talk(server), Talk(server)
    for one in (talk, other):
        one.say("a", "b")
    cursor = talk.get("/messages?limit=1").json()["next_cursor"]
    assert talk.get(f"/messages?cursor={cursor}").status_code == 200
    assert talk.get(f"/messages?cursor={cursor}&order=newest").status_code == 422
    assert other.get(f"/messages?cursor={cursor}").status_code == 422

"""Requests that no page of ours leads to are refused, and fail nowhere."""

import pytest

from tests.console.conftest import MakePerson
from tests.support.server import Server


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/inbox?q=%E2%82%AC", "/inbox?q=%E2%82%AC"),
        ("/inbox?q=%25E2%2582%25AC", "/inbox?q=%E2%82%AC"),
        ("/%ED%A0%80", "/%EF%BF%BD%EF%BF%BD%EF%BF%BD"),
        ("//example.com/%E2%82%AC", "/"),
    ],
)
def test_any_letter_may_stand_where_one_is_led_to(
    server: Server, person: MakePerson, wanted: str, location: str
) -> None:
    answer = person().client.get(f"/sign-in?next={wanted}")
    assert (answer.status_code, answer.headers["location"]) == (303, location)


@pytest.mark.parametrize("host", ["example.com:99999", "example.com:abc"])
@pytest.mark.parametrize("path", ["/keys", "/settings", "/inbox", "/sign-in"])
def test_what_is_no_host_is_refused(person: MakePerson, host: str, path: str) -> None:
    assert person().client.get(path, headers={"Host": host}).status_code == 400

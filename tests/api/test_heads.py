"""Whoever only asks whether a page is there is told so."""

import pytest

from tests.support.server import Server


@pytest.mark.parametrize(
    ("path", "status"), [("/", 303), ("/sign-in", 200), ("/docs", 200), ("/nothing", 404)]
)
def test_head_is_answered_as_get_without_the_body(server: Server, path: str, status: int) -> None:
    head, get = server.client.head(path), server.client.get(path)
    assert head.status_code == get.status_code == status
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.content == b""

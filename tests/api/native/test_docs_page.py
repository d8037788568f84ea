"""The page to read the documents on."""

import re

import pytest

from tests.support.server import Server


def test_the_page_names_only_files_of_this_server(server: Server) -> None:
    page = server.client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(linked) >= 4
    for link in linked:
        assert link.startswith(("/docs/", "/openapi", "data:"))
        assert link.startswith("data:") or server.client.get(link).status_code == 200


def test_the_page_may_run_nothing_inline(server: Server) -> None:
    page = server.client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page.text)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("docs.js", "text/javascript"),
        ("docs.css", "text/css"),
        ("swagger-ui.css", "text/css"),
        ("swagger-ui-bundle.js", "text/javascript"),
    ],
)
def test_its_files_have_their_types_and_may_be_cached(server: Server, name: str, kind: str) -> None:
    answer = server.client.get(f"/docs/{name}")
    assert answer.headers["content-type"].startswith(kind)
    assert "max-age" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "docs.html",
        "vendor",
        "%2e%2e%2fface.py",
        "..%2fface.py",
        "%2fetc%2fpasswd",
        "vendor%2fversions.txt",
        ".",
    ],
)
def test_no_other_file_is_served(server: Server, path: str) -> None:
    answer = server.client.get(f"/docs/{path}")
    assert answer.status_code == 404 or answer.text == server.client.get("/docs").text


def test_all_three_documents_can_be_chosen(server: Server) -> None:
    page = server.client.get("/docs").text
    for path in re.findall(r'<option value="([^"]+)"', page):
        assert server.client.get(path).json()["openapi"].startswith("3.1")
    assert page.count("<option ") == 3

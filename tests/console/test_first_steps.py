"""A bot, its key, and a lead that is seen without a terminal."""

import html
import re
import uuid

from tests.console.conftest import MakePerson


def test_a_key_is_shown_once_and_a_page_that_is_loaded_again_makes_nothing(person: MakePerson) -> None:
    owner, name = person("owner"), f"Zum Löschen {uuid.uuid4().hex}"
    path = owner.post("/first-steps", name=name).headers["location"]
    assert path.startswith("/first-steps/zum-loeschen-")
    page = html.unescape(owner.get(path))
    token = re.search(r"Bearer (lk_\w+)", page) or re.search(r'Bearer ([^"$]+)"', page)
    assert token is not None
    assert token[1] not in owner.get(path)
    assert "A new bot" in owner.get("/first-steps")
    assert "There is a bot" in html.unescape(owner.post("/first-steps", 422, name=name).text)
    # Whoever sends it along sees it again.
    owner.post(f"{path}/test-lead", token=token[1])
    page = owner.get(path)
    assert token[1] in page
    assert "Ada Lovelace (test)" in page
    assert owner.post(f"{path}/test-lead", token="; x=y").headers.get("set-cookie", "").count("key") == 0

"""API keys, as owners make and revoke them."""

import re
from typing import Any

from tests.console.conftest import MakePerson
from tests.support.server import Server

_TOKEN = re.compile(r"lk_[A-Za-z0-9_-]{40,}")


def test_a_key_works_until_it_is_revoked_and_its_token_is_shown_once(
    server: Server, person: MakePerson
) -> None:
    owner, bot = person(), server.bot(name="Shop <b>")
    wanted: dict[str, Any] = {
        "name": "Exports <i>",
        "permissions": ["read", "capture"],
        "bots": [bot],
        "age": "30d",
    }
    page = owner.post("/keys", 200, **wanted).text
    token = _TOKEN.search(page)
    assert token is not None
    assert "Exports &lt;i&gt;" in page
    assert f"bot_id&#34;: &#34;{bot}" in page
    bearer = {"Authorization": f"Bearer {token[0]}"}
    assert server.client.get("/api/v2/me", headers=bearer).json()["bots"] == [bot]
    page = owner.get("/keys")
    assert token[0] not in page
    row = next(row for row in page.split("<tr>") if token[0][:9] in row)
    revoke = re.search(r'action="(/keys/[0-9a-f-]{36}/revoke)"', row)
    assert revoke is not None
    owner.post(revoke[1])
    page = owner.get("/keys")
    assert "Revoked" in next(row for row in page.split("<tr>") if token[0][:9] in row)
    assert revoke[1] not in page
    owner.post("/keys/nonsense/revoke", 404)
    person("agent").post(revoke[1], 403)


def test_what_a_key_cannot_be_is_said_beside_it(person: MakePerson) -> None:
    owner = person()
    page = owner.post("/keys", 422, name="Mine", all_bots="on", age="never").text
    assert "Permissions must name" in page
    assert 'value="Mine"' in page
    assert "Bots must name" in owner.post("/keys", 422, name="Mine", permissions=["read"], age="7d").text
    owner.post("/keys", 422, name="Mine", permissions=["read"], all_bots="on", age="5000d")

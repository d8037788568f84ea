"""Somebody who has signed in to the console, without the wait for a password."""

import re
import uuid
from collections.abc import Collection

import httpx

from leadkeep.actions.create_user import create_user
from leadkeep.actions.sign_in import Browser, sign_in
from leadkeep.console.cookies import SIGN_IN
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.user import Role, User
from leadkeep.storage.database import Database

_TOKEN = re.compile(r'"X-Form-Token": "([^"]+)"|name="form_token" value="([^"]+)"')


def make_user(
    database: Database, role: Role | str, bots: Collection[str] | None = None, name: str = ""
) -> tuple[User, str]:
    """A new user, and the token of a browser in which they are signed in."""
    unique = uuid.uuid4().hex
    with database.transaction() as store:
        given = None if bots is None else tuple(bots)
        user = create_user(store, OPERATOR, f"{unique}@example.com", name or f"U {unique}", Role(role), given)
        return user, sign_in(store, user, Browser("Test", "127.0.0.1"), "test")


class Person:
    """A user at their browser, as far as that goes without a browser."""

    def __init__(
        self, url: str, database: Database, role: Role | str, bots: Collection[str] | None = None
    ) -> None:
        self.user, self.token = make_user(database, role, bots)
        self.client = httpx.Client(
            base_url=url, cookies={SIGN_IN: self.token}, trust_env=False, timeout=30, follow_redirects=False
        )

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return answer.text

    def form_token(self) -> str:
        found = _TOKEN.search(self.get("/account"))
        assert found is not None
        return found[1] or found[2]

    def post(self, path: str, status: int = 303, **fields: object) -> httpx.Response:
        """Send a form of ours; 303 is what a form that was taken is answered with."""
        answer = self.client.post(path, data={**fields, "form_token": self.form_token()})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer

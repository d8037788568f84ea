"""Replies that can be given again to a request with the same Idempotency-Key."""

from typing import NamedTuple

from litestar import Response

from leadkeep.actions.once import Answer, Said
from leadkeep.storage.idempotency import About

REPLAYED = {"Idempotent-Replayed": "true"}
"""The header that tells an answer given again from the first one."""

OF_NOBODY = About()
"""Of an answer that holds no personal data."""


class Reply(NamedTuple):
    """An answer, and whose data it holds: kept to be given again, it goes with them. One with a secret is
    not kept."""

    response: Response[bytes]
    about: About
    secret: bool = False

    def said(self, status: int) -> Said:
        """`status`: that of the route, where the response has none of its own."""
        response = self.response
        answer = Answer(response.status_code or status, dict(response.headers), response.content.decode())
        return Said(answer, self.about, self.secret)


def answered(answer: Answer, *, again: bool) -> Response[bytes]:
    return Response(
        answer.body.encode(),
        status_code=answer.status,
        media_type="application/json",
        headers=answer.headers | (REPLAYED if again else {}),
    )

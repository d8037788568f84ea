"""What is done with an endpoint: test it, deliver again, switch it, rotate its secret, delete it."""

from datetime import timedelta

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions import clock
from leadkeep.actions.change_endpoint import change_endpoint
from leadkeep.actions.delete_endpoint import delete_endpoint
from leadkeep.actions.redeliver import Which, redeliver
from leadkeep.actions.rotate_secret import rotate_secret
from leadkeep.actions.send_test import send_test
from leadkeep.actions.try_now import try_now
from leadkeep.console.forms import Form
from leadkeep.console.pages.delivery import read_delivery_number
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Permission
from leadkeep.domain.endpoint_change import EndpointChange
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import FEED_TYPES, EventType
from leadkeep.domain.spans import read_edge

LONGEST_OVERLAP = 720
"""Hours."""


@post("/delivery/{endpoint_id:str}/test")
async def test_endpoint(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    event_id = await request.desk.database.write(send_test, grant, endpoint_id)
    return request.redirect(f"/delivery/{endpoint_id}?test={event_id}")


@post("/delivery/{endpoint_id:str}/redeliver")
async def deliver_again(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    """One event, all that waits for another attempt, all that failed since a time, or all of a time."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    which = await _which(request, form)
    queued = await request.desk.database.write(redeliver, grant, endpoint_id, which)
    tongue = request.formats(await request.present()).tongue
    if queued:
        said = tongue.ngettext("%(count)s event is on its way.", "%(count)s events are on their way.", queued)
        said %= {"count": queued}
    else:
        said = tongue.gettext("There was nothing to deliver again.")
    return request.redirect(request.back(f"/delivery/{endpoint_id}"), said=said)


@post("/delivery/{endpoint_id:str}/{number:str}/try-now")
async def try_delivery_now(request: ConsoleRequest, endpoint_id: str, number: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    await request.desk.database.write(try_now, grant, endpoint_id, read_delivery_number(number))
    return request.redirect(request.back(f"/delivery/{endpoint_id}/{number}"), said="It is tried now.")


@post("/delivery/{endpoint_id:str}/switch")
async def switch_endpoint(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    wanted = EndpointChange(enabled=form.flag("enabled"))
    await request.desk.database.write(change_endpoint, grant, endpoint_id, wanted)
    said = "It is on: it gets what happens from now on." if form.flag("enabled") else "It is off."
    return request.redirect(f"/delivery/{endpoint_id}", said=said)


@post("/delivery/{endpoint_id:str}/rotate-secret")
async def rotate(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    """The new secret is shown in the answer, and never again."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    hours = form.number("overlap_hours") or 0
    if hours > LONGEST_OVERLAP:
        raise InvalidError("overlap_hours", f"Both secrets can sign for at most {LONGEST_OVERLAP} hours")
    endpoint = await request.desk.database.write(rotate_secret, grant, endpoint_id, timedelta(hours=hours))
    return request.page("delivery/secret.html", endpoint=endpoint, is_new=False, against="")


@post("/delivery/{endpoint_id:str}/delete")
async def remove_endpoint(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    await request.desk.database.write(delete_endpoint, grant, endpoint_id)
    return request.redirect("/delivery", said="The endpoint is deleted.")


async def _which(request: ConsoleRequest, form: Form) -> Which:
    """Raises InvalidError. Times are those of the clock of whoever typed them."""
    zone = request.formats(await request.present()).zone
    if form.has("event_id"):
        return Which(event_id=form.text("event_id", 100))
    if form.has("waiting"):
        return Which(failed_since=clock.now())
    if form.has("failed_since"):
        return Which(failed_since=read_edge(form.text("failed_since", 100), zone, "failed_since"))
    types = tuple(EventType(name) for name in form.texts("types") if name in tuple(FEED_TYPES))
    end = form.text("to", 100)
    return Which(
        start=read_edge(form.text("from", 100), zone, "from"),
        end=read_edge(end, zone, "to") if end else None,
        types=types or None,
    )


ROUTES: list[HTTPRouteHandler] = [
    test_endpoint,
    deliver_again,
    try_delivery_now,
    switch_endpoint,
    rotate,
    remove_endpoint,
]

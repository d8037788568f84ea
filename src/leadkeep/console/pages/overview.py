"""The overview: leads and sessions over time, by what they differ in, and what somebody has to see to."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions import clock
from leadkeep.actions.read_counts import read_breakdown
from leadkeep.actions.read_overview import BREAKDOWNS, Overview, read_overview
from leadkeep.console.chart import Step, chart_of, points_of, step_for
from leadkeep.console.formats import Formats
from leadkeep.console.known_bots import names_of
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.words import WORDS
from leadkeep.domain.bot import Bot
from leadkeep.domain.counts import Asked, By
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.spans import read_edge

RANGES = (7, 30, 90, 365)
"""Days, today among them."""
_USUAL = 30
_DAY = timedelta(days=1)


class _Shown(NamedTuple):
    """What the query asks for. `days` 0: from and to are the user's own."""

    days: int
    start: datetime
    end: datetime
    bot_id: str | None
    by: By | None

    def asked(self, zone: ZoneInfo) -> Asked:
        return Asked(zone=zone, per=self.step.per, start=self.start, end=self.end, bot_id=self.bot_id)

    @property
    def step(self) -> Step:
        return step_for(self.end - self.start)

    def query(self, zone: ZoneInfo) -> dict[str, Any]:
        """As the query of a link; what is usual is left out."""
        if self.days:
            when = {"days": "" if self.days == _USUAL else self.days}
        else:
            first, last = self.start.astimezone(zone), (self.end - _DAY / 24).astimezone(zone)
            when = {"from": first.date().isoformat(), "to": last.date().isoformat()}
        return {**when, "bot": self.bot_id}


@get("/")
async def overview(request: ConsoleRequest) -> Response[bytes]:
    present = await request.present()
    formats = request.formats(present)
    wrong, status = "", 200
    try:
        shown = _shown(request, formats.zone)
        found = await _read(request, shown, formats.zone)
    except InvalidError as error:
        wrong, status = request.told(error), 422
        shown = _usual(formats.zone)
        found = await _read(request, shown, formats.zone)
    points = points_of(found.counts.items, shown.step, formats.locale.first_week_day)
    return request.page(
        "overview/page.html",
        status=status,
        shown=shown,
        query=shown.query(formats.zone),
        wrong=wrong,
        found=found,
        points=points,
        chart=chart_of(points, shown.step, formats),
        ranges=RANGES,
        breakdowns=BREAKDOWNS,
        name_of=_names(found.bots, formats),
        last_day=(shown.end - _DAY / 24).astimezone(formats.zone).date(),
        step=shown.step,
    )


@get("/overview/{by:str}")
async def breakdown(request: ConsoleRequest, by: str) -> Response[bytes]:
    """For the page's script: what it was not worth keeping the whole page waiting for."""
    formats = request.formats(await request.present())
    if by not in BREAKDOWNS:
        raise NotFoundException
    grant, shown = await request.grant(), _shown(request, formats.zone)
    counts = await request.desk.database.read(read_breakdown, grant, shown.asked(formats.zone), By(by))
    groups = [one.group for one in counts.groups if one.group]
    bots = await request.desk.directory.find_all(groups) if by == By.BOT else {}
    name_of = _names(bots.values(), formats)
    return request.page("overview/breakdown.html", by=By(by), counts=counts, name_of=name_of)


async def _read(request: ConsoleRequest, shown: _Shown, zone: ZoneInfo) -> Overview:
    grant = await request.grant()
    return await request.desk.database.read(read_overview, grant, shown.asked(zone), shown.by)


def _shown(request: ConsoleRequest, zone: ZoneInfo) -> _Shown:
    """Raises InvalidError."""
    query = request.query_params
    by = query.get("by", "")
    usual = _usual(zone)._replace(bot_id=query.get("bot") or None, by=By(by) if by in BREAKDOWNS else None)
    if query.get("from") or query.get("to"):
        end = _next_day(query["to"], zone, "to") if query.get("to") else usual.end
        start = read_edge(query["from"], zone, "from") if query.get("from") else end - _USUAL * _DAY
        return usual._replace(days=0, start=start, end=end)
    days = query.get("days", "")
    return usual if not days else usual._replace(**_last(_known_days(days), zone))


def _usual(zone: ZoneInfo) -> _Shown:
    return _Shown(**_last(_USUAL, zone), bot_id=None, by=None)


def _last(days: int, zone: ZoneInfo) -> dict[str, Any]:
    today = clock.now().astimezone(zone).date()
    first = today - (days - 1) * _DAY
    return {"days": days, "start": _start_of(first, zone), "end": _start_of(today + _DAY, zone)}


def _known_days(text: str) -> int:
    """Raises InvalidError."""
    if text not in map(str, RANGES):
        raise InvalidError("days", f"days must be one of {', '.join(map(str, RANGES))}")
    return int(text)


def _next_day(text: str, zone: ZoneInfo, field: str) -> datetime:
    """Raises InvalidError."""
    day = read_edge(text, zone, field).astimezone(zone).date()
    return _start_of(day + _DAY, zone)


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return read_edge(day.isoformat(), zone, "from")


def _names(bots: Iterable[Bot], formats: Formats) -> Callable[[By, str | None], str]:
    """What a group is called."""
    known = names_of(bots)

    def name_of(by: By, group: str | None) -> str:
        if group is None:
            return formats.tongue.gettext("Unknown")
        if by is By.BOT:
            return known.get(group, group)
        if by is By.COUNTRY:
            return formats.country(group)
        return formats.tongue.gettext(WORDS.get(group, group))

    return name_of


ROUTES: list[HTTPRouteHandler] = [overview, breakdown]

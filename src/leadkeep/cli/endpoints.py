"""`leadkeep endpoints ...`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption, LimitOption
from leadkeep.domain.endpoint import Form

if TYPE_CHECKING:
    from leadkeep.domain.endpoint import Endpoint
    from leadkeep.domain.endpoint_change import EndpointChange
    from leadkeep.domain.event import EventType

ALL = "all"

app = typer.Typer(help="Where events are delivered to, and what became of them.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(metavar="ID", help="As `endpoints list` shows it.")]
_Description = Annotated[str | None, typer.Option(help="What it is.", show_default=False)]
_Form = Annotated[Form | None, typer.Option(help="The form of what is sent.", show_default="standard")]
_Template = Annotated[
    typer.FileText | None,
    typer.Option("--template", metavar="FILE", help="A Jinja template; makes the form `template`."),
]
_Types = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="An event it gets; several times for several."),
]
_AllTypes = Annotated[bool, typer.Option("--all-types", help="Send it all events.")]
_Bots = Annotated[
    list[str] | None,
    typer.Option("--bot", metavar="ID", help="A bot it hears of; several times for several."),
]
_AllBots = Annotated[bool, typer.Option("--all-bots", help="Tell it of all bots.")]
_Headers = Annotated[
    list[str] | None,
    typer.Option("--header", metavar="NAME:VALUE", help="Sent along; several times for several."),
]
_Digest = Annotated[
    int | None, typer.Option("--digest", metavar="MINUTES", help="Of mail: gather events into one.")
]


@app.command(epilog="leadkeep endpoints add https://example.com/hooks --type lead.captured --bot shop")
def add(
    url: Annotated[str, typer.Argument(help="https://..., or mailto:a@example.com,b@example.com.")],
    description: _Description = None,
    form: _Form = None,
    template: _Template = None,
    types: _Types = None,
    bot: _Bots = None,
    header: _Headers = None,
    digest: _Digest = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Add an endpoint, and print the secret that it can verify events by."""
    from leadkeep.actions.create_endpoint import create_endpoint
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    if form is None and url.lower().startswith("mailto:"):
        form = Form.EMAIL
    change = _change(
        url=url,
        description=description,
        form=Form.TEMPLATE if template else form,
        template=template.read() if template else None,
        types=types,
        bots=bot,
        headers=_headers(header),
        digest_minutes=digest,
    )
    with opened(database, config, make=True) as ready, ready.transaction() as store:
        endpoint = create_endpoint(store, OPERATOR, change)
    print(endpoint.secret)
    note(f"Endpoint {endpoint.id} is made; it gets what happens from now on. Its secret is shown this once.")
    note(f"`leadkeep endpoints test {endpoint.id}` sends it a test.")


@app.command("list")
def list_(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """List all endpoints, oldest first."""
    from leadkeep.actions.read_endpoints import list_endpoints
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note, print_table
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found = list_endpoints(store, OPERATOR)
    if not found:
        note("No endpoints yet; `leadkeep endpoints add` makes one.")
        return
    print_table(
        ("id", "url", "form", "types", "bots", "state", "description"),
        [
            (
                one.id,
                one.url,
                one.form.value,
                one.types or ALL,
                one.bots or ALL,
                _state(one),
                one.description,
            )
            for one in found
        ],
    )


@app.command()
def show(endpoint_id: _Id, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show one endpoint with all its settings, but for its secret."""
    from leadkeep.actions.read_endpoints import get_endpoint
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        endpoint = get_endpoint(store, OPERATOR, endpoint_id)
    _show(endpoint)


@app.command("set", epilog="leadkeep endpoints set ID --off")
def set_(
    endpoint_id: _Id,
    url: Annotated[str | None, typer.Option(help="Where it is from now on.", show_default=False)] = None,
    description: _Description = None,
    form: _Form = None,
    template: _Template = None,
    types: _Types = None,
    all_types: _AllTypes = False,
    bot: _Bots = None,
    all_bots: _AllBots = False,
    header: _Headers = None,
    digest: _Digest = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Deliver to it.")] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Change an endpoint; what is not named stays as it is."""
    from leadkeep.actions.change_endpoint import change_endpoint
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    _exclude("--type", types, "--all-types", all_types)
    _exclude("--bot", bot, "--all-bots", all_bots)
    cleared = {name: None for name, all_ in (("types", all_types), ("bots", all_bots)) if all_}
    if form is not None and form is not Form.TEMPLATE:
        cleared["template"] = None
    change = _change(
        cleared,
        url=url,
        description=description,
        form=Form.TEMPLATE if template else form,
        template=template.read() if template else None,
        types=types,
        bots=bot,
        headers=_headers(header),
        digest_minutes=digest,
        enabled=on,
    )
    with opened(database, config) as ready, ready.transaction() as store:
        endpoint = change_endpoint(store, OPERATOR, endpoint_id, change)
    _show(endpoint)


@app.command()
def remove(endpoint_id: _Id, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Remove an endpoint, with what is on its way to it and its ledger."""
    from leadkeep.actions.delete_endpoint import delete_endpoint
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        delete_endpoint(store, OPERATOR, endpoint_id)
    print(f"Endpoint {endpoint_id} is removed.")


@app.command("test")
def test_(endpoint_id: _Id, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Send an endpoint a test; a running server delivers it."""
    from leadkeep.actions.send_test import send_test
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        print(send_test(store, OPERATOR, endpoint_id))
    note(f"`leadkeep endpoints deliveries {endpoint_id}` shows what came of it, once a server has sent it.")


@app.command("rotate-secret")
def rotate_secret(
    endpoint_id: _Id,
    overlap: Annotated[
        int, typer.Option(metavar="HOURS", min=0, max=720, help="How long the old secret signs too.")
    ] = 24,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Give an endpoint another secret, and print it."""
    from datetime import timedelta

    from leadkeep.actions.rotate_secret import rotate_secret as rotate
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        print(rotate(store, OPERATOR, endpoint_id, timedelta(hours=overlap)).secret)
    note(f"For {overlap} hours the old secret signs too. The new one is shown this once.")


@app.command(epilog="leadkeep endpoints redeliver ID --failed-since 2026-11-20")
def redeliver(
    endpoint_id: _Id,
    event: Annotated[str | None, typer.Option(metavar="ID", help="This one event.")] = None,
    failed_since: Annotated[
        str | None, typer.Option(metavar="TIME", help="All that failed since then.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="All that happened from then on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="And before this time.")] = None,
    types: _Types = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Deliver events again, or for the first time to who was not there then."""
    from leadkeep.actions.redeliver import Which
    from leadkeep.actions.redeliver import redeliver as queue
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_filter import read_time
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.errors import InvalidError

    if [event, failed_since, since].count(None) != 2:
        raise InvalidError("endpoints redeliver", "give one of --event, --failed-since and --from")
    which = Which(
        event_id=event,
        failed_since=read_time("--failed-since", failed_since),
        start=read_time("--from", since),
        end=read_time("--to", until),
        types=read_types(types),
    )
    with opened(database, config) as ready, ready.transaction() as store:
        count = queue(store, OPERATOR, endpoint_id, which)
    print(f"{count} on the way.")


@app.command()
def deliveries(
    endpoint_id: _Id, limit: LimitOption = None, database: DatabaseOption = None, config: ConfigOption = None
) -> None:
    """List what was delivered to an endpoint, newest first."""
    from leadkeep.actions.read_ledger import deliveries_to
    from leadkeep.cli.database import opened
    from leadkeep.cli.options import NEWEST
    from leadkeep.cli.terminal import note, print_table
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.ledger import LedgerFilter

    with opened(database, config) as ready, ready.snapshot() as store:
        wanted = LedgerFilter(endpoint_id=endpoint_id)
        found = deliveries_to(store, OPERATOR, endpoint_id, wanted, None, limit or NEWEST)
    if not found:
        note("Nothing has been on its way to it yet.")
        return
    print_table(
        ("event", "type", "bot", "about", "state", "attempts", "last", "outcome", "next"),
        [
            (
                one.event_id,
                one.event_type,
                one.bot_id,
                one.subject,
                one.state.value,
                one.attempts,
                one.tried_at,
                one.outcome,
                None if one.finished_at else one.due_at,
            )
            for one in found
        ],
    )


def _change(cleared: dict[str, None] | None = None, **given: Any) -> "EndpointChange":
    from leadkeep.domain.endpoint_change import EndpointChange
    from leadkeep.domain.errors import InvalidError

    wanted = {name: value for name, value in given.items() if value is not None}
    if "types" in wanted:
        wanted["types"] = read_types(wanted["types"])
    if "bots" in wanted:
        wanted["bots"] = tuple(wanted["bots"])
    if not wanted and not cleared:
        raise InvalidError("endpoints set", "nothing to change; see leadkeep endpoints set --help")
    return EndpointChange(**{**(cleared or {}), **wanted})


def read_types(given: list[str] | None) -> "tuple[EventType, ...] | None":
    """Raises InvalidError."""
    from leadkeep.domain.errors import InvalidError
    from leadkeep.domain.event import FEED_TYPES, EventType

    known = [kind.value for kind in FEED_TYPES]
    for name in given or ():
        if name not in known:
            raise InvalidError("--type", f"--type must be one of {', '.join(known)}, not {name}")
    return tuple(EventType(name) for name in given) if given else None


def _headers(given: list[str] | None) -> dict[str, str] | None:
    from leadkeep.domain.errors import InvalidError

    if given is None:
        return None
    parts = [header.partition(":") for header in given]
    if not all(colon for _, colon, _ in parts):
        raise InvalidError("--header", "--header must be a name, a colon and a value, as in 'X-Team: sales'")
    return {name.strip(): value.strip() for name, _, value in parts}


def _exclude(option: str, given: object, opposite: str, all_: bool) -> None:
    from leadkeep.domain.errors import InvalidError

    if given and all_:
        raise InvalidError(opposite, f"{option} and {opposite} exclude one another")


def _state(endpoint: "Endpoint") -> str:
    if not endpoint.enabled:
        return f"off: {endpoint.disabled_reason}" if endpoint.disabled_reason else "off"
    return "failing" if endpoint.failing_since else "on"


def _show(endpoint: "Endpoint") -> None:
    from leadkeep.cli.terminal import print_facts

    print_facts(
        {
            "id": endpoint.id,
            "url": endpoint.url,
            "description": endpoint.description,
            "form": endpoint.form.value,
            "template": endpoint.template,
            "types": endpoint.types or ALL,
            "bots": endpoint.bots or ALL,
            "headers": [*endpoint.headers],
            "digest minutes": endpoint.digest_minutes,
            "state": _state(endpoint),
            "failing since": endpoint.failing_since,
            "created": endpoint.created_at,
        }
    )

"""What is in force here. It is changed by whoever runs the server, and so only shown."""

import platform
from typing import NamedTuple

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.read_system import read_system
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.setting_words import GROUPS
from leadkeep.domain.access import Permission
from leadkeep.settings import FIELDS, PREFIX, Settings, shown

LITTLE_SPACE = 2**30
"""Bytes free under which we warn."""


class Shown(NamedTuple):
    """A setting; `value` and `default` as they are written, "" for nothing."""

    name: str
    variable: str
    value: str
    default: str
    help: str

    @property
    def is_changed(self) -> bool:
        return self.value != self.default


@get("/settings")
async def settings_page(request: ConsoleRequest) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    system = await request.desk.database.read(read_system, grant)
    return request.page(
        "settings/page.html",
        groups={title: _shown(request.settings, names) for title, names in GROUPS.items()},
        system=system,
        python=platform.python_version(),
        little_space=LITTLE_SPACE,
        is_safe=request.secure or request.url.hostname in {"127.0.0.1", "localhost", "::1"},
    )


def _shown(settings: Settings, names: dict[str, str]) -> list[Shown]:
    return [
        Shown(
            name,
            PREFIX + name.upper(),
            _written(shown(settings, name)),
            _written(FIELDS[name].default),
            help_,
        )
        for name, help_ in names.items()
    ]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


ROUTES: list[HTTPRouteHandler] = [settings_page]

"""The server around the application: the socket, the worker processes, and a way out that loses nothing."""

import ipaddress
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from contextlib import closing
from functools import partial
from types import FrameType

import structlog
import uvicorn
from uvicorn.supervisors import Multiprocess

from leadkeep.actions.make_link import link_to_first_owner
from leadkeep.actions.upgrade import upgrade
from leadkeep.domain.errors import InvalidError
from leadkeep.logs import configure_logs
from leadkeep.server.protocol import BoundedProtocol
from leadkeep.settings import Settings, own_address
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import SchemaState
from leadkeep.web.asgi import Application

_log = structlog.get_logger("leadkeep.server")
_BACKLOG = 2048
_SWITCH_EVERY = 0.0002
"""Seconds after which a busy thread lets another have the interpreter. At Python's own 5 ms the writer
waits for the event loop at each of a commit's dozen steps: captures came in a fifth slower."""


def serve(settings: Settings) -> None:
    """Bring the database up to date and serve until SIGTERM or SIGINT, then leave by SystemExit(0).

    On the way out no connection is taken any more, and captures that wait are committed and answered.
    Raises InvalidError where the address cannot be listened on, and what `upgrade` raises.
    """
    configure_logs(settings.log_level)
    # uvicorn raises the signal that ended it once more when it is done: that is when this runs.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    sys.setswitchinterval(_SWITCH_EVERY)
    _migrate(settings)
    if settings.jwt_issuer:
        # Built once only to see, before anyone is listened to, that it can be.
        from leadkeep.actions.jwt_issuer import issuer_from

        issuer_from(settings)
    if settings.oidc_issuer:
        from leadkeep.actions.oidc import provider_from

        provider_from(settings)
    listening = _listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{listening.getsockname()[1]}"
    _log.info("listening", address=address, workers=settings.workers)
    _welcome(settings)
    if settings.workers == 1:
        _run_one(settings, listening)
    else:
        _run_many(settings, listening)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _migrate(settings: Settings) -> None:
    with closing(Database(settings.database)) as database:
        found = upgrade(database)
    if found is not SchemaState.CURRENT:
        _log.info("database_migrated", found=found.value)


def _welcome(settings: Settings) -> None:
    """Where there is no user yet, say how to become the first. Not by the log: the link opens everything."""
    with closing(Database(settings.database)) as database, database.transaction() as store:
        token = link_to_first_owner(store)
    if token is not None:
        link = f"{own_address(settings)}/welcome/{token}"
        print(
            f"\nOpen this link to set up Leadkeep; it works once, for three days:\n\n    {link}\n",
            file=sys.stderr,
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise InvalidError(
            "port", f"cannot listen on {host} port {port}: {error}; choose another with --port"
        ) from None
    return listening


def _run_one(settings: Settings, listening: socket.socket) -> None:
    uvicorn.Server(_config(settings)).run(sockets=[listening])


def _run_many(settings: Settings, listening: socket.socket) -> None:
    # Where each worker leaves its figures, so that `/metrics` of any of them can add them up.
    with tempfile.TemporaryDirectory(prefix="leadkeep-metrics-") as figures:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
        listening.set_inheritable(True)
        config = _config(settings)
        Multiprocess(config, sockets=[listening]).run()


def _create_worker_app(settings: Settings) -> Application:
    """In a worker: an orphan would hold on to the port and keep the next server from starting."""
    from leadkeep.app import create_app

    sys.setswitchinterval(_SWITCH_EVERY)
    app = create_app(settings)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    return app


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _mapped(network: str) -> str:
    """The same network as a socket for both families calls it: IPv4 in IPv6 (RFC 4291, 2.5.5.2)."""
    ip = ipaddress.ip_network(network, strict=False)
    return network if ip.version == 6 else f"::ffff:{ip.network_address}/{96 + ip.prefixlen}"


def _config(settings: Settings) -> uvicorn.Config:
    from leadkeep.app import create_app

    return uvicorn.Config(
        partial(_create_worker_app if settings.workers > 1 else create_app, settings),
        factory=True,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        workers=settings.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=settings.shutdown_timeout,
        # X-Forwarded-For is a claim; only the operator's own proxies are believed.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[*settings.trusted_proxies, *map(_mapped, settings.trusted_proxies)],
    )

"""The native face put together: its routes, its errors, its documents."""

from collections.abc import Mapping
from typing import cast

from litestar import Litestar, Router
from litestar.datastructures import State

from leadkeep.actions.desk import Desk
from leadkeep.api.native import (
    bots,
    counts,
    deletions,
    deliveries,
    endpoints,
    event_stream,
    events,
    handovers,
    keys,
    lead_batch,
    lead_work,
    leads,
    me,
    messages,
    people,
    search,
    sessions,
)
from leadkeep.api.native.docs_page import docs_file, docs_page, openapi_document
from leadkeep.api.native.openapi import build_document
from leadkeep.api.native.options import options_for
from leadkeep.api.native.problems import EXCEPTION_HANDLERS
from leadkeep.api.native.rates import show_quota
from leadkeep.api.native.request import NativeRequest
from leadkeep.web.asgi import Application
from leadkeep.web.paths import with_encoded_slashes


def create_native_face(desk: Desk, documents: Mapping[str, bytes]) -> Application:
    """An ASGI application for every path that no other face has.

    `documents` are the other faces' OpenAPI documents, by the path to serve each at.
    """
    routes = [
        *leads.ROUTES,
        *lead_batch.ROUTES,
        *lead_work.ROUTES,
        *people.ROUTES,
        *search.ROUTES,
        *sessions.ROUTES,
        *messages.ROUTES,
        *handovers.ROUTES,
        *deletions.ROUTES,
        *counts.ROUTES,
        *events.ROUTES,
        *event_stream.ROUTES,
        *endpoints.ROUTES,
        *deliveries.ROUTES,
        *bots.ROUTES,
        *keys.ROUTES,
        *me.ROUTES,
    ]
    api = Router("/api/v2", route_handlers=[*options_for(routes), *routes])
    face = Litestar(
        [api, docs_page, docs_file, openapi_document],
        state=State({"desk": desk}),
        request_class=NativeRequest,
        before_send=[show_quota],
        exception_handlers=EXCEPTION_HANDLERS,
        # Its own generator cannot say that unknown keys are refused, nor take schemas as msgspec writes them.
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    face.state["documents"] = {**documents, "/openapi.json": build_document(face)}
    return with_encoded_slashes(cast(Application, face))

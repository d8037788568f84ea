"""Leads: capture many at once."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Raw

from leadkeep.actions.capture_many import Sent, capture_many
from leadkeep.api.native.answers import json_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.leads import as_captured, new_lead_of
from leadkeep.api.native.problems import problem_of
from leadkeep.api.native.reading import read_json
from leadkeep.api.native.replies import REPLAYED
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.lead_batch import CaptureOutcome, LeadBatchAnswer, LeadBatchRequest
from leadkeep.api.native.shapes.leads import LeadAnswer, LeadRequest
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import LeadkeepError
from leadkeep.domain.lead import Lead

_MAX_BODY = 8 * 1024 * 1024
"""Bytes, after decompression."""


@post(
    "/leads/batch",
    status_code=200,
    doc=Doc(
        tag="Leads",
        summary="Capture up to 1,000 leads",
        description="Needs `capture`. Each lead has its own outcome, and one that is refused sinks no other. "
        "With an Idempotency-Key, leads that were stored are answered again, and those that were refused "
        "are tried anew.",
        body=LeadBatchRequest,
        answer=LeadBatchAnswer,
        problems=(403, 413, 415),
    ),
)
async def capture_leads(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    sent = await request.read_json(LeadBatchRequest, limit=_MAX_BODY)
    wish = await request.once_for(grant)
    leads = [_lead(raw) for raw in sent.leads]
    with request.desk.in_flight.hold(wish):
        captured = await capture_many(request.desk, request.caller, leads, wish)
    stored = [one for one in captured if isinstance(one.outcome, Lead)]
    again = REPLAYED if stored and all(one.again for one in stored) else {}
    return json_answer(LeadBatchAnswer(items=[_outcome(one.outcome, grant) for one in captured]), again)


def _lead(raw: Raw) -> Sent:
    try:
        return new_lead_of(read_json(bytes(raw), LeadRequest))
    except LeadkeepError as error:
        return error


def _outcome(outcome: Lead | Exception, grant: Grant) -> CaptureOutcome:
    if isinstance(outcome, Lead):
        return CaptureOutcome(status=201, lead=shown(as_captured(outcome, grant), LeadAnswer), problem=None)
    problem = problem_of(outcome)
    return CaptureOutcome(status=problem.status, lead=None, problem=problem)


ROUTES: list[HTTPRouteHandler] = [capture_leads]

"""Holds a running server to an OpenAPI document, with requests that schemathesis makes up."""

from collections.abc import Sequence
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CONFORMS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
)
"""What holds for any request."""
ACCEPTS = (*CONFORMS, positive_data_acceptance, ignored_auth)
"""And for one that the document allows: it is answered, but not without a token where one is needed."""
REJECTS = (*CONFORMS, negative_data_rejection)
"""And for one that it does not."""

# U+0000 is taken out of texts before they are looked at, which no schema can say.
_CONFIG = SchemathesisConfig.from_dict({"generation": {"allow-x00": False}})

# The same requests each time: whoever breaks the document should see it, and nobody else.
_SETTINGS = hypothesis.settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Operation:
    """One operation of the document, called on the server at `url`."""

    def __init__(self, document: dict[str, Any], url: str, method: str, path: str) -> None:
        self._operation = schemathesis.openapi.from_dict(document, config=_CONFIG)[path][method]
        self._url = url

    def accepts_what_it_allows(self, headers: dict[str, str], **known: dict[str, Any]) -> None:
        """`known` pins parameters, such as `path_parameters`, to what is there on the server."""
        self._run(GenerationMode.POSITIVE, ACCEPTS, headers, known)

    def conforms(self, headers: dict[str, str]) -> None:
        self._run(GenerationMode.POSITIVE, CONFORMS, headers, {})

    def rejects_what_it_forbids(self, headers: dict[str, str]) -> None:
        self._run(GenerationMode.NEGATIVE, REJECTS, headers, {})

    def _run(
        self,
        mode: GenerationMode,
        checks: Sequence[CheckFunction],
        headers: dict[str, str],
        known: dict[str, Any],
    ) -> None:
        with requests.Session() as session:
            session.trust_env = False

            @_SETTINGS
            @hypothesis.given(self._operation.as_strategy(generation_mode=mode, **known))
            def run(case: Case[Any]) -> None:
                case.call_and_validate(
                    base_url=self._url, session=session, headers=headers, checks=list(checks)
                )

            run()

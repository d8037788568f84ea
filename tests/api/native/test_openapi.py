"""The server keeps to the OpenAPI document that it gives out."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.server import Server

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def document(server: Server) -> dict[str, Any]:
    answer = server.client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for operation in operations(document):
        assert operation["summary"]
        assert set(operation["tags"]) <= tags


def test_every_operation_has_its_own_id(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids)


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"]
                assert response["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_unknown_keys_are_documented_as_refused(document: dict[str, Any]) -> None:
    names = ["LeadRequest", "LeadPatch", "LeadsPatch", "LeadFilterQuery", "NoteRequest", "MergeRequest"]
    names += ["BotRequest", "BotPatch", "FormRequest", "KeyRequest", "HandoverRequest"]
    for name in (*names, "SessionRequest", "UtmRequest", "MessagesRequest", "NewMessageRequest"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for method, operation in path.items():
            keys = [one for one in operation["parameters"] if one["name"] == "Idempotency-Key"]
            assert len(keys) == (method == "post")
            if keys:
                assert {"409", "422"} <= operation["responses"].keys()


def test_every_operation_tells_how_much_may_still_be_asked(document: dict[str, Any]) -> None:
    for operation in operations(document):
        assert "429" in operation["responses"]
        for status, response in operation["responses"].items():
            if status != "401":
                assert {"RateLimit", "RateLimit-Policy"} <= response["headers"].keys()


# Both engines are sent requests that the document allows and ones that it forbids, for every operation; not
# the same ones, for most of the code that takes them is the same. Every limit is tried from both sides, which
# takes longest, on PostgreSQL alone: it refuses more than SQLite does.
REFUSALS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
"""
"""Its own, and 413: what is wrong may also be too large."""

THOROUGHNESS = {
    "postgresql": ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "15", "--seed", "1"],
    "sqlite": ["--phases", "examples,fuzzing,stateful", "--max-examples", "10", "--seed", "2"],
}


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_no_request_that_schemathesis_makes_up_breaks_it(
    server: Server, engine_name: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {server.token('admin')}", "--checks", "all"]
    command += THOROUGHNESS[engine_name]
    # Its answer has no end.
    command += ["--exclude-path", "/api/v2/stream"]
    # And the same seed each time: whoever breaks the document should see it, and nobody else.
    command += ["--generation-database", "none", "--no-color"]
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "SCHEMATHESIS_HOOKS": "tests.api.native.schemathesis_hooks",
        "NO_PROXY": "*",
    }
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

"""Whatever the description at ``/v1/openapi.json`` allows, and what it forbids: every answer is one it describes."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import builders
from tests.central.process import Central, Desk

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 8


@schemathesis.serializer("application/offset+octet-stream")
def pieces(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a piece of an upload as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


def hold(operation: APIOperation, mode: GenerationMode, desk: Desk, known: dict[str, str]) -> None:
    """Ask one call with whatever ``mode`` makes of its description, now and then about things that are there."""

    @settings(max_examples=EXAMPLES)
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def ask(case: Case, real: bool) -> None:  # noqa: FBT001 - drawn
        if real:
            case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
        case.call_and_validate(checks=CHECKS, headers={"Authorization": str(desk.http.headers["Authorization"])})

    ask()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_every_answer_is_one_the_description_knows_and_never_a_failure_of_central(
    central: Central, mode: GenerationMode
) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    known = {"scope_id": about.scope_id, "dossier_id": about.id, "kind": "reasons"}
    described = schemathesis.openapi.from_url(f"{central.url}/v1/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 20
    for operation in operations:
        # What has no parameters and no body cannot be asked wrongly.
        if mode is GenerationMode.POSITIVE or any(operation.iter_parameters()) or operation.body:
            hold(operation, mode, central.desk(), known)

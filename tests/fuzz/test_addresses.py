"""Every address of the intake, as its own description has it, with what Schemathesis thinks of."""

from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from requests import Session
from schemathesis.core.result import Ok

from tests.fuzz.conftest import EXAMPLES, FUZZ, Target, reports_in
from web.intake.openapi import description

SCHEMA = schemathesis.openapi.from_dict(description())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


@pytest.fixture(scope="module")
def session(target: Target) -> Session:
    session = Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {target.code}"
    return session


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_no_body_is_an_error_of_ours_and_none_that_is_taken_is_lost(
    target: Target, session: Session, operation: Any
) -> None:
    known = {"token": target.code, "code": target.code, "uuid": target.uuid}

    @settings(FUZZ, max_examples=max(3, EXAMPLES // 10))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.path_parameters = {
            name: known.get(name, value) for name, value in case.path_parameters.items()
        }
        before = reports_in(target)
        answer = case.call(base_url=target.url, session=session)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 202 and operation.path in {"/", "/api/v1/reports"}:
            assert reports_in(target) == before + 1

    ask()

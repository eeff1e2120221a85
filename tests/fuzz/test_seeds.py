"""The bodies of every tool, bent a little and sent: what goes in comes out, or is refused."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import Response, Session

from core.reports import Signal
from tests.fuzz.conftest import EXAMPLES, FUZZ, NOW, Target, reports_in
from tests.fuzz.seeds import SEEDS, Seed
from web.intake.drafts import Draft
from web.intake.inbound import Inbound
from web.intake.registry import FORMATS, format_of

ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["", " ", "\0", "\ud800", "x" * 5000, "resolved", "ok", "1e999", "0", "9999-12-31T23:59:59Z"]
) | st.sampled_from([None, True, 0, -1, 10**30, 1e300, [], {}, [[]], [None], {"": ""}, [{}]])
JSON = {"content-type": "application/json"}


@st.composite
def bent(draw: st.DrawFn, seed: Seed) -> bytes:
    """A seed's body with up to four of its values changed, doubled, wrapped or left out."""
    holder = [deepcopy(seed.body)]
    for _ in range(draw(st.integers(0, 4))):
        place, name = draw(st.sampled_from(list(places(holder))))
        match draw(st.sampled_from(["change", "text", "leave out", "wrap", "double"])):
            case "change":
                place[name] = deepcopy(draw(ODD))
            case "text":
                place[name] = draw(st.text(max_size=30))
            case "leave out" if place is not holder:
                del place[name]
            case "wrap":
                place[name] = [place[name]]
            case "double" if isinstance(place[name], list):
                place[name] += deepcopy(place[name])
    return json.dumps(holder[0]).encode()


def places(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON value, as (what holds it, its name or index)."""
    names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    for name in names:
        yield holder, name
        if isinstance(holder[name], dict | list):
            yield from places(holder[name])


@pytest.fixture(scope="module")
def http() -> Session:
    session = Session()
    session.trust_env = False
    return session


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_what_is_not_bent_is_taken(target: Target, http: Session, seed: Seed) -> None:
    before = reports_in(target)
    answer = post(target, http, seed, json.dumps(seed.body).encode())
    assert answer.ok, answer.text
    assert reports_in(target) > before


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_what_is_taken_is_there_and_what_is_refused_is_not(
    target: Target, http: Session, seed: Seed
) -> None:
    @settings(FUZZ, max_examples=max(5, EXAMPLES // 10))
    @given(body=bent(seed))
    def send(body: bytes) -> None:
        before = reports_in(target)
        answer = post(target, http, seed, body)
        came = reports_in(target) - before
        assert answer.status_code < 500, answer.text
        surely, at_most = reports_of(seed, body) if answer.ok else (0, 0)
        assert surely <= came <= at_most

    send()


def post(target: Target, http: Session, seed: Seed, body: bytes) -> Response:
    headers = {name: value.replace("{code}", target.code) for name, value in seed.headers.items()}
    return http.post(
        target.url + seed.path.replace("{code}", target.code),
        data=body.replace(b"{code}", target.code.encode()),
        headers=JSON | headers,
    )


def reports_of(seed: Seed, body: bytes) -> tuple[int, int]:
    """How many reports a body must make, and may: one that names itself may be there already."""
    names = JSON | {name.lower(): value for name, value in seed.headers.items()}
    parts = {"kind": "store", "type": "formatted_webhook"}
    inbound = Inbound(headers=names, parts=parts, body=body, now=NOW)
    own = next(known for known in FORMATS if known.name == seed.name)
    found = (format_of(inbound) if seed.path.startswith("/in/") else own).read(inbound)
    made = [one for one in found if isinstance(one, Draft) and one.signal is Signal.trigger]
    return sum(one.uid is None for one in made), len(made)

"""Every format with bodies made of its own words, in places where they make no sense."""

import inspect
import json
import re
import sys
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.lifecycle import Status
from core.reports import FINGERPRINT_CHARS, Receipt, Report
from core.settings import load_settings
from tests.fuzz.conftest import FUZZ, NOW
from web.intake import sentry_check_in, sentry_event
from web.intake.body import clean
from web.intake.drafts import Draft, report_of
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.registry import FORMATS

SETTINGS = load_settings(_env_file=None)
MORE = {"sentry": (sentry_event, sentry_check_in)}
VARIABLE = re.compile(r"{(\w+)(?::((?:[^{}]|{[^{}]*})*))?}")
ODD = ["", "\0", "\ud800", "é", "1e999", "-1", "99999-12-31T00:00:00Z", "x" * 3000]
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False), st.just(10**30), st.booleans())


def words_of(known: Format) -> list[str]:
    """Every word that a format's source has in quotes: the fields and values it looks for."""
    modules = (sys.modules[known.read.__module__], *MORE.get(known.name, ()))
    source = "".join(map(inspect.getsource, modules))
    return sorted(set(re.findall(r'"([A-Za-z_@$][\w.@$-]*)"', source)))


def bodies(known: Format) -> st.SearchStrategy[Any]:
    words = st.sampled_from(words_of(known))
    leaves = st.one_of(words, st.sampled_from(ODD), NUMBERS, st.none(), st.text(max_size=20))
    inner = st.recursive(
        leaves,
        lambda value: st.one_of(
            st.lists(value, max_size=4), st.dictionaries(words, value, max_size=8)
        ),
        max_leaves=25,
    )
    return st.dictionaries(words, inner, max_size=12) | st.lists(inner, max_size=3)


def requests(known: Format) -> st.SearchStrategy[Inbound]:
    """A body at one of the format's addresses, or at the universal one."""
    paths = st.sampled_from(["", *(path for _, path in known.routes)])
    parts = paths.flatmap(
        lambda path: st.fixed_dictionaries(
            {
                name: st.from_regex(pattern, fullmatch=True) if pattern else st.text(min_size=1)
                for name, pattern in VARIABLE.findall(path)
            }
        )
    )
    types = st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded"])
    return st.builds(
        lambda body, parts, kind: Inbound(
            parts=clean(parts),
            headers={"content-type": kind},
            body=json.dumps(body).encode(),
            now=NOW,
        ),
        bodies(known),
        parts,
        types,
    )


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_body_is_read_into_what_a_database_takes_or_refused_by_field(known: Format) -> None:
    @FUZZ
    @given(inbound=requests(known))
    def read(inbound: Inbound) -> None:
        try:
            known.token(inbound)
            known.recognises(inbound)
            found = known.read(inbound)
        except InvalidInput:
            return
        drafts = [one for one in found if isinstance(one, Draft)]
        for draft in drafts:
            check(report_of(draft, known.name, 1, SETTINGS, NOW))
        known.answer(inbound, [taken_of(draft) for draft in drafts])

    read()


def check(report: Report) -> None:
    texts = [report.title, report.message, report.fingerprint, *report.tags, *report.tags.values()]
    texts += [part.text for part in report.logs]
    texts += [part.source for part in report.logs]
    for text in texts:
        assert "\0" not in text
        text.encode()
    assert report.title.strip()
    assert len(report.title) <= SETTINGS.max_title_chars
    assert len(report.fingerprint) <= FINGERPRINT_CHARS
    assert len(report.tags) <= SETTINGS.max_tags
    assert report.occurred_at.utcoffset() is not None
    assert b"\\u0000" not in msgspec.json.encode(report.context)


def taken_of(draft: Draft) -> Taken:
    return Taken(draft, receipt=Receipt(uuid4(), 1, Status.open, True, 1))

"""The fixture that pytest finds by itself wherever dispatcher-maker is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .testing import Outbox


@pytest.fixture
def dispatcher_outbox() -> Iterator[Outbox]:
    """Catch the reports of the test instead of sending them; see `dispatcher_maker.testing`."""
    from .testing import catch_reports  # noqa: PLC0415 - pytest loads this file in every run

    with catch_reports() as outbox:
        yield outbox

"""/metrics: for programs with a token, in a format that Prometheus reads."""

import re
from datetime import timedelta

import pytest

from core import facts, inbox
from core.chat_health import disable
from core.chats import ensure_chat
from core.delivery import SENT_AGAIN
from core.remedies import Trouble
from tests.factories import DEFAULTS, Scene, make_incident
from tests.web.api.programs import new_token
from tests.web.browsers import Site
from web import keys

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SAMPLE = re.compile(r'(dispatcher_\w+(?:\{\w+="\w+"(?:,\w+="\w+")*\})?) (\d+(?:\.\d+)?)')
BROKEN = -1009


async def read(site: Site) -> dict[str, float]:
    """Read every sample; each name must have been explained before."""
    token = await new_token(site, "Prometheus")
    async with site.browser() as watcher:
        answer = await watcher.get("/metrics", Authorization=f"Bearer {token}")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples, explained = {}, set()
    for line in answer.text.splitlines():
        if line.startswith("#"):
            explained.add(line.split()[2])
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        assert found[1].partition("{")[0] in explained
        samples[found[1]] = float(found[2])
    return samples


async def test_charlie_is_told_nothing(site: Site) -> None:
    async with site.browser() as charlie:
        assert (await charlie.get("/metrics")).status == 401


async def test_how_the_work_stands_is_told(site: Site, scene: Scene) -> None:
    async with site.database.writing() as session:
        await make_incident(session, site.now, scene.shop)
        await ensure_chat(session, BROKEN, DEFAULTS)
        await disable(session, site.now, BROKEN, Trouble.removed)
        await facts.count_up(session, SENT_AGAIN)
        await inbox.store(session, site.now, 42, [inbox.NewUpdate(1, 1, "{}")])
    site.now += timedelta(seconds=90)
    samples = await read(site)
    assert samples['dispatcher_incidents{status="open"}'] == 1
    assert samples['dispatcher_messages_waiting{kind="card"}'] == 1
    assert samples['dispatcher_longest_wait_seconds{kind="card"}'] == 90
    assert samples['dispatcher_chats{health="disabled"}'] == 1
    assert samples["dispatcher_messages_sent_again_total"] == 1
    assert samples["dispatcher_updates_waiting"] == 1
    assert samples["dispatcher_dead_letters"] == 0
    assert samples["dispatcher_token_refused"] == 0


async def test_what_this_process_did_is_counted(site: Site) -> None:
    tally = site.server.app[keys.TALLY]
    for _ in range(2):
        tally.count_call("sendMessage", "done")
    tally.count_call("sendMessage", "wait")
    samples = await read(site)
    assert samples['dispatcher_telegram_calls_total{method="sendMessage",outcome="done"}'] == 2
    assert samples['dispatcher_telegram_calls_total{method="sendMessage",outcome="wait"}'] == 1
    assert samples["dispatcher_reports_queued"] == 0

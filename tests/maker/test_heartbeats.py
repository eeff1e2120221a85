"""`monitor`: what a run tells at its start and its end, and what it never does to the program."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dispatcher_maker import Dispatcher
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Reply, Stub


def told(stub: Stub, count: int) -> list[tuple[str, str]]:
    """The (address, status) of so many heartbeats."""
    return [(seen.path, seen.body["status"]) for seen in stub.wait_for(count)]


def test_a_function_tells_its_start_and_its_end(make: MakeDispatcher, stub: Stub) -> None:
    dispatcher = make()

    @dispatcher.monitor("Nightly backup/db", every=timedelta(days=1), grace=900, level="critical")
    def backup(name: str) -> str:
        return name.upper()

    assert (backup("db"), backup.__name__) == ("DB", "backup")
    path = "/api/v1/heartbeats/Nightly%20backup%2Fdb"
    assert told(stub, 2) == [(path, "in_progress"), (path, "ok")]
    started, ended = (seen.body for seen in stub.seen)
    plan = {"period_seconds": 86400, "grace_seconds": 900, "level": "crit"}
    assert {name: ended[name] for name in plan} == plan
    assert started["run"] == ended["run"]


def test_what_a_block_raises_is_its_failure_and_goes_on(make: MakeDispatcher, stub: Stub) -> None:
    with pytest.raises(ValueError, match="no room"), make().monitor("backup", cron="0 3 * * *"):
        raise ValueError("no room")
    assert [status for _, status in told(stub, 2)] == ["in_progress", "error"]
    assert stub.seen[1].body["message"] == "ValueError: no room"
    assert stub.seen[1].body["cron"] == "0 3 * * *"


@pytest.mark.parametrize(("code", "status"), [(0, "ok"), (None, "ok"), (3, "error")])
def test_a_program_that_exits_well_has_ended_well(
    make: MakeDispatcher, stub: Stub, code: int | None, status: str
) -> None:
    with pytest.raises(SystemExit), make().monitor("backup"):
        raise SystemExit(code)
    assert told(stub, 2)[1][1] == status


async def test_coroutines_that_run_at_once_are_runs_of_their_own(
    make: MakeDispatcher, stub: Stub
) -> None:
    dispatcher = make()

    @dispatcher.monitor("worker")
    async def work() -> None:
        await asyncio.sleep(0)

    await asyncio.gather(work(), work())
    async with dispatcher.monitor("worker"):
        pass
    await asyncio.to_thread(stub.wait_for, 6)
    runs: dict[str, list[str]] = {}
    for seen in stub.seen:
        runs.setdefault(seen.body["run"], []).append(seen.body["status"])
    assert list(runs.values()) == [["in_progress", "ok"]] * 3


def test_a_sign_of_life_has_no_run_and_a_failure_an_exit_status(
    make: MakeDispatcher, stub: Stub
) -> None:
    worker = make().monitor("worker", every=60)
    assert worker.ok().queued
    worker.fail("out of memory", exit_status=137)
    stub.wait_for(2)
    assert [seen.body for seen in stub.seen] == [
        {"status": "ok", "period_seconds": 60},
        {
            "status": "error",
            "period_seconds": 60,
            "message": "out of memory",
            "exit_status": 137,
        },
    ]


def test_a_heartbeat_is_tried_again_and_comes_before_what_follows(
    make: MakeDispatcher, stub: Stub, no_backoff: None
) -> None:
    stub.replies.append(Reply(503))
    dispatcher = make()
    dispatcher.monitor("worker").ok()
    dispatcher.send("Payment failed")
    stub.wait_for(3)
    paths = [seen.path.rpartition("/")[2] for seen in stub.seen]
    assert paths == ["worker", "worker", "reports"]


@pytest.mark.parametrize("every", [0, "often", timedelta(0), float("inf")])
def test_a_period_that_cannot_be_is_left_out(make: MakeDispatcher, stub: Stub, every: Any) -> None:
    make().monitor("worker", every=every).ok()
    stub.wait_for(1)
    assert stub.seen[0].body == {"status": "ok"}


def test_what_is_switched_off_tells_nothing() -> None:
    dispatcher = Dispatcher(enabled=False)
    assert not dispatcher.monitor("worker").ok().queued
    assert dispatcher.stats().withheld == {"disabled": 1}


def test_a_name_must_be_given(make: MakeDispatcher) -> None:
    with pytest.raises(TypeError, match="with the name of the check"):
        make().monitor(lambda: None)  # type: ignore[arg-type]


def test_a_failure_hides_its_secrets(make: MakeDispatcher, stub: Stub) -> None:
    make().monitor("backup").fail("GET https://alice:s3cret-word@db.example.com failed")
    stub.wait_for(1)
    assert "s3cret-word" not in str(stub.seen[0].body)

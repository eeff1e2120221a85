"""The asyncio twin: the same reports, a loop that is never held up, and none that is missed."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dispatcher_maker import Answer, DispatcherAsync, InvalidReport, SendFailed, client_async
from tests.maker.stub import PATIENCE, Reply, Stub


@pytest.fixture
async def dispatcher(stub: Stub) -> AsyncIterator[DispatcherAsync]:
    made = DispatcherAsync(stub.url, "MyApp", "123456")
    yield made
    stub.may_answer.set()
    await made.close(PATIENCE)


async def test_the_use_that_was_promised(stub: Stub, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("one\ntwo\nthree\n")
    async with DispatcherAsync(
        dispatcher_url=stub.url,
        app_name="MyApp",
        dispatcher_code="123456",
        loggers_paths=[log],
        max_logs_to_send=100,
    ) as dispatcher:
        receipt = await dispatcher.send(
            title="Error in user registration",
            message="User registration failed",
            level="error",
            logs=None,
            max_logs_to_send=2,
        )
    (seen,) = stub.seen
    assert seen.incident["report_id"] == receipt.report_id
    assert seen.incident["logs"] == [
        {"source": str(log), "lines": ["two", "three"], "truncated": False}
    ]


async def test_send_now_returns_the_answer(dispatcher: DispatcherAsync, stub: Stub) -> None:
    answer = await dispatcher.send_now("Disk full")
    assert isinstance(answer, Answer)
    assert answer.report == stub.seen[0].incident["report_id"]


async def test_send_now_says_why_it_failed(dispatcher: DispatcherAsync, stub: Stub) -> None:
    stub.replies.append(Reply(404))
    with pytest.raises(SendFailed, match="HTTP 404"):
        await dispatcher.send_now("Disk full")


async def test_send_now_waits_no_longer_than_asked(dispatcher: DispatcherAsync, stub: Stub) -> None:
    stub.may_answer.clear()
    with pytest.raises(SendFailed):
        await dispatcher.send_now("Disk full", timeout=0.1)


async def test_the_loop_runs_on_while_reports_wait(dispatcher: DispatcherAsync, stub: Stub) -> None:
    stub.may_answer.clear()
    waiting = asyncio.create_task(dispatcher.send_now("first"))
    await asyncio.to_thread(stub.wait_for, 1)
    assert (await dispatcher.send("second")).queued
    assert not await dispatcher.flush(0.05)
    stub.may_answer.set()
    assert await dispatcher.flush()
    assert (await waiting).number == 3
    assert dispatcher.stats().sent == 2


async def test_who_stops_waiting_takes_nothing_back(
    dispatcher: DispatcherAsync, stub: Stub
) -> None:
    stub.may_answer.clear()
    waiting = asyncio.create_task(dispatcher.send_now("first"))
    await asyncio.to_thread(stub.wait_for, 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    stub.may_answer.set()
    assert await dispatcher.flush()
    assert dispatcher.stats().sent == 1


def test_reports_outlive_their_loop(stub: Stub) -> None:
    dispatcher = DispatcherAsync(stub.url, "MyApp", "123456")
    stub.may_answer.clear()

    async def abandon() -> None:
        left = asyncio.create_task(dispatcher.send_now("first"))
        await asyncio.to_thread(stub.wait_for, 1)
        assert not left.done()

    asyncio.run(abandon())
    stub.may_answer.set()

    async def go_on() -> bool:
        await dispatcher.send("second")
        return await dispatcher.close(PATIENCE)

    assert asyncio.run(go_on())
    assert stub.titles == ["first", "second"]
    assert dispatcher.stats().sent == 2


async def test_send_works_when_the_loop_has_shut_its_threads(
    dispatcher: DispatcherAsync, stub: Stub, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("cannot schedule new futures after shutdown")

    loop = asyncio.get_running_loop()
    usual, loop.run_in_executor = loop.run_in_executor, refuse  # type: ignore[method-assign, assignment] # what a shut executor does
    receipt = await dispatcher.send("Disk full", logs=[tmp_path / "missing.log"])
    loop.run_in_executor = usual  # type: ignore[method-assign] # and back
    assert receipt.queued


async def test_files_are_read_in_another_thread(
    dispatcher: DispatcherAsync, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[threading.Thread] = []

    def read(*_: object) -> list[object]:
        readers.append(threading.current_thread())
        return []

    monkeypatch.setattr("dispatcher_maker.reporter.tails_of", read)
    await dispatcher.send("Disk full", logs=[tmp_path / "app.log"])
    assert readers[0] is not threading.current_thread()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_async, "HANDOVER_SECONDS", 0.01)


@pytest.mark.usefixtures("impatient")
async def test_threads_that_are_all_busy_do_not_hold_up_a_report(
    dispatcher: DispatcherAsync, stub: Stub, log: Path
) -> None:
    done = threading.Event()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    busy = asyncio.create_task(asyncio.to_thread(done.wait, PATIENCE))
    await asyncio.sleep(0)
    receipt = await dispatcher.send("Disk full", logs=[log])
    assert not busy.done()
    hasty = asyncio.create_task(dispatcher.send("Cancelled", logs=[log]))
    await asyncio.sleep(0)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    done.set()
    await busy
    assert await dispatcher.flush()
    assert stub.titles == ["Disk full", "Cancelled"]
    assert stub.seen[0].incident["report_id"] == receipt.report_id
    assert stub.seen[0].incident["logs"][0]["lines"] == ["a line"]


@pytest.mark.usefixtures("impatient")
async def test_a_disk_that_takes_its_time_does_not_hold_up_the_caller(
    dispatcher: DispatcherAsync, stub: Stub, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spins = threading.Event()
    monkeypatch.setattr(dispatcher, "_logs_of", lambda _draft: [] if spins.wait(PATIENCE) else None)
    receipt = await dispatcher.send("Disk full", logs=[log])
    assert receipt.queued
    assert stub.seen == []
    spins.set()
    (seen,) = await asyncio.to_thread(stub.wait_for, 1)
    assert seen.incident["report_id"] == receipt.report_id


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "app.log"
    file.write_text("a line\n")
    return file


async def test_strict_raises(stub: Stub) -> None:
    async with DispatcherAsync(stub.url, "MyApp", "123456", strict=True) as dispatcher:
        with pytest.raises(InvalidReport):
            await dispatcher.send("")


async def test_a_wrong_option_turns_reporting_off() -> None:
    async with DispatcherAsync("nowhere", "MyApp", "123456") as dispatcher:
        assert not (await dispatcher.send("Disk full")).queued
        with pytest.raises(SendFailed, match="dispatcher_url"):
            await dispatcher.send_now("Disk full")

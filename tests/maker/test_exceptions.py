"""Exceptions and what is known around them: `send_exception`, `watch`, `context`."""

import asyncio
import threading
from collections import defaultdict
from typing import Any

import pytest

from dispatcher_maker import Dispatcher, DispatcherAsync
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Stub


def pay(order: int) -> None:
    try:
        raise KeyError("card")  # noqa: TRY301 - a chain is what the tests are about
    except KeyError as error:
        raise ValueError(f"order {order} cannot be paid\nsorry") from error


def sent(dispatcher: Dispatcher, stub: Stub) -> list[dict[str, Any]]:
    assert dispatcher.flush()
    return [seen.incident for seen in stub.seen]


def test_an_exception_is_reported_with_its_whole_traceback(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    try:
        pay(17)
    except ValueError:
        dispatcher.send_exception()
    (incident,) = sent(dispatcher, stub)
    assert incident["title"] == "ValueError: order 17 cannot be paid"
    (trace,) = incident["logs"]
    assert trace["source"] == "traceback"
    text = "\n".join(trace["lines"])
    assert "KeyError: 'card'" in text
    assert "direct cause" in text
    assert trace["lines"][-2:] == ["ValueError: order 17 cannot be paid", "sorry"]


def test_the_same_kind_at_the_same_place_is_one_incident(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    for order in (17, 18):
        with pytest.raises(ValueError, match="order") as raised:
            pay(order)
        dispatcher.send_exception(raised.value)
    with pytest.raises(ZeroDivisionError) as other:
        1 / 0  # noqa: B018 - to be raised
    dispatcher.send_exception(other.value)
    first, second, third = (incident["fingerprint"] for incident in sent(dispatcher, stub))
    assert first == second != third


def test_an_endless_recursion_is_a_hundred_frames(dispatcher: Dispatcher, stub: Stub) -> None:
    def endless() -> None:
        endless()

    with pytest.raises(RecursionError) as raised:
        endless()
    dispatcher.send("Too deep", exc=raised.value)
    (incident,) = sent(dispatcher, stub)
    assert len(incident["logs"][0]["lines"]) <= 400
    assert "fingerprint" not in incident


def test_nothing_raised_is_still_a_report(dispatcher: Dispatcher, stub: Stub) -> None:
    dispatcher.send_exception()
    assert sent(dispatcher, stub)[0]["title"] == "(no exception)"


async def test_the_same_from_asyncio(stub: Stub) -> None:
    async with DispatcherAsync(stub.url, "MyApp", "123456") as dispatcher:

        @dispatcher.watch(reraise=False)
        async def work() -> None:
            pay(17)

        await work()
        await dispatcher.send_exception(KeyError("card"))
    assert stub.titles == ["ValueError: order 17 cannot be paid", "KeyError: 'card'"]


def test_a_watched_function_reports_and_raises(dispatcher: Dispatcher, stub: Stub) -> None:
    @dispatcher.watch("Payment failed", "crit", tags={"shop": "7"})
    def checkout(order: int) -> str:
        """Pay an order."""
        if order:
            pay(order)
        return "paid"

    assert checkout(0) == "paid"
    assert checkout.__doc__ == "Pay an order."
    with pytest.raises(ValueError, match="order 17"):
        checkout(17)
    (incident,) = sent(dispatcher, stub)
    assert (incident["title"], incident["level"]) == ("Payment failed", "crit")
    assert incident["tags"] == {"shop": "7"}


async def test_a_watched_block_may_end_the_exception(dispatcher: Dispatcher, stub: Stub) -> None:
    with dispatcher.watch(reraise=False):
        pay(1)
    async with dispatcher.watch(reraise=False):
        pay(2)
    assert len(sent(dispatcher, stub)) == 2


def test_one_exception_that_passes_two_watches_is_reported_once(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    with dispatcher.watch(reraise=False), dispatcher.watch():
        pay(1)
    assert len(sent(dispatcher, stub)) == 1


class Unspeakable:
    def __repr__(self) -> str:
        raise ValueError("no text")


def check_out(order: int) -> None:
    password = Unspeakable()  # noqa: F841 - to be seen, and not to be seen
    basket = [Unspeakable(), "https://alice:hunter2@shop.example.com", "x" * 9_000]  # noqa: F841
    pay(order)


def test_what_the_variables_held_is_sent_only_on_demand_and_without_secrets(
    make: MakeDispatcher, stub: Stub
) -> None:
    for options in ({"send_locals": True}, {}):
        with make(**options) as dispatcher, dispatcher.watch(reraise=False):
            check_out(17)
    (shown, plain) = (seen.incident["logs"][0]["lines"] for seen in stub.seen)
    assert shown.count("    order = 17") == 3  # where it began, too
    assert "    password = [hidden]" in shown
    (basket,) = (line for line in shown if line.startswith("    basket = "))
    assert "[hidden]@shop.example.com" in basket
    assert len(basket) < 250
    assert [line for line in shown if " = " not in line] == plain


class Proxy(Exception):
    """An exception that hands on what it is asked for, to what may be anything."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def __getattr__(self, name: str) -> Any:
        return self.answers[name]


@pytest.mark.parametrize("answers", [{}, defaultdict(lambda: "yes")])
def test_an_exception_that_answers_for_others_is_reported_all_the_same(
    dispatcher: Dispatcher, stub: Stub, answers: dict[str, Any]
) -> None:
    with dispatcher.watch(reraise=False):
        raise Proxy(answers)
    (incident,) = sent(dispatcher, stub)
    assert incident["title"].startswith("Proxy")
    assert "raise Proxy(answers)" in str(incident["logs"])


def test_a_text_instead_of_an_exception_is_its_title(dispatcher: Dispatcher, stub: Stub) -> None:
    dispatcher.send_exception("Payment failed")  # type: ignore[arg-type] # on purpose
    (incident,) = sent(dispatcher, stub)
    assert incident["title"] == "Payment failed"


def test_stopping_is_no_failure(dispatcher: Dispatcher, stub: Stub) -> None:
    with pytest.raises(KeyboardInterrupt), dispatcher.watch(reraise=False):
        raise KeyboardInterrupt
    assert sent(dispatcher, stub) == []


def test_a_watch_without_parentheses_says_so(dispatcher: Dispatcher) -> None:
    with pytest.raises(TypeError, match="parentheses"):
        dispatcher.watch(pay)  # type: ignore[arg-type] # on purpose


def test_a_watch_of_a_strict_dispatcher_lets_the_programs_own_exception_out(
    make: MakeDispatcher,
) -> None:
    dispatcher = make(strict=True)
    dispatcher.close()
    with pytest.raises(ValueError, match="order 17"), dispatcher.watch():
        pay(17)


def test_context_holds_within_its_block_and_the_inner_word_counts(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    with dispatcher.context(request=1, user="alice", tags={"zone": "a"}):
        with dispatcher.context(request=2):
            dispatcher.send("inner", context={"step": "pay"})
        dispatcher.send("outer", context={"user": "bob"}, tags={"zone": "b"})
    dispatcher.send("after")
    inner, outer, after = sent(dispatcher, stub)
    assert facts_in(inner) == {"request": 2, "user": "alice", "step": "pay"}
    assert facts_in(outer) == {"request": 1, "user": "bob"}
    assert (inner["tags"], outer["tags"]) == ({"zone": "a"}, {"zone": "b"})
    assert facts_in(after) == {}
    assert "tags" not in after


def facts_in(incident: dict[str, Any]) -> dict[str, Any]:
    known = ("host", "pid", "python")
    return {key: value for key, value in incident["context"].items() if key not in known}


async def test_tasks_and_threads_do_not_see_each_others_context(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    both_in = asyncio.Barrier(2)

    async def serve(request: int) -> None:
        with dispatcher.context(request=request):
            await both_in.wait()
            dispatcher.send(f"Request {request}")

    await asyncio.gather(serve(1), serve(2))
    with dispatcher.context(request=3):
        thread = threading.Thread(target=dispatcher.send, args=("Thread",))
        thread.start()
        thread.join()
    found = {incident["title"]: facts_in(incident) for incident in sent(dispatcher, stub)}
    assert found == {"Request 1": {"request": 1}, "Request 2": {"request": 2}, "Thread": {}}

"""Log records of the host as reports."""

import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest

from dispatcher_maker import Dispatcher, DispatcherHandler, default, diagnostics
from tests.maker.conftest import MakeDispatcher, run_python
from tests.maker.stub import Reply, Stub


@pytest.fixture
def dispatcher(make: MakeDispatcher) -> Dispatcher:
    return make(fold_seconds=0)


@pytest.fixture
def logger(dispatcher: Dispatcher) -> Iterator[logging.Logger]:
    """A logger of the host, all of whose errors are reported."""
    handler = DispatcherHandler(dispatcher)
    shop = logging.getLogger("shop")
    shop.addHandler(handler)
    yield shop
    shop.removeHandler(handler)


def sent(dispatcher: Dispatcher, stub: Stub) -> list[dict[str, Any]]:
    assert dispatcher.flush()
    return [seen.incident for seen in stub.seen]


def test_an_error_is_reported_and_a_warning_is_not(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    logger.warning("slow")
    logger.critical("order %d cannot be paid\nby %s", 17, "card")
    (incident,) = sent(dispatcher, stub)
    assert incident["title"] == "order 17 cannot be paid"
    assert incident["message"] == "order 17 cannot be paid\nby card"
    assert incident["level"] == "crit"
    assert incident["tags"] == {"logger": "shop"}
    assert "test_handler.py" in incident["context"]["place"]


@pytest.mark.parametrize("filled_in", [False, True])
def test_records_of_one_template_are_one_incident(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub, filled_in: bool
) -> None:
    for order in (7, 18):
        if filled_in:
            logger.error(f"order {order} failed")
        else:
            logger.error("order %d failed", order)
    logger.error("another thing")
    first, second, third = (incident["fingerprint"] for incident in sent(dispatcher, stub))
    assert first == second != third


def test_an_exception_brings_its_traceback_once(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    with dispatcher.watch(reraise=False):
        try:
            raise KeyError("card")  # noqa: TRY301 - to be logged
        except KeyError:
            logger.exception("Payment failed")
            raise
    (incident,) = sent(dispatcher, stub)
    assert incident["title"] == "Payment failed"
    assert incident["logs"][0]["lines"][-1] == "KeyError: 'card'"


def test_a_logging_call_can_say_more(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    extra = {"dispatcher": {"fingerprint": "pay", "tags": {"zone": "a"}, "colour": "red"}}
    logger.error("Payment failed", extra=extra)
    (incident,) = sent(dispatcher, stub)
    assert (incident["fingerprint"], incident["tags"]) == ("pay", {"zone": "a"})


def test_arguments_that_do_not_fit_cost_no_report(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    logger.propagate = False  # the handlers of pytest would complain
    logger.error("order %d %d failed", 17)  # noqa: PLE1206 - on purpose
    logger.propagate = True
    assert sent(dispatcher, stub)[0]["title"] == "order %d %d failed"


class Talkative:
    """An object of the host that logs an error whenever it is shown."""

    def __str__(self) -> str:
        logging.getLogger("shop").error("I was shown")
        return "talkative"


def test_what_the_sdk_makes_the_host_log_is_no_report(
    logger: logging.Logger, dispatcher: Dispatcher, stub: Stub
) -> None:
    dispatcher.send("Disk full", context={"who": Talkative()})
    assert [incident["title"] for incident in sent(dispatcher, stub)] == ["Disk full"]
    assert logger.handlers


def test_a_server_that_is_down_does_not_make_the_handler_run_in_circles(
    dispatcher: Dispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [DispatcherHandler(dispatcher)])
    stub.replies += [Reply(400)] * 5
    logging.getLogger("shop").error("Payment failed")
    assert dispatcher.flush()
    assert dispatcher.stats().dropped == {"rejected": 1}
    assert len(stub.seen) == 1


CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"dispatcher": {"class": "dispatcher_maker.DispatcherHandler", "level": "WARNING"}},
    "loggers": {"shop": {"handlers": ["dispatcher"]}},
}


def test_a_dict_config_may_be_applied_twice(
    make: MakeDispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = make()
    monkeypatch.setattr(default, "_made", [dispatcher])
    monkeypatch.setattr(logging.getLogger("shop"), "handlers", [])
    logging.config.dictConfig(CONFIG)
    logging.config.dictConfig(CONFIG)
    logging.getLogger("shop").warning("slow")
    assert [incident["title"] for incident in sent(dispatcher, stub)] == ["slow"]


def test_the_sdk_speaks_on_stderr_and_to_no_handler_of_the_host() -> None:
    program = (
        "import logging, sys\n"
        "from dispatcher_maker import Dispatcher\n"
        "logging.basicConfig(stream=sys.stdout)\n"
        "Dispatcher('nowhere').send('Disk full')\n"
    )
    done = run_python(["-c", program])
    assert done.stdout == ""
    assert done.stderr.startswith("dispatcher_maker: nothing will be reported: dispatcher_url")


def test_debug_tells_of_each_report(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "from dispatcher_maker import Dispatcher\n"
        f"Dispatcher({stub.url!r}, 'MyApp', '123456', debug=True).send_now('Disk full')\n"
    )
    assert "is sent" in run_python(["-c", program]).stderr
    assert diagnostics.logger.level == logging.NOTSET

"""Options come from the argument, else from the environment, else they have a default."""

import os
from typing import Any

import pytest

import dispatcher_maker
from dispatcher_maker import ConfigError, Dispatcher, SendFailed, default, options
from dispatcher_maker.settings import Settings, settings_of
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Stub

ENVIRONMENT = {
    "DISPATCHER_URL": "https://dispatcher.example.com",
    "DISPATCHER_APP_NAME": "MyApp",
    "DISPATCHER_CODE": "123456",
}


def settings(arguments: dict[str, Any], **environ: str) -> Settings:
    return settings_of(options.chosen(arguments, {**ENVIRONMENT, **environ}))


def test_the_environment_is_enough() -> None:
    found = settings(
        {},
        DISPATCHER_LOGS=os.pathsep.join(["/var/log/a.log", "/var/log/b.log"]),
        DISPATCHER_MAX_LOGS="7",
        DISPATCHER_ENVIRONMENT="staging",
        DISPATCHER_RELEASE="1.2.3",
        DISPATCHER_STRICT="yes",
        DISPATCHER_SAMPLE_RATE="0.5,debug=0.1",
        DISPATCHER_TIMEOUT="2.5",
    )
    assert found.faults == []
    assert found.endpoint.host == "dispatcher.example.com"
    assert (found.app_name, found.code) == ("MyApp", "123456")
    assert [file.path for file in found.files] == ["/var/log/a.log", "/var/log/b.log"]
    assert found.lines == 7
    assert found.tags == {"environment": "staging", "release": "1.2.3"}
    assert found.strict
    assert found.rates == {"": 0.5, "debug": 0.1}
    assert found.timeout == 2.5


def test_an_argument_counts_over_the_environment_and_an_empty_variable_says_nothing() -> None:
    found = settings({"timeout": 4}, DISPATCHER_TIMEOUT="2", DISPATCHER_EXIT_TIMEOUT=" ")
    assert (found.timeout, found.exit_timeout) == (4, 2.0)


@pytest.mark.parametrize(
    ("variable", "text", "reason"),
    [
        ("DISPATCHER_URL", "dispatcher.example.com", "must look like"),
        ("DISPATCHER_MAX_LOGS", "many", "must be a whole number from 0"),
        ("DISPATCHER_MAX_LOGS", "-1", "must be a whole number from 0"),
        ("DISPATCHER_ENABLED", "perhaps", "must be true or false"),
        ("DISPATCHER_SAMPLE_RATE", "1.5", "must be a number from 0 to 1"),
        ("DISPATCHER_SAMPLE_RATE", "debug=x", "must be a number"),
        ("DISPATCHER_TIMEOUT", "soon", "must be a number"),
        ("DISPATCHER_TIMEOUT", "nan", "must be more than 0 s"),
    ],
)
def test_a_bad_variable_is_called_by_its_name(variable: str, text: str, reason: str) -> None:
    ((name, told),) = settings({}, **{variable: text}).faults
    assert name == variable
    assert reason in told


def test_what_is_missing_names_the_variable_that_would_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ENVIRONMENT:
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ConfigError) as wrong:
        Dispatcher(strict=True)
    assert [option for option, _ in wrong.value.faults] == [
        "dispatcher_url",
        "app_name",
        "dispatcher_code",
    ]
    for variable in ENVIRONMENT:
        assert variable in str(wrong.value)


def test_a_disabled_dispatcher_needs_no_options_and_keeps_everything_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dispatcher = Dispatcher(enabled=False, strict=True)
    assert not dispatcher.send("Disk full").queued
    with pytest.raises(SendFailed) as failed:
        dispatcher.send_now("Disk full")
    assert failed.value.kind == "disabled"
    assert dispatcher.stats().withheld == {"disabled": 2}
    assert dispatcher.stats().dropped == {}
    assert caplog.messages == []


def test_the_programs_own_dispatcher_is_made_once(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default, "_made", [])
    for variable, text in {**ENVIRONMENT, "DISPATCHER_URL": stub.url}.items():
        monkeypatch.setenv(variable, text)
    first = dispatcher_maker.get_dispatcher()
    assert dispatcher_maker.get_dispatcher() is first
    first.send("by the environment")
    second = dispatcher_maker.init(app_name="Other")
    assert dispatcher_maker.get_dispatcher() is second
    assert stub.titles == ["by the environment"]  # the one before is closed
    second.close()


def test_environment_and_release_are_tags(make: MakeDispatcher, stub: Stub) -> None:
    dispatcher = make(environment="staging", release="1.2.3")
    dispatcher.send_now("Disk full", tags={"release": "own"})
    assert stub.seen[0].incident["tags"] == {"environment": "staging", "release": "own"}


def test_a_level_that_is_sampled_away_is_kept_back_and_crit_never_is(
    make: MakeDispatcher, stub: Stub
) -> None:
    dispatcher = make(sample_rate={"debug": 0, "crit": 0})
    for level in ("debug", "error", "crit"):
        dispatcher.send(level, level=level)
    assert dispatcher.flush()
    assert stub.titles == ["error", "crit"]
    assert dispatcher.stats().withheld == {"sampled": 1}


def test_who_waits_for_an_answer_is_not_sampled(make: MakeDispatcher, stub: Stub) -> None:
    make(sample_rate=0).send_now("Disk full")
    assert stub.titles == ["Disk full"]


def test_before_send_may_change_or_keep_back(make: MakeDispatcher, stub: Stub) -> None:
    def review(incident: dict[str, Any]) -> dict[str, Any] | None:
        return None if incident["title"] == "noise" else {**incident, "title": "reviewed"}

    dispatcher = make(before_send=review)
    dispatcher.send("noise")
    dispatcher.send("Disk full")
    assert dispatcher.flush()
    assert stub.titles == ["reviewed"]
    assert dispatcher.stats().withheld == {"before_send": 1}


def broken(incident: dict[str, Any]) -> dict[str, Any]:
    incident["title"] = "half done"
    raise KeyError("host")


@pytest.mark.parametrize("hook", [broken, lambda _incident: "text"])
def test_a_before_send_that_fails_costs_no_report(
    make: MakeDispatcher, stub: Stub, caplog: pytest.LogCaptureFixture, hook: Any
) -> None:
    make(before_send=hook).send_now("Disk full")
    assert stub.titles == ["Disk full"]
    assert "before_send" in caplog.text

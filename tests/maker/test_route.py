"""The way to the server leads through the proxy that the environment names, if it names one."""

import base64
import os
import socket
import threading

import pytest

from dispatcher_maker import SendFailed
from dispatcher_maker.cli.main import main
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Stub

FAR = "dispatcher.example.com"


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def test_a_proxy_gets_the_whole_address_and_its_own_password(
    make: MakeDispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.url.replace("://", "://alice:p%40ss@"))
    make(dispatcher_url=f"http://{FAR}/base").send_now("Disk full")
    (seen,) = stub.seen
    assert seen.path == f"http://{FAR}/base/api/v1/reports"
    assert seen.headers["Host"] == FAR
    assert seen.headers["Proxy-Authorization"] == basic("alice:p@ss")


def test_what_no_proxy_names_is_reached_without_one(
    make: MakeDispatcher, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    make().send_now("Disk full")
    assert stub.seen[0].path == "/api/v1/reports"


@pytest.mark.usefixtures("no_backoff")
def test_an_encrypted_connection_goes_through_a_tunnel(
    make: MakeDispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse() -> None:
        for _ in range(5):
            with listening.accept()[0] as connection:
                asked.append(connection.recv(4096).decode())
                connection.sendall(b"HTTP/1.1 407 Who are you?\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=refuse)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"bob:secret@127.0.0.1:{port}")
        dispatcher = make(dispatcher_url=f"https://{FAR}")
        with pytest.raises(SendFailed, match="407 Who are you"):
            dispatcher.send_now("Disk full")
        thread.join()
    assert asked[0].startswith(f"CONNECT {FAR}:443 ")
    assert f"Proxy-Authorization: {basic('bob:secret')}" in asked[0]
    assert "Bearer" not in asked[0]


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://", "http://a:b:c"])
def test_a_proxy_of_another_kind_is_told_of_and_not_used(
    make: MakeDispatcher,
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    proxy: str,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    make().send_now("Disk full")
    assert len(stub.seen) == 1
    assert "the proxy of the environment is not used" in caplog.text


def test_the_steps_of_a_test_begin_at_the_proxy(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.url)
    assert main(["test", "--url", f"http://{FAR}", "--app", "MyApp", "--code", "123456"]) == 0
    assert capsys.readouterr().out.startswith("proxy       127.0.0.1 is 127.0.0.1\n")
    assert stub.seen[0].path == f"http://{FAR}/api/v1/reports"


def basic(user: str) -> str:
    return f"Basic {base64.b64encode(user.encode()).decode()}"

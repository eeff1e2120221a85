"""The sample shop: it fails by itself, reports with its log, and stops when told to."""

import os
import signal
import subprocess
import sys

from dispatcher_maker.levels import RANKS
from tests.maker.conftest import MAKER
from tests.maker.stub import PATIENCE, Stub


def test_the_shop_fails_now_and_then_and_stops_cleanly(stub: Stub) -> None:
    options = {"--url": stub.url, "--app": "shop", "--code": "123456", "--every": "0.01"}
    with subprocess.Popen(
        [
            sys.executable,
            str(MAKER / "examples" / "flaky_shop.py"),
            *(word for pair in options.items() for word in pair),
            "--seed=1",
        ],
        env={**os.environ, "PYTHONPATH": str(MAKER)},
        stderr=subprocess.PIPE,
    ) as shop:
        stub.wait_for(61)
        shop.send_signal(signal.SIGTERM)
        _, errors = shop.communicate(timeout=PATIENCE)
    assert (shop.returncode, errors) == (0, b"")

    assert stub.seen[0].path == "/api/v1/heartbeats/shop%20worker"
    incidents = [seen.incident for seen in stub.seen[1:]]
    assert len({incident["title"] for incident in incidents}) == 5
    assert len({incident["message"] for incident in incidents}) > 40
    assert {incident["level"] for incident in incidents} == set(RANKS) - {"debug"}
    assert all(incident["logs"][0]["lines"] for incident in incidents)

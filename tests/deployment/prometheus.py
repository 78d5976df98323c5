"""Prometheus and its tool, as a machine has them or `.ci/promtool` has unpacked them."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedded.ports import LOOPBACK, ReservedPort
from tests.conftest import missing

ROOT = Path(__file__).parents[2]
_UNPACKED = ROOT / "build" / "prometheus" / "usr" / "bin"


def program(name: str) -> str:
    """Where it lies; where there is none the test skips, and in CI fails unless PROMTOOL=none says it knows."""
    found = shutil.which(name) or shutil.which(name, path=str(_UNPACKED))
    if found is None and os.environ.get("PROMTOOL") == "none":
        pytest.skip(f"{name} could not be had")
    if found is None:
        missing(f"{name} (apt-get install prometheus, or .ci/promtool)")
    return found


def promtool(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the tool."""
    command = [program("promtool"), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


class Prometheus:
    """A running one, at `address`."""

    def __init__(self, address: str) -> None:
        self._address = address

    def firing(self) -> set[str]:
        """The names of the alerts that fire now; none while it starts."""
        try:
            with urllib.request.urlopen(f"http://{self._address}/api/v1/alerts", timeout=5) as answer:
                found = json.load(answer)["data"]["alerts"]
        except (urllib.error.URLError, ConnectionError):
            return set()
        return {alert["labels"]["alertname"] for alert in found if alert["state"] == "firing"}

    def until(self, names: set[str], seconds: float = 60) -> None:
        """Until these fire, whatever else does."""
        over = time.monotonic() + seconds
        while not names <= (now := self.firing()):
            assert time.monotonic() < over, f"{names - now} do not fire; {now} do"
            time.sleep(0.2)


@contextmanager
def running_prometheus(folder: Path, configuration: Path) -> Iterator[Prometheus]:
    """Prometheus with this configuration for as long as the block."""
    port = ReservedPort()
    address = f"{LOOPBACK}:{port.number}"
    command = [
        program("prometheus"), f"--config.file={configuration}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}", "--log.level=warn",
    ]  # fmt: skip
    port.release()
    with (folder / "prometheus.log").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as running:
        try:
            yield Prometheus(address)
        finally:
            running.kill()

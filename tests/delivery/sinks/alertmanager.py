"""Debian's Alertmanager, as a machine has it or `.ci/alertmanager` has unpacked it."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from embedded.ports import LOOPBACK, ReservedPort
from tests.conftest import missing

_UNPACKED = Path(__file__).parents[3] / "build" / "alertmanager" / "usr"
_TEMPLATES = Path("/usr/share/prometheus/alertmanager/default.tmpl")
"""Where Debian's build looks for them, whatever its configuration says."""

_SHOW_TEMPLATES = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
_OVERLAY = f'mount -t overlay overlay -o lowerdir={_UNPACKED}/share:/usr/share /usr/share && exec "$@"'
_NAME = "prometheus-alertmanager"
_CONFIGURATION = "route: {receiver: nobody, group_by: ['...']}\nreceivers: [{name: nobody}]\n"


class Alertmanager:
    """A running one, at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def alerts(self) -> list[dict[str, Any]]:
        """Those that fire now, by its own word."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/v2/alerts", timeout=5) as answer:
                found: list[dict[str, Any]] = json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            return []
        return found

    def firing(self) -> set[str]:
        """Their ids."""
        return {alert["labels"].get("alert_id", alert["labels"]["alertname"]) for alert in self.alerts()}

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


def program() -> str:
    """Where it lies; where there is none the test skips, and in CI fails unless ALERTMANAGER=none says it knows."""
    if os.environ.get("ALERTMANAGER") == "none":
        pytest.skip(f"{_NAME} could not be had")
    found = shutil.which(_NAME) or shutil.which(_NAME, path=str(_UNPACKED / "bin"))
    if found is None:
        missing(f"{_NAME} (apt-get install {_NAME}, or .ci/alertmanager)")
    return found


@contextmanager
def running_alertmanager(folder: Path) -> Iterator[Alertmanager]:
    """For as long as the block; it keeps nothing that the next one knows."""
    port = ReservedPort()
    address = f"{LOOPBACK}:{port.number}"
    (folder / "alertmanager.yml").write_text(_CONFIGURATION)
    command = [
        program(), f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder / 'kept'}",
        f"--web.listen-address={address}", "--cluster.listen-address=", "--log.level=warn",
    ]  # fmt: skip
    if not _TEMPLATES.exists():  # in a namespace of its own, so that nothing is written outside of build/
        command = [*_SHOW_TEMPLATES, _OVERLAY, "sh", *command]
    port.release()
    with (folder / "alertmanager.log").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as one:
        try:
            yield Alertmanager(f"http://{address}")
        finally:
            one.kill()

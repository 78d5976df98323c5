"""A scrape, read as Prometheus reads it."""

import http.client
import socket
from collections.abc import Callable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from runtime.metrics.table import PREFIX

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


class _Local(http.client.HTTPConnection):
    def __init__(self, file: Path) -> None:
        super().__init__("localhost", timeout=10)
        self._file = file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(str(self._file))


def scrape(file: Path, path: str = "/metrics") -> str:
    """What is answered at a socket; raises OSError where nobody answers."""
    lookup = _Local(file)
    try:
        lookup.request("GET", path)
        answer = lookup.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, body
        return body
    finally:
        lookup.close()


def series(text: str) -> Series:
    """Every sample by its name without the prefix and its labels."""
    return {
        (sample.name.removeprefix(PREFIX), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def names(text: str) -> set[str]:
    """Of every metric that has a sample, as the table has it."""
    found = {name for name, _ in series(text)}
    stems = {name.removesuffix("_bucket") for name in found if name.endswith("_bucket")}
    parts = {stem + end for stem in stems for end in ("_bucket", "_sum", "_count", "_created")}
    return {name for name in found - parts if not name.endswith("_created")} | stems


def value(found: Series, name: str, **labels: str) -> float | None:
    """The sum of what has these labels; None where nothing has."""
    fitting = [each for (known, has), each in found.items() if known == name and labels.items() <= dict(has).items()]
    return sum(fitting) if fitting else None


Look = Callable[[], Series]

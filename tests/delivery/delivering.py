"""An installation that delivers: its topics on the shared Kafka, its keys, and deliverers as processes of their own."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient

from models.topics import DELIVERY_TOPICS
from tests import kafka_topics
from tests.client.published import Published
from tests.delivery.subscribed import a_secret, entry, toml
from tests.end_to_end.installation import HARMWATCH, Said, say

SESSION_SECONDS = "6"


class Delivering:
    """`published` has its alerts."""

    def __init__(self, published: Published, folder: Path) -> None:
        self.published, self.folder = published, folder
        self.environment = {
            "HARMWATCH_KAFKA": published.brokers, "HARMWATCH_PREFIX": published.prefix,
            "HARMWATCH_SECRETS": str(folder / "secrets"), "HARMWATCH_SESSION_SECONDS": SESSION_SECONDS,
        }  # fmt: skip
        a_secret(folder / "secrets")
        client = KafkaAdminClient(bootstrap_servers=published.brokers)
        kafka_topics.create(client, {published.prefix + topic.name: topic for topic in DELIVERY_TOPICS})
        client.close()

    def say(self, *words: str) -> Said:
        return say(self.environment, *words)

    def json(self, *words: str, code: int = 0) -> Any:
        said = self.say(*words, "--json")
        assert said.code == code, said.errors
        return json.loads(said.output)

    def subscribe(self, *entries: dict[str, Any]) -> Any:
        """By a file, which names all of them."""
        self.write(*entries)
        return self.json("subscriptions", "apply", self.file, "--why", "a test")

    @property
    def file(self) -> str:
        """Of the subscriptions."""
        return str(self.folder / "subscriptions.toml")

    def write(self, *entries: dict[str, Any]) -> None:
        Path(self.file).write_text(toml(*[entry(**one) for one in entries]), "utf-8")

    @contextmanager
    def deliverer(self, log: str = "deliver.log") -> Iterator["subprocess.Popen[bytes]"]:
        """A process; killed at the end, whatever it does."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
        with (self.folder / log).open("ab") as errors:
            process = subprocess.Popen(
                [*HARMWATCH, "deliver"], env=kept | self.environment, cwd=self.folder, stdout=errors, stderr=errors
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(10)

    def log(self, name: str = "deliver.log") -> str:
        return (self.folder / name).read_text()


def await_that(holds: Callable[[], object], seconds: float, what: Callable[[], object]) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what()
        time.sleep(0.05)

"""A service of which each role has the rights of `deploy/` and no more, over TLS alone."""

import json
import time
import uuid
from pathlib import Path
from typing import Any

from broker.knock import why_kept_out
from runtime.settings import Settings
from tests.end_to_end.installation import SESSION_SECONDS, Said, say
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.warm_workers import WarmWorker
from tests.secure.certificates import Authority
from tests.secure.roles import give_kafka_rights, kafka_roles, password_of
from tests.secure.secured_kafka import SecuredKafka
from tests.secure.secured_store import SecuredStore
from tests.secure.ways_in import secret

_PATIENCE_SECONDS = 60.0
_STORE_ROLES = ("worker", "console", "audit", "operator")


class SecuredService:
    """One prefix on a secured Kafka and store; what a role is told, it is told with its own user."""

    def __init__(self, kafka: SecuredKafka, store: SecuredStore, folder: Path) -> None:
        self.kafka, self.store, self.folder = kafka, store, folder
        self.prefix = f"t{uuid.uuid4().hex[:8]}-"
        self._policy = small_policy(folder)
        self.workers: list[WarmWorker] = []
        for role in kafka_roles():
            give_kafka_rights(kafka, role, self.prefix)
        store.set_users(self.prefix)
        self.run("operator", "topics", "create", "--partitions", "1")

    def environment(self, role: str) -> dict[str, str]:
        """The settings of a role."""
        given = {
            "kafka": self.kafka.address("SCRAM"), "kafka_security": "sasl_tls", "kafka_ca": str(self.kafka.ca.file),
            "kafka_sasl": "SCRAM-SHA-512", "kafka_user": f"harmwatch-{role}", "prefix": self.prefix,
            "kafka_password_file": self._password(role), "clock": "event",
            "policy": str(self._policy), "single_node": "yes", "session_seconds": SESSION_SECONDS,
        } | (self.store.settings(role) if role in _STORE_ROLES else {})  # fmt: skip
        return {f"HARMWATCH_{name.upper()}": value for name, value in given.items()}

    def _password(self, role: str) -> str:
        """The file with it, which a test may replace."""
        file = self.folder / f"{role}-kafka"
        return str(file) if file.exists() else secret(self.folder, file.name, password_of(role))

    def say(self, role: str, *words: str) -> Said:
        """What a command answers."""
        return say(self.environment(role), *words)

    def run(self, role: str, *words: str) -> str:
        """A command's output; it must succeed."""
        said = self.say(role, *words)
        assert said.code == 0, f"{role}: {' '.join(words)}: {said.errors}{said.output}"
        return said.output

    def json(self, role: str, *words: str) -> Any:
        """A command's document."""
        return json.loads(self.run(role, *words, "--json"))

    def send(self, count: int, first: int = 0) -> None:
        """So many reports of as many persons."""
        file = self.folder / f"reports-{first}.jsonl"
        file.write_bytes(b"".join(lines(first + count).splitlines(keepends=True)[first:]))
        assert self.json("ingest", "ingest", str(file))["sent"] == count

    def start_worker(self, **changed: str) -> WarmWorker:
        """A worker with the rights of its role; `changed` are settings of its own."""
        own = {f"HARMWATCH_{name.upper()}": value for name, value in changed.items()}
        self.log = self.folder / f"worker-{len(self.workers)}.log"
        self.workers.append(WarmWorker((), self.environment("worker") | own, self.log))
        return self.workers[-1]

    def replace_store_secrets(self, password: str) -> None:
        """The store has another certificate, of another CA, and the worker another password there."""
        given = self.environment("worker")
        self.store.execute("ACL", "SETUSER", "harmwatch-worker", "resetpass", f">{password}")
        Path(given["HARMWATCH_REDIS_PASSWORD_FILE"]).write_text(password)
        another = Authority(self.folder, "another-ca")
        Path(given["HARMWATCH_REDIS_CA"]).write_bytes(another.file.read_bytes())
        self.store.front.show(*another.issue("redis-again"))
        self.store.front.cut()

    def restart_kafka(self) -> None:
        """Every connection is cut; a broker that has just started lets in nobody until it knows its users again."""
        self.kafka.restart()
        told = {name.removeprefix("HARMWATCH_").lower(): each for name, each in self.environment("operator").items()}
        brokers = Settings(**told).brokers  # type: ignore[arg-type]  # as texts, which is how they come
        until = time.monotonic() + _PATIENCE_SECONDS
        while why := why_kept_out(brokers):
            assert time.monotonic() < until, why
            time.sleep(0.1)

    def wait_idle(self) -> Any:
        """The status, as the console sees it, once everything that was sent is applied and published."""
        said = self.say("console", "status", "--wait-idle", "90", "--json")
        assert said.code == 0, f"{said.errors}{said.output}{self.log.read_text()}"
        return json.loads(said.output)

    def await_word(self, *words: str) -> None:
        """Until the newest worker has said one of these."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while not any(word in self.log.read_text() for word in words):
            assert time.monotonic() < until, f"the worker has not said {words}, but: {self.log.read_text()}"
            time.sleep(0.1)

    def end(self) -> None:
        """Ends all workers; none has ended by itself."""
        for worker in self.workers:
            worker.terminate()
        codes = [worker.wait(60) for worker in self.workers]
        self.workers.clear()
        assert not any(codes), self.log.read_text()
        told = "".join(log.read_text() for log in self.folder.glob("worker-*.log"))
        assert "secret@" not in told, "a worker has told a password"

"""A Valkey (TEST_STORE names another server) with the users of `deploy/redis/users.acl`, and TLS in front of it."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from embedded.ports import LOOPBACK, ReservedPort
from embedded.valkey import find_valkey
from tests.secure.certificates import Authority
from tests.secure.roles import password_of, redis_users
from tests.secure.tls_front import Front, tls_front

_PATIENCE_SECONDS = 60


@dataclass(slots=True)
class SecuredStore:
    """Where it listens; `clear` is for the test alone, which may do everything there."""

    folder: Path
    ca: Authority
    clear: str
    front: Front

    def address(self, host: str = LOOPBACK) -> str:
        """Behind TLS."""
        return f"rediss://{host}:{self.front.port}/0"

    def execute(self, *words: str) -> object:
        """Somebody who may do everything says it."""
        with redis.Redis.from_url(self.clear) as client:
            answer: object = client.execute_command(*words)
            return answer

    def set_users(self, prefix: str) -> None:
        """Those of deploy/redis, for the keys of `prefix`; the nameless user of the test stays."""
        for name, words in redis_users(prefix).items():
            if name != "default":
                self.execute("ACL", "SETUSER", name, "reset", *words)

    def settings(self, role: str, setting: str = "redis") -> dict[str, str]:
        """By which a role is let in, without their prefix."""
        file = self.folder / f"{role}-redis"
        if not file.exists():  # a test may have replaced it
            file.touch(mode=0o600)
            file.write_text(password_of(role))
        return {
            setting: self.address(), f"{setting}_ca": str(self.ca.file), f"{setting}_user": f"harmwatch-{role}",
            f"{setting}_password_file": str(file),
        }  # fmt: skip


@contextmanager
def secured_store(folder: Path, clients: bool = False) -> Iterator[SecuredStore]:
    """For as long as the block; `clients`: each has to show a certificate."""
    ca = Authority(folder, "redis-ca")
    with closing(_Released()) as port:
        binary = os.environ.get("TEST_STORE") or str(find_valkey())
        command = [binary, "--port", str(port.port.number), "--bind", LOOPBACK, "--save", "", "--dir", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                clear = f"redis://{LOOPBACK}:{port.port.number}/0"
                _await(clear)
                with tls_front(port.port.number, *ca.issue("redis"), ca.file if clients else None) as front:
                    yield SecuredStore(folder, ca, clear, front)
            finally:
                server.kill()


class _Released:
    def __init__(self) -> None:
        self.port = ReservedPort()

    def close(self) -> None:
        self.port.release()


def _await(url: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                assert time.monotonic() < until, "Valkey does not answer"
                time.sleep(0.02)
            else:
                return

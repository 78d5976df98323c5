"""The stack: Kafka and Valkey together, for as long as a `with` block."""

import logging
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from embedded.child_processes import ChildProcesses
from embedded.folder import MEGABYTE, check_space, claim, name_temporary
from embedded.jars import kafka_jars
from embedded.java import find_java
from embedded.kafka import Installation, Node, kafka, new_cluster_id
from embedded.ports import LOOPBACK, ReservedPort
from embedded.training import begin_training
from embedded.valkey import find_valkey, valkey

LEAST_SPACE_AT_THE_START = 100 * MEGABYTE
LEAST_SPACE = MEGABYTE

SECURED = (
    *(f"HARMWATCH_KAFKA_{name}" for name in ("SECURITY", "CA", "CERT", "KEY", "KEY_PASSWORD_FILE", "HOSTNAME_CHECK")),
    *(f"HARMWATCH_KAFKA_{name}" for name in ("SASL", "USER", "PASSWORD_FILE", "TOKEN_FILE")),
    *(f"HARMWATCH_REDIS_{name}" for name in ("USER", "PASSWORD_FILE", "CA", "CERT", "KEY")),
)
"""Settings by which one is let in elsewhere."""

logger = logging.getLogger(__name__)


class Stack:
    """A Kafka and a Valkey on free ports of the loopback interface, ready when the `with` block begins.

    They end with the block, and also when this process is killed. Without `directory` their data goes, too.
    Entering raises PreconditionFailed if a part is missing, the download fails, the folder is in use, the disk is full,
    or a server does not start.
    """

    def __init__(self, directory: Path | None = None, progress: Callable[[str], None] = logger.info) -> None:
        """`directory` keeps the data for the next stack; `progress` hears what takes long."""
        self._directory = directory
        self._progress = progress

    def __enter__(self) -> Self:
        """Start both and wait until they answer."""
        installation = Installation(find_java(), kafka_jars(self._progress))
        binary = find_valkey()
        with ExitStack() as closing:
            folder, self._children = self._prepare(closing)
            check_space(folder, LEAST_SPACE_AT_THE_START)
            self._folder = folder
            self._ports = [ReservedPort() for _ in range(3)]
            for port in self._ports:
                closing.callback(port.release)
            node = Node(new_cluster_id(), 1, self._ports[0], (self._ports[1],))
            self._valkey = valkey(binary, folder / "valkey", self._ports[2], self._children)
            self._kafka = kafka(installation, folder / "kafka", node, self._children)
            self._valkey.start()
            self.start_kafka()
            self._valkey.wait_until_ready()
            begin_training(installation, self._children, folder)
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End both, and remove the folder if it is temporary."""
        self._closing.close()

    def _prepare(self, closing: ExitStack) -> tuple[Path, ChildProcesses]:
        """The folder, and the children, which end with this process; a folder that stays is locked until then."""
        if self._directory is not None:
            lock = closing.enter_context(claim(self._directory))
            children = ChildProcesses(keep_open=[lock.fileno()])
            closing.callback(children.release)
            return self._directory.absolute(), children
        children = ChildProcesses()
        closing.callback(children.release)
        folder = name_temporary()
        children.remove_at_end(folder)
        folder.mkdir(mode=0o700)
        return folder, children

    @property
    def kafka(self) -> str:
        """The bootstrap address, host and port."""
        return f"{LOOPBACK}:{self._ports[0].number}"

    @property
    def redis(self) -> str:
        """The address of Valkey as a redis URL."""
        return f"redis://{LOOPBACK}:{self._ports[2].number}/0"

    @property
    def kafka_pid(self) -> int:
        """The process id of Kafka."""
        return self._kafka.pid

    @property
    def valkey_pid(self) -> int:
        """The process id of Valkey."""
        return self._valkey.pid

    def environment(self) -> dict[str, str]:
        """The settings that point harmwatch to this stack, whatever else is set: in clear, without a login."""
        ours = {"HARMWATCH_KAFKA": self.kafka, "HARMWATCH_REDIS": self.redis, "HARMWATCH_SINGLE_NODE": "yes"}
        return ours | dict.fromkeys(SECURED, "")

    def start_command(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None, errors: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a command with our terminal and `environment()`; if it still runs at the end, it is ended.

        `environment` is ours unless said otherwise, `errors` the command's standard error instead of ours.
        """
        return self._children.start_command(command, {**(environment or os.environ), **self.environment()}, errors)

    def check(self) -> None:
        """Raises PreconditionFailed with the reason when a server has ended or the disk is full."""
        check_space(self._folder, LEAST_SPACE)  # first, for it may be why a server has ended
        self._kafka.check()
        self._valkey.check()

    def kill_kafka(self) -> None:
        """End Kafka as kill -9 does."""
        self._kafka.kill()

    def start_kafka(self) -> None:
        """Start Kafka on its port and data, and wait until it answers."""
        self._kafka.start()
        self._kafka.wait_until_ready()

    def kill_valkey(self) -> None:
        """End Valkey as kill -9 does."""
        self._valkey.kill()

    def start_valkey(self) -> None:
        """Start Valkey on its port and data, and wait until it answers."""
        self._valkey.start()
        self._valkey.wait_until_ready()

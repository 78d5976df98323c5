"""A cluster of several Kafkas, each broker and controller, for what one alone cannot show: that one of them is away."""

import logging
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from embedded.child_processes import ChildProcesses
from embedded.folder import name_temporary
from embedded.jars import kafka_jars
from embedded.java import find_java
from embedded.kafka import Installation, Node, kafka, new_cluster_id
from embedded.ports import LOOPBACK, ReservedPort

HEAP_MEGABYTES = 256
logger = logging.getLogger(__name__)


class Cluster:
    """Kafkas on free ports of the loopback interface, ready when the `with` block begins; they end with it.

    Entering raises PreconditionFailed as a `Stack` does.
    """

    def __init__(self, nodes: int = 3, more: str = "") -> None:
        """`more` are lines of their configuration."""
        self._nodes = nodes
        self._more = more

    def __enter__(self) -> Self:
        """Start them and wait until each answers."""
        installation = Installation(find_java(), kafka_jars(logger.info), HEAP_MEGABYTES)
        with ExitStack() as closing:
            children = ChildProcesses()
            closing.callback(children.release)
            folder = name_temporary()
            children.remove_at_end(folder)
            folder.mkdir(mode=0o700)
            self._ports = [ReservedPort() for _ in range(self._nodes)]
            self._controllers = tuple(ReservedPort() for _ in range(self._nodes))
            for port in (*self._ports, *self._controllers):
                closing.callback(port.release)
            cluster_id = new_cluster_id()
            self._servers = [
                kafka(
                    installation,
                    folder / f"kafka-{number}",
                    Node(cluster_id, number, port, self._controllers, self._more_of(number)),
                    children,
                )
                for number, port in enumerate(self._ports, 1)
            ]
            for server in self._servers:
                server.start()
                closing.callback(server.kill)  # the last of them would wait for the others, to end as it should
            for server in self._servers:
                server.wait_until_ready()
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End them, and remove their folder."""
        self._closing.close()

    def _more_of(self, _node: int) -> str:
        return self._more

    @property
    def kafka(self) -> str:
        """The bootstrap addresses, each host and port."""
        return ",".join(f"{LOOPBACK}:{port.number}" for port in self._ports)

    @property
    def nodes(self) -> range:
        """Their numbers."""
        return range(1, self._nodes + 1)

    def kill(self, node: int) -> None:
        """End a node as kill -9 does."""
        self._servers[node - 1].kill()

    def start(self, node: int) -> None:
        """Start a node that was killed on its port and data, and wait until it answers."""
        self._servers[node - 1].start()
        self._servers[node - 1].wait_until_ready()

    def pid(self, node: int) -> int:
        """The process id of a node, counted from 1 as Kafka does."""
        return self._servers[node - 1].pid

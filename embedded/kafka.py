"""Apache Kafka in KRaft mode: nodes which are broker and controller; one of them is a whole cluster."""

import fcntl
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded.child_processes import ChildProcesses
from embedded.class_archive import archive_options, class_archive
from embedded.ports import LOOPBACK, ReservedPort
from embedded.probes import kafka_answers
from embedded.server import ANOTHER_KAFKA, Server
from models.errors import PreconditionFailed

JVM_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dlog4j2.configurationFile=log4j2.properties",
)
RECORDING = ("-Xshare:off", "-XX:DumpLoadedClassList=%p.classes")
FORMAT_TIMEOUT_SECONDS = 60.0
LARGEST_BATCH_BYTES = 9 * 1024 * 1024

# Relative paths: the processes run in Kafka's folder, whose name may hold what these files give a meaning to.
SERVER_PROPERTIES = """\
process.roles=broker,controller
node.id={node}
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller_port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.voters={voters}
log.dirs=data

# As many copies as nodes; of three, one may be away.
default.replication.factor={copies}
offsets.topic.replication.factor={copies}
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={least_copies}
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={least_copies}
min.insync.replicas={least_copies}

# Small and quick.
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216

# After kill -9 the controller waits until the session of the dead broker is over before it takes the new one.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

auto.create.topics.enable=false
log.retention.ms=-1
log.retention.bytes=-1
message.max.bytes={largest_batch}
replica.fetch.max.bytes={largest_batch}
"""

LOG4J2_PROPERTIES = """\
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %m (%c{1})%n
rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
logger.server.name=kafka.server
logger.server.level=INFO
"""


@dataclass(frozen=True)
class Installation:
    """What Kafka is started from: a Java and the folder of its jars.

    Where `recording` is on, each process notes the classes that it loads in a file of the folder it runs in.
    """

    java: Path
    jars: Path
    heap_megabytes: int = 512
    recording: bool = False

    @property
    def archive(self) -> Path | None:
        """Where the archive of its classes lies, or will lie."""
        return class_archive(self.java, self.jars)

    def command(self, main_class: str, *arguments: str) -> list[str]:
        """The command line which runs one of Kafka's classes."""
        return [
            *self.command_with(RECORDING if self.recording else archive_options(self.archive)),
            main_class,
            *arguments,
        ]

    def command_with(self, options: tuple[str, ...]) -> list[str]:
        """The command line of a Java with these options and all jars, up to the class."""
        return [str(self.java), f"-Xmx{self.heap_megabytes}m", *JVM_OPTIONS, *options, "-cp", f"{self.jars}/*"]


@dataclass(frozen=True)
class Node:
    """One of a cluster's nodes, counted from 1; `controllers` are the ports of all of their controllers, in order.

    `more` are lines of its configuration.
    """

    cluster_id: str
    number: int
    port: ReservedPort
    controllers: tuple[ReservedPort, ...]
    more: str = ""

    def properties(self) -> str:
        """What it is started with."""
        copies = len(self.controllers)
        properties = SERVER_PROPERTIES.format(
            node=self.number,
            host=LOOPBACK,
            port=self.port.number,
            controller_port=self.controllers[self.number - 1].number,
            voters=",".join(f"{number}@{LOOPBACK}:{one.number}" for number, one in enumerate(self.controllers, 1)),
            copies=copies,
            least_copies=max(1, copies - 1),
            largest_batch=LARGEST_BATCH_BYTES,
        )
        return properties + self.more


def kafka(installation: Installation, folder: Path, node: Node, children: ChildProcesses) -> Server:
    """A Kafka which keeps its data in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "server.properties").write_text(node.properties())
    (folder / "log4j2.properties").write_text(LOG4J2_PROPERTIES)
    log = folder / "kafka.log"

    def begin() -> subprocess.Popen[bytes]:
        _refuse_second(folder / "data")
        if not (folder / "data" / "meta.properties").exists():
            _format(installation, log, node.cluster_id, children)
        return children.start_server(installation.command("kafka.Kafka", "server.properties"), log)

    return Server("Kafka", log, begin=begin, answers=lambda: kafka_answers(node.port.number))


def _refuse_second(data: Path) -> None:
    """Kafka itself looks at the lock later, when it may have read half a record that another one is writing."""
    if (lock := data / ".lock").exists():
        with lock.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise PreconditionFailed(ANOTHER_KAFKA) from error


def _format(installation: Installation, log: Path, cluster_id: str, children: ChildProcesses) -> None:
    """Give the empty folder the cluster's id and the first records of the metadata log."""
    arguments = ("format", "--cluster-id", cluster_id, "--config", "server.properties")
    process = children.start_server(installation.command("kafka.tools.StorageTool", *arguments), log)
    if process.wait(FORMAT_TIMEOUT_SECONDS) != 0:
        raise PreconditionFailed(f"Kafka could not prepare its folder {log.parent}: {log.read_text(errors='replace')}")


def new_cluster_id() -> str:
    """16 random bytes in base64, never with a dash in front, which would make it an option."""
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made

"""docker-compose.yml as data, and its Kafka and Valkey as child processes with the settings that stand in it."""

import contextlib
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from embedded.child_processes import ChildProcesses
from embedded.jars import kafka_jars
from embedded.java import find_java
from embedded.kafka import Installation
from embedded.ports import LOOPBACK, ReservedPort
from embedded.probes import kafka_answers, valkey_answers
from embedded.server import Server
from embedded.valkey import find_valkey

ROOT = Path(__file__).parents[2]
Service = Mapping[str, Any]  # Any: YAML
_CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
_NOT_PROPERTIES = {"KAFKA_HEAP_OPTS"}


def document() -> dict[str, Any]:
    """The whole file."""
    read: dict[str, Any] = yaml.safe_load(ROOT.joinpath("docker-compose.yml").read_text("utf-8"))
    return read


def services() -> dict[str, Service]:
    """The services by name."""
    found: dict[str, Service] = document()["services"]
    return found


def health_command(service: Service) -> list[str]:
    """What a health check runs."""
    test: list[str] = service["healthcheck"]["test"]
    assert test[0] == "CMD"
    return test[1:]


def kafka_properties(kafka: Service | None = None) -> dict[str, str]:
    """Kafka's settings as its image makes them of the environment: small letters, dots for underscores, - for three."""
    given: dict[str, str] = (kafka or services()["kafka"])["environment"]
    return {
        name.removeprefix("KAFKA_").lower().replace("___", "-").replace("_", "."): value
        for name, value in given.items()
        if name not in _NOT_PROPERTIES
    }


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the addresses of the compose file lie while its servers run here."""

    kafka_port: int
    controller_port: int
    valkey_port: int

    def here(self, text: str) -> str:
        """A text of the file with its addresses replaced."""
        text = re.sub(r"(kafka|127\.0\.0\.1|(?<=//)):9092\b", f"{LOOPBACK}:{self.kafka_port}", text)
        text = re.sub(r"(kafka|(?<=//)):9093\b", f"{LOOPBACK}:{self.controller_port}", text)
        text = text.replace("/dev/tcp/127.0.0.1/9092", f"/dev/tcp/127.0.0.1/{self.kafka_port}")
        return text.replace("valkey:6379", f"{LOOPBACK}:{self.valkey_port}")

    def settings(self, service: str) -> dict[str, str]:
        """The environment of a service."""
        return {name: self.here(value) for name, value in services()[service]["environment"].items()}


@contextlib.contextmanager
def running_servers(folder: Path) -> Iterator[Machine]:
    """Kafka and Valkey as the file describes them, on free ports, with their data in `folder`."""
    ports = [ReservedPort() for _ in range(3)]
    machine = Machine(*(port.number for port in ports))
    children = ChildProcesses()
    try:
        for server in (_valkey(machine, folder, children), _kafka(machine, folder, children)):
            server.start()
            server.wait_until_ready()
        yield machine
    finally:
        children.release()
        for port in ports:
            port.release()


def _valkey(machine: Machine, folder: Path, children: ChildProcesses) -> Server:
    program, *options = services()["valkey"]["command"]
    assert program == "valkey-server"
    data = folder / "valkey"
    data.mkdir()
    placed = ["--port", str(machine.valkey_port), "--bind", LOOPBACK]
    return Server(
        "Valkey",
        data / "log",
        begin=lambda: children.start_server([str(find_valkey()), *options, *placed], data / "log"),
        answers=lambda: valkey_answers(machine.valkey_port),
    )


def _kafka(machine: Machine, folder: Path, children: ChildProcesses) -> Server:
    places = {"/var/lib/kafka/data": str(folder / "kafka" / "data")}
    properties = {name: machine.here(places.get(value, value)) for name, value in kafka_properties().items()}
    return kafka_of(properties, folder, children, machine.kafka_port)


def kafka_of(properties: Mapping[str, str], folder: Path, children: ChildProcesses, port: int) -> Server:
    """A Kafka with these properties, with its data in `folder`; at `port` it answers in clear."""
    data = folder / "kafka"
    data.mkdir()
    data.joinpath("server.properties").write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
    installation = Installation(find_java(), kafka_jars(print))
    java, *rest = installation.command("kafka.Kafka", "server.properties")
    heap = services()["kafka"]["environment"]["KAFKA_HEAP_OPTS"].split()
    rest = [word for word in rest if not word.startswith(("-Xmx", "-Dlog4j2"))]

    def begin() -> subprocess.Popen[bytes]:
        prepare = installation.command(
            "kafka.tools.StorageTool", "format", "--cluster-id", _CLUSTER_ID, "--config", "server.properties"
        )
        subprocess.run(prepare, cwd=data, check=True, capture_output=True, timeout=60)
        return children.start_server([java, *heap, *rest], data / "log")

    return Server("Kafka", data / "log", begin=begin, answers=lambda: kafka_answers(port))

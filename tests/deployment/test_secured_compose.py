"""The secured compose file's Kafka, with its own settings, certificates, users and rights: each role has its own."""

import os
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from embedded.child_processes import ChildProcesses
from embedded.ports import LOOPBACK, ReservedPort
from runtime.settings import Settings
from runtime.worker_rights import lacking_worker_rights
from tests.deployment.compose import ROOT, kafka_of, kafka_properties
from tests.deployment.test_compose_overlays import made_by_the_script, together
from tests.end_to_end.installation import say
from tests.secure.kafka_tools import provide

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(600)]  # a tool of Kafka's for each right
PORTS = (9092, 9093, 9094)


def environment_of(service: str, folder: Path, kafka: str) -> dict[str, str]:
    """The settings of a service, here: its mounts are files, and the certificate is for the host `kafka`."""
    read = together("secured")["services"][service]
    places = dict(volume.removesuffix(":ro").split(":")[::-1] for volume in read["volumes"])
    given = {name: value for name, value in read["environment"].items() if "REDIS" not in name and "PULSE" not in name}
    here = {name: str(folder / places[value]) if value in places else value for name, value in given.items()}
    return here | {"HARMWATCH_KAFKA": kafka, "HARMWATCH_KAFKA_HOSTNAME_CHECK": "off"}


def test_every_role_is_let_in_with_its_rights_and_nobody_in_clear(tmp_path: Path) -> None:
    made_by_the_script(tmp_path)
    with ExitStack() as closing:
        children = ChildProcesses()
        closing.callback(children.release)
        ports = {port: ReservedPort() for port in PORTS}
        for port in ports.values():
            closing.callback(port.release)
        numbers = {port: reserved.number for port, reserved in ports.items()}

        def here(text: str) -> str:
            for port, number in numbers.items():
                text = text.replace(f"//:{port}", f"//{LOOPBACK}:{number}").replace(f":{port}", f":{number}")
            return text.replace("kafka:", f"{LOOPBACK}:").replace("/secured/", f"{tmp_path / 'secured'}/")

        properties = {
            key: here(value) for key, value in kafka_properties(together("secured")["services"]["kafka"]).items()
        }
        properties["log.dirs"] = str(tmp_path / "kafka" / "data")
        server = kafka_of(properties, tmp_path, children, numbers[9094])
        server.start()
        server.wait_until_ready()
        give_users(tmp_path, numbers[9094])
        kafka = f"{LOOPBACK}:{numbers[9092]}"
        operator = say(environment_of("topics", tmp_path, kafka), "topics", "create", "--partitions", "1")
        assert operator.code == 0, operator.errors
        worker = environment_of("worker-1", tmp_path, kafka)
        settings = {name.removeprefix("HARMWATCH_").lower(): value for name, value in worker.items()}
        assert lacking_worker_rights(Settings.model_validate(settings)) == []
        naked = say({"HARMWATCH_KAFKA": kafka}, "topics", "check")
        assert (naked.code, "wants TLS" in naked.errors) == (1, True)


def give_users(folder: Path, admin: int) -> None:
    """As the service `users` does."""
    (tools := folder / "tools").mkdir()
    provide(tools, f"{LOOPBACK}:{admin}")
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    script = folder / "deploy" / "compose" / "users.sh"
    script.write_text(script.read_text("utf-8").replace("127.0.0.1:9094", f"{LOOPBACK}:{admin}"))
    own = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "SECURED": str(folder / "secured")}
    done = subprocess.run(["sh", str(script)], env=own, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""Every command of Dockerfile, compose file and units, run in the environment that the Dockerfile builds.

The servers are the compose file's own: its Kafka settings, its Valkey arguments.
"""

import json
import socket
import subprocess
import time
import uuid
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
import yaml
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from models.topics import ALL_TOPICS
from tests.deployment.compose import Machine, health_command, kafka_properties, services
from tests.deployment.container import Container
from tests.deployment.dockerfile import ROOT, stages
from tests.deployment.units import FOLDER, UNITS, command_of, read_unit, settings_of

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(600)]  # the image is built first
REPORTS = ROOT / "models" / "schemas" / "examples" / "offences.v1.good.jsonl"
DESK = ROOT / "deploy" / "compose" / "staffed.yml"
START_SECONDS = 60


@pytest.fixture
def container(programs: Path, machine: Machine, tmp_path: Path) -> Container:
    """A worker's container, on a board of its own."""
    own = {"HARMWATCH_PREFIX": f"t{uuid.uuid4().hex[:8]}-"}
    return Container(programs, machine.settings("worker-1") | own, tmp_path)


@pytest.fixture
def topics(container: Container) -> str:
    """What the job said that makes the topics."""
    return container.run(*start_of("topics"))


def start_of(name: str) -> list[str]:
    """The image's entry point and the service's command."""
    (entry_point,) = [json.loads(one.text) for one in stages()[-1] if one.word == "ENTRYPOINT"]
    return [*entry_point, *services()[name]["command"]]


def test_kafka_has_taken_every_setting_of_the_file(machine: Machine) -> None:
    client = KafkaAdminClient(bootstrap_servers=machine.settings("topics")["HARMWATCH_KAFKA"])
    try:
        broker = ConfigResource(ConfigResourceType.BROKER, "1")
        found = client.describe_configs([broker], config_filter="all")["broker"]["1"]
    finally:
        client.close()
    for name, value in kafka_properties().items():
        if name != "log.dirs":
            assert found[name]["value"] == machine.here(value), name


def test_valkey_has_taken_every_argument_of_the_file(machine: Machine) -> None:
    store = redis.Redis(port=machine.valkey_port, decode_responses=True)
    _, *words = services()["valkey"]["command"]
    for option, value in zip(words[::2], words[1::2], strict=True):
        name = option.removeprefix("--")
        wanted = str(2**30) if value == "1gb" else value
        assert store.config_get(name) == {name: wanted}


def test_valkeys_health_check_asks_what_it_answers(machine: Machine) -> None:
    assert health_command(services()["valkey"]) == ["valkey-cli", "ping"]
    assert redis.Redis(port=machine.valkey_port).ping()


def test_kafkas_health_check_says_whether_it_is_there(machine: Machine) -> None:
    command = [machine.here(word) for word in health_command(services()["kafka"])]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
    elsewhere = [word.replace(str(machine.kafka_port), "1") for word in command]
    assert subprocess.run(elsewhere, stderr=subprocess.DEVNULL, timeout=60, check=False).returncode != 0


@pytest.mark.usefixtures("topics")
def test_two_workers_become_healthy_and_score_without_writing_a_file(
    container: Container, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Container(container.programs, container.environment, tmp_path_factory.mktemp("worker-2"))
    assert services()["worker-2"] == services()["worker-1"]
    with container.serving(*start_of("worker-1")), other.serving(*start_of("worker-2")):
        container.become_healthy(START_SECONDS)
        said = container.run("harmwatch", "ingest", "--json", "-", given=REPORTS.read_bytes())
        sent = json.loads(said)["sent"]
        assert sent > 0
        status = json.loads(container.run("harmwatch", "status", "--wait-idle", "60", "--json"))
        assert sum(partition["applied"] for partition in status["partitions"]) == sent
        assert len(status["partitions"]) == int(services()["topics"]["command"][-1])
    container.run("harmwatch", "verify", "--redis")


@pytest.mark.usefixtures("topics")
def test_the_health_check_turns_red_when_no_worker_works(container: Container) -> None:
    *words, within = health_command(services()["worker-1"])
    assert words[-1] == "--within"
    assert float(within) >= 30  # longer than a recovery
    with container.serving(*start_of("worker-1")):
        container.become_healthy(START_SECONDS)
    time.sleep(1)
    container.run(*words, "0.5", code=1)


@pytest.mark.usefixtures("topics")
def test_a_full_valkey_holds_the_input_back_and_loses_nothing(container: Container, machine: Machine) -> None:
    store = redis.Redis(port=machine.valkey_port)
    with container.serving(*start_of("worker-1")):
        container.become_healthy(START_SECONDS)
        store.config_set("maxmemory", "1mb")  # less than an empty Valkey takes
        try:
            container.run("harmwatch", "ingest", "-", given=REPORTS.read_bytes())
            container.run("harmwatch", "status", "--wait-idle", "5", code=1)
        finally:
            store.config_set("maxmemory", "1gb")
        container.run("harmwatch", "status", "--wait-idle", "60")
    container.run("harmwatch", "verify", "--redis")


@pytest.mark.parametrize("unit", [unit for unit in UNITS if "console" not in unit.name], ids=lambda path: path.name)
def test_what_a_unit_starts_works(unit: Path, container: Container, topics: str) -> None:
    given = settings_of(FOLDER / "harmwatch.env")
    assert set(given) <= set(container.environment)  # the container names the same servers
    service = read_unit(unit)["Service"]
    command = command_of(read_unit(unit), container.programs)
    if service["Type"] == ["oneshot"]:
        assert topics.count(",") == len(ALL_TOPICS) - 1
        assert container.run(*command) == "created: nothing\n"
    elif command[-1] in {"exporter", "deliver"}:
        container.environment["HARMWATCH_SECRETS"] = str(container.programs)
        with socket.create_server(("127.0.0.1", 0)) as free:
            container.environment["HARMWATCH_METRICS"] = f"127.0.0.1:{free.getsockname()[1]}"
        with container.serving(*command):
            told = "look_success" if command[-1] == "exporter" else "deliverer_in_office"
            assert f"\nharmwatch_{told}{{" in container.scraped(START_SECONDS, told)
    else:
        with container.serving(*command):
            container.become_healthy(START_SECONDS)


@pytest.mark.usefixtures("topics")
def test_the_desk_starts_as_its_unit_and_its_compose_file_start_it(
    container: Container, desk_programs: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    duty = tmp_path_factory.mktemp("duty")
    command = command_of(read_unit(FOLDER / "harmwatch-console.service"), desk_programs)
    assert command[1:] == yaml.safe_load(DESK.read_text("utf-8"))["services"]["console"]["command"]
    (duty / "secret").touch(0o600)
    (duty / "secret").write_text("5" * 64)
    settings: dict[str, object] = {"CONSOLE_USERS": duty / "users.json", "CONSOLE_SECRET": duty / "secret"}
    with ExitStack() as closing:
        for name in ("CONSOLE", "METRICS"):
            free = closing.enter_context(socket.create_server(("127.0.0.1", 0)))
            settings[name] = f"127.0.0.1:{free.getsockname()[1]}"
    container.environment |= {f"HARMWATCH_{name}": str(value) for name, value in settings.items()}
    add = [command[0], "console", "user", "add", "anna", "--role", "officer"]
    subprocess.run(add, env=container.environment, input=b"a long enough password", check=True, timeout=60)
    with container.serving(*command):
        assert "\nharmwatch_console_live{" in container.scraped(START_SECONDS, "console_live")


def test_the_job_of_the_units_makes_what_the_job_of_the_compose_file_makes(container: Container) -> None:
    command = command_of(read_unit(FOLDER / "harmwatch-topics.service"), container.programs)
    assert command[1:] == start_of("topics")[1:]


def test_a_wrong_setting_ends_with_the_code_that_systemd_does_not_start_again(container: Container) -> None:
    container.environment["HARMWATCH_COLOUR"] = "blue"
    container.run(*start_of("worker-1"), code=2)


def test_missing_topics_end_with_the_code_that_systemd_starts_again(container: Container) -> None:
    container.run(*start_of("worker-1"), code=1)


def test_the_image_has_neither_pip_nor_the_embedded_stack(container: Container) -> None:
    assert not container.programs.joinpath("pip").exists()
    container.run("harmwatch", "stack", "run", "true", code=1)

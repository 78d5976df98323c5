"""What the compose file promises: valid, closed to the outside, limited, and with settings that there are."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from models.topics import OFFENCES
from runtime.settings import Settings
from tests.deployment.compose import document, health_command, services

SERVICES = list(services())
OURS = [name for name in SERVICES if "build" in services()[name]]


def faults_of(read: dict[str, Any]) -> list[str]:
    """What is wrong with a compose file, by the schema of the specification that check-jsonschema brings."""
    found = importlib.util.find_spec("check_jsonschema")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(path.read_text("utf-8"))
    return [error.message for error in validator_for(schema, Draft202012Validator)(schema).iter_errors(read)]


def test_it_is_valid_by_the_compose_specification() -> None:
    assert faults_of(document()) == []
    assert faults_of(document() | {"services": {"kafka": {"imagine": "x"}}}) != []


@pytest.mark.parametrize("name", SERVICES)
def test_no_port_is_published_and_the_network_ends_here(name: str) -> None:
    service = services()[name]
    assert "ports" not in service
    assert "network_mode" not in service
    assert service["networks"] == ["inside"]
    assert document()["networks"] == {"inside": {"internal": True}}


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_to_a_full_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+", services()[name]["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_limits_and_gains_no_privileges(name: str) -> None:
    service = services()[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_writes_nothing_and_may_do_nothing(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "volumes" not in service


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "topics"])
def test_what_stays_up_has_a_health_check_and_comes_back(name: str) -> None:
    service = services()[name]
    assert health_command(service)
    assert service["restart"] == "unless-stopped"


def test_what_must_last_lies_on_volumes() -> None:
    used = {volume.partition(":")[0] for service in services().values() for volume in service.get("volumes", ())}
    assert used == set(document()["volumes"]) == {"kafka", "valkey"}
    assert services()["valkey"]["command"][1:3] == ["--appendonly", "yes"]


def test_there_are_two_workers_that_wait_for_topics_and_store() -> None:
    workers = [service for service in services().values() if service.get("command") == ["worker"]]
    assert len(workers) == 2
    for worker in workers:
        assert worker["depends_on"]["topics"] == {"condition": "service_completed_successfully"}
        assert worker["depends_on"]["valkey"] == {"condition": "service_healthy"}


def test_there_are_at_least_as_many_partitions_as_workers() -> None:
    *words, partitions = services()["topics"]["command"]
    assert words == ["topics", "create", "--partitions"]
    assert OFFENCES.partitions is None
    assert int(partitions) >= sum(name.startswith("worker-") for name in SERVICES)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_that_there_is(name: str) -> None:
    known = {f"HARMWATCH_{setting.upper()}" for setting in Settings.model_fields}
    assert set(services()[name]["environment"]) <= known

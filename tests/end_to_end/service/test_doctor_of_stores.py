"""The doctor at stores that are broken: each fault has its remedy."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import redis

from cli.doctor.check import State
from cli.doctor.patient import Patient
from models.instants import SECOND
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.service.examined import found, settings_of

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A board that nobody works on: its stores are looked at, and nothing else."""
    folder = tmp_path_factory.mktemp("doctor")
    return Installation(stack_environment, folder, policy=small_policy(folder))


@pytest.fixture
def own_store(installation: Installation, valkey_url: str) -> Iterator[tuple[Patient, redis.Redis]]:
    """Another store than the board's, which a test may break."""
    with closing(redis.Redis.from_url(valkey_url)) as client:
        yield Patient(settings_of(installation, redis=valkey_url)), client
        client.replicaof("NO", "ONE")
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", 0)


def test_a_store_that_forgets(own_store: tuple[Patient, redis.Redis]) -> None:
    patient, client = own_store
    client.config_set("maxmemory-policy", "allkeys-lru")
    broken = found(patient, "store.eviction")
    assert (broken.state, "noeviction" in broken.remedy) == (State.FAULT, True)


def test_a_store_that_is_a_replica(own_store: tuple[Patient, redis.Redis]) -> None:
    patient, client = own_store
    client.replicaof("127.0.0.1", "1")
    broken = found(patient, "store.role")
    assert (broken.state, "master" in broken.remedy) == (State.FAULT, True)


def test_a_store_that_keeps_nothing(own_store: tuple[Patient, redis.Redis]) -> None:
    broken = found(own_store[0], "store.persistence")
    assert (broken.state, "appendonly" in broken.remedy) == (State.WEAK, True)


@pytest.mark.parametrize(("used", "state"), [(0.5, State.GOOD), (0.85, State.WEAK), (0.99, State.FAULT)])
def test_a_store_that_is_nearly_full(own_store: tuple[Patient, redis.Redis], used: float, state: State) -> None:
    patient, _ = own_store
    patient.server = replace(patient.server, memory_bytes=round(1_000_000 * used), limit_bytes=1_000_000)
    broken = found(patient, "store.room")
    assert broken.state is state
    assert ("maxmemory" in broken.remedy) is (state is not State.GOOD)


@pytest.mark.parametrize(("seconds", "state"), [(0.001, State.GOOD), (0.05, State.WEAK), (0.5, State.FAULT)])
def test_a_store_that_is_slow(own_store: tuple[Patient, redis.Redis], seconds: float, state: State) -> None:
    patient, _ = own_store
    patient.server = replace(patient.server, ping_seconds=seconds)
    assert found(patient, "store.speed").state is state


@pytest.mark.parametrize(("seconds", "state"), [(0.2, State.GOOD), (-5, State.WEAK), (3_600, State.FAULT)])
def test_a_store_in_another_time(own_store: tuple[Patient, redis.Redis], seconds: float, state: State) -> None:
    patient, _ = own_store
    patient.server = replace(patient.server, ahead_us=round(seconds * SECOND))
    broken = found(patient, "store.clock")
    assert broken.state is state
    assert ("NTP" in broken.remedy) is (state is not State.GOOD)


def test_keys_that_lie_in_the_very_store(installation: Installation, valkey_url: str) -> None:
    beside = settings_of(installation, key_store=installation.environment["HARMWATCH_REDIS"].removesuffix("/0") + "/5")
    broken = found(Patient(beside), "store.keys_apart")
    assert (broken.state, "HARMWATCH_KEY_STORE" in broken.remedy) == (State.FAULT, True)
    unkept = found(Patient(settings_of(installation, key_store=valkey_url)), "store.keys_apart")
    assert (unkept.state, "appendonly" in unkept.remedy) == (State.FAULT, True)


def test_a_store_that_is_too_old(own_store: tuple[Patient, redis.Redis]) -> None:
    patient, _ = own_store
    patient.server = replace(patient.server, version="6.2.14")
    broken = found(patient, "store.version")
    assert (broken.state, "Redis 7" in broken.remedy) == (State.FAULT, True)

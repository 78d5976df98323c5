"""The doctor names each right that a worker lacks, one by one, and asks nobody for rights who only reads."""

from collections.abc import Collection

import pytest

from cli.doctor.check import Finding, State
from cli.doctor.examination import CHECKS, Examination
from cli.doctor.patient import Patient
from runtime.settings import Settings
from runtime.worker_rights import STORE_COMMANDS
from tests.secure.rights import allow, take
from tests.secure.roles import redis_users
from tests.secure.secured_service import SecuredService

WORKER = "harmwatch-worker"
OF_THE_CLUSTER = {"kafka.session", "kafka.transactions", "kafka.creation", "kafka.clock"}
NAMES = ("kafka.rights", "kafka.group", "kafka.relay", "store.rights")


def found(service: SecuredService, role: str, names: Collection[str] = NAMES) -> dict[str, Finding]:
    given = service.environment(role).items()
    settings = Settings.model_validate({name.removeprefix("HARMWATCH_").lower(): value for name, value in given})
    wanted = list(names)
    for check in reversed(CHECKS):
        if check.name in wanted:
            wanted += check.needs
    findings = Examination(Patient(settings), [check for check in CHECKS if check.name in wanted]).run(90)
    return {finding.check: finding for finding in findings if finding.check in names}


def test_what_is_asked_of_the_store_is_what_a_worker_is_given() -> None:
    given = {word[1:] for word in redis_users("")[WORKER] if word.startswith("+")}
    assert set(STORE_COMMANDS) == given - {"auth", "hello", "ping", "multi", "exec"}


@pytest.mark.stack
def test_each_right_that_lacks_is_named_and_nothing_is_changed(service: SecuredService) -> None:
    healthy = found(service, "worker")
    assert {name: finding.state for name, finding in healthy.items()} == dict.fromkeys(NAMES, State.GOOD), healthy
    assert not any("only reads" in finding.text for finding in healthy.values())

    rights = f"topic:WRITE:{service.prefix}alerts.v1", f"group:READ:{service.prefix}harmwatch-v100"
    relay = f"transactional-id:WRITE:{service.prefix}harmwatch-relay"
    for right in (*rights, relay):
        take(service.kafka, WORKER, right)
    service.store.execute("ACL", "SETUSER", WORKER, "-zrank", "-script|load")
    lacking = found(service, "worker")
    assert {name for name in NAMES if lacking[name].state is State.FAULT} == {
        "kafka.rights",
        "kafka.group",
        "store.rights",
    }
    assert "alerts.v1: this user lacks the right to Write" in lacking["kafka.rights"].text
    assert "harmwatch-v100" in lacking["kafka.group"].text
    assert "zrank, script|load" in lacking["store.rights"].text
    assert "acls.sh" in lacking["kafka.rights"].remedy
    assert "users.acl" in lacking["store.rights"].remedy

    allow(service.kafka, WORKER, rights)
    without_relay = found(service, "worker")
    assert without_relay["kafka.rights"].state is State.GOOD
    assert (without_relay["kafka.relay"].state, "acls.sh" in without_relay["kafka.relay"].remedy) == (State.FAULT, True)
    assert service.store.execute("DBSIZE") == 0


@pytest.mark.stack
def test_of_who_only_reads_nobody_asks_for_a_workers_rights(service: SecuredService) -> None:
    told = found(service, "console")
    assert {name: finding.state for name, finding in told.items()} == dict.fromkeys(NAMES, State.GOOD)
    assert sum("only reads" in finding.text for finding in told.values()) == 3


@pytest.mark.stack
def test_a_shipped_role_gets_an_answer_or_is_not_asked(service: SecuredService) -> None:
    """Nothing is weak, and nothing a fault, only because a role may not see it."""
    names = {check.name for check in CHECKS if check.room == "kafka"} - {"kafka.speed"}
    for role in ("worker", "console", "operator"):
        told = found(service, role, names)
        by_state = {state: {name for name in names if told[name].state is state} for state in State}
        assert by_state[State.SKIPPED] == (set() if role == "operator" else OF_THE_CLUSTER), role
        assert by_state[State.WEAK] <= {"kafka.certificate"}, role  # it does for ten days
        assert by_state[State.FAULT] == set(), told
        assert all("role operator" in told[name].text for name in by_state[State.SKIPPED])
    for operation in ("DESCRIBE", "DESCRIBE_CONFIGS"):
        take(service.kafka, "harmwatch-operator", f"cluster:{operation}")
    told = found(service, "operator", OF_THE_CLUSTER)
    assert {each.state for each in told.values()} == {State.SKIPPED}


@pytest.mark.stack
def test_of_a_login_that_the_doctor_is_not_made_for_another_is_the_remedy(service: SecuredService) -> None:
    told = found(service, "audit", ("kafka.topics",))["kafka.topics"]
    assert (told.state, "console" in told.remedy) == (State.FAULT, True)

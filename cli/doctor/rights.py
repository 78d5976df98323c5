"""What this user may do, one right after the other; one who only reads is not asked for the rights of a worker."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from cli.doctor.check import Check, CheckResult, fault, good
from cli.doctor.patient import NO_GROUP_RIGHT, Patient
from models.errors import NotAllowed, Unavailable
from runtime.installation import group_name, open_store
from runtime.settings import Settings
from runtime.worker_rights import STORE_COMMANDS, WORKER_RIGHTS
from state.connection import is_answer, store_errors
from state.keys import Keys

_READS_ONLY = "this user only reads: with a worker's settings its rights are looked at"
_GIVE = "give it: deploy/kafka/acls.sh does, for each role"


def _topics(patient: Patient) -> CheckResult:
    if _is_reader(patient):
        return good(_READS_ONLY)
    lacking = patient.lacking_rights
    return fault("; ".join(lacking), _GIVE) if lacking else good("a worker has its rights on every topic")


def _is_reader(patient: Patient) -> bool:
    written = sum("WRITE" in rights for rights in WORKER_RIGHTS.values())
    return sum("Write" in lacks.partition(" lacks ")[2] for lacks in patient.lacking_rights) == written


def _group(patient: Patient) -> CheckResult:
    group = group_name(patient.settings)
    found = patient.asked(lambda: patient.brokers.describe_groups([group])[group])
    if str(found["error"] or "").startswith(NO_GROUP_RIGHT):
        return fault(f"this user may not look at the consumer group {group}", _GIVE)
    return good("the group may be looked at")


def _relay(patient: Patient) -> CheckResult:
    if _is_reader(patient):
        return good(_READS_ONLY)
    patient.asked(lambda: patient.brokers.describe_transactions([patient.installation.relay_id]))
    return good("the relay's transactional id may be used")


def _commands(patient: Patient) -> CheckResult:
    refused = list(refused_commands(patient.settings))
    if {"hset", "evalsha"} <= set(refused):
        return good(_READS_ONLY)
    if refused:
        text = f"this user may not say {', '.join(refused)} to the keys of the board"
        return fault(text, "take the line of its role from deploy/redis/users.acl")
    return good("a worker may say all that it needs")


def refused_commands(settings: Settings) -> Iterator[str]:
    """Of what a worker says to the store, what this user may not. Raises Unavailable.

    Nothing is changed: each is only queued in a transaction, which ends with the connection and is never executed.
    A store that is full, or a copy that is only read, refuses everybody; other checks say so.
    """
    key = Keys(settings.prefix, settings.board)["meta"]
    with closing(open_store(settings)) as store, store_errors():
        line: Any = store.client.connection_pool.get_connection()  # Any: as below
        try:
            _is_taken(line, "MULTI")
            for name, words in STORE_COMMANDS.items():
                if not _is_taken(line, *(key if word == "KEY" else word for word in words.split())):
                    yield name
        finally:
            line.disconnect()
            store.client.connection_pool.release(line)


def _is_taken(line: Any, *words: str) -> bool:  # Any: a connection of the client, which only state imports
    try:
        with store_errors():
            line.send_command(*words)
            line.read_response()
    except NotAllowed:
        return False
    except Unavailable as error:
        if not is_answer(error):
            raise
    return True


CHECKS = (
    Check("kafka.rights", _topics, _GIVE, ("kafka.topics",)),
    Check("kafka.group", _group, _GIVE, ("kafka.topics",)),
    Check("kafka.relay", _relay, _GIVE, ("kafka.rights", "machine.policy")),
    Check("store.rights", _commands, "take the line of its role from deploy/redis/users.acl", ("store.answers",)),
)

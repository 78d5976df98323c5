"""The harness can fail: five mutations of a copy of the service, each caught by a row that is clean otherwise."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.own_rooms import ROOMS
from embedded.stack import Stack
from tests.crash.rows import matrix
from tests.crash.scene import ROOT, SHORT_SESSION_SECONDS

ROWS = {row.name: row for row in matrix()}
SEEDS = 8
"""Whom a crash point hits is Kafka's choice among a few workers. The first run that is hit where it hurts is enough."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """`old` becomes `new` in one file; `row` must find `fault`."""

    file: str
    old: str
    new: str
    row: str
    fault: str


MUTATIONS = {
    "ledger check removed": Mutation(
        "state/lua/apply.lua",
        "if ledger > call.start then return {'ahead', whole(ledger)} end",
        "",
        "decoded-stop-3",
        "doubled",
    ),
    "acknowledged before it is applied": Mutation(
        "streams/worker/agent.py",
        "        batch = job.event.value\n",
        "        batch = job.event.value\n        job.event.ack()\n",
        "valkey-writes-paused-4-s-2",
        "acknowledged, and not applied",
    ),
    "relay without fencing": Mutation(
        "streams/relay/relay.py",
        "installation.relay_id,\n                    installation.published,\n",
        'f"{installation.relay_id}-{uuid.uuid4().hex}",\n                    installation.published,\n',
        "taken-stop-2",
        "doubled",
    ),
    "the client leaves its group at the interval": Mutation(
        "streams/transport/client.py",
        "    _never_idle(client)\n",
        "",
        "standby-after-the-interval-2",
        "has not taken over",
    ),
    "time is the worker's, not the store's": Mutation(
        "streams/relay/relay.py",
        "store.tick(generation, seen, heartbeat_us=_HEARTBEAT_US)",
        "store.tick(generation, seen, int(time.time() * SECOND), heartbeat_us=_HEARTBEAT_US)",
        "clock-of-all-workers-an-hour-ahead-3",
        "ahead of the store's clock",
    ),
}


pytestmark = pytest.mark.timeout(600)  # several whole runs each


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_mutation_has_one_place(mutation: Mutation) -> None:
    """Whoever rewrites that place hears of it from make test."""
    assert (ROOT / mutation.file).read_text("utf-8").count(mutation.old) == 1


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_mutation_of_the_service_is_caught(crash_stack: Stack, tmp_path: Path, mutation: Mutation) -> None:
    code = mutated(tmp_path / "code", mutation)
    faults: list[str] = []
    for seed in range(1, SEEDS + 1):
        faults += ROWS[mutation.row].run(crash_stack, seed, tmp_path, SHORT_SESSION_SECONDS, code).verdict.faults
        if any(mutation.fault in fault for fault in faults):
            return
    pytest.fail(f"not caught; found {faults}")


def mutated(code: Path, mutation: Mutation) -> Path:
    """A copy of the service with one place changed."""
    for room in (*ROOMS, "tests/crash"):
        shutil.copytree(ROOT / room, code / room, ignore=shutil.ignore_patterns("__pycache__"))
    place = code / mutation.file
    text = place.read_text("utf-8")
    assert text.count(mutation.old) == 1
    place.write_text(text.replace(mutation.old, mutation.new), "utf-8")
    return code

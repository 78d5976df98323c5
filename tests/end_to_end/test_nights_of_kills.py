"""Nights with real processes: workers are killed, the store is emptied, consoles come and go, and officers act on."""

from functools import partial
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import pytest
from starlette.testclient import TestClient

from audit.verify.desk_records import read_desk
from cli.topics import open_topics
from models.topics import ALERTS, OFFICER_ACTIONS
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
PEOPLE = ("anders", "bela", "cato", "dora", "emil", "fanny")
OFFICERS = (("anna", "desk"), ("bert", "desk"), ("ines", "inspectors"), ("olaf", "inspectors"))
KINDS = ("look", "look", "note", "note", "propose", "propose", "confirm", "confirm", "return", "release", "close")
ROUNDS, STEPS = 4, 14
DONE = {201, 409, 422}
"""An answer that stays: what was sent is there, or will never be."""


class Officers:
    """What they sent, and how each was answered last; `done` of an action: it lies on the topic."""

    def __init__(self, night: Night, random: Random) -> None:
        self.night, self.random = night, random
        self.sent: dict[str, tuple[str, tuple[str, str], dict[str, Any]]] = {}
        self.answers: dict[str, int] = {}

    def step(self, console: InProcess) -> None:
        """Somebody does something, or sends once more what was sent before."""
        if self.sent and self.random.random() < 0.25:
            self.send(console, self.random.choice(list(self.sent)))
            return
        desk, kind = console.desk.pages.news.book.state().desk, self.random.choice(KINDS)
        proposed = [stay for stay, _ in desk.open_proposals] if kind in {"confirm", "return"} else []
        stay = self.random.choice(proposed or list(desk.stays))
        who = self.who(console, kind, stay)
        address = f"/stays/v100:{stay}"
        read = self.client(console, who).get(address, headers=JSON)
        document = read.json() if read.status_code == 200 else {}
        action_id = f"{self.random.getrandbits(128):032x}"
        body: dict[str, Any] = {"action_id": action_id, "kind": kind, "stay": f"v100:{stay}"}
        if kind in {"look", "close", "propose", "confirm"}:
            body["basis"] = document.get("basis")
        if kind not in {"look", "confirm"}:
            body["note"] = f"by {who[0]}, {len(self.sent)}"
        if kind == "propose":
            body |= {"measure": "accept", "provisional": self.random.random() < 0.5}
        if kind in {"confirm", "return"}:
            waiting = console.desk.pages.news.book.state().desk.stays[stay].open_proposal
            body["second_of"] = waiting.action_id if waiting else "0" * 32
        self.sent[action_id] = address, who, body
        self.send(console, action_id)

    def who(self, console: InProcess, kind: str, stay: int) -> tuple[str, str]:
        """Mostly somebody who may."""
        owner = (console.desk.pages.news.book.state().desk.stays[stay].owner or "").removeprefix("proxy:")
        able = [each for each in OFFICERS if each[0] == owner] if kind in {"propose", "close", "release"} else []
        able = [each for each in OFFICERS if each[1] == "inspectors"] if kind == "confirm" else able
        return self.random.choice(able if able and self.random.random() < 0.9 else OFFICERS)

    def send(self, console: InProcess, action_id: str) -> int:
        """As a program does that has had no answer, or does not believe it."""
        address, who, body = self.sent[action_id]
        status = self.client(console, who).post(f"{address}/actions", json=body).status_code
        if self.answers.get(action_id) != 201:
            self.answers[action_id] = status
        return status

    def settle(self, console: InProcess) -> None:
        """Whatever is not known to be done is sent until it is."""
        for action_id in self.sent:
            wait_until(partial(self.has_answer, console, action_id), f"{action_id} has an answer")

    def has_answer(self, console: InProcess, action_id: str) -> bool:
        """Sends it once more."""
        return self.send(console, action_id) in DONE

    def client(self, console: InProcess, who: tuple[str, str]) -> TestClient:
        return console.officer(*who)


def make_trouble(night: Night, number: int) -> None:
    """None, a worker is killed, the store is emptied, or both."""
    if number % 2:
        night.installation.end_workers(SIGKILL)
    if number // 2 % 2:
        night.installation.empty_store()


def has_rules(console: InProcess) -> bool:
    return console.desk.pages.news.book.state().desk.rules is not None


@pytest.mark.parametrize("seed", range(3))
def test_no_action_is_lost_or_doubled_and_no_lapse_is_false_whatever_dies(
    stack_environment: dict[str, str], tmp_path: Path, seed: int
) -> None:
    random, night = Random(seed), Night(stack_environment, tmp_path)
    officers = Officers(night, random)
    night.installation.start_worker()
    night.offence(*PEOPLE[:4])
    night.installation.wait_idle()
    for number in range(ROUNDS):
        with night.console() as one, night.console() as other:
            for each in (one, other):
                wait_until(partial(has_rules, each), "the desk has rules")
            night.offence(random.choice(PEOPLE))
            for _ in range(STEPS):
                officers.step(random.choice((one, other)))
            make_trouble(night, seed + number)
            for _ in range(STEPS // 2):
                officers.step(random.choice((one, other)))
            if not night.installation.workers:
                night.installation.start_worker()
            night.installation.wait_idle()
            officers.settle(random.choice((one, other)))
    night.installation.end_workers()
    check(night, officers)


def check(night: Night, officers: Officers) -> None:
    """From Kafka alone."""
    open_reader = open_topics(night.settings, ALERTS, OFFICER_ACTIONS)
    records = read_desk(open_reader, night.settings.board)
    fold = records.fold()
    desk, taken = fold.desk(), [verdict.action_id for verdict in fold.verdicts if verdict.answer == "taken"]
    assert len(taken) == len(set(taken))
    done = {action_id for action_id, status in officers.answers.items() if status == 201}
    assert done <= set(taken), "what was answered as done is there"
    assert set(taken) & set(officers.sent) <= done, "what is there was answered as done"
    notes = [note.action_id for stay in desk.stays.values() for note in stay.notes]
    assert sorted(notes) == sorted(name for name in done if officers.sent[name][2]["kind"] == "note")
    kinds = {officers.sent[name][2]["kind"] for name in done}
    assert kinds >= {"look", "note", "propose", "confirm"}, "there was something to lose"
    assert all(decision.by != decision.answered_by for _, decision in desk.decisions)
    assert night.installation.json("verify", "--desk")["faults"] == []

"""On a sealed board what officers write stands under the person's key, and where that is gone nobody writes a text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.sign_in.proxy import ProxyProvider
from console.stays.lapse_writer import LOOK_SECONDS, LapseWriter
from models.board import OffenderView
from models.desk.action import LapseAction, LookAction, NoteAction, ProposeAction, read_action
from models.desk.basis import Basis
from models.identifying import sealed_alert
from models.key_store import KeyNamespace
from models.token import Token
from sealing.folder import KeyFolder
from sealing.sealer import Sealer
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import PROXY, Duty, event_of
from tests.console.views import a_view, an_alert
from tests.desk.acts import a_basis
from tests.end_to_end.desk import JSON, ROLES

STAY = "/stays/v100:1"
HARM = "offence-at-the-harbour"


class _Store:
    """What the board's store would say of everybody; rows as a test sets them."""

    def __init__(self) -> None:
        self.basis = a_basis(5, 1_000, "a", (HARM, 1, "9A", 700))

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        """At the entry of the basis."""
        return OffenderView(offender_id, 1, self.basis.score_millidays, True, None, []), self.basis


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder.open(tmp_path / "keys", KeyNamespace("", "v100"), create=True)


@pytest.fixture
def store() -> _Store:
    return _Store()


@pytest.fixture
def duty(fan_out: FanOut, book: Book, keys: KeyFolder, store: _Store) -> Iterator[Duty]:
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES)
    duty = Duty(fan_out, book, provider, sealed=(keys, store)).begin()
    alert = sealed_alert(an_alert(1, offender_id="suspect-anders", counterpart=None), Sealer(keys, ()))
    duty.desk.take([event_of(alert)], [])
    duty.entrances = {"suspect-anders": 1}
    yield duty
    duty.persons.close()


def officer(duty: Duty, name: str, group: str = "desk") -> TestClient:
    headers = {"X-Remote-User": name, "X-Remote-Groups": group, **OWN}
    return TestClient(duty.app, f"http://{HOST}", headers=headers, follow_redirects=False, client=(PROXY, 5))


def an_id(number: int) -> str:
    return f"{0xA00 + number:032x}"


def act(who: TestClient, kind: str, number: int, **fields: object) -> int:
    told = {"action_id": an_id(number), "kind": kind, "stay": "v100:1", **fields}
    return who.post(f"{STAY}/actions", json=told).status_code


def destroy(keys: KeyFolder) -> None:
    for key_id in keys.retire("suspect-anders"):
        keys.destroy(key_id)


def test_notes_and_rows_stand_as_tokens_on_the_topic_and_in_clear_on_page_and_paper(duty: Duty, store: _Store) -> None:
    anna = officer(duty, "anna")
    basis = store.basis.model_dump(mode="json")
    assert act(anna, "look", 1, basis=basis) == 201
    for _ in range(2):
        assert act(anna, "note", 2, note="seen at the harbour") == 201, "sent twice it is the same token"
    assert act(anna, "propose", 3, basis=basis, measure="refer", note="near the harbour") == 201
    assert b"harbour" not in b"".join(duty.written)
    look, note, proposal = (read_action(value) for value in duty.written[1:])
    assert isinstance(look, LookAction)
    assert isinstance(note, NoteAction)
    assert isinstance(proposal, ProposeAction)
    person = Token.read(duty.desk.state().desk.stays[1].person or "")
    tokens = [Token.read(text) for text in (note.note, proposal.note, str(look.basis and look.basis.rows))]
    assert person is not None
    assert [token and token.key_id for token in tokens] == [person.key_id] * 3
    paper = anna.post(f"{STAY}/print", data={"recipient": "CID", "why": "case 41/26"}).text
    for page in (anna.get(STAY).text, paper):
        assert "seen at the harbour" in page
        assert "near the harbour" in page


def test_the_paper_of_a_stay_says_what_counts_and_on_which_basis(duty: Duty, store: _Store) -> None:
    with officer(duty, "anna") as anna:
        paper = anna.post(f"{STAY}/print", data={"recipient": "DI Stone", "why": "case 41/26"})
    assert (paper.status_code, HARM in paper.text) == (200, True)
    for told in (f"Entry 5 of generation {store.basis.generation}.", store.basis.contributions_digest):
        assert told in paper.text
    assert f"Policy <code>{store.basis.policy_digest[:16]}</code>" in paper.text


def test_who_confirms_on_a_sealed_board_has_read_the_same_offences(duty: Duty, store: _Store) -> None:
    anna, ines = officer(duty, "anna"), officer(duty, "ines", "inspectors")
    first = store.basis.model_dump(mode="json")
    assert act(anna, "look", 1, basis=first) == 201
    assert act(anna, "propose", 2, basis=first, measure="accept", note="near") == 201
    store.basis = a_basis(6, 1_001, "a", (HARM, 1, "9A", 700), ("another", 1, "9A", 1))
    now = store.basis.model_dump(mode="json")
    assert act(ines, "confirm", 3, basis=now, second_of=an_id(2)) == 409
    assert "other offences count than when it was proposed" in ines.get(STAY).text
    store.basis = a_basis(7, 1_000, "a", (HARM, 1, "9A", 700))
    assert act(ines, "confirm", 4, basis=store.basis.model_dump(mode="json"), second_of=an_id(2)) == 201


def test_a_lapse_is_judged_in_clear_and_written_under_the_key(duty: Duty, store: _Store) -> None:
    assert act(officer(duty, "anna"), "look", 1, basis=store.basis.model_dump(mode="json")) == 201
    store.basis = a_basis(9, 1_000, "a", (HARM, 2, "9A", 700))
    now = 0.0
    lapsing = LapseWriter(duty.desk, duty.acting.lookup, duty.write, lambda: now)
    now += LOOK_SECONDS
    lapsing.look(a_view(entry=9, entrances=duty.entrances), is_live=True)
    lapse = read_action(duty.written[-1])
    assert isinstance(lapse, LapseAction)
    assert (lapse.cause, lapse.basis.clear_rows) == ("correction", None)
    assert duty.desk.state().desk.stays[1].owner is None


def test_where_the_key_is_gone_a_stay_is_looked_at_and_closed_without_a_text_and_no_key_is_made(
    duty: Duty, keys: KeyFolder, store: _Store
) -> None:
    anna = officer(duty, "anna")
    destroy(keys)
    assert anna.get(STAY, headers=JSON).json()["acts"] == ["look"]
    assert "suspect-anders" not in anna.get(STAY).text
    basis = store.basis.model_dump(mode="json")
    refused: list[tuple[str, dict[str, object]]] = [
        ("note", {"note": "x"}), ("look", {"basis": basis}), ("close", {"note": "x"}),
        ("propose", {"basis": basis, "measure": "accept", "note": "x"}),
    ]  # fmt: skip
    for number, (kind, fields) in enumerate(refused, 1):
        assert act(anna, kind, number, **fields) in {409, 422}, kind
    assert act(anna, "look", 8) == 201
    assert "<textarea" not in anna.get(STAY).text
    assert act(anna, "close", 9, reason_code="handled") == 201
    assert keys.current("suspect-anders") is None
    assert len(duty.written) == 3


@pytest.mark.parametrize("kind", ["note", "look"])
def test_a_key_store_that_is_away_is_said_and_nothing_is_written(
    duty: Duty, store: _Store, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "keys" / "keys").rename(tmp_path / "keys" / "away")
    (tmp_path / "keys" / "keys").write_text("no folder")
    fields: dict[str, object] = {"note": "x"} if kind == "note" else {"basis": store.basis.model_dump(mode="json")}
    assert act(officer(duty, "anna"), kind, 1, **fields) == 503
    assert len(duty.written) == 1

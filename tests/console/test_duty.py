"""What becomes of a form: nothing that was typed is lost, and nothing is said that is not so."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.officer import Officer, Role
from console.sign_in.proxy import ProxyProvider
from console.stays.forms import ActKind, StayForm
from console.stays.lapse_writer import LOOK_SECONDS, LapseWriter
from console.stays.live_desk import STOPPED_SECONDS, LiveDesk
from console.stays.person_lookup import PersonLookup
from console.stays.shown_basis import ShownBasis, new_action_id
from models.board import OffenderView
from models.desk.action import action_bytes, read_action
from models.desk.basis import Basis
from models.errors import PreconditionFailed
from models.record import Offset, Record
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import ANNA, PROXY, Duty, entered
from tests.console.views import a_view
from tests.desk.acts import a_basis, an_action
from tests.end_to_end.desk import JSON, ROLES

STAY = "/stays/v100:1"


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES))
    yield duty.begin("suspect-anders")
    duty.persons.close()


@pytest.fixture
def anna(duty: Duty) -> Iterator[TestClient]:
    headers = {"X-Remote-User": "anna", "X-Remote-Groups": "desk"}
    with TestClient(duty.app, f"http://{HOST}", headers=headers, follow_redirects=False, client=(PROXY, 5)) as client:
        yield client


def test_a_form_that_was_sent_and_is_sent_again_with_something_else_does_that_too(duty: Duty, anna: TestClient) -> None:
    form = {"act": "note", "seen": duty.form(1), "text": "first"}
    for text in ("first", "second", "second", "first"):
        assert anna.post(STAY, data=form | {"text": text}, headers=OWN | JSON).status_code == 201
    assert [note.text for note in duty.desk.state().desk.stays[1].notes] == ["first", "second"]
    assert len(duty.written) == 3
    refused = anna.post(STAY, data=form | {"act": "close"}, headers=OWN)
    assert refused.status_code == 409, "and what is refused is not said to be done"


class StoreMeanwhile:
    """A store which says of everybody the same; once, before it answers, something else happens."""

    basis = a_basis(7)

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] | None = None

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return OffenderView(offender_id, 100, 1_000, in_band=True, since=1, contributions=[]), self.basis


def test_a_form_that_another_console_takes_at_the_same_moment_is_answered_as_done(fan_out: FanOut, book: Book) -> None:
    store = StoreMeanwhile()
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES), sealed=(None, store))
    duty.begin("suspect-anders")

    def seen() -> str:
        shown = ShownBasis(by=ANNA.by, stay=1, action_id=new_action_id(), sequence_seen=1, basis=store.basis)
        return duty.acting.seal.seal(shown)

    assert duty.acting.act(ANNA, 1, StayForm(ActKind.LOOK, seen())).status == 201
    form = StayForm(ActKind.CLOSE, seen(), "known")
    store.meanwhile = lambda: duty.acting.act(ANNA, 1, form)
    written = len(duty.written)
    assert duty.acting.act(ANNA, 1, form).status == 201
    assert len(duty.written) == written + 1
    duty.persons.close()


def test_a_desk_that_waits_for_an_alert_says_so_and_takes_nothing_until_it_comes(duty: Duty, anna: TestClient) -> None:
    form = {"act": "note", "seen": duty.form(1), "text": "by <hand>"}
    duty.do(an_action("note", 2, 3, stay=1))
    assert duty.news.fresh().is_live, "it may be on its way"
    duty.later_seconds = STOPPED_SECONDS
    assert (duty.news.fresh().is_live, duty.news.fresh().word) == (False, "NOT LIVE")
    assert "the action at offset 1 stands behind alert 3, which is not there" in duty.news.fresh().why
    answer = anna.post(STAY, data=form, headers=OWN)
    assert answer.status_code == 503
    assert "Nothing is written" in answer.text
    assert "by &lt;hand&gt;</textarea>" in answer.text
    assert len(duty.written) == 2
    duty.desk.take([entered(2, "suspect-bela"), entered(3, "suspect-cato")], [])
    assert duty.news.fresh().is_live
    assert anna.post(STAY, data=form, headers=OWN | JSON).status_code == 201


def test_what_no_record_can_hold_is_refused_with_what_was_typed(duty: Duty) -> None:
    """By a way of signing in that lets in names which records do not."""
    odd = Officer("proxy:<anna>", Role.OFFICER, signed_in=True)
    outcome = duty.acting.act(odd, 1, StayForm(ActKind.NOTE, duty.form(1, odd), "typed"))
    assert outcome.status == 422
    assert outcome.words.startswith("It cannot be written as it stands here: by: ")
    assert len(duty.written) == 1


def test_whom_a_proxy_names_within_what_is_allowed_can_act(fan_out: FanOut, book: Book) -> None:
    letters = [chr(code) for code in range(33, 127) if chr(code) not in "<>"]
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES)).begin("suspect-anders")
    for who in ("".join(letters), "x" * 128):
        headers = {"X-Remote-User": who, "X-Remote-Groups": "desk", **OWN, **JSON}
        form = {"act": "note", "seen": duty.form(1, replace(ANNA, by=f"proxy:{who}")), "text": "mine"}
        with TestClient(duty.app, f"http://{HOST}", client=(PROXY, 5)) as client:
            assert client.post(STAY, data=form, headers=headers).status_code == 201
    duty.persons.close()


def test_the_desk_of_another_history_is_not_folded() -> None:
    desk, rules = LiveDesk("v100"), action_bytes(an_action("rules", 1, 0))
    desk.bind("f" * 64)
    with pytest.raises(PreconditionFailed, match="another board wrote this"):
        desk.take([], [Record(Offset(0), 0, b"v100", rules)])
    assert desk.state().desk.rules is None
    desk.bind("e" * 64)
    desk.take([], [Record(Offset(0), 0, b"v100", rules)])
    assert desk.state().desk.rules is not None


def test_while_no_look_can_be_written_nobody_is_named_and_what_was_typed_comes_back(
    duty: Duty, anna: TestClient, book: Book
) -> None:
    form = {"act": "close", "seen": duty.form(1), "text": "by <hand>"}
    book.away = "Kafka does not answer"
    for answer in (anna.get(STAY), anna.post(STAY, data=form, headers=OWN)):
        assert answer.status_code == 503
        assert "Kafka does not answer" in answer.text
        assert "suspect-" not in answer.text
    assert "by &lt;hand&gt;</textarea>" in answer.text


@pytest.mark.parametrize(("sign_in", "status"), [("/sign-in", 401), (None, 403)])
def test_what_was_typed_comes_back_to_whose_session_has_ended(
    fan_out: FanOut, book: Book, duty: Duty, sign_in: str | None, status: int
) -> None:
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES, sign_in_path=sign_in)
    ended = Duty(fan_out, book, provider).begin("suspect-anders")
    form = {"act": "note", "seen": duty.form(1), "text": "by <hand>"}
    with TestClient(ended.app, f"http://{HOST}", client=(PROXY, 5)) as nobody:
        answer = nobody.post(STAY, data=form, headers=OWN)
        assert answer.status_code == status
        assert "by &lt;hand&gt;</textarea>" in answer.text
        assert f'name="seen" value="{form["seen"]}"' in answer.text
        assert ("/sign-in" in answer.text) is (sign_in is not None)
        assert "suspect-" not in answer.text
        for path, body in {"/shift": {}, "/stays/v100:9": {"act": "burn"}}.items():
            assert nobody.post(path, data=body, headers=OWN).status_code == status
        assert len(ended.written) == 1
    ended.persons.close()


class _Grown:
    """A store in which everybody has grown."""

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        """At entry 9."""
        person = OffenderView(offender_id, 1, 5_000, True, None, [])
        return person, a_basis(9, 5_000, "a", ("o2", 1, "9A", 5_000))


def test_a_lapse_is_written_once_and_none_while_the_desk_stands_still(duty: Duty) -> None:
    duty.do(an_action("look", 2, 1, stay=1))
    now, view = 0.0, a_view(entry=9, entrances={"suspect-anders": 1})
    lookup = PersonLookup(_Grown(), lambda: view.entrances, duty.news.alert)
    lapsing = LapseWriter(duty.desk, lookup, duty.write, lambda: now)
    duty.do(an_action("note", 3, 2, stay=1))
    duty.later_seconds = STOPPED_SECONDS
    lapsing.look(view, is_live=True)
    assert len(duty.written) == 3
    duty.desk.take([entered(2, "suspect-bela")], [])
    duty.reads_back = False
    for _ in range(3):
        now += LOOK_SECONDS
        lapsing.look(view, is_live=True)
    kinds = [action.kind for action in map(read_action, duty.written) if action is not None]
    assert kinds == ["rules", "look", "note", "lapse"]

"""The desk on a real board: who looks first has it, everybody sees it, and what has changed is said."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from audit.signing.keys import load_signing_key
from broker.acknowledged_writer import AcknowledgedWriter
from cli.doctor.check import Check, State
from cli.doctor.desk import CHECKS
from cli.doctor.examination import Examination
from cli.doctor.patient import Patient
from models.access_log.look import StayLook, read_look
from models.checkpoint import Checkpoint
from models.desk.action import LookAction, action_bytes, read_action
from models.instants import HOUR, SECOND, format_instant
from models.topics import ACCESS_LOG, OFFICER_ACTIONS
from tests.console.conftest import OWN
from tests.console.handover.offered import seen_in
from tests.desk.acts import an_action
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack
PEOPLE = ("anders", "bela", "cato", "dora", "emil", "fanny", "gesa", "hugo", "ilse")


@pytest.fixture(scope="module")
def night(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A board with some people, whose worker goes on."""
    night = Night(stack_environment, tmp_path_factory.mktemp("night"))
    night.offence(*PEOPLE)
    night.installation.start_worker()
    night.installation.wait_idle()
    yield night
    night.installation.end_workers()


@pytest.fixture(scope="module")
def console(night: Night) -> Iterator[InProcess]:
    with night.console() as console:
        wait_until(lambda: console.desk.pages.news.book.state().desk.rules, "the desk has rules")
        yield console


@pytest.fixture(scope="module")
def other(night: Night) -> Iterator[InProcess]:
    """Another console on the same board."""
    with night.console() as other:
        wait_until(lambda: other.desk.pages.news.book.state().desk.rules, "the desk has rules")
        yield other


def test_of_two_officers_at_two_consoles_the_first_has_it_and_the_second_hears_by_whom(
    console: InProcess, other: InProcess
) -> None:
    anna, bert = console.officer("anna"), other.officer("bert")
    address = console.address("anders")
    other.address("anders")
    late = other.form(bert, address)
    answer = console.act(anna, address, "look")
    assert (answer.status_code, answer.json()["words"]) == (201, "It is done.")
    answer = other.act(bert, address, "look", late)
    assert answer.status_code == 409
    told = answer.json()
    assert (told["words"], told["by"]) == ("Too late: proxy:anna has it. Nothing was changed.", "proxy:anna")
    assert re.fullmatch(r"proxy:anna looked at it at \d\d:\d\d, and has it until .*", told["now"])
    for each in (console, other):
        wait_until(lambda each=each: each.queue().get(address) == ("owned", "proxy:anna"), "everybody sees it")  # type: ignore[misc]
    assert console.act(console.officer("bert"), address, "release", text="mine").status_code == 409
    assert console.act(anna, address, "release", text="end of shift").status_code == 201
    wait_until(lambda: other.queue().get(address) == ("returned", ""), "it is given back")
    assert other.act(other.officer("bert"), address, "look").status_code == 201


def test_what_has_changed_since_it_was_read_is_said_and_what_was_typed_is_kept(
    night: Night, console: InProcess
) -> None:
    anna = console.officer("anna")
    address = console.address("bela")
    console.act(anna, address, "look")
    before = console.form(anna, address)
    night.offence("bela")
    wait_until(lambda: anna.get(address, headers=JSON).json()["basis"]["counted"] == 2, "the report counts")
    typed = {"act": "close", "seen": before, "text": "known <b>&amp;</b> \u0627\u0644\u0639"}
    answer = anna.post(address, data=typed, headers=OWN)
    assert answer.status_code == 409
    assert "The board has changed since you read it" in answer.text
    assert "days of harm were 10 and are 20" in answer.text
    assert "1 offences counted, and 2 do now" in answer.text
    assert "known &lt;b&gt;&amp;amp;&lt;/b&gt; \u0627\u0644\u0639</textarea>" in answer.text
    kind = wait_until(lambda: (found := console.queue().get(address)) and found[0] == "lapsed" and found, "it lapses")
    assert kind == ("lapsed", "")
    fresh = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert fresh is not None
    assert fresh[1] != before


def test_a_form_that_is_sent_twice_is_one_action(night: Night, console: InProcess) -> None:
    anna = console.officer("anna")
    address = console.address("cato")
    seen = console.form(anna, address)
    answers = [console.act(anna, address, "note", seen, text="once").status_code for _ in range(3)]
    assert answers == [201, 201, 201]
    notes = console.desk.pages.news.book.state().desk.stays[int(address.rpartition(":")[2])].notes
    assert [note.text for note in notes] == ["once"]
    lying = [read_action(record.value) for record in night.installation.read(OFFICER_ACTIONS.name)]
    assert sum(action is not None and action.kind == "note" for action in lying) == 1


def test_by_plain_forms_alone_it_is_done_and_the_page_says_so(console: InProcess) -> None:
    anna = console.officer("anna")
    address = console.address("dora")
    seen = console.form(anna, address)
    answer = anna.post(address, data={"act": "look", "seen": seen}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done")
    page = anna.get(answer.headers["location"]).text
    assert "It is done." in page
    assert "proxy:anna looked at it at" in page
    for act, fields in {"snooze": {"text": "asleep", "hours": "1"}, "close": {"text": "known"}}.items():
        seen = re.search(r'name="seen" value="([^"]+)"', page)[1]  # type: ignore[index]
        answer = anna.post(address, data={"act": act, "seen": seen, **fields}, headers=OWN)
        assert answer.status_code == 303, answer.text
        page = anna.get(address).text
    assert "proxy:anna closed it at" in page
    assert address not in console.queue()


@pytest.mark.parametrize(
    ("group", "changes", "status", "said"),
    [
        ("audit", {}, 403, "An auditor reads, and does not act."),
        ("desk", {"text": ""}, 422, "Say why."),
        ("desk", {"act": "burn"}, 422, "Nothing was chosen."),
        ("desk", {"seen": "forged"}, 409, "This form is older than the console, or another officer&#39;s."),
        ("desk", {}, 409, "This cannot be done: look at it first."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence_and_nothing_is_written(  # noqa: PLR0913, PLR0917  (a table)
    night: Night, console: InProcess, group: str, changes: dict[str, str], status: int, said: str
) -> None:
    who = console.officer("carl", group)
    address = console.address("emil")
    before = len(night.installation.read(OFFICER_ACTIONS.name))
    seen = console.form(console.officer("carl"), address)
    answer = who.post(address, data={"act": "close", "seen": seen, "text": "known", **changes}, headers=OWN)
    assert answer.status_code == status
    assert said in answer.text
    assert len(night.installation.read(OFFICER_ACTIONS.name)) == before


def test_one_proposal_waits_at_a_time_and_only_who_made_it_takes_it_back(console: InProcess) -> None:
    anna, bert = console.officer("anna"), console.officer("bert")
    address = console.address("fanny")
    first = console.form(anna, address)
    answer = console.act(anna, address, "propose", first, text="near", measure="refer")
    assert (answer.status_code, "look at it first" in answer.json()["words"]) == (409, True)
    console.act(anna, address, "look")
    page = anna.get(address).text
    assert re.findall(r'name="measure" value="(\w+)"', page) == ["accept", "decline", "refer"]
    assert " checked" not in page
    assert console.act(anna, address, "return", text="mistaken").status_code == 409
    assert console.act(anna, address, "propose", text="near", measure="burn").status_code == 409
    assert console.act(anna, address, "propose", text="near", measure="refer", provisional="yes").status_code == 422
    assert console.act(anna, address, "propose", text="near", measure="refer").status_code == 201
    assert "proxy:anna proposes refer. A second person answers by" in bert.get(address).text
    assert "Take your proposal back" not in bert.get(address).text
    assert console.act(anna, address, "propose", text="again", measure="decline").status_code == 409
    assert console.act(anna, address, "return", text="mistaken").status_code == 201
    assert (
        console.act(anna, address, "propose", text="by night", measure="accept", provisional="yes").status_code == 201
    )
    assert "accept, provisional: by night" in bert.get(address).text
    assert console.act(anna, address, "return", text="a test").status_code == 201
    assert console.act(anna, address, "release", text="a test").status_code == 201


def test_a_decision_takes_a_supervisor_who_is_not_who_proposed(console: InProcess) -> None:
    anna, ines = console.officer("anna"), console.officer("ines", "inspectors")
    address = console.address("gesa")
    stay = int(address.rpartition(":")[2])
    console.act(anna, address, "look")
    console.act(anna, address, "propose", text="near <i>", measure="refer")
    for own in (anna, console.officer("anna", "inspectors"), console.officer("bert")):
        assert "confirm" not in own.get(address, headers=JSON).json()["acts"]
        assert console.act(own, address, "confirm").status_code == 409
    listed = ines.get("/second-key", headers=JSON).json()
    assert [(each["alert_id"], each["proposal"]["measure"]) for each in listed["stays"]] == [(f"v100:{stay}", "refer")]
    page = ines.get("/second-key").text
    assert "near &lt;i&gt;" in page
    assert " checked" not in page
    assert page.index("Nothing has changed since it was proposed") < page.index('value="confirm"')
    assert console.act(ines, address, "return", text="").status_code == 422
    assert console.act(ines, address, "confirm", listed["stays"][0]["seen"]).status_code == 201
    decided = console.desk.pages.news.book.state().desk.decisions
    assert [(each.by, each.answered_by) for number, each in decided if number == stay] == [("proxy:anna", "proxy:ines")]
    assert ines.get("/second-key", headers=JSON).json()["total"] == 0


def test_a_program_acts_by_the_fields_of_an_action_and_by_nobody_elses_name(console: InProcess) -> None:
    bert = console.officer("bert")
    address = console.address("ilse")
    told = wait_until(lambda: (found := bert.get(address, headers=JSON).json())["basis"] and found, "it has a basis")
    look = {"action_id": "a" * 32, "kind": "look", "stay": told["alert_id"], "basis": told["basis"]}
    refused: list[tuple[dict[str, object], int]] = [
        ({"by": "proxy:anna"}, 403), ({"role": "supervisor"}, 403), ({"stay": "v100:99999"}, 422),
        ({"kind": "lapse"}, 422), ({"mood": "calm"}, 422), ({"basis": None}, 409),
        ({"basis": told["basis"] | {"score_millidays": 1}}, 409),
    ]  # fmt: skip
    for changes, status in refused:
        assert bert.post(f"{address}/actions", json=look | changes).status_code == status, changes
    assert bert.post(f"{address}/actions", json=look, headers={"Origin": "http://evil.example"}).status_code == 403
    assert bert.post(f"{address}/actions", data=look, headers=OWN).status_code == 415
    forged = look | {"basis": told["basis"] | {"rank": 7, "entry": 1}, "by": "proxy:bert", "sequence_seen": 1}
    for _ in range(2):
        assert bert.post(f"{address}/actions", json=forged).status_code == 201
    taken = console.desk.pages.news.book.action("a" * 32)
    assert isinstance(taken, LookAction)
    assert taken.basis is not None
    assert (taken.stay, taken.by, taken.sequence_seen, taken.basis.rank) == (
        told["alert_id"],
        "proxy:bert",
        1,
        told["basis"]["rank"],
    )
    assert taken.basis.entry >= told["basis"]["entry"], "what is written is what the board said"
    other = bert.post(
        f"{address}/actions", json={"action_id": "a" * 32, "kind": "note", "stay": told["alert_id"], "note": "x"}
    )
    assert (other.status_code, "taken for another action" in other.json()["words"]) == (409, True)
    late = console.officer("anna").post(f"{address}/actions", json=look | {"action_id": "b" * 32})
    assert (late.status_code, late.json()["by"]) == (409, "proxy:bert")
    until = format_instant(round(time.time() * SECOND) + HOUR)
    snooze = {"action_id": "c" * 32, "kind": "snooze", "note": "asleep", "until": until, "reason_code": "waiting"}
    assert bert.post(f"{address}/actions", json=look | snooze).status_code == 201
    release = {"action_id": "d" * 32, "kind": "release", "stay": told["alert_id"], "note": "a test"}
    assert bert.post(f"{address}/actions", json=release).status_code == 201


def test_queue_and_ageing_list_are_documents_as_well_and_a_look(console: InProcess) -> None:
    gina = console.officer("gina")
    queue, ageing = gina.get("/queue", headers=JSON).json(), gina.get("/ageing", headers=JSON).json()
    shown = {address: kind for address, (kind, _) in console.queue().items() if kind not in {"owned", "snoozed"}}
    assert {f"/stays/{each['alert_id']}": each["kind"] for each in queue["items"]} == shown
    assert queue["fresh"]["live"]
    assert {each["kind"] for each in ageing["items"]} <= {"looked_at", "snoozed"}, "nothing has waited too long"


def test_what_has_changed_since_a_proposal_is_shown_before_it_is_answered(night: Night, console: InProcess) -> None:
    anna, ines = console.officer("anna"), console.officer("ines", "inspectors")
    address = console.address("dora")
    console.act(anna, address, "look")
    if "propose" not in anna.get(address, headers=JSON).json()["acts"]:
        night.offence("dora")
        wait_until(lambda: console.queue().get(address) == ("lapsed", ""), "what was closed lapses")
        console.act(anna, address, "look")
    assert console.act(anna, address, "propose", text="near", measure="refer").status_code == 201
    stale = console.form(ines, address)
    night.offence("dora")
    wait_until(lambda: ines.get(address, headers=JSON).json()["proposal"]["hindrance"], "the report counts")
    page = ines.get("/second-key").text
    assert "other offences count than when it was proposed" in page
    assert "counts since" in page
    assert 'value="confirm"' not in page
    assert console.act(ines, address, "confirm", stale).status_code == 409
    assert console.act(ines, address, "confirm").json()["words"].startswith("The desk has changed since you read it")
    assert console.act(ines, address, "return", text="read it again").status_code == 201
    assert "dora" not in ines.get("/second-key").text


def test_each_stay_that_waits_for_a_second_person_is_a_look_when_it_is_shown(night: Night, console: InProcess) -> None:
    anna, olga = console.officer("anna"), console.officer("olga", "audit")
    address = console.address("emil")
    console.act(anna, address, "look")
    console.act(anna, address, "propose", text="near", measure="accept")
    page = olga.get("/second-key").text
    assert "emil" in page
    assert "<button" not in page.partition("<main")[2], "an auditor reads, and does not act"
    lying = [read_look(record.value) for record in night.installation.read(ACCESS_LOG.name)]
    own = [look for look in lying if look is not None and look.by == "proxy:olga"]
    stays = [look.stay for look in own if isinstance(look, StayLook)]
    assert (len(own), stays) == (2, [int(address.rpartition(":")[2])])
    assert console.act(anna, address, "return", text="a test").status_code == 201


@pytest.mark.parametrize(
    "path", ["/stays/v100:0", "/stays/v100:99999", "/stays/other:1", "/stays/1", "/stays/v100:1x", "/stays/v100:%31%0A"]
)
def test_a_stay_that_is_not_there_is_no_page(console: InProcess, path: str) -> None:
    anna = console.officer("anna")
    assert anna.get(path).status_code == 404
    assert anna.post(path, data={"act": "look"}, headers=OWN).status_code == 404


def test_the_queue_is_whole_on_every_page_and_names_nobody_in_an_address(console: InProcess) -> None:
    page = console.officer("anna").get("/queue").text
    assert re.search(r"fanny</bdi> is back: it was given back\.", page)
    assert "hugo" not in page, "what was there before the desk is ageing, and not in the queue"
    assert set(re.findall(r'href="(/stays/[^"]+)"', page)) <= {f"/stays/v100:{number}" for number in range(1, 50)}
    assert 'data-state="live"' in page


def test_from_kafka_alone_the_same_desk_is_computed_and_what_the_console_wrote_holds(
    night: Night, console: InProcess, other: InProcess
) -> None:
    def is_same() -> bool:
        """A lapse may be on its way to one of them."""
        computed = night.installation.json("desk")["queue"]
        waiting = {f"/stays/{item['stay']}": item["kind"] for item in computed}
        queues = [each.queue().items() for each in (console, other)]
        shown = [{at: kind for at, (kind, _) in each if kind not in {"owned", "snoozed"}} for each in queues]
        return shown == [waiting, waiting]

    wait_until(is_same, "both consoles show what is computed")
    assert night.installation.json("verify", "--desk")["faults"] == []


def test_the_desk_goes_from_hand_to_hand_and_the_pack_is_the_same_from_kafka_alone(
    night: Night, console: InProcess, other: InProcess
) -> None:
    anna, bert = console.officer("anna"), other.officer("bert")
    mine = [
        each.sequence for each in console.desk.pages.news.book.state().desk.stays.values() if each.owner == "proxy:anna"
    ]
    offer = {"act": "offer", "to": "bert", "seen": seen_in(anna.get("/handover").text, "offer")}
    answer = anna.post("/handover", data=offer, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/handover/1?done")
    signed = anna.get("/handover/1", headers=JSON).content
    wait_until(lambda: other.desk.pages.news.book.state().desk.handovers, "the other console hears of it")
    assert bert.get("/handover/1", headers=JSON).content == signed, "made again from Kafka"
    taking = {"act": "take", "seen": seen_in(bert.get("/handover/1").text, "take")}
    ends = {f"end.{stay}": "taken" for stay in mine}
    assert bert.post("/handover/1", data=taking | ends, headers=OWN).status_code == 303
    assert night.installation.run("desk", "--handover", "1").encode() == signed
    assert night.installation.json("verify", "--desk")["faults"] == []
    rows = night.installation.json("access", "list", "--officer", "proxy:bert")["looks"]
    assert [row["page"] for row in rows if row["kind"] == "stays"] == ["handover"]


def test_each_page_of_a_stay_leaves_one_look_and_a_form_that_is_done_none(night: Night, console: InProcess) -> None:
    def looks() -> list[str]:
        read = [read_look(record.value) for record in night.installation.read(ACCESS_LOG.name)]
        return [look.by for look in read if isinstance(look, StayLook) and look.stay == stay]

    gina, address = console.officer("gina"), console.address("hugo")
    stay = int(address.rpartition(":")[2])
    assert gina.get(address).status_code == 200
    assert looks() == ["proxy:gina"]
    assert gina.head(address).content == b""
    assert gina.get("/queue").status_code == 200
    seen = console.form(gina, address)
    before = len(looks())
    assert gina.post(address, data={"act": "look", "seen": seen}, headers=OWN).status_code == 303
    assert len(looks()) == before
    assert gina.post(address, data={"act": "note", "seen": seen}, headers=OWN).status_code == 422
    assert looks()[before:] == ["proxy:gina"]
    rows = night.installation.json("access", "list", "--person", "hugo")["looks"]
    assert {row["kind"] for row in rows} == {"list", "stay"}
    assert {row["stay"] for row in rows if row["kind"] == "stay"} == {stay}


def test_a_look_by_a_command_is_found_by_whom_it_showed_and_the_doctor_asks_for_it(
    night: Night, console: InProcess
) -> None:
    assert console.desk.pages.news.book.state().desk.rules is not None
    installation = night.installation
    (before,) = Examination(Patient(night.settings), [Check("x", CHECKS[0].look, "")]).run(20)
    assert (before.state, "leave no look" in before.text) == (State.WEAK, True)
    on = night.settings.model_copy(update={"access_log": True})
    (after,) = Examination(Patient(on), [Check("x", CHECKS[0].look, "")]).run(20)
    assert after.state is State.GOOD
    for words in (("offender", "hugo"), ("offender", "ilse"), ("board",)):
        assert installation.say(*words, access_log="on").code == 0
    rows = installation.json("access", "list", "--person", "hugo")["looks"]
    shown = [(row["command"], row["subject"]) for row in rows if row["kind"] == "command"]
    assert shown == [("offender", "hugo"), ("board", None)]


def test_a_checkpoint_fixes_what_officers_did_and_saw_and_verify_holds_them_against_it(
    night: Night, console: InProcess, tmp_path: Path
) -> None:
    assert console.desk.pages.news.book.state().desk.rules is not None
    night.installation.run("keys", "new", "--dir", str(tmp_path))
    key = str(tmp_path / "harmwatch-private.pem")
    fixed = {each["topic"]: each for each in night.installation.json("checkpoint", "--key", key)["topics"]}
    assert set(fixed) == {"officer-actions.v1", "access-log.v1", "deliveries.v1", "delivery-orders.v1"}
    assert fixed["officer-actions.v1"]["end"] > 0
    assert night.installation.json("verify")["faults"] == []
    kept = tmp_path / "kept.txt"
    night.installation.run("checkpoint", "--key", key, "--keep", str(kept))
    other = Checkpoint.read(kept.read_bytes())
    wrong = other.topics[0].model_copy(update={"digest": "0" * 64})
    forged = other.model_copy(update={"topics": (wrong, *other.topics[1:])})
    signing_key = load_signing_key(Path(key))
    kept.write_bytes(forged.model_copy(update={"signature": signing_key.sign(forged.text.encode())}).note)
    faults = night.installation.json("verify", "--checkpoints", str(kept), code=1)["faults"]
    assert ["officer-actions.v1: the checkpoint of" in fault for fault in faults] == [True]


@pytest.mark.thorough
def test_a_console_does_not_serve_the_desk_of_another_history(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    night = Night(stack_environment, tmp_path)
    night.offence("anders")
    night.installation.start_worker()
    night.installation.wait_idle()
    night.installation.end_workers()
    with closing(AcknowledgedWriter(night.settings.brokers, night.settings.prefix + OFFICER_ACTIONS.name)) as writer:
        writer.write(night.settings.board.encode(), action_bytes(an_action("rules", 1, 0)))
    with night.console() as console:
        wait_until(lambda: not console.desk.feed.is_alive, "it has ended")
        assert console.desk.feed.fault is not None
        assert "another board wrote this officer-actions.v1" in str(console.desk.feed.fault)
        assert not console.desk.pages.news.fresh().is_live
        assert console.queue() == {}

"""What officers do with a stay: who looks first has it, everybody sees it, and what has changed is said."""

import re
import time

import pytest

from models.desk.action import LookAction, read_action
from models.instants import HOUR, SECOND, format_instant
from models.topics import OFFICER_ACTIONS
from tests.console.conftest import OWN
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack


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
def test_what_cannot_be_done_is_said_in_one_sentence_and_nothing_is_written(
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

"""What officers did and saw is on record: handed over, found by whom it showed, and fixed by checkpoints."""

from pathlib import Path

import pytest

from audit.signing.keys import load_signing_key
from cli.doctor.check import Check, State
from cli.doctor.desk import CHECKS
from cli.doctor.examination import Examination
from cli.doctor.patient import Patient
from models.access_log.look import StayLook, read_look
from models.checkpoint import Checkpoint
from models.topics import ACCESS_LOG
from tests.console.conftest import OWN
from tests.console.handover.offered import seen_in
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack


def test_the_desk_goes_from_hand_to_hand_and_the_pack_is_the_same_from_kafka_alone(
    night: Night, console: InProcess, other: InProcess
) -> None:
    anna, bert = console.officer("anna"), other.officer("bert")
    assert console.act(anna, console.address("cato"), "look").status_code == 201
    mine = [
        each.sequence for each in console.desk.pages.news.book.state().desk.stays.values() if each.owner == "proxy:anna"
    ]
    assert mine, "there is something to hand over"
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
    (before,) = Examination(Patient(night.settings), [Check("desk.access_log", CHECKS[0].look, "")]).run(20)
    assert (before.state, "leave no look" in before.text) == (State.WEAK, True)
    on = night.settings.model_copy(update={"access_log": True})
    (after,) = Examination(Patient(on), [Check("desk.access_log", CHECKS[0].look, "")]).run(20)
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

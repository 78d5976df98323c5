"""A measure is proposed by one officer and answered by another, who is shown what has changed."""

import re

import pytest

from models.access_log.look import StaysLook, read_look
from models.topics import ACCESS_LOG
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack


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


def test_the_second_key_is_one_look_at_the_stays_on_it(night: Night, console: InProcess) -> None:
    anna, olga = console.officer("anna"), console.officer("olga", "audit")
    address = console.address("emil")
    console.act(anna, address, "look")
    console.act(anna, address, "propose", text="near", measure="accept")
    page = olga.get("/second-key").text
    assert "emil" in page
    assert "<button" not in page.partition("<main")[2], "an auditor reads, and does not act"
    lying = [read_look(record.value) for record in night.installation.read(ACCESS_LOG.name)]
    own = [look for look in lying if look is not None and look.by == "proxy:olga"]
    stays = [look.stays for look in own if isinstance(look, StaysLook) and look.page == "second_key"]
    assert (len(own), stays) == (1, [(int(address.rpartition(":")[2]),)])
    assert console.act(anna, address, "return", text="a test").status_code == 201

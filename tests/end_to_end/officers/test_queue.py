"""The queue of a desk: whole on every page, a document as well, and the same from Kafka alone."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from broker.acknowledged_writer import AcknowledgedWriter
from models.desk.action import action_bytes
from models.topics import OFFICER_ACTIONS
from tests.console.conftest import OWN
from tests.desk.acts import an_action
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack


def test_queue_and_ageing_list_are_documents_as_well_and_a_look(console: InProcess) -> None:
    gina = console.officer("gina")
    queue, ageing = gina.get("/queue", headers=JSON).json(), gina.get("/ageing", headers=JSON).json()
    shown = {address: kind for address, (kind, _) in console.queue().items()}
    assert {f"/stays/{each['alert_id']}": each["kind"] for each in queue["items"]} == shown
    assert queue["fresh"]["live"]
    assert {each["kind"] for each in ageing["items"]} <= {"looked_at", "snoozed"}, "nothing has waited too long"


@pytest.mark.parametrize(
    "path", ["/stays/v100:0", "/stays/v100:99999", "/stays/other:1", "/stays/1", "/stays/v100:1x", "/stays/v100:%31%0A"]
)
def test_a_stay_that_is_not_there_is_no_page(console: InProcess, path: str) -> None:
    anna = console.officer("anna")
    assert anna.get(path).status_code == 404
    assert anna.post(path, data={"act": "look"}, headers=OWN).status_code == 404


def test_the_queue_is_whole_on_every_page_and_names_nobody_in_an_address(console: InProcess) -> None:
    anna, address = console.officer("anna"), console.address("fanny")
    console.act(anna, address, "look")
    console.act(anna, address, "release", text="a test")
    wait_until(lambda: console.queue().get(address) == ("returned", ""), "it is given back")
    page = anna.get("/queue").text
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

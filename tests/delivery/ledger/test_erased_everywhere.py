"""An erasure recalls every alert that names the person, whoever the alert is about and whoever got it by now."""

import pytest

from cli.delivery.ledger import read_orders
from cli.delivery.recalling import Recalls
from cli.sealing.recalling import recall_what_was_delivered
from runtime.settings import Settings
from tests.client.published import a_move
from tests.delivery.delivering import Delivering
from tests.delivery.ledger.written import Written
from tests.delivery.recalls import a_recall


@pytest.mark.stack
def test_an_erasure_recalls_what_names_the_person_in_any_field_and_does_so_once(delivering: Delivering) -> None:
    """Alert 2 is about another one, beside whom they stand; nobody has delivered yet."""
    published = delivering.published
    published.send(a_move(1), a_move(2).model_copy(update={"counterpart": "p1"}), a_move(3))
    delivering.subscribe({"id": "desk", "from": 1})
    settings = Settings(kafka=published.brokers, prefix=published.prefix)
    assert [recall_what_was_delivered(settings, "p1", "erased").alerts for _ in range(2)] == [2, 0]
    orders = read_orders(settings).recalls.values()
    assert [(one.alert_id, one.reason) for one in orders] == [("v100:1", "erased"), ("v100:2", "erased")]


def test_who_has_not_accepted_a_recall_yet_is_listed_until_its_receipt_is_there() -> None:
    """`desk` got alert 1 by itself, `later` begins behind it; at first the order is not heeded yet."""
    written = Written()
    for name, begin in (("desk", 1), ("later", 5)):
        written.subscribe(name, begin=begin)
        written.send(name, 1)

    def awaited(now: list[str]) -> list[str]:
        lines = {name: page.line for name, page in written.pages.items() if page.line is not None}
        return list(Recalls(written.sent.log, {"v100:1": 1}, lines, written.orders).awaited(now, ["v100:1"]))

    assert awaited(["v100:1"]) == ["desk"]
    written.order(a_recall(1, "erase"))
    assert awaited([]) == ["desk"]
    written.send("desk", 1)
    assert awaited([]) == []

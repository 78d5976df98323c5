"""An erasure recalls every alert that names the person, whoever the alert is about and whoever got it by now."""

import pytest

from cli.delivery.ledger import read_orders
from cli.sealing.recalling import recall_what_was_delivered
from runtime.settings import Settings
from tests.client.published import a_move
from tests.delivery.delivering import Delivering

pytestmark = pytest.mark.stack


def test_an_erasure_recalls_what_names_the_person_in_any_field_and_does_so_once(delivering: Delivering) -> None:
    """Alert 2 is about another one, beside whom they stand; nobody has delivered yet."""
    published = delivering.published
    published.send(a_move(1), a_move(2).model_copy(update={"counterpart": "p1"}), a_move(3))
    delivering.subscribe({"id": "desk", "from": 1})
    settings = Settings(kafka=published.brokers, prefix=published.prefix)
    assert [recall_what_was_delivered(settings, "p1", "erased") for _ in range(2)] == [2, 0]
    orders = read_orders(settings).recalls.values()
    assert [(one.alert_id, one.reason) for one in orders] == [("v100:1", "erased"), ("v100:2", "erased")]

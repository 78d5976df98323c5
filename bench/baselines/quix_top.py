"""Quix Streams: the sum per key, and after each record the hundred highest, in the simplest honest way."""

import os
import tempfile

from lap import BROKERS, TOP, TOPIC, Lap, harm_of
from quixstreams import Application, State
from sortedcontainers import SortedSet

lap, sums, order = Lap(), {}, SortedSet()


def add(report: dict, state: State) -> None:
    name, before = report["offender_id"], state.get("sum", 0)
    total = before + harm_of(report)
    state.set("sum", total)
    cut_before = order[TOP - 1] if len(order) >= TOP else None
    order.discard((-before, name))
    order.add((-total, name))
    cut = order[TOP - 1] if len(order) >= TOP else None
    if cut != cut_before:
        sums["moves"] = sums.get("moves", 0) + 1
    if lap.count():
        lap.finish({name: -total for total, name in order[:TOP]})


app = Application(
    broker_address=BROKERS,
    consumer_group=f"bench-quix-top-{os.getpid()}",
    auto_offset_reset="earliest",
    state_dir=tempfile.mkdtemp(),
)
app.dataframe(app.topic(TOPIC, value_deserializer="json")).update(add, stateful=True)
app.run()

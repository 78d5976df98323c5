"""Bytewax: a stateful sum per key."""

import json
import os

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink
from lap import BROKERS, TOPIC, Lap, harm_of

lap, sums = Lap(), {}


def add(total, harm):
    total = (total or 0) + harm
    return total, total


def note(item):
    name, total = item
    sums[name] = total
    if lap.count():
        lap.finish(sums)
    return item


flow = Dataflow("bench")
source = KafkaSource([BROKERS], [TOPIC], tail=False, batch_size=1_000, add_config={"group.id": f"b{os.getpid()}"})
reports = op.map("decode", op.input("in", flow, source), lambda record: json.loads(record.value))
keyed = op.map("key", reports, lambda report: (report["offender_id"], harm_of(report)))
totals = op.stateful_map("sum", keyed, add)
op.output("out", op.map("note", totals, note), TestingSink([]))

if __name__ == "__main__":
    from bytewax.run import cli_main

    cli_main(flow)

"""Faust as its documentation shows it: an agent and a table; the band from the table in plain Python at the end."""

import os
import tempfile

import faust
from lap import BROKERS, TOPIC, Lap, harm_of

app = faust.App(
    f"bench-faust-{os.getpid()}",
    broker=f"kafka://{BROKERS}",
    store="memory://",
    datadir=tempfile.mkdtemp(),
    topic_partitions=1,
    web_enabled=False,
)
topic = app.topic(TOPIC, value_serializer="json", key_serializer="raw")
harm = app.Table("harm", default=int, partitions=1)
lap = Lap()


@app.agent(topic)
async def add(stream):
    async for report in stream:
        harm[report["offender_id"]] += harm_of(report)
        if lap.count():
            lap.finish(dict(harm.items()))


if __name__ == "__main__":
    app.main()

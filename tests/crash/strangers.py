"""Somebody else writes to the topics of the service in the middle of a run."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

from models.canonical import canonical_json
from models.topics import ALERTS, JOURNAL, Topic, topic_name
from tests.crash.play import Disturbance
from tests.crash.scene import Scene
from tests.crash.surroundings import kill_now_and_then, let_traffic_pass
from tests.crash.verdict import read_values

Document = dict[str, Any]
Written = Callable[[list[Document]], bytes | None]
_SECONDS, _RECORDS = 4.0, 50

_ENTRIES: list[Written] = [
    lambda _: b"\x00 no entry",
    lambda _: b"null",
    lambda _: None,
    lambda ours: canonical_json(ours[0]),
    lambda ours: canonical_json(ours[-1]),
    lambda ours: canonical_json(ours[-1] | {"board": "other", "entry": ours[-1]["entry"] + 1}),
    lambda ours: canonical_json(ours[-1] | {"entry": ours[-1]["entry"] + 1, "previous_hash": ours[-1]["hash"]}),
    lambda ours: canonical_json(ours[-1] | {"entry": 1_000_000}),
]
_ALERTS: list[Written] = [
    lambda _: b"\x00 no alert",
    lambda _: b"{}",
    lambda _: None,
    lambda ours: json.dumps(ours[0]).encode(),
    lambda ours: json.dumps(ours[-1]).encode(),
    lambda ours: json.dumps(ours[-1] | {"board": "other"}).encode(),
]
"""None tells of more than the journal: such a one would stop every start until a person has passed it over."""


def write_to(topic: Topic) -> Disturbance:
    """Half of what is known of such records, in any order, while the stream goes on and workers die."""
    kinds = {JOURNAL: _ENTRIES, ALERTS: _ALERTS}[topic]

    def write(scene: Scene) -> None:
        kill_now_and_then(scene)
        for kind in scene.chance.sample(kinds, len(kinds) // 2):
            let_traffic_pass(scene, _SECONDS / len(kinds), _RECORDS)
            _send(scene, topic, kind(read_values(scene.settings, topic, scene.strangers)))

    return write


def _send(scene: Scene, topic: Topic, value: bytes | None) -> None:
    with closing(scene.producer()) as producer:
        name = topic_name(scene.settings.prefix, topic)
        place = producer.send(name, key=scene.settings.board.encode(), value=value, partition=0).get(30)
    scene.strangers.add((topic, place.offset))

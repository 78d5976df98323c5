"""journal.v1 is deleted and recreated in the middle of a run: every worker refuses, and no second history begins."""

import time
from contextlib import closing

from kafka import KafkaAdminClient

from models.topics import ALERTS, JOURNAL, topic_name
from tests import kafka_topics
from tests.crash.scene import Scene
from tests.crash.surroundings import kill_now_and_then, let_traffic_pass
from tests.crash.verdict import judge_numbers, read_values

_PATIENCE_SECONDS = 60.0
_REFUSALS_OF_EACH = 2
_REFUSED = 1
"""The exit code of a start that is refused, and of a worker that ends by itself."""


def recreate_journal(scene: Scene) -> None:
    """Somebody deletes the topic and creates it again, as it must be and empty."""
    if scene.seed % 2:
        kill_now_and_then(scene)  # else nobody comes to a recovery by a death
    name = topic_name(scene.settings.prefix, JOURNAL)
    scene.published = max(entry["entry"] for entry in read_values(scene.settings, JOURNAL))
    with closing(KafkaAdminClient(bootstrap_servers=scene.settings.brokers)) as admin:
        kafka_topics.delete(admin, [name])
        kafka_topics.create(admin, {name: JOURNAL})
    let_traffic_pass(scene, 2.0)


def await_refusals(scene: Scene, _: str | None = None) -> float:
    """When every worker, and every one that was started in its stead, has ended with the reason."""
    crew, workers = scene.crew, len(scene.crew.workers)
    if not scene.await_that(lambda: _refusals(scene) >= _REFUSALS_OF_EACH * workers):
        scene.verdict.blame(f"{_refusals(scene)} of {_REFUSALS_OF_EACH * workers} workers were refused")
    refused_at, crew.restarts = time.time(), False
    if not scene.await_that(lambda: not crew.workers):
        scene.verdict.blame(f"{len(crew.workers)} workers go on")
    _judge(scene)
    return refused_at


def _refusals(scene: Scene) -> int:
    return sum(code == _REFUSED and _says_why(said) for code, said in scene.crew.ended)


def _says_why(said: str) -> bool:
    return "was recreated" in said.rpartition("harmwatch: ")[2]


def _judge(scene: Scene) -> None:
    """No alert twice, and no entry under a number that the old journal has held."""
    verdict = scene.verdict
    for code, said in scene.crew.ended:
        if code == _REFUSED and not _says_why(said):
            verdict.blame(f"a worker ended with another reason: {said[-600:]}")
    judge_numbers(verdict, (alert["sequence"] for alert in read_values(scene.settings, ALERTS)), "alerts")
    again = [entry["entry"] for entry in read_values(scene.settings, JOURNAL) if entry["entry"] <= scene.published]
    verdict.double(len(again), "journal entries, under numbers of the journal that is gone")

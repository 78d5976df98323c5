"""The people of a night: some are reported again and again, others never, so that no look at those may lapse."""

import json
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from kafka import KafkaProducer

from models.topics import OFFENCES, topic_name
from runtime.settings import Settings

BUSY = ("anders", "bela", "cato", "dora", "emil", "fanny")
QUIET = ("gesa", "hugo", "ilse")
FIRST = "jost"
BAND = 7
_POLICY = f"""id = "t"\nversion = "1"\nowner = "tests"
[index]\nfile = "index.csv"\n[window]\ndays = 90\nanchor = "reported_at"\n[status]\nreported = 100
[band]\nsize = {BAND}\nexit_rank = {BAND}
"""


def write_policy(folder: Path) -> Path:
    """A small band, and two codes."""
    folder.joinpath("index.csv").write_text("code,days,title\nX,10,x\nY,30,y\n", "utf-8")
    (path := folder / "policy.toml").write_text(_POLICY, "utf-8")
    return path


class Town:
    """What is reported of its people. `reported`, `corrected`: about whom there was more than the beginning."""

    def __init__(self, settings: Settings, random: Random) -> None:
        self._settings, self._random = settings, random
        self._offences: list[tuple[str, str, str]] = []
        self.reported = set[str]()
        self.corrected = set[str]()

    def found(self) -> None:
        """Somebody is reported, so that the board has a journal."""
        self._report(FIRST)

    def begin(self) -> None:
        """Everybody else is reported twice."""
        for who in (*QUIET, *BUSY) * 2:
            self._report(who)

    def go_on(self) -> None:
        """Some are reported, or what was reported is corrected."""
        for who in self._random.sample(BUSY, 2):
            known = [each for each in self._offences if each[0] == who]
            if self._random.random() < 0.3:
                self.corrected.add(who)
                self._correct(*self._random.choice(known))
            else:
                self.reported.add(who)
                self._report(who)

    def _report(self, who: str) -> None:
        offence, now = uuid.uuid4().hex, datetime.now(UTC).isoformat()
        self._offences.append((who, offence, now))
        self._send(who, "offence.reported", offence, now, "X", 1)

    def _correct(self, who: str, offence: str, reported_at: str) -> None:
        """Once; a second time it is known already."""
        self._send(who, "offence.amended", offence, reported_at, "Y", 2)

    def _send(self, who: str, kind: str, offence: str, reported_at: str, code: str, revision: int) -> None:
        report = {
            "event_id": uuid.uuid4().hex, "type": kind, "offence_id": offence, "offender_id": who, "code": code,
            "occurred_at": reported_at, "reported_at": reported_at, "recorded_at": datetime.now(UTC).isoformat(),
            "revision": revision,
        }  # fmt: skip
        topic = topic_name(self._settings.prefix, OFFENCES)
        with closing(KafkaProducer(bootstrap_servers=self._settings.brokers, acks="all")) as producer:
            producer.send(topic, key=who.encode(), value=json.dumps(report).encode(), partition=0).get(60)

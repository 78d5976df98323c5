"""What offences.v1 holds already, read once before a file is sent: what is known, and whether of this source."""

import json
import time
from collections.abc import Iterator

from broker.clients import PartitionReader
from cli.output import say
from cli.progress import Progress
from intake.mapping.rules import Mapping
from intake.revisions import Revisions
from models.decode import Report, decode_value, parse_wire_report
from models.errors import Refused, WrongUse
from models.record import Record
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity

FEWEST_TO_ASK_FOR = 1_000_000
"""From so many records on the topic is read on demand only."""


class TopicReader:
    """Every record of the topic, once. Raises Unavailable."""

    def __init__(self, settings: Settings, place: TopicIdentity) -> None:
        self._brokers = settings.brokers
        self._place = place
        reader = PartitionReader(settings.brokers, place.topic, 0)
        try:
            self._ends = reader.ends(place.partitions)
            beginnings = reader.beginnings(place.partitions)
        finally:
            reader.close()
        self.records = sum(end - beginnings[partition] for partition, end in self._ends.items())
        self._beginnings = beginnings

    def __iter__(self) -> Iterator[Record]:
        progress, count = Progress(self.records), 0
        for partition, end in self._ends.items():
            reader = PartitionReader(self._brokers, self._place.topic, partition)
            try:
                reader.seek(self._beginnings[partition])
                for record in reader.read_until(end):
                    yield record
                    count += 1
                    progress.tell_reading(count)
            finally:
                reader.close()


def known_reports(
    settings: Settings, place: TopicIdentity, mapping: Mapping | None, *, against_topic: bool | None, first_load: bool
) -> Revisions:
    """What is known before a file is sent: what the topic holds where that is asked for, else nothing.

    Raises WrongUse where a running revision would begin at 1 again, and Unavailable.
    """
    runs = mapping is not None and any(rules.runs for rules in mapping.file) and not first_load
    compares = gives_revision(mapping) if against_topic is None else against_topic
    if not (runs or compares):
        return Revisions()
    topic = TopicReader(settings, place)
    if compares and against_topic is None and topic.records >= FEWEST_TO_ASK_FOR:
        say(f"{place.topic} holds {topic.records:,} records: with --against-topic it is read, and said what is known")
        compares = False
    known = Revisions()
    if topic.records and (runs or compares):
        _read(topic, place, known if compares else None, _running_sources(mapping) if runs else frozenset())
    return known


def _read(topic: TopicReader, place: TopicIdentity, known: Revisions | None, sources: frozenset[str] | None) -> None:
    begun_at = time.monotonic()
    for record in topic:
        report = None if record.value is None else _report(record.value)
        if record.value is None or report is None:
            continue
        if sources is None or sources:
            _require_another_source(place, source_of(record.value), sources)
        if known is not None:
            known.add(report, of_topic=True)
    say(f"read {topic.records:,} records of {place.topic} in {time.monotonic() - begun_at:.1f} s")


def gives_revision(mapping: Mapping | None) -> bool:
    """Whether its reports say which of them is the later word."""
    return mapping is not None and any("revision" in rules.fields for rules in mapping.file)


def _running_sources(mapping: Mapping | None) -> frozenset[str] | None:
    """The sources that a mapping gives to rows that it numbers; None where a column says them."""
    sources = set()
    for rules in mapping.file if mapping else ():
        rule = rules.fields.get("source")
        if rules.runs and rule is not None and rule.value is None:
            return None
        if rules.runs:
            sources.add(str(rule.value) if rule is not None else "")
    return frozenset(sources)


def _require_another_source(place: TopicIdentity, source: str, sources: frozenset[str] | None) -> None:
    if sources is not None and source not in sources:
        return
    of = f"the source {source!r}" if source else "no named source"
    raise WrongUse(
        f"{place.topic} holds reports of {of} already, and a running revision is for the first load: what this file "
        "corrects would be revision 1 again, and change nothing. Let the mapping take the revision from an instant "
        "(docs/how-to/every-night.md), or send what was sent before once more with --first-load"
    )


def _report(value: bytes) -> Report | None:
    try:
        return decode_value(value)
    except Refused:
        return None


def source_of(report: bytes) -> str:
    """The source that a report names; "" for none."""
    try:
        return parse_wire_report(report).source
    except (ValueError, RecursionError):  # it is a report all the same, as the contract reads it
        return str(json.loads(report).get("source", ""))

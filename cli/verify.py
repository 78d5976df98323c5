"""`harmwatch verify`: everything computed again from Kafka alone."""

import time
from typing import Any

from audit.verify import Verification
from cli.output import say
from models.topics import OFFENCES, Topic, topic_name
from runtime.installation import open_store
from runtime.kafka import PartitionReader
from runtime.settings import Settings

_SAY_EVERY_SECONDS = 2.0
_FAULTS_SHOWN = 20


def verify_installation(settings: Settings, *, with_store: bool) -> dict[str, Any]:
    """The result of one pass. Raises Unavailable."""

    def open_reader(topic: Topic, partition: int) -> PartitionReader:
        return PartitionReader(settings.brokers, topic_name(settings.prefix, topic), partition)

    begun_at = said_at = time.monotonic()
    verification = Verification(open_reader, topic_name(settings.prefix, OFFENCES))
    for entry in verification.run():
        if time.monotonic() - said_at >= _SAY_EVERY_SECONDS:
            said_at = time.monotonic()
            rate = verification.replay.records / (said_at - begun_at)
            say(f"entry {entry}, {verification.replay.records} records, {rate:,.0f} records/s")
    if with_store and verification.replay.engine is not None:
        store = open_store(settings)
        try:
            verification.compare_board(store.board(_WHOLE_BOARD))
        finally:
            store.close()
    replay, seconds = verification.replay, time.monotonic() - begun_at
    return {
        "ok": not verification.faults and replay.entries > 0,
        "entries": replay.entries,
        "records": replay.records,
        "alerts": verification.alerts,
        "head": replay.head,
        "policy_digest": replay.policy.digest if replay.policy else None,
        "seconds": round(seconds, 3),
        "fault_count": len(verification.faults),
        "faults": verification.faults[:_FAULTS_SHOWN],
    }


_WHOLE_BOARD = 2**31


def verify_in_words(document: dict[str, Any]) -> str:
    """The verdict first, then what differs."""
    what = f"{document['entries']} entries, {document['records']} records, {document['alerts']} alerts"
    if document["ok"]:
        return f"verified: {what}; every one came out the same. Chain head {document['head']}"
    if not document["entries"]:
        return "nothing to verify: the journal is empty"
    return "\n".join([f"NOT verified ({document['fault_count']} faults in {what}):", *document["faults"]])

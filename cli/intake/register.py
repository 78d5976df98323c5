"""A register that is sent as a whole: it is held against the topic, and what is gone from it is withdrawn."""

import hashlib
import json
import time
from collections.abc import Iterator

from cli.intake.known_reports import TopicReader, source_of
from cli.output import say
from intake.mapping.rules import Mapping
from intake.register import MOST_GONE_PERCENT, GoneOffence, Register
from models.decode import decode_value
from models.errors import Refused
from models.instants import format_instant
from models.report import ReportType
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity
from sight.document import Document


def fill_register(settings: Settings, place: TopicIdentity, rules: Mapping, register: Register) -> None:
    """Takes in what the topic holds. Raises Unavailable."""
    begun_at, source = time.monotonic(), _source(rules)
    topic = TopicReader(settings, place)
    for record in topic:
        if record.value is not None:
            learn(register, record.value, source)
    say(f"read {topic.records:,} records of {place.topic} in {time.monotonic() - begun_at:.1f} s")


def learn(register: Register, value: bytes, source: str) -> None:
    """Takes in a record of the topic: what it says where it is of the register's source, else its revision."""
    try:
        report = decode_value(value)
    except Refused:
        return
    if source_of(value) == source:
        register.add_known(report)
    else:
        register.add_other(report)


def withdrawals(register: Register, rules: Mapping, now_us: int) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of a record for each offence that is gone."""
    source = _source(rules)
    for gone in register.gone:
        fields = {
            "event_id": _event_id(gone), "type": ReportType.WITHDRAWN, "offence_id": gone.offence_id,
            "offender_id": gone.offender_id, "revision": gone.revision,
            "occurred_at": format_instant(gone.occurred_at), "recorded_at": format_instant(now_us), "source": source,
        }  # fmt: skip
        yield gone.offender_id.encode(), json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def why_not_withdrawn(register: Register, rules: Mapping, refused: int, in_part: str | None) -> str | None:
    """Why nothing that is gone may be withdrawn; None where it may. `in_part`: why the files may not be all of it."""
    if rules.snapshot is None or not rules.snapshot.withdraw:
        return "the mapping does not ask for it (snapshot = { withdraw = true })"
    if in_part is not None:
        return in_part
    if refused:
        return "rows were refused, and what is gone may stand in them"
    if register.too_much_is_gone:
        return f"it is more than {MOST_GONE_PERCENT} % of what is known: the file may have been cut"
    return None


class RegisterPart(Document):
    """What a register did that was sent as a whole; of other files nothing of it is said."""

    unchanged: int | None = None
    repeated: int = 0
    gone: int = 0
    withdrawn: int = 0
    not_withdrawn: str | None = None
    too_much_is_gone: bool = False


def register_part(register: Register, withdrawn: int, withheld: str | None) -> RegisterPart:
    """What the register did."""
    gone = len(register.gone)
    return RegisterPart(
        unchanged=register.unchanged,
        repeated=register.repeated,
        gone=gone,
        withdrawn=withdrawn,
        not_withdrawn=withheld if gone else None,
        too_much_is_gone=register.too_much_is_gone,
    )


def render_register(document: RegisterPart) -> list[str]:
    """The same in sentences; nothing where no register was sent."""
    if document.unchanged is None:
        return []
    lines = [f"rows that say what is known, and were not sent: {document.unchanged:,}"]
    if document.repeated:
        lines.append(f"rows that say what a row before them says, and were not sent: {document.repeated:,}")
    if document.not_withdrawn:
        lines.append(f"gone from the register: {document.gone:,}, not withdrawn: {document.not_withdrawn}")
    elif document.gone:
        lines.append(f"gone from the register: {document.gone:,}, withdrawn: {document.withdrawn:,}")
    return lines


def _event_id(gone: GoneOffence) -> str:
    """Unique for each withdrawal, and never longer than an id may be."""
    identity = f"{gone.offender_id}\0{gone.offence_id}".encode()
    return f"withdrawn/{gone.revision}/{hashlib.sha256(identity).hexdigest()[:32]}"


def _source(rules: Mapping) -> str:
    return str(rules.file[0].fields["source"].value)

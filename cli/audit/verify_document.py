"""The document of `harmwatch verify`, and its text: the verdict first, then what differs."""

from dataclasses import asdict
from pathlib import Path

from pydantic import Field

from audit.verify.outcome import LiveRange, Outcome
from cli.audit.delivered import DeliveriesCheck, checked, render_checked
from delivery.verify.verification import DeliveriesOutcome
from sight.document import Document
from sight.printable import printable


class ForeignDocument(Document):
    """A record that is none of ours; `passed_over`: a person has looked at it."""

    topic: str
    offset: int
    what: str
    is_fault: bool
    passed_over: bool


class LiveBoardDocument(Document):
    """What was compared of the live board: how many ranks, and the entries at which they were read."""

    rows: int
    first: int = Field(serialization_alias="from")
    last: int = Field(serialization_alias="to")


class DeskCheckDocument(Document):
    """What was compared of the duty desk.

    `sealed_bases` could not be: nobody can read whose they are. Nor could `rebuilt_bases`: they were seen before a
    rebuild of the board.
    `unsigned` actions are of officers who had not signed in.
    """

    actions: int
    decisions: int
    packs: int
    bases: int
    sealed_bases: int
    rebuilt_bases: int
    unsigned: int


class VerifyDocument(Document):
    """What one pass found. `faults` and `foreign` list the first ones; `held_back` says what cannot be judged yet.

    `unseen` counts the foreign records that are no fault and that no person has passed over.
    """

    ok: bool
    first: int = Field(serialization_alias="from")
    last: int | None = Field(serialization_alias="to")
    entries: int
    records: int
    alerts: int
    alerts_root: str | None
    dead_letters: int
    checkpoints: int
    sealed_by_erasure: int
    live_board: LiveBoardDocument | None
    deliveries: DeliveriesCheck | None
    head: str | None
    policy_digest: str | None
    certificate: str | None
    seconds: float
    fault_count: int
    faults: tuple[str, ...]
    foreign_count: int
    unseen: int
    foreign: tuple[ForeignDocument, ...]
    held_back: tuple[str, ...]
    desk: DeskCheckDocument | None = None


def verify_document(
    result: Outcome, certificate: Path | None, seconds: float, verdict: DeliveriesOutcome | None = None
) -> VerifyDocument:
    """The document of a verification that took so many `seconds`."""
    desk = {} if result.desk is None else {"desk": DeskCheckDocument(**asdict(result.desk))}
    return VerifyDocument(
        ok=result.ok,
        first=result.span.first,
        last=result.last.entry if result.last else None,
        entries=result.entries,
        records=result.records,
        alerts=result.alerts.count,
        alerts_root=None if result.alerts.absent else result.alerts.root,
        dead_letters=result.letters,
        checkpoints=result.checkpoints,
        sealed_by_erasure=result.erased,
        live_board=_live_board(result.live),
        deliveries=None if verdict is None else checked(verdict),
        head=result.last.hash if result.last else None,
        policy_digest=result.policy.digest if result.policy else None,
        certificate=str(certificate) if certificate else None,
        seconds=round(seconds, 3),
        fault_count=result.faults.count,
        faults=result.faults.listed,
        foreign_count=result.faults.foreign_count,
        unseen=result.faults.unseen,
        foreign=tuple(ForeignDocument(**asdict(each)) for each in result.faults.foreign),
        held_back=result.held_back,
        **desk,
    )


def _live_board(live: LiveRange | None) -> LiveBoardDocument | None:
    return None if live is None else LiveBoardDocument(rows=live.rows, first=live.entries[0], last=live.entries[1])


def render_verify(document: VerifyDocument) -> str:
    """The verdict first, then what differs, and what was seen of deliveries."""
    deliveries = [] if document.deliveries is None else render_checked(document.deliveries)
    return "\n".join([_render_board(document), *deliveries])


def _render_board(document: VerifyDocument) -> str:
    what = f"{document.entries} entries, {document.records} records, {document.alerts} alerts"
    foreign = _render_foreign(document)
    if document.ok:
        erased = document.sealed_by_erasure
        but = f"{erased} records sealed by erasure: of these the ids alone were not compared. " if erased else ""
        live = _render_live(document.live_board)
        verdict = f"verified: {what}; every one came out the same. {but}Chain head {document.head}{live}"
        return "\n".join([verdict, *_render_desk(document.desk), *foreign])
    held_back = document.held_back
    if document.fault_count:
        hidden = document.fault_count - len(document.faults)
        more = [f"and {hidden} more, which are not listed"] if hidden else []
        head = f"NOT verified ({document.fault_count} faults in {what}):"
        return "\n".join([head, *document.faults, *more, *held_back, *foreign])
    if held_back:
        head = f"not verified to the end ({what}: every one came out the same as far as it goes):"
        return "\n".join([head, *held_back, *foreign])
    if not document.entries:
        return "\n".join(["nothing to verify: the journal is empty", *foreign])
    return "\n".join(
        [f"{what}: every one came out the same, but another producer has written to the topics:", *foreign]
    )


def _render_foreign(document: VerifyDocument) -> list[str]:
    """Records that are none of ours; those that are faults stand among the faults."""
    hidden = document.foreign_count - len(document.foreign)
    more = [f"and {hidden} more foreign records, which are not listed"] if hidden else []
    return [_render_record(each) for each in document.foreign if not each.is_fault] + more


def _render_record(each: ForeignDocument) -> str:
    what = f"{each.topic} offset {each.offset}: {printable(each.what)}"
    if each.passed_over:
        return f"passed over: {what}"
    return f"foreign: {what} (--passed-over {each.topic}:{each.offset} once you know whose it is)"


def _render_desk(desk: DeskCheckDocument | None) -> list[str]:
    if desk is None:
        return []
    sealed = f" ({desk.sealed_bases} sealed bases were not compared)" if desk.sealed_bases else ""
    rebuilt = f" ({desk.rebuilt_bases} seen before a rebuild, not comparable)" if desk.rebuilt_bases else ""
    rebuilt += f" ({desk.unsigned} actions without a sign-in)" if desk.unsigned else ""
    counts = f"{desk.actions} actions, {desk.decisions} decisions, {desk.bases} bases, {desk.packs} packs"
    return [f"The duty desk holds, too: {counts}{sealed}{rebuilt}."]


def _render_live(live: LiveBoardDocument | None) -> str:
    if live is None:
        return ""
    where = f"entry {live.first}" if live.first == live.last else f"entries {live.first} to {live.last}"
    return f"\nThe live board came out the same, too: {live.rows} ranks as they stood at {where}."

"""How fresh a board is, for the bar above it: live, or not, and why."""

from dataclasses import dataclass

from console.board_text import Wording
from sight.board_view import STALE_SECONDS, UNSEEN, BoardView
from sight.printable import printable
from sight.words import freshness

_OTHER_POLICY = "another policy is in force than HARMWATCH_POLICY names: the cut may be drawn at a wrong rank"


@dataclass(frozen=True, slots=True)
class Freshness:
    """`word` is LIVE, STALE, NOT LIVE or LOOKING; `why`: it is not live; `age`: of the look, in seconds."""

    is_live: bool
    word: str
    why: str
    as_of: str
    details: tuple[str, ...]
    age: float
    desk: str = ""
    """why nobody knows what officers do, though the board may be live; empty: the desk is read"""


def fresh_of(view: BoardView, now: float, wording: Wording, policy_digest: str) -> Freshness:
    """At `now` (monotonic seconds). `policy_digest` is that of the policy which the console was given."""
    sentence, stale = freshness(view, now)
    word, why = _split(sentence) if stale else ("LOOKING", sentence) if view.state == UNSEEN else ("LIVE", "")
    if word in {"LIVE", "NOT LIVE"} and view.policy_digest not in {"", policy_digest}:
        word, why = "NOT LIVE", "; ".join(filter(None, (why, _OTHER_POLICY)))
    return Freshness(
        is_live=word == "LIVE",
        word=word,
        why=printable(why),
        as_of=wording.moment(view.as_of) if view.as_of is not None else "nothing yet",
        details=_details(view, now),
        age=round(max(0.0, now - view.seen_at), 1),
    )


def _split(sentence: str) -> tuple[str, str]:
    """`STALE for 7 s: why` and `NOT LIVE: why`, each at its first colon."""
    head, _, why = sentence.partition(": ")
    word = "STALE" if head.startswith("STALE") else head
    return word, why if word != "STALE" else f"{head.removeprefix('STALE').strip()}: {why}".removeprefix(": ")


def _details(view: BoardView, now: float) -> tuple[str, ...]:
    if view.state == UNSEEN:
        return ()
    return (
        "no record since the console began" if view.record_at is None else _ago("last record", now - view.record_at),
        _waits(view),
        f"entry {view.entry:,}",
    )


def _waits(view: BoardView) -> str:
    if view.lag:
        return "1 record waits" if view.lag == 1 else f"{view.lag:,} records wait"
    if view.outbox:
        return "1 entry on its way" if view.outbox == 1 else f"{view.outbox:,} entries on their way"
    return "nothing waits"


def _ago(what: str, seconds: float) -> str:
    if seconds < STALE_SECONDS:
        return f"{what} just now"
    return f"{what} {seconds:.0f} s ago" if seconds < 120 else f"{what} {seconds / 60:.0f} min ago"

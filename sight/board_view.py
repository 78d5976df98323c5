"""What one look has seen of a board: its ranking, its newest alerts, and how fresh both are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.alert import Alert
from models.board import BoardRow, OffenderView

STALE_SECONDS = 5.0
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class BoardView:
    """One look; `seen_at` (monotonic seconds) is when it succeeded last, `trouble` why a later one did not.

    `reasons`: why the board is not to be believed. `entry` and `sequence` are the newest; `policy_digest` is that of
    the policy in force, `generation` the board's, empty while it is not open. `entrances`: of everyone in the band the
    sequence by which they entered.
    `moved_at` is when the board's time moved last, `record_at` when a record was applied; None: not since then.
    """

    seen_at: float
    as_of: str | None = None
    state: str = UNSEEN
    lag: int = 0
    outbox: int = 0
    entry: int = 0
    sequence: int = 0
    policy_digest: str = ""
    rows: tuple[BoardRow, ...] = ()
    leaves_at: Mapping[str, int | None] = field(default_factory=dict)
    entrances: Mapping[str, int] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    moved_at: float = 0.0
    record_at: float | None = None
    person: OffenderView | None = None
    trouble: str | None = None
    reasons: tuple[str, ...] = ()
    generation: str = ""
    published: int = 0
    """the newest entry of journal.v1, as it was a moment before the store was looked at"""

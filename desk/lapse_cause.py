"""Why what rested on a basis no longer counts: policy, correction or growth. An expiry is none of them."""

import hashlib
from typing import Literal

from models.desk.basis import Basis, BasisRow
from models.desk.rules import DeskRules

_ID_LETTERS = 32
LapseCause = Literal["growth", "correction", "policy"]


def lapse_id(of: str, cause: LapseCause) -> str:
    """The id of a lapse: of two consoles that see it at one moment, the second one repeats the first."""
    return hashlib.sha256(f"{of}:{cause}".encode()).hexdigest()[:_ID_LETTERS]


def lapse_cause(before: Basis, now: Basis, rules: DeskRules) -> LapseCause | None:
    """None: what rested on the first still counts. Of sealed rows only policy and score say anything."""
    if before.policy_digest != now.policy_digest:
        return "policy"
    if _corrected(before, now):
        return "correction"
    return "growth" if _has_grown(before, now, rules) or _new_rows(before, now, rules.contribution_millidays) else None


def is_refuted(cause: LapseCause, before: Basis, now: Basis, rules: DeskRules) -> bool:
    """Whether the bases show that it is not so. What is sealed, or no longer counts, they do not show."""
    if (before.policy_digest != now.policy_digest) != (cause == "policy"):
        return True
    if cause == "policy" or before.clear_rows is None or now.clear_rows is None:
        return False
    if cause == "growth":
        return not _has_grown(before, now, rules) and not _new_rows(before, now, rules.contribution_millidays)
    counted = {row[0] for row in now.clear_rows}
    return not _corrected(before, now) and all(row[0] in counted for row in before.clear_rows)


def has_other_rows(before: Basis, now: Basis) -> bool:
    """Whether an offence counts that did not, or in another revision. Ranks and expiries are no matter."""
    if before.clear_rows is None or now.clear_rows is None:
        return False  # nobody can say without a key
    known = {row[:2] for row in before.clear_rows}
    ids = {row[0] for row in before.clear_rows}
    return any(row[:2] not in known and (row[0] in ids or not before.may_hold(row)) for row in now.clear_rows)


def _has_grown(before: Basis, now: Basis, rules: DeskRules) -> bool:
    has_more = now.score_millidays > before.score_millidays
    return has_more and 100 * now.score_millidays >= (100 + rules.growth_percent) * before.score_millidays


def _new_rows(before: Basis, now: Basis, least: int) -> tuple[BasisRow, ...]:
    if before.clear_rows is None:
        return ()
    known = {row[0] for row in before.clear_rows}
    rows = now.clear_rows or ()
    return tuple(row for row in rows if row[3] >= least and row[0] not in known and not before.may_hold(row))


def _corrected(before: Basis, now: Basis) -> bool:
    """A lower revision than the one that was seen is doubt, and no correction."""
    known = {row[0]: row[1] for row in before.clear_rows or ()}
    return any(row[1] > known.get(row[0], row[1]) for row in now.clear_rows or ())

"""`harmwatch board --diff`: who was in the band at a moment and should not have been, and the reverse."""

from collections.abc import Mapping

from audit.history.membership_errors import Hindsight, LaterRevisions, MembershipError, wrong_then
from cli.board.as_of import instant
from cli.board.knowledge import Knowledge, knowledge_of, render_knowledge, render_since
from cli.board.standing import StandingDocument
from models.alert import days_text
from models.instants import format_instant
from models.journal.transition import Standing
from scoring.engine import Engine
from sight.document import Document
from sight.printable import printable


class WrongMembership(Document):
    """A person on the wrong side of the cut: how they stood, how they should have, and since when that is known."""

    offender_id: str
    then: StandingDocument
    known: StandingDocument
    known_since: str | None


class _BoardThen(Document):
    board: str
    as_of: str


class BoardDifference(Knowledge, _BoardThen):
    """The band at a moment held against the one that later knowledge gives."""

    should_not_have_been: tuple[WrongMembership, ...]
    should_have_been: tuple[WrongMembership, ...]


def difference(hindsight: Hindsight, later: LaterRevisions, then: Engine) -> BoardDifference:
    """What later knowledge changes in the band of a moment."""
    before = {who: then.standing(who) for who in then.members ^ hindsight.engine.members}
    wrong = wrong_then(then, hindsight, later)
    return BoardDifference(
        board=hindsight.founding.board,
        as_of=format_instant(hindsight.at),
        **dict(knowledge_of(hindsight)),
        should_not_have_been=tuple(_wrong(one, before, hindsight.engine) for one in wrong if one.was_in_band),
        should_have_been=tuple(_wrong(one, before, hindsight.engine) for one in wrong if not one.was_in_band),
    )


def render_difference(document: BoardDifference) -> str:
    """Both lists."""
    wrong, missing = document.should_not_have_been, document.should_have_been
    lines = [f"board {document.board} at {document.as_of}{render_knowledge(document)}"]
    if not wrong and not missing:
        return lines[0] + ": the band was the right one."
    lines.append(f"in the band, and should not have been: {len(wrong) or 'no one'}")
    lines += [_line(one) for one in wrong]
    lines.append(f"not in the band, and should have been: {len(missing) or 'no one'}")
    lines += [_line(one) for one in missing]
    return "\n".join(lines)


def _wrong(one: MembershipError, before: Mapping[str, Standing], known: Engine) -> WrongMembership:
    return WrongMembership(
        offender_id=one.offender_id,
        then=_standing(before[one.offender_id]),
        known=_standing(known.standing(one.offender_id)),
        known_since=instant(one.known_since),
    )


def _standing(standing: Standing) -> StandingDocument:
    return StandingDocument(rank=standing.rank, score_millidays=standing.score)


def _line(one: WrongMembership) -> str:
    then, known = _render_standing(one.then), _render_standing(one.known)
    return f"  {printable(one.offender_id)}: then {then}; as known later {known}{render_since(one.known_since)}"


def _render_standing(standing: StandingDocument) -> str:
    rank = "not ranked" if standing.rank is None else f"rank {standing.rank}"
    return f"{rank} with {days_text(standing.score_millidays)} days"

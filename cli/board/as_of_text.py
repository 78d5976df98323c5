"""The board and one person in words: live, at an instant, by later knowledge, and the difference."""

from typing import Any

from cli.board.reading import render_board, render_offender
from cli.output import printable
from cli.policy.policies import policy_name
from cli.policy.unassessed import render_unassessed
from models.alert import days_text


def render_board_view(document: dict[str, Any]) -> str:
    """The ranking, or who was in the band and should not have been, and the reverse."""
    if "should_have_been" not in document:
        return render_board(document) + _knowledge(document)
    wrong, missing = document["should_not_have_been"], document["should_have_been"]
    lines = [f"board {document['board']} at {document['as_of']}{_knowledge(document)}"]
    if not wrong and not missing:
        return lines[0] + ": the band was the right one."
    lines.append(f"in the band, and should not have been: {len(wrong) or 'nobody'}")
    lines += [_line(one) for one in wrong]
    lines.append(f"not in the band, and should have been: {len(missing) or 'nobody'}")
    lines += [_line(one) for one in missing]
    return "\n".join(lines)


def render_offender_view(document: dict[str, Any]) -> str:
    """One person, or the two views of them."""
    if "then" not in document:
        return render_offender(document) + _knowledge(document)
    then, known = document["then"], document["known"]
    lines = [f"as known at {document['as_of']}:", render_offender(then)]
    lines += [f"as known at {document['known_at']}, under policy {policy_name(document['policy'])}:"]
    lines += [render_offender(known), *(render_unassessed(one) for one in document["unassessed"])]
    if then["in_band"] == known["in_band"]:
        lines.append("In the band or not: the same.")
    else:
        should = "should have been" if known["in_band"] else "should not have been"
        lines.append(f"This person {should} in the band{_since(document)}.")
    return "\n".join(lines)


def _knowledge(document: dict[str, Any]) -> str:
    if "known_at" not in document:
        return ""
    under = f"\nby what was known at {document['known_at']}, under policy {policy_name(document['policy'])}"
    return "\n".join([under, *(render_unassessed(one) for one in document["unassessed"])])


def _line(one: dict[str, Any]) -> str:
    then, known = _standing(one["then"]), _standing(one["known"])
    return f"  {printable(one['offender_id'])}: then {then}; as known later {known}{_since(one)}"


def _standing(standing: dict[str, Any]) -> str:
    rank = "not ranked" if standing["rank"] is None else f"rank {standing['rank']}"
    return f"{rank} with {days_text(standing['score_millidays'])} days"


def _since(document: dict[str, Any]) -> str:
    return f"; known since {document['known_since']}" if document["known_since"] else ""

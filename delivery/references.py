"""What one subscription of a file says about another: who hears of recalls in its place, and of its stalls."""

from collections.abc import Collection, Iterator, Mapping

from models.delivery.terms import MIRRORS, Terms

Wrong = tuple[str, str, str]
"""The id of the subscription, the key, and what is wrong with it."""


def reference_faults(known: Mapping[str, Terms], named: Collection[str]) -> Iterator[Wrong]:
    """Each key that names none that will do. `named`: all ids of the file, also of those that are wrong themselves."""
    for one in known.values():
        if one.contact is not None and not _may_be_contact(one, known.get(one.contact), named):
            yield one.id, "contact", "is to be another subscription of the same recipient"
        if one.escalate_to is not None and (what := _why_not_to(one, known, named)) is not None:
            yield one.id, "escalate_to", what


def _may_be_contact(one: Terms, other: Terms | None, named: Collection[str]) -> bool:
    if one.contact == one.id:
        return False
    return one.contact in named if other is None else other.recipient == one.recipient


def _why_not_to(one: Terms, known: Mapping[str, Terms], named: Collection[str]) -> str | None:
    """None: stalls may be told to it."""
    other = known.get(one.escalate_to or "")
    if one.escalate_to == one.id or one.escalate_to not in named:
        return "is to be another subscription of this file"
    if other is not None and other.sink in MIRRORS:
        return f"is not to be {other.sink}: it mirrors the band, and has no word for a stall"
    if (circle := _circle(one, known)) is not None:
        return f"goes round: {' -> '.join(circle)}; one that nobody escalates has to be at the end"
    return None


def _circle(one: Terms, known: Mapping[str, Terms]) -> list[str] | None:
    """The ids from this subscription back to it; None: the way ends."""
    way, at = [one.id], known.get(one.escalate_to or "")
    while at is not None and at.id not in way:
        way.append(at.id)
        at = known.get(at.escalate_to or "")
    return [*way, one.id] if at is not None and at.id == one.id else None

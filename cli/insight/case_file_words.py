"""The sentences and rows of a case file: those of the explanation, with moments as its readers write them.

It names nobody but the person whom it is about, and no hash: those stand in its appendix.
"""

from cli.claims import Claim, Sentences
from cli.insight.explained import SENTENCES as EXPLAINED
from models.alert import days_text
from models.instants import parse_instant
from pages.moments import Moments
from pages.paper import Cell

_INSTANTS = {"as_of", "at", "began", "reported_at", "until", "told_at", "ended_at", "issued_at"}
_KINDS = {"source"}
_BOTH = 2


def for_readers(one: Claim, moments: Moments) -> Claim:
    """The claim with its moments in words; what is not a moment stays as it is."""
    return {
        name: moments.text(parse_instant(value)) if name in _INSTANTS and value is not None
        else for_readers(value, moments) if name in _KINDS and value is not None else value
        for name, value in one.items()
    }  # fmt: skip


def say(one: Claim, moments: Moments) -> str:
    """The sentence of a claim."""
    return SENTENCES[one["claim"]](for_readers(one, moments)).removeprefix("  - ")


def counted_row(one: Claim, moments: Moments) -> tuple[Cell, ...]:
    """A crime that counted: which and by which record, what it is, its days, and from when until when."""
    shown = for_readers(one, moments)
    return (
        (one["offence_id"], *_record(shown["source"])),
        (one["title"] or f"code {one['code']}", *_in_table(one)),
        (days_text(one["millidays"]), *_sum(one)),
        (shown["reported_at"], f"known {shown['source']['told_at']}"),
        (shown["until"],),
    )


COUNTED_HEAD = ("Crime and its record", "What it is", "Days", "First reported", "Counts so until")


def total_row(one: Claim) -> tuple[Cell, ...]:
    """What the crimes come to."""
    crimes = "1 crime" if one["crimes"] == 1 else f"{one['crimes']} crimes"
    return (f"Together, {crimes}",), ("",), (days_text(one["score_millidays"]),), ("",), ("",)


def excluded_row(one: Claim, moments: Moments) -> tuple[Cell, ...]:
    """A record that did not count, the rule that kept it out, and since when it was known."""
    shown = for_readers(one, moments)
    crime = "A record that could not be read" if one["offence_id"] is None else one["offence_id"]
    revision = () if one["revision"] is None else (f"revision {one['revision']}",)
    why = one["detail"]
    if one["rule"] == "expired":
        why = f"the time for which it counts ended at {shown['ended_at']}"
    return (crime, *revision, *_record(shown["source"])), (_RULES[one["rule"]], why), (shown["source"]["told_at"],)


EXCLUDED_HEAD = ("Crime and its record", "The rule by which it did not count", "Known since")


def without_row(one: Claim) -> tuple[Cell, ...]:
    """How the person would have stood without one crime."""
    rank = "none" if one["rank"] is None else str(one["rank"])
    where = "on the list" if one["in_band"] else "off the list"
    return (one["offence_id"],), (days_text(one["score_millidays"]),), (rank,), (where,)


WITHOUT_HEAD = ("Without the crime", "Days", "Place", "The person would have been")


def alert_row(one: Claim, moments: Moments) -> tuple[Cell, ...]:
    """An alert about the person."""
    moved = "came onto the list" if one["transition"] == "entered" else "left the list"
    return (one["alert_id"],), (for_readers(one, moments)["as_of"],), (moved,), ("yes" if one["sent"] else "no",)


ALERTS_HEAD = ("Alert", "When", "What happened", "Was sent")

_RULES = {
    "refused": "refused",
    "superseded": "replaced by another revision",
    "withdrawn": "withdrawn",
    "scope": "outside of what the rules take in",
    "weight": "the table gives it no days",
    "status": "its status counts nothing",
    "expired": "too long ago",
}


def _sum(one: Claim) -> Cell:
    factors = [days_text(one["index_millidays"])]
    factors += [f"{one['status_percent']} % (status {one['status']})"] if one["status_percent"] != 100 else []
    factors += [f"{one['recency_percent']} % (its age)"] if one["recency_percent"] != 100 else []
    return (f"= {' x '.join(factors)}",) if len(factors) > 1 else ()


def _in_table(one: Claim) -> Cell:
    if not one["title"]:
        return ()
    return (f"code {one['code']}, line {one['index_line']} of the table",)


def _record(source: Claim) -> Cell:
    return (f"partition {source['partition']}, offset {source['offset']}",)


def _listed(crimes: list[str]) -> str:
    return f"{', '.join(crimes[:-1])} and {crimes[-1]}"


def _turned_by_less(one: Claim) -> str:
    crimes = one["crimes"]
    each = "either" if len(crimes) == _BOTH else "any one"
    which = f"crime {crimes[0]}" if len(crimes) == 1 else f"{each} of the crimes {_listed(crimes)}"
    return f"Had {which} not counted, everybody else staying as they were, this person would not have been on the list."


def _proved(one: Claim) -> str:
    others = " It holds the alert as it was sent, and so names another person." if one["names_another"] else ""
    return (
        f"Attached is the file {one['name']}. It proves that alert {one['alert_id']} is one of the {one['alerts']:,} "
        f"alerts that were computed again and found right at {one['issued_at']}.{others}"
    )


def _without_record(name: str) -> Sentences:
    return {name: lambda one: EXPLAINED[name](one | {"source": None})}


def _moved_on(one: Claim) -> str:
    return f"In exchange another person {'left the list' if one['transition'] == 'entered' else 'came onto it'}."


_KEPT = (
    "in_band", "not_in_band", "entered", "left", "not_sent", "who_comes_in", "who_stays", "what_counts", "ties",
    "before_and_after", "stay_ended", "expected_exit", "position", "any_score_is_enough", "cut", "nothing_counted",
    "nothing_left_out", "first_outside", "titles_unknown",
)  # fmt: skip

SENTENCES: Sentences = {
    **{name: EXPLAINED[name] for name in _KEPT},
    **_without_record("cause_offence"),
    **_without_record("cause_amendment"),
    **_without_record("cause_withdrawal"),
    **_without_record("cause_expiry"),
    **_without_record("cause_policy"),
    "cause_displacement": lambda _: "Why then: another person came to stand before this person.",
    "cause_vacancy": lambda _: "Why then: another person came to stand behind this person.",
    "counterpart": _moved_on,
    "what_it_is": lambda one: (
        f"The list of board {one['board']} is made by a program, from reports that name a suspect, by the rules below. "
        "To be on it is no finding of guilt."
    ),
    "turned_by_less": _turned_by_less,
    "not_turned_by_less": lambda _: (
        "No single crime decided it: had any one of them not counted, everybody else staying as they were, "
        "this person would still have been on the list."
    ),
    "turned_by_more": lambda one: (
        f"A crime of {days_text(one['millidays'])} days or more, committed and reported at that moment, everybody else "
        "staying as they were, would have brought this person onto the list."
    ),
    "policy": lambda one: (
        f"The rules are those of policy {one['id']}, version {one['version']}. Who answers for them: {one['owner']}."
    ),
    "known_by": lambda one: f"Everything on this page about this person had reached the service by {one['as_of']}.",
    "journal_read": lambda one: (
        f"It was computed again from the records and from the journal of the service up to entry {one['entry']:,}, "
        "whose fingerprint stands in the appendix; a change to anything before it would change that fingerprint."
    ),
    "proved": _proved,
    "no_proof": lambda _: "No proof of the alert is attached to this page.",
    "no_proof_of_standing": lambda _: "A proof is of an alert; this page is about a moment, and none is attached.",
    "made": lambda one: f"Made by {one['by']} at {one['at']} with harmwatch {one['version']}.",
}

"""An explanation in plain sentences, for readers who have never seen the service: one for each claim."""

from cli.claims import Claim, Sentences, paragraph
from cli.insight.explanation_document import ExplanationDocument
from models.alert import days_text
from sight.printable import printable, printable_code

_ANCHORS = {"reported_at": "first reported", "occurred_at": "committed"}


def render_explanation(document: ExplanationDocument) -> str:
    """What happened, what counted, what did not, and what would have to change."""
    claims = document.claims
    parts = [
        paragraph(claims, "", _STANDING, " "),
        paragraph(claims, "", _RULES, " "),
        paragraph(claims, "", _MOVED),
        paragraph(claims, ALERTS_BEFORE if document.alerts else "", _ALERTS),
        paragraph(claims, "", _POSITION, " "),
        paragraph(claims, WHAT_COUNTED if document.contributions else "", _SUM),
        paragraph(claims, WHAT_DID_NOT if document.excluded else "", _EXCLUDED),
        paragraph(claims, WHAT_WOULD, _WOULD_CHANGE),
        paragraph(claims, "", _POLICY, "\n\n"),
    ]
    return "\n\n".join(part for part in parts if part)


ALERTS_BEFORE = "Alerts about this person until then:"
WHAT_COUNTED = "What counted:"
WHAT_DID_NOT = "What did not count:"
WHAT_WOULD = "What would have changed it, everybody else staying as they were:"
HEADINGS = (ALERTS_BEFORE, WHAT_COUNTED, WHAT_DID_NOT, WHAT_WOULD)
"""What stands in the text beside sentences."""


def _stood(one: Claim, where: str) -> str:
    return f"At {one['as_of']} {printable(one['offender_id'])} was {where} the list of board {one['board']}."


def _came(one: Claim, how: str) -> str:
    who = printable(one["offender_id"])
    return f"Alert {one['alert_id']}: at {one['as_of']} {who} {how} the list of board {one['board']}."


_STANDING: Sentences = {
    "in_band": lambda one: _stood(one, "on"),
    "not_in_band": lambda one: _stood(one, "not on"),
    "entered": lambda one: _came(one, "came onto"),
    "left": lambda one: _came(one, "left"),
    "not_sent": lambda _: "It was not sent: the service was still loading older reports.",
}


def _what_counts(one: Claim) -> str:
    less = ", the less the longer that was ago" if one["ages"] else ""
    return (
        "A score is a number of days: each crime counts the days that a table of harm gives for its code, or the part "
        f"of them that its status leaves, for {one['window_days']} days after it was {_ANCHORS[one['anchor']]}{less}."
    )


def _ties(one: Claim) -> str:
    return (
        f"Among equal scores the one with the crime that was {_ANCHORS[one['anchor']]} on the latest day comes first."
    )


_RULES: Sentences = {
    "who_comes_in": lambda one: (
        f"The {one['size']} people with the highest scores are on the list (also called the band)."
    ),
    "who_stays": lambda one: f"A person on it stays until they are below place {one['exit_rank']}.",
    "what_counts": _what_counts,
    "ties": _ties,
}


def _caused(one: Claim, what: str) -> str:
    sentence = what.format(crime=_name(one["offence_id"] or ""), who=printable(one["offender_id"]))
    return f"Why then: {sentence}{_at(one['source'])}."


def _before_and_after(one: Claim) -> str:
    return f"Right before: {_standing(one['before'])}; right after: {_standing(one['after'])}."


def _counterpart(one: Claim) -> str:
    moved = "left the list" if one["transition"] == "entered" else "came onto it"
    return f"In exchange {printable(one['offender_id'])} {moved} ({_standing(one)})."


_MOVED: Sentences = {
    "cause_offence": lambda one: _caused(one, "a report about crime {crime} came in"),
    "cause_amendment": lambda one: _caused(one, "a report about crime {crime} was corrected"),
    "cause_withdrawal": lambda one: _caused(one, "a report about crime {crime} was withdrawn"),
    "cause_expiry": lambda one: _caused(one, "crime {crime} counts less or nothing from then on: it is too long ago"),
    "cause_displacement": lambda one: _caused(one, "{who} (crime {crime}) came to stand before this person"),
    "cause_vacancy": lambda one: _caused(one, "{who} (crime {crime}) came to stand behind this person"),
    "cause_policy": lambda one: _caused(one, "other rules came into force, and everyone was reassessed"),
    "before_and_after": _before_and_after,
    "counterpart": _counterpart,
    "stay_ended": lambda one: f"That ended a stay on the list that had begun at {one['began']}.",
    "expected_exit": lambda one: f"If no other score changed, the stay would end at {one['at']}.",
}


def _alert(one: Claim) -> str:
    moved = "came onto the list" if one["transition"] == "entered" else "left the list"
    unsent = "" if one["sent"] else " (not sent: the service was still loading older reports)"
    return f"  - {one['alert_id']}: {moved} at {one['as_of']}{unsent}"


_ALERTS: Sentences = {"told": _alert}


def _cut(one: Claim) -> str:
    margin, size, last = one["margin_millidays"], one["size"], days_text(one["score_millidays"])
    where = "exactly that" if margin == 0 else f"{days_text(abs(margin))} days {'more' if margin > 0 else 'less'}"
    return f"Place {size}, up to which one comes onto the list, had {last} days: this person had {where}."


_POSITION: Sentences = {
    "position": lambda one: f"Score: {_standing(one)}.",
    "any_score_is_enough": lambda one: (
        f"Fewer than {one['size']} people have a score at all, so any score is enough to be on the list."
    ),
    "cut": _cut,
}


def _counted(one: Claim) -> str:
    title = f" ({printable(one['title'])}, line {one['index_line']} of the table)" if one["title"] else ""
    factors = [days_text(one["index_millidays"])]
    if one["status_percent"] != 100:
        factors.append(f"{one['status_percent']} % for status {printable(one['status'])}")
    if one["recency_percent"] != 100:
        factors.append(f"{one['recency_percent']} % for its age")
    product = "" if len(factors) == 1 else f" = {' x '.join(factors)}"
    days, crime, code = days_text(one["millidays"]), _name(one["offence_id"]), printable_code(one["code"])
    return (
        f"{days:>10} days{product}: crime {crime}, code {code}{title}, reported {one['reported_at']}, "
        f"counts so until {one['until']}{_at(one['source'])}"
    )


def _total(one: Claim) -> str:
    crimes = "" if one["crimes"] == 1 else f", {one['crimes']} crimes"
    return f"{days_text(one['score_millidays']):>10} days together{crimes}"


_SUM: Sentences = {"counted": _counted, "total": _total, "nothing_counted": lambda _: "Nothing counted."}


def _not_counted(one: Claim) -> str:
    what = "A record" if one["offence_id"] is None else f"Crime {_name(one['offence_id'])}"
    revision = "" if one["revision"] is None else f", revision {one['revision']}"
    refused = "it was refused, " if one["rule"] == "refused" else ""
    return f"  - {what}{revision}{_at(one['source'])}: {refused}{printable(one['detail'])}."


_EXCLUDED: Sentences = {
    "not_counted": _not_counted,
    "nothing_left_out": lambda _: "Nothing that was known was left out.",
}


def _first_outside(one: Claim) -> str:
    lead = one["lead_millidays"]
    than = "as many days" if lead == 0 else f"{days_text(abs(lead))} days {'less' if lead > 0 else 'more'}"
    return f"  - The first person who is not on the list (place {one['rank']}) had {than}."


def _without(one: Claim) -> str:
    where = "on the list" if one["in_band"] else "off the list"
    return f"  - Without crime {_name(one['offence_id'])}: {_standing(one)}, {where}."


_WOULD_CHANGE: Sentences = {
    "needed": lambda one: (
        f"  - A crime of {days_text(one['millidays'])} days or more, committed and reported at that moment, "
        "would have brought this person onto the list."
    ),
    "first_outside": _first_outside,
    "without": _without,
    "no_single_crime": lambda _: (
        "  - Taking away any single crime would not have changed that this person is on the list."
    ),
}


_POLICY: Sentences = {
    "policy": lambda one: (
        f"The rules are those of policy {one['id']}, version {one['version']}, owned by: {one['owner']} "
        f"(fingerprint {one['digest']})."
    ),
    "titles_unknown": lambda _: "What the codes mean stands in the table of that policy, which is not at hand here.",
}

SENTENCES: Sentences = {
    **_STANDING, **_RULES, **_MOVED, **_ALERTS, **_POSITION, **_SUM, **_EXCLUDED, **_WOULD_CHANGE, **_POLICY
}  # fmt: skip


def _name(text: str) -> str:
    return printable(text) or "(none)"


def _standing(one: Claim) -> str:
    rank = one["rank"]
    place = "no place, as nothing counts" if rank is None else f"place {rank}"
    return f"{days_text(one['score_millidays'])} days, {place}"


def _at(source: Claim | None) -> str:
    if source is None:
        return ""
    return f" [record {source['topic']}, partition {source['partition']}, offset {source['offset']}]"

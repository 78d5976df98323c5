"""An explanation in plain sentences, for somebody who has never seen the service."""

from typing import Any

from cli.output import printable, printable_code
from models.alert import days_text

_CAUSES = {
    "offence": "a report about crime {crime} came in",
    "amendment": "a report about crime {crime} was corrected",
    "withdrawal": "a report about crime {crime} was withdrawn",
    "expiry": "crime {crime} stopped counting, or counts less from then on: it is too long ago",
    "displacement": "the score of {who} changed (crime {crime}), and that moved {who} ahead",
    "policy": "other rules came into force, and everybody was assessed anew",
    "vacancy": "the score of {who} changed (crime {crime}), and that freed a place",
}
_ANCHORS = {"reported_at": "first reported", "occurred_at": "committed"}


def explanation_in_words(document: dict[str, Any]) -> str:
    """What happened, what counted, what did not, and what would have to change."""
    parts = [_headline(document), _ground_rules(document["policy"])]
    if document["alert"]:
        parts.append(_what_happened(document, document["alert"]))
    parts += [_position(document), _sum(document), _excluded(document["excluded"]), _would_change(document)]
    policy = document["policy"]
    parts.append(
        f"The rules are those of policy {policy['id']}, version {policy['version']}, owned by: {policy['owner']} "
        f"(fingerprint {policy['digest']})."
    )
    if not policy["titles_known"]:
        parts.append("What the codes mean stands in the table of that policy, which is not at hand here.")
    return "\n\n".join(parts)


def _headline(document: dict[str, Any]) -> str:
    who, alert = printable(document["offender_id"]), document["alert"]
    if alert is None:
        place = "on" if document["in_band"] else "not on"
        return f"At {document['as_of']} {who} was {place} the list of board {document['board']}."
    moved = "came onto" if alert["transition"] == "entered" else "left"
    text = f"Alert {alert['alert_id']}: at {document['as_of']} {who} {moved} the list of board {document['board']}."
    return text if alert["sent"] else f"{text} It was not sent: the service was still loading older reports."


def _ground_rules(policy: dict[str, Any]) -> str:
    stay = "" if policy["exit_rank"] == policy["size"] else (
        f" Whoever is on it stays until they are below place {policy['exit_rank']}."
    )  # fmt: skip
    return (
        f"The list (also called the band) holds the {policy['size']} people with the highest scores.{stay} A score is "
        "a number of days: each crime counts the days that a table of harm gives for its code, for "
        f"{policy['window_days']} days after it was {_ANCHORS[policy['anchor']]}. Among equal scores the one with the "
        "latest crime comes first."
    )


def _what_happened(document: dict[str, Any], alert: dict[str, Any]) -> str:
    cause, before = alert["cause"], alert["previous"]
    told = _CAUSES[cause["kind"]].format(crime=_name(cause["offence_id"] or ""), who=printable(cause["offender_id"]))
    lines = [f"Why then: {told}{_at(cause['source'])}."]
    lines.append(
        f"Right before, the score was {days_text(before['score_millidays'])} days ({_place(before['rank'])}); "
        f"right after, {days_text(document['score_millidays'])} days ({_place(document['rank'])})."
    )
    other = alert["counterpart"]
    if other:
        moved = "left the list" if alert["transition"] == "entered" else "came onto it"
        days = days_text(other["score_millidays"])
        lines.append(f"In exchange {printable(other['offender_id'])} {moved} ({days} days, {_place(other['rank'])}).")
    if alert["in_band_from"]:
        lines.append(f"That ended a stay on the list that had begun at {alert['in_band_from']}.")
    if alert["expected_exit_at"]:
        lines.append(f"If nobody's score changed but this one, the stay would end at {alert['expected_exit_at']}.")
    return "\n".join(lines)


def _position(document: dict[str, Any]) -> str:
    cut, size = document["cut"], document["policy"]["size"]
    text = f"Score: {days_text(document['score_millidays'])} days, {_place(document['rank'])}."
    if cut["score_millidays"] is None:
        return f"{text} Fewer than {size} people have a score at all, so any score is enough."
    margin = cut["margin_millidays"]
    where = "exactly that" if margin == 0 else f"{days_text(abs(margin))} days {'more' if margin > 0 else 'less'}"
    last = days_text(cut["score_millidays"])
    return f"{text} Place {size}, the last on the list, had {last} days: this person had {where}."


def _sum(document: dict[str, Any]) -> str:
    lines = [_line(item) for item in document["contributions"]]
    if not lines:
        return "Nothing counted."
    total = days_text(document["score_millidays"])
    crimes = "1 crime" if len(lines) == 1 else f"{len(lines)} crimes"
    return "\n".join([f"What counted, {crimes}:", *lines, f"{total:>10} days together"])


def _line(item: dict[str, Any]) -> str:
    title = f" ({printable(item['title'])}, line {item['index_line']} of the table)" if item["title"] else ""
    factors = [days_text(item["index_millidays"])]
    if item["status_percent"] != 100:
        factors.append(f"{item['status_percent']} % for status {printable(item['status'])}")
    if item["recency_percent"] != 100:
        factors.append(f"{item['recency_percent']} % for its age")
    product = "" if len(factors) == 1 else f" = {' x '.join(factors)}"
    days, crime, code = days_text(item["millidays"]), _name(item["offence_id"]), printable_code(item["code"])
    return (
        f"{days:>10} days{product}: crime {crime}, code {code}{title}, reported {item['reported_at']}, "
        f"counts until {item['until']}{_at(item['source'])}"
    )


def _excluded(lines: list[dict[str, Any]]) -> str:
    if not lines:
        return "Nothing that was known was left out."
    told = [
        f"  - {'A record' if line['offence_id'] is None else 'Crime ' + _name(line['offence_id'])}"
        f"{'' if line['revision'] is None else ', revision ' + str(line['revision'])}{_at(line['source'])}: "
        f"{'it cannot be read as a report, ' if line['rule'] == 'refused' else ''}{printable(line['detail'])}."
        for line in lines
    ]
    return "\n".join(["What did not count:", *told])


def _would_change(document: dict[str, Any]) -> str:
    change = document["would_change"]
    lines = []
    if change["needed_millidays"] is not None:
        days = days_text(change["needed_millidays"])
        lines.append(f"  - A newly reported crime of {days} days or more would have brought this person onto the list.")
    if change["lead_millidays"] is not None:
        days = days_text(change["lead_millidays"])
        lines.append(f"  - The first person who is not on the list had {days} days less.")
    for case in change["without"]:
        if case["in_band"] != document["in_band"]:
            days, place = days_text(case["score_millidays"]), _place(case["rank"])
            off = "off the list" if document["in_band"] else "on the list"
            lines.append(f"  - Without crime {_name(case['offence_id'])}: {days} days, {place}, {off}.")
    if document["in_band"] and len(lines) < 2:
        lines.append("  - Taking away any single crime would not have changed that this person is on the list.")
    return "\n".join(["What would have changed it, everybody else staying as they were:", *lines])


def _name(text: str) -> str:
    return printable(text) or "(none)"


def _place(rank: int | None) -> str:
    return "no place, as nothing counts" if rank is None else f"place {rank}"


def _at(source: dict[str, Any] | None) -> str:
    if source is None:
        return ""
    return f" [record {source['topic']}, partition {source['partition']}, offset {source['offset']}]"

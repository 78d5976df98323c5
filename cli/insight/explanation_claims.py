"""What an explanation claims: every figure that its sentences hold, and nothing that brute force could not try."""

from collections.abc import Iterator, Sequence
from typing import Any

from cli.claims import Claim, claim

_Document = dict[str, Any]  # Any: the document of `harmwatch explain`


def explanation_claims(document: _Document) -> list[Claim]:
    """The claims of a document, in the order in which they are told."""
    return [
        *_standing(document), *_rules(document["policy"]), *_moved(document), *_position(document),
        *_sum(document), *_excluded(document["excluded"]), *_would_change(document), *_policy(document["policy"]),
    ]  # fmt: skip


def _standing(document: _Document) -> Iterator[Claim]:
    alert = document["alert"]
    who = {name: document[name] for name in ("offender_id", "as_of", "board")}
    if alert is None:
        yield claim("in_band" if document["in_band"] else "not_in_band", who)
        return
    yield claim(alert["transition"], who, alert_id=alert["alert_id"])
    if not alert["sent"]:
        yield claim("not_sent")


def _rules(policy: _Document) -> Iterator[Claim]:
    yield claim("who_comes_in", size=policy["size"])
    if policy["exit_rank"] != policy["size"]:
        yield claim("who_stays", exit_rank=policy["exit_rank"])
    yield claim("what_counts", {name: policy[name] for name in ("window_days", "anchor", "ages")})
    yield claim("ties", anchor=policy["anchor"])


def _moved(document: _Document) -> Iterator[Claim]:
    alert = document["alert"]
    if alert is None:
        return
    moved = {"transition": alert["transition"], "offender_id": document["offender_id"]}
    yield claim(f"cause_{alert['cause']['kind']}", alert["cause"], moved=document["offender_id"])
    after = {name: document[name] for name in ("rank", "score_millidays")}
    yield claim("before_and_after", before=alert["previous"], after=after)
    if alert["counterpart"] is not None:
        yield claim("counterpart", alert["counterpart"], transition=alert["transition"])
    if alert["in_band_from"] is not None:
        yield claim("stay_ended", moved, began=alert["in_band_from"])
    if alert["expected_exit_at"] is not None:
        yield claim("expected_exit", moved, at=alert["expected_exit_at"])


def _position(document: _Document) -> Iterator[Claim]:
    yield claim("position", {name: document[name] for name in ("rank", "score_millidays")})
    size, cut = document["policy"]["size"], document["cut"]
    if cut["score_millidays"] is None:
        yield claim("any_score_is_enough", size=size)
    else:
        yield claim("cut", cut, size=size)


def _sum(document: _Document) -> Iterator[Claim]:
    lines = document["contributions"]
    for line in lines:
        yield claim("counted", line)
    if lines:
        yield claim("total", crimes=len(lines), score_millidays=document["score_millidays"])
    else:
        yield claim("nothing_counted")


def _excluded(lines: Sequence[_Document]) -> Iterator[Claim]:
    for line in lines:
        yield claim("not_counted", line)
    if not lines:
        yield claim("nothing_left_out")


def _would_change(document: _Document) -> Iterator[Claim]:
    change, in_band = document["would_change"], document["in_band"]
    if change["needed_millidays"] is not None:
        yield claim("needed", millidays=change["needed_millidays"])
    if change["first_outside"] is not None:
        yield claim("first_outside", change["first_outside"], lead_millidays=change["lead_millidays"])
    decisive = [case for case in change["without"] if case["in_band"] != in_band]
    for case in decisive:
        yield claim("without", case)
    if in_band and not decisive:
        yield claim("no_single_crime")


def _policy(policy: _Document) -> Iterator[Claim]:
    yield claim("policy", {name: policy[name] for name in ("id", "version", "owner", "digest")})
    if not policy["titles_known"]:
        yield claim("titles_unknown")

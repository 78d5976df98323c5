"""A comparison that an owner signs says what is true and nothing besides."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from pydantic import JsonValue

from audit.backtest.backtest import Backtests, try_policies
from audit.backtest.policy_difference import differing_codes, differing_keys
from cli.policy import comparison_words as words
from cli.policy.comparison import comparison_document
from cli.policy.comparison_document import ComparisonDocument
from cli.policy.comparison_page import comparison_page
from cli.policy.policy_value import value_text
from cli.written_page import paper_html
from models.instants import Micros, parse_instant
from models.policy import Policy
from policies.index_titles import read_titles
from policies.policy_file import index_path, load_policy
from tests.audit.brute import Rules
from tests.audit.drawn import AppliedEntry, histories, policy_of, rules
from tests.audit.insight import test_claims_of_what_next as what_next
from tests.audit.test_case_file import LONDON, PROVENANCE, Claim, read
from tests.audit.test_policy_tools import a_trial_of_two
from tests.cli.answers.answer import AT, GOLDEN

GROUPS = {"p0": "x", "p1": "y"}
LABELS = {
    "Comparison of two policies", "Holds personal data", "Board", "From", "To", "How it was done", "The two policies",
    "What the desk would get", "Groups", "People whom the policies treat otherwise", "Decision",
    "What this comparison does not say", "Signature", "Date", "Appendix", "Fingerprints", "Program",
    "harmwatch 0.1.0, build 0123456789ab",
    "Owner of A", "Owner of B", "Policy A", "Policy B", "Alerts under A, by day (UTC)", "Alerts under B, by day (UTC)",
    "I have read this. Policy A is to be in force: yes / no", "I have read this. Policy B is to be in force: yes / no",
    *words.DIFFERS_HEAD, *words.GROUP_HEAD, *words.MOVER_HEAD,
}  # fmt: skip
ROWS: dict[str, Callable[[Claim], tuple[tuple[str, ...], ...]]] = {
    "differs": words.differs_row,
    "group": words.group_row,
    "mover": words.mover_row,
}


def said(one: Claim) -> Iterator[str]:
    if one["claim"] in ROWS:
        yield from (line for cell in ROWS[one["claim"]](one) for line in cell)
    else:
        yield words.say(one, LONDON)


def facts(document: ComparisonDocument) -> Iterator[str]:
    """Beside sentences: names, fingerprints, and the texts of the figures."""
    yield from (document.board, *(LONDON.text(parse_instant(text)) for text in (document.start, document.end)))
    a, b = document.a, document.b
    yield f"{a.id} {a.version} against {b.id} {b.version}"
    for side, policy in (("A", a), ("B", b)):
        yield from (policy.owner, policy.digest, f"Owner of {side}: {policy.owner}")
    days, movers = document.alerts_per_day, document.movers[:12]
    yield from ("0", f"{max([1, document.capacity or 0, *(max(day.a, day.b) for day in days)]):g}")
    yield from (days[0].day, days[-1].day)
    yield f"Days on the list: above under A, below under B, for the {len(movers)} most moved"
    for one in movers:
        yield from (one.offender_id, *(f"{side.days_in_band:,} days" for side in (one.a, one.b)))


def checks(by: what_next.Compared, policies: tuple[Policy, Policy]) -> dict[str, Callable[[Claim], bool]]:
    """How each claim of the page is tried."""
    keys = [(one.name, one.a, one.b) for one in differing_keys(*policies)]
    groups = {name: {who for who in by.people if by.groups.get(who, "(not in the table)") == name} for name in "xy"}
    return {
        **{name: lambda one, check=check: check(one, by) for name, check in what_next.CHECKS.items()},  # type: ignore[misc]
        "question": lambda one: one["text"] == "What then?",
        "method": lambda one: [parse_instant(one[name]) for name in ("from", "to")] == [by.start, by.end],
        "differs": lambda one: (one["name"], one["a"], one["b"]) in keys,
        "codes_differ": lambda one: one["codes"] == len(differing_codes(*policies)),
        "groups": lambda _: True,
        "small_groups": lambda one: (
            set(groups) <= set(one["groups"]) and all(len(mine) < 10 for mine in groups.values())
        ),
        "limits": lambda _: True,
        "made": lambda one: one["by"] == "A. Analyst",
    }


@settings(max_examples=40)
@given(told=histories(), a=rules(), b=rules(more=True))
def test_every_claim_of_the_page_is_true_and_nothing_else_is_said(told: AppliedEntry, a: Rules, b: Rules) -> None:
    first = min((one["recorded_at"] for one in told.reports if a.knows(one) or b.knows(one)), default=told.now)
    assume(first < told.now)
    policies = policy_of(a), policy_of(b, "2")
    document = comparison_document(try_policies(told.written.open_reader, policies, Micros(first), None), GROUPS, 1)
    by = what_next.Compared(told, {"a": a, "b": b}, first, told.now, GROUPS)
    left, tries = Counter(read(page_of(document)).texts), checks(by, policies)
    for one in words.comparison_page_claims(document, PROVENANCE, "What then?"):
        assert tries[one["claim"]](one), one
        of_it = Counter(said(one))
        assert not of_it - left, one
        left -= of_it
    assert set(left) <= LABELS | set(facts(document))


def page_of(document: ComparisonDocument) -> str:
    return paper_html(comparison_page(document, PROVENANCE, "What then?"))


def test_every_sentence_of_the_page_has_its_check() -> None:
    by = what_next.Compared.__new__(what_next.Compared)
    by.people, by.groups = set(), {}
    policy = load_policy(GOLDEN.policy)
    assert words.SENTENCES.keys() | ROWS.keys() == checks(by, (policy, policy)).keys() - {"more_movers"}


def golden_comparison() -> ComparisonDocument:
    ours = load_policy(GOLDEN.policy)
    theirs = replace(ours, version="2026.2", status={**ours.status, "cancelled": 100, "reported": 50})
    backtests = try_policies(GOLDEN.open_reader, [ours, theirs], parse_instant(AT), None)
    return comparison_document(backtests, None, 3, read_titles(index_path(GOLDEN.policy)))


def test_the_page_names_crimes_by_title_and_is_signed_by_both_owners() -> None:
    texts = read(page_of(golden_comparison())).texts
    assert any(text.startswith("Rape, female 16 or over: ") for text in texts)
    assert texts.count("Signature") == 2
    assert "Alerts under A, by week (UTC)" in texts


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("recency", [{"until_days": 90, "percent": 100}, {"until_days": 182, "percent": 50}],
         "100 % until day 90, 50 % until day 182"),
        ("scope.codes", [], "all"),
        ("scope.victim_sex", ["female", "unknown"], "female, unknown"),
        ("band.size", 50, "50"),
        ("status.cautioned", None, "not there"),
    ],
)  # fmt: skip
def test_a_value_of_a_policy_is_written_in_words(name: str, value: JsonValue, text: str) -> None:
    assert value_text(name, value, "not there") == text


def test_owners_sign_before_the_list_of_people_which_may_be_long() -> None:
    texts = read(page_of(golden_comparison())).texts
    assert texts.index("Decision") < texts.index("People whom the policies treat otherwise")


def test_the_page_opens_offline_and_shows_ids_as_text() -> None:
    page = page_of(comparison_document(a_trial_of_two(), {"heavy": "x"}, 3))
    assert page.count("<svg") == 3
    assert "&lt;b&gt;" in page
    for word in ("<b>", "://", "<script", "src=", "href=", "@import", "url("):
        assert word not in page


@pytest.mark.parametrize("window_days", [1, 20, 69, 70, 200])
def test_the_bars_of_both_policies_add_up_to_their_alerts_on_one_scale(window_days: int) -> None:
    one = a_trial_of_two()
    document = comparison_document(
        Backtests("v100", one.start, one.start + window_days * 86_400_000_000, one.backtests), None, None
    )
    (section,) = (
        each for each in comparison_page(document, PROVENANCE, None).sections if each.figures and not each.table
    )
    sums = [sum(figure.values) for figure in section.figures]  # type: ignore[union-attr]
    assert sums == [document.a.alerts, document.b.alerts]
    assert len({figure.top for figure in section.figures}) == 1  # type: ignore[union-attr]

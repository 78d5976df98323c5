"""What policy compare answers about the past, with groups and a capacity and without."""

from dataclasses import replace
from functools import partial

from audit.backtest.backtest import try_policies
from cli.policy.compared import render_comparison
from cli.policy.comparison import comparison_document
from models.instants import parse_instant
from models.policy import Recency
from policies.policy_file import load_policy
from tests.cli.answers.answer import AT, GOLDEN, Answer, Answers, answer

GROUPS = {f"s{number:011d}": "east" if number % 2 else "west" for number in range(400)}


def compared(groups: dict[str, str] | None, capacity: int | None) -> Answer:
    ours = load_policy(GOLDEN.policy)
    status = {**ours.status, "cancelled": 100}
    theirs = replace(ours, version="2026.2", window_days=180, recency=(Recency(180, 100),), status=status)
    backtests = try_policies(GOLDEN.open_reader, [ours, theirs], parse_instant(AT), None)
    return answer(comparison_document(backtests, groups, capacity), render_comparison)


ANSWERS: Answers = {
    "compare": partial(compared, GROUPS, 3),
    "compare_plain": partial(compared, None, None),
}

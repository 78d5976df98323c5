"""A policy in words, for those who stand under it."""

from collections.abc import Iterator
from typing import NamedTuple

from models.policy import Anchor, Policy
from sight.printable import printable

_SINCE = {Anchor.REPORTED_AT: "the report", Anchor.OCCURRED_AT: "the offence"}


class Fact(NamedTuple):
    """A question and its answer; None: nobody has given it."""

    name: str
    text: str | None


def policy_facts(policy: Policy, in_force: str) -> Iterator[Fact]:
    """`in_force`: the digest that the board names; empty while it names none."""
    yield Fact("Policy", printable(f"{policy.id} {policy.version}"))
    yield Fact("Owner", printable(policy.owner))
    yield Fact("Digest", policy.digest)
    if in_force not in {"", policy.digest}:
        yield Fact("In force", f"another policy, {printable(in_force)}: this console was given the one described here")
    yield Fact("Window", window_words(policy))
    yield Fact("Victims", ", ".join(sorted(sex.value for sex in policy.victim_sex)))
    codes = f"all {len(policy.index):,} codes of the index" if not policy.codes else f"{len(policy.codes):,} codes"
    yield Fact("Offences", codes)
    yield Fact("Statuses", status_words(policy))
    yield Fact("List", f"the first {policy.band_size:,}; who is on it stays until rank {policy.exit_rank:,}")


def window_words(policy: Policy) -> str:
    """How long an offence counts, and with how much of its weight."""
    words = f"{policy.window_days:,} days from {_SINCE[policy.anchor]} on"
    if [step.percent for step in policy.recency] == [100]:
        return words
    steps = (f"{step.percent} % until day {step.until_days:,}" for step in policy.recency)
    return f"{words}: {', '.join(steps)}"


def status_words(policy: Policy) -> str:
    """How much of a weight counts of an offence in which status."""
    return ", ".join(f"{printable(name).replace('_', ' ')} {percent} %" for name, percent in policy.status.items())

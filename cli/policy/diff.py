"""`harmwatch policy diff`: in what two policies differ."""

from pathlib import Path

import click
from pydantic import JsonValue

from audit.backtest.policy_difference import ChangedValue, differing_codes, differing_keys
from cli.output import json_option, show
from cli.paths import FILE
from cli.policy.policies import OwnedPolicy, policy_name
from cli.policy.policy_value import value_text
from models.alert import days_text
from policies.policy_file import load_policy
from sight.document import Document
from sight.printable import printable_code


class ChangedKey(Document):
    """A key with its two values; null where one policy has none."""

    name: str
    a: JsonValue
    b: JsonValue


class ChangedCode(Document):
    """A code of the index with its two weights in millidays; null where one index has none."""

    name: str
    a: int | None
    b: int | None


class PolicyDifference(Document):
    """In what two policies differ; `same`: in nothing."""

    a: OwnedPolicy
    b: OwnedPolicy
    same: bool
    keys: tuple[ChangedKey, ...]
    index_millidays: tuple[ChangedCode, ...]


DOCUMENT = PolicyDifference


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@json_option
def command(a: Path, b: Path, as_json: bool) -> None:
    """Says in what two policies differ, index included."""
    show(policy_difference(a, b), as_json, render_difference)


def policy_difference(a: Path, b: Path) -> PolicyDifference:
    """In what two policy files differ. Raises WrongUse."""
    first, second = load_policy(a), load_policy(b)
    return PolicyDifference(
        a=OwnedPolicy.of(first),
        b=OwnedPolicy.of(second),
        same=first.digest == second.digest,
        keys=tuple(ChangedKey(name=one.name, a=one.a, b=one.b) for one in differing_keys(first, second)),
        index_millidays=tuple(map(_changed_code, differing_codes(first, second))),
    )


def render_difference(document: PolicyDifference) -> str:
    """One line for each difference."""
    a, b = (policy_name(policy.id, policy.version) for policy in (document.a, document.b))
    if document.same:
        return f"{a} and {b} are the same policy, digest {document.a.digest}"
    lines = [f"from {a} to {b}:"]
    lines += [
        f"  {one.name}: {value_text(one.name, one.a, 'none')} -> {value_text(one.name, one.b, 'none')}"
        for one in document.keys
    ]
    lines += [
        f"  code {printable_code(one.name)}: {_days(one.a)} -> {_days(one.b)}" for one in document.index_millidays
    ]
    return "\n".join(lines)


def _changed_code(one: ChangedValue) -> ChangedCode:
    return ChangedCode(name=one.name, a=one.a, b=one.b)


def _days(millidays: int | None) -> str:
    return "none" if millidays is None else f"{days_text(millidays)} days"

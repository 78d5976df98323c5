"""`harmwatch policy diff`: in what two policies differ."""

from pathlib import Path
from typing import Any

import click

from audit.backtest.policy_difference import Changed, differing_codes, differing_keys
from cli.output import json_option, printable, printable_code, show_untyped
from cli.paths import FILE
from cli.policy.policies import OwnedPolicy, policy_name
from models.alert import days_text
from policies.policy_file import load_policy


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@json_option
def command(a: Path, b: Path, as_json: bool) -> None:
    """Says in what two policies differ, index included."""
    show_untyped(policy_difference(a, b), as_json, render_difference)


def policy_difference(a: Path, b: Path) -> dict[str, Any]:
    """In what two policy files differ. Raises WrongUse."""
    first, second = load_policy(a), load_policy(b)
    return {
        "a": OwnedPolicy.of(first).model_dump(),
        "b": OwnedPolicy.of(second).model_dump(),
        "same": first.digest == second.digest,
        "keys": [_changed(one) for one in differing_keys(first, second)],
        "index_millidays": [_changed(one) for one in differing_codes(first, second)],
    }


def render_difference(document: dict[str, Any]) -> str:
    """One line for each difference."""
    a, b = (policy_name(document[side]["id"], document[side]["version"]) for side in "ab")
    if document["same"]:
        return f"{a} and {b} are the same policy, digest {document['a']['digest']}"
    lines = [f"from {a} to {b}:"]
    lines += [f"  {one['name']}: {_text(one['a'])} -> {_text(one['b'])}" for one in document["keys"]]
    lines += [
        f"  code {printable_code(one['name'])}: {_days(one['a'])} -> {_days(one['b'])}"
        for one in document["index_millidays"]
    ]
    return "\n".join(lines)


def _changed(one: Changed) -> dict[str, Any]:
    return {"name": one.name, "a": one.a, "b": one.b}


def _text(value: object) -> str:
    return "none" if value is None else printable(str(value))


def _days(millidays: int | None) -> str:
    return "none" if millidays is None else f"{days_text(millidays)} days"

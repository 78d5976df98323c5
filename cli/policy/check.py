"""`harmwatch policy check`: what a policy says."""

from pathlib import Path
from typing import Any

import click

from cli.output import json_option, printable, show_untyped
from cli.paths import FILE
from cli.policy.policies import OwnedPolicy, policy_name
from policies.policy_file import load_policy


@click.command()
@click.argument("file", type=FILE)
@json_option
def command(file: Path, as_json: bool) -> None:
    """Says whether a policy is valid, with every fault."""
    show_untyped(checked_policy(file), as_json, render_check)


def checked_policy(file: Path) -> dict[str, Any]:
    """What a policy file says. Raises WrongUse that lists every fault."""
    policy = load_policy(file)
    says = {key: value for key, value in policy.document().items() if key not in {"id", "version", "owner", "index"}}
    return {"ok": True, "file": str(file), **OwnedPolicy.of(policy).model_dump(), **says, "codes": len(policy.index)}


def render_check(document: dict[str, Any]) -> str:
    """A few lines on what the policy does."""
    window, band, recency, scope = (document[key] for key in ("window", "band", "recency", "scope"))
    steps = ", ".join(f"{step['percent']} % until day {step['until_days']}" for step in recency)
    status = ", ".join(f"{printable(name)} {percent} %" for name, percent in document["status"].items())
    return "\n".join(
        [
            f"{document['file']} is a valid policy: {policy_name(document['id'], document['version'])}",
            f"owner: {printable(document['owner'])}",
            f"window: {window['days']} days from {window['anchor']}; {steps}",
            f"scope: victims {', '.join(scope['victim_sex'])}; {len(scope['codes']) or 'all'} codes",
            f"status: {status}",
            f"band: the first {band['size']}, until rank {band['exit_rank']}",
            f"index: {document['codes']} codes",
            f"digest: {document['digest']}",
        ]
    )

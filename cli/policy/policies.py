"""`harmwatch policy check` and `policy diff`: what a policy says, and in what two of them differ."""

from pathlib import Path
from typing import Any

from audit.backtest.policy_difference import Changed, differing_codes, differing_keys
from cli.output import printable, printable_code
from models.alert import days_text
from models.policy import Policy
from policies.policy_file import load_policy


def policy_document(policy: Policy) -> dict[str, Any]:
    """Which policy it is."""
    return {"id": policy.id, "version": policy.version, "owner": policy.owner, "digest": policy.digest}


def checked_policy(file: Path) -> dict[str, Any]:
    """What a policy file says. Raises WrongUse that lists every fault."""
    policy = load_policy(file)
    says = {key: value for key, value in policy.document().items() if key not in {"id", "version", "owner", "index"}}
    return {"ok": True, "file": str(file), **policy_document(policy), **says, "codes": len(policy.index)}


def policy_difference(a: Path, b: Path) -> dict[str, Any]:
    """In what two policy files differ. Raises WrongUse."""
    first, second = load_policy(a), load_policy(b)
    return {
        "a": policy_document(first),
        "b": policy_document(second),
        "same": first.digest == second.digest,
        "keys": [_changed(one) for one in differing_keys(first, second)],
        "index_millidays": [_changed(one) for one in differing_codes(first, second)],
    }


def policy_name(document: dict[str, Any]) -> str:
    """Id and version for people."""
    return f"{printable(document['id'])} {printable(document['version'])}"


def render_check(document: dict[str, Any]) -> str:
    """A few lines on what the policy does."""
    window, band, recency, scope = (document[key] for key in ("window", "band", "recency", "scope"))
    steps = ", ".join(f"{step['percent']} % until day {step['until_days']}" for step in recency)
    status = ", ".join(f"{printable(name)} {percent} %" for name, percent in document["status"].items())
    return "\n".join(
        [
            f"{document['file']} is a valid policy: {policy_name(document)}",
            f"owner: {printable(document['owner'])}",
            f"window: {window['days']} days from {window['anchor']}; {steps}",
            f"scope: victims {', '.join(scope['victim_sex'])}; {len(scope['codes']) or 'all'} codes",
            f"status: {status}",
            f"band: the first {band['size']}, until rank {band['exit_rank']}",
            f"index: {document['codes']} codes",
            f"digest: {document['digest']}",
        ]
    )


def render_difference(document: dict[str, Any]) -> str:
    """One line for each difference."""
    a, b = (policy_name(document[side]) for side in "ab")
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

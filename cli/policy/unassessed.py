"""Offences that the policy of their time could not assess: they count nothing until one that can, and are counted."""

from collections.abc import Sequence
from typing import Any

from cli.policy.policies import policy_name
from models.policy import Policy


def name_of(policy: Policy) -> dict[str, str]:
    """Which policy it is."""
    return {"id": policy.id, "version": policy.version, "digest": policy.digest}


def unassessed_document(found: Sequence[tuple[Policy, int]]) -> list[dict[str, Any]]:
    """How many offences each policy could not assess."""
    return [{"policy": name_of(policy), "offences": offences} for policy, offences in found]


def render_unassessed(one: dict[str, Any]) -> str:
    """How many, and under which policy."""
    offences = f"{one['offences']} offence{'' if one['offences'] == 1 else 's'}"
    return f"{offences} could not be assessed under {policy_name(one['policy'])}"

"""Offences that the policy of their time could not assess: they count nothing until one that can, and are counted."""

from collections.abc import Sequence

from cli.policy.policies import PolicyName, policy_name
from models.policy import Policy
from sight.document import Document


class UnassessedCount(Document):
    """How many offences a policy could not assess."""

    policy: PolicyName
    offences: int


def unassessed_of(found: Sequence[tuple[Policy, int]]) -> tuple[UnassessedCount, ...]:
    """Policy by policy."""
    return tuple(UnassessedCount(policy=PolicyName.of(policy), offences=offences) for policy, offences in found)


def render_unassessed(policy: PolicyName, offences: int) -> str:
    """How many, and under which policy."""
    found = f"{offences} offence{'' if offences == 1 else 's'}"
    return f"{found} could not be assessed under {policy_name(policy.id, policy.version)}"

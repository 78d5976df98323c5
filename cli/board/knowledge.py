"""By which knowledge a moment of the past is seen, where it is not that of the moment itself."""

from audit.history.membership_errors import Hindsight
from cli.policy.policies import PolicyName, policy_name
from cli.policy.unassessed import UnassessedCount, render_unassessed, unassessed_of
from models.instants import format_instant
from sight.document import Document


class Knowledge(Document):
    """What was known at `known_at`, under the policy that was in force at the moment itself."""

    known_at: str
    policy: PolicyName
    unassessed: tuple[UnassessedCount, ...]


def knowledge_of(hindsight: Hindsight) -> Knowledge:
    """The knowledge by which a moment is looked back on."""
    return Knowledge(
        known_at=format_instant(hindsight.known_at),
        policy=PolicyName.of(hindsight.policy),
        unassessed=unassessed_of(hindsight.corrected.unassessed),
    )


def render_knowledge(document: Document) -> str:
    """Another line, or nothing for a document of the moment's own knowledge."""
    if not isinstance(document, Knowledge):
        return ""
    policy = policy_name(document.policy.id, document.policy.version)
    under = f"\nby what was known at {document.known_at}, under policy {policy}"
    return "\n".join([under, *(render_unassessed(one.policy, one.offences) for one in document.unassessed)])


def render_since(known_since: str | None) -> str:
    """Since when it is known; nothing where that is left out."""
    return f"; known since {known_since}" if known_since else ""

"""Which policy it is: as a document, and in words."""

from typing import Any

from cli.output import printable
from models.policy import Policy


def policy_document(policy: Policy) -> dict[str, Any]:
    """Which policy it is."""
    return {"id": policy.id, "version": policy.version, "owner": policy.owner, "digest": policy.digest}


def policy_name(document: dict[str, Any]) -> str:
    """Id and version for people."""
    return f"{printable(document['id'])} {printable(document['version'])}"

"""Which policy it is: as a document, and in words."""

from typing import Self

from models.policy import Policy
from sight.document import Document
from sight.printable import printable


class PolicyName(Document):
    """A policy where it is named beside something else."""

    id: str
    version: str
    digest: str

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """The name of a policy."""
        return cls(id=policy.id, version=policy.version, digest=policy.digest)


class OwnedPolicy(Document):
    """A policy, and who answers for it."""

    id: str
    version: str
    owner: str
    digest: str

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """The name of a policy, with its owner."""
        return cls(id=policy.id, version=policy.version, owner=policy.owner, digest=policy.digest)


def policy_name(id_: str, version: str) -> str:
    """Id and version for people."""
    return f"{printable(id_)} {printable(version)}"

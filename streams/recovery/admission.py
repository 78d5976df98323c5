"""Which installation may work on a board: the one that founded it, under the policy in force."""

import json

from broker.clients import PartitionReader
from broker.engine_number import look_at_engine
from broker.tail import first_entry, last_entry
from models.errors import PreconditionFailed
from models.journal.entry import JournalEntry
from runtime.installation import Installation
from state.board_settings import other_settings


def refuse_other_founding(installation: Installation, founding: str) -> None:
    """Raises PreconditionFailed where the founding document of a board binds it otherwise."""
    differences = installation.differences(founding)
    if differences:
        raise PreconditionFailed(
            "this installation is not the one that founded the board: " + "; ".join(differences)
            + ". Use the settings it was founded with, or another HARMWATCH_PREFIX for a new board."
        )  # fmt: skip


def refuse_other_installation(installation: Installation, journal: PartitionReader) -> JournalEntry | None:
    """The journal's newest entry, None before the first.

    Raises PreconditionFailed for another installation, or engine.
    """
    look_at_engine(journal)
    first = first_entry(journal)
    last = last_entry(journal)
    if first is None or last is None:
        return None
    refuse_other_founding(installation, json.dumps(first.body))
    ours = installation.policy.digest
    if last.policy_digest != ours:
        raise other_settings("policy", ours, last.policy_digest)
    return last

"""What a page showed when somebody acted: it goes out with a form under a seal, and comes back as it was."""

import secrets
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from console.form_seal import FormSeal
from models.canonical import canonical_json
from models.desk.basis import Basis
from sight.words import grouped_number


class ShownBasis(BaseModel):
    """One form of one officer about one stay. `action_id`: another one for each page, and for what is sent with it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    by: str
    stay: Annotated[int, Field(ge=1)]
    action_id: str
    sequence_seen: Annotated[int, Field(ge=0)]
    basis: Basis | None
    """None: the board was not to be asked; then nothing can be done that rests on it"""

    proposal: str | None = None
    """the id of the one that the page showed as open; None: none was"""


class BasisSeal:
    """The seal of the forms about stays."""

    def __init__(self, seal: FormSeal | None = None) -> None:
        self._seal = seal or FormSeal()

    def seal(self, seen: ShownBasis) -> str:
        """For a field of the form."""
        return self._seal.seal(canonical_json(seen.model_dump(mode="json")))

    def open(self, text: str, by: str, stay: int) -> ShownBasis | None:
        """What it was; None: it was not made here, or for another officer or stay."""
        content = self._seal.open(text)
        try:
            seen = None if content is None else ShownBasis.model_validate_json(content)
        except ValueError:  # another harmwatch's
            return None
        return seen if seen is not None and (seen.by, seen.stay) == (by, stay) else None


def new_action_id() -> str:
    """Of an action that was not done before."""
    return secrets.token_hex(16)


def basis_changes(before: Basis, now: Basis) -> tuple[str, ...]:
    """What is no longer as the officer read it, in words. A rank alone is no change: it moves with the others."""
    changes = []
    if before.policy_digest != now.policy_digest:
        changes.append("another policy is in force")
    if before.score_millidays != now.score_millidays:
        changes.append(f"days of harm were {_days(before)} and are {_days(now)}")
    if before.counted != now.counted:
        changes.append(f"{before.counted:,} offences counted, and {now.counted:,} do now")
    if not changes and before.contributions_digest != now.contributions_digest:
        changes.append("other offences count, or other revisions of them")
    return tuple(changes)


def _days(basis: Basis) -> str:
    return grouped_number(basis.score_millidays)

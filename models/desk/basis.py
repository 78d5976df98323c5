"""The basis of an action: what its writer's page said of the person, so that it can be held against the board later."""

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from models.board import OffenderView
from models.canonical import canonical_json, digest_of
from models.checkpoint import Hash
from models.token import Token

MOST_ROWS = 200
"""So many offences stand in a basis; of the others their number and sum."""

_Count = Annotated[int, Field(ge=0)]
_Text = Annotated[str, Field(min_length=1)]
BasisRow = tuple[_Text, int, _Text, _Count]
"""offence_id, revision, code, millidays."""


class LighterContributions(BaseModel):
    """The offences that count and have no row, being lighter than every one that has."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    count: Annotated[int, Field(ge=1)]
    millidays: _Count


class Basis(BaseModel):
    """Where a person stood at one entry of the journal, under one policy."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    entry: Annotated[int, Field(ge=1)]
    """the entry of the journal that the page stood at"""

    generation: _Text
    """of the board that was read; entries of two generations are not compared"""

    policy_digest: Hash
    """the digest of the policy in force there; bases of two policies are not compared"""

    score_millidays: _Count
    rank: Annotated[int, Field(ge=1)] | None
    """null: not ranked"""

    counted: _Count
    """how many contributions counted"""

    rows: tuple[BasisRow, ...] | str
    """what counts, the heaviest first, at most 200: offence_id, revision, code, millidays; sealed: one token of them"""

    rest: LighterContributions | None
    """what counts besides; null: nothing"""

    contributions_digest: Hash
    """SHA-256 of the canonical JSON of `rows` as it stands here"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.contributions_digest != digest_of(self.rows):
            raise ValueError("contributions_digest is not that of rows")
        if isinstance(self.rows, str):
            if Token.read(self.rows) is None:
                raise ValueError("rows are a text that is no token")
        elif len(self.rows) > MOST_ROWS or self.counted != len(self.rows) + (self.rest.count if self.rest else 0):
            raise ValueError("rows and rest are not what counts")
        return self

    @property
    def clear_rows(self) -> tuple[BasisRow, ...] | None:
        """None: they are sealed."""
        return None if isinstance(self.rows, str) else self.rows

    def may_hold(self, row: BasisRow) -> bool:
        """Whether an offence that has no row may be among the rest: it is as light."""
        rows = self.clear_rows
        return self.rest is not None and bool(rows) and rows is not None and row[3] <= rows[-1][3]

    def sealed(self, seal: Callable[[str], str]) -> "Basis":
        """The same with its rows as one token; `seal` makes one of their canonical JSON."""
        rows = self.clear_rows
        return self if rows is None else self._with_rows(seal(canonical_json(rows).decode()))

    def opened(self, open_token: Callable[[Token], str | None]) -> "Basis":
        """The same with its rows in clear, where the token opens. Raises ValueError where it holds something else."""
        token = Token.read(self.rows) if isinstance(self.rows, str) else None
        text = None if token is None else open_token(token)
        return self if text is None else self._with_rows(_rows.validate_json(text))

    def _with_rows(self, rows: tuple[BasisRow, ...] | str) -> "Basis":
        content = self.model_dump() | {"rows": rows, "contributions_digest": digest_of(rows)}
        return Basis.model_validate(content)


_rows: TypeAdapter[tuple[BasisRow, ...]] = TypeAdapter(tuple[BasisRow, ...])


def basis_of(person: OffenderView, entry: int, generation: str, policy: str) -> Basis:
    """What is true of a person at an entry; the digest is the policy's."""
    counting = [row for row in person.contributions if row.counted]
    counting.sort(key=lambda row: (-row.millidays, row.offence_id))
    rows = tuple((row.offence_id, row.revision, row.code, row.millidays) for row in counting[:MOST_ROWS])
    others = counting[MOST_ROWS:]
    rest = LighterContributions(count=len(others), millidays=sum(row.millidays for row in others)) if others else None
    return Basis(
        entry=entry, generation=generation, policy_digest=policy, score_millidays=person.score, rank=person.rank,
        counted=len(counting), rows=rows, rest=rest, contributions_digest=digest_of(rows),
    )  # fmt: skip

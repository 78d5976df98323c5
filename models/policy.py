"""What harm weighs on a board: index, window, scope, status, band; identified by a digest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple, Self

from models.canonical import canonical_json
from models.report import VictimSex

MILLIDAYS_PER_DAY = 1_000


class Anchor(StrEnum):
    """The instant of a report from which its window runs."""

    REPORTED_AT = "reported_at"
    OCCURRED_AT = "occurred_at"


class Recency(NamedTuple):
    """Until so many days after the anchor a contribution counts with `percent` of its weight."""

    until_days: int
    percent: int


@dataclass(frozen=True)
class Policy:
    """A valid policy. Two policies that score and rank alike by their text have one digest.

    `recency` has at least one step, and the last one ends with the window. `codes` empty means every
    code. `status` maps to percent, `index` maps a code to millidays.
    """

    id: str
    version: str
    owner: str
    window_days: int
    anchor: Anchor
    recency: tuple[Recency, ...]
    victim_sex: frozenset[VictimSex]
    codes: frozenset[str]
    status: Mapping[str, int]
    band_size: int
    exit_rank: int
    index: Mapping[str, int]

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the document as canonical JSON: sorted keys, no spaces, UTF-8."""
        text = json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()

    def document(self) -> dict[str, Any]:  # Any: JSON
        """The whole policy, index included, as JSON-able values in one canonical form."""
        return {
            "id": self.id,
            "version": self.version,
            "owner": self.owner,
            "window": {"days": self.window_days, "anchor": self.anchor.value},
            "recency": [step._asdict() for step in self.recency],
            "scope": {
                "victim_sex": sorted(sex.value for sex in self.victim_sex),
                "codes": sorted(self.codes),
            },
            "status": dict(self.status),
            "band": {"size": self.band_size, "exit_rank": self.exit_rank},
            "index": dict(self.index),
        }

    def entry_body(self) -> str:
        """The body (JSON text) of the entry that puts this policy in force on a board that has another one."""
        return canonical_json({"policy_digest": self.digest, "policy": self.document()}).decode()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The policy of a document that `document` made; KeyError or TypeError for any other."""
        return cls(
            id=document["id"],
            version=document["version"],
            owner=document["owner"],
            window_days=document["window"]["days"],
            anchor=Anchor(document["window"]["anchor"]),
            recency=tuple(Recency(**step) for step in document["recency"]),
            victim_sex=frozenset(VictimSex(sex) for sex in document["scope"]["victim_sex"]),
            codes=frozenset(document["scope"]["codes"]),
            status=dict(document["status"]),
            band_size=document["band"]["size"],
            exit_rank=document["band"]["exit_rank"],
            index=dict(document["index"]),
        )

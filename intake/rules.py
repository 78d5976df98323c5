"""The rules of a mapping: which column of a stranger's file is which field of a report."""

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from intake.source import UTF_8
from models.report import OffenceReport

TIMES = ("occurred_at", "recorded_at", "reported_at")

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
REPORT_FIELDS = frozenset(OffenceReport.model_fields)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


Width = Annotated[int, Field(ge=1, le=128)]
Marks = Annotated[frozenset[str], BeforeValidator(lambda told: frozenset(told) if isinstance(told, list) else told)]


class Rule(_Strict):
    """How one field of a report is made; docs/mapping.md explains every key."""

    column: str | None = None
    value: str | int | None = None
    template: str | None = None
    running: Literal[True] | None = None
    original: Literal[True] | None = None
    table: dict[str, str] | None = None
    otherwise: str | None = None
    default: str | None = None
    format: str | None = None
    timezone: str | None = None
    empty: Marks | None = None
    literal: Marks = frozenset()
    split: Annotated[str, Field(min_length=1)] | None = None
    strip: Annotated[str, Field(min_length=1)] | None = None
    whole: bool | None = None
    pad: Width | dict[str, Width] | None = None
    not_before_original: Literal[True] | None = None
    instant: Literal[True] | None = None
    first: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = {"column", "value", "template", "running", "original"} & self.model_fields_set
        if len(origins) != 1 and origins != {"column", "original"}:
            raise ValueError("needs exactly one of column, value, template, running, original (or column and original)")
        if self.otherwise is not None and self.table is None:
            raise ValueError("otherwise goes with table")
        if self.pad is not None and (unknown := self._padded_otherwise(self.pad)):
            raise ValueError(unknown)
        return self

    def _padded_otherwise(self, pad: int | dict[str, int]) -> str | None:
        if isinstance(pad, int):
            return None if self.column is not None else "pad = N goes with column; of a template, pad = { Column = N }"
        unknown = sorted(pad.keys() - set(self.columns))
        return f"pad names columns that the rule does not read: {', '.join(map(repr, unknown))}" if unknown else None

    def width(self, column: str) -> int:
        """To how many digits the digits of a column are filled up."""
        return self.pad.get(column, 0) if isinstance(self.pad, dict) else self.pad or 0

    @cached_property
    def is_plain(self) -> bool:
        """Whether the text of a cell stays as it is."""
        return not (self.strip or self.whole or self.pad)

    @cached_property
    def placeholders(self) -> list[str]:
        """What the template names: fields of the report first, else columns."""
        return PLACEHOLDER.findall(self.template or "")

    @cached_property
    def is_late(self) -> bool:
        """Whether it is made only after merging and numbering."""
        return bool(self.running) or not REPORT_FIELDS.isdisjoint(self.placeholders)

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        named = [name for name in self.placeholders if name not in REPORT_FIELDS]
        return [self.column, *named] if self.column is not None else named


def _column_alone(rule: Any) -> Any:  # Any: TOML
    return {"column": rule} if isinstance(rule, str) else rule


class FileRules(_Strict):
    """The fields of the files whose name fits `pattern`."""

    pattern: str = "*"
    beside: bool = False
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str = UTF_8
    quotes: bool = True
    fields: dict[str, Annotated[Rule, BeforeValidator(_column_alone)]]

    @cached_property
    def needs_originals(self) -> bool:
        """Whether its rows change offences that other files report."""
        return any(rule.original or rule.not_before_original for rule in self.fields.values())

    @cached_property
    def early(self) -> list[tuple[str, Rule]]:
        """The fields that are made from columns alone."""
        return [(name, rule) for name, rule in self.fields.items() if not rule.is_late]

    @cached_property
    def late(self) -> list[tuple[str, Rule]]:
        """The fields that are made from others, after merging and numbering."""
        return [(name, rule) for name, rule in self.fields.items() if rule.is_late and not rule.running]

    @cached_property
    def keeps_first(self) -> bool:
        """Whether an offence was reported when the first of its rows says so."""
        reported = self.fields.get("reported_at")
        return reported is not None and bool(reported.first)

    @cached_property
    def runs(self) -> bool:
        """Whether it numbers the rows itself, as if nothing were known before them."""
        revision = self.fields.get("revision")
        return revision is not None and bool(revision.running)


class Mapping(_Strict):
    """All that a mapping file says."""

    time_format: str | None = None
    timezone: str | None = None
    empty: Marks = frozenset()
    merge: bool = False
    file: Annotated[list[FileRules], Field(min_length=1)]

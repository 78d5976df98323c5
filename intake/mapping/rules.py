"""The rules of a mapping: which column of a stranger's file is which field of a report."""

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from intake.files.reading import UTF_8, Reading
from models.report import OffenceReport

TIMES = ("occurred_at", "recorded_at", "reported_at")

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
REPORT_FIELDS = frozenset(OffenceReport.model_fields)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


Width = Annotated[int, Field(ge=1, le=128)]
Marks = Annotated[frozenset[str], BeforeValidator(lambda given: frozenset(given) if isinstance(given, list) else given)]


def _formats(given: Any) -> Any:  # Any: TOML
    return (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else given


Formats = Annotated[tuple[str, ...], BeforeValidator(_formats)]
_ORIGINS = frozenset({"column", "value", "template", "running", "original", "first_of"})


class Pseudonyms(_Strict):
    """How ids become pseudonyms at the door; `key` is the file of the key."""

    key: str
    normalise: list[Literal["case", "spaces", "zeros"]] = ["case", "spaces"]


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
    first_of: Annotated[list["Rule"], Field(min_length=1)] | None = None
    pseudonym: str | None = None
    format: Formats = ()
    timezone: str | None = None
    empty: Marks | None = None
    literal: Marks = frozenset()
    split: Annotated[str, Field(min_length=1)] | None = None
    strip: Annotated[str, Field(min_length=1)] | None = None
    upper: Literal[True] | None = None
    lower: Literal[True] | None = None
    whole: bool | None = None
    pad: Width | dict[str, Width] | None = None
    not_before_original: Literal[True] | None = None
    instant: Literal[True] | None = None
    first: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = _ORIGINS & self.model_fields_set
        if len(origins) != 1 and origins != {"column", "original"}:
            raise ValueError(
                "needs exactly one of column, value, template, first_of, pseudonym, running, original "
                "(or column and original)"
            )
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
        return not (self.strip or self.whole or self.pad or self.upper or self.lower)

    @cached_property
    def placeholders(self) -> list[str]:
        """What the template names: fields of the report first, else columns."""
        return PLACEHOLDER.findall(self.template or "")

    @cached_property
    def is_late(self) -> bool:
        """Whether it is made only after merging and numbering."""
        later = any(rule.is_late for rule in self.first_of or ())
        return bool(self.running) or later or not REPORT_FIELDS.isdisjoint(self.placeholders)

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        named = [name for name in self.placeholders if name not in REPORT_FIELDS]
        named += [column for rule in self.first_of or () for column in rule.columns]
        return [self.column, *named] if self.column is not None else named


def _spelled_out(rule: Any) -> Any:  # Any: TOML
    """A rule by its origin alone, a pseudonym by what it is made of, and of several origins each with all the rest."""
    if isinstance(rule, str):
        return {"column": rule}
    if not isinstance(rule, dict):
        return rule
    made_of = rule.get("pseudonym")
    if isinstance(made_of, str) and _ORIGINS.isdisjoint(rule):
        rule = {**rule, "template" if PLACEHOLDER.search(made_of) else "column": made_of}
    if isinstance(rule.get("first_of"), list):
        shared = {key: given for key, given in rule.items() if key not in (*_ORIGINS, "default")}
        each = [_spelled_out(part) for part in rule["first_of"]]
        parts = [{**shared, **part} if isinstance(part, dict) else part for part in each]
        rule = {key: given for key, given in rule.items() if key in (*_ORIGINS, "default")} | {"first_of": parts}
    return rule


class GatherRule(_Strict):
    """How the rows of one offence of one offender become one report."""

    victim_sex: Annotated[list[str], Field(min_length=1)] = ["female", "unknown", "male"]


class Snapshot(_Strict):
    """That a file is a register as a whole; `withdraw`: what is gone from it is withdrawn."""

    withdraw: bool = False


def _nothing_more(given: Any) -> Any:  # Any: TOML
    return {} if given is True else None if given is False else given


class FileRules(_Strict):
    """The fields of the files whose name fits `pattern`."""

    pattern: str = "*"
    beside: bool = False
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str = UTF_8
    quotes: bool = True
    sheet: str | None = None
    records: str | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    header: Annotated[list[str], Field(min_length=1)] | None = None
    trailer: Annotated[str, Field(min_length=1)] | None = None
    where: dict[str, Marks] = {}
    unless: dict[str, Marks] = {}
    gather: Annotated[GatherRule | None, BeforeValidator(_nothing_more)] = None
    fields: dict[str, Annotated[Rule, BeforeValidator(_spelled_out)]]

    @cached_property
    def columns(self) -> frozenset[str]:
        """Every column that is read."""
        given = (column for rule in self.fields.values() for column in rule.columns)
        return frozenset([*given, *self.where, *self.unless])

    @cached_property
    def naming(self) -> frozenset[str]:
        """The columns of which pseudonyms are made."""
        parts = [part for rule in self.fields.values() for part in (rule, *(rule.first_of or ()))]
        return frozenset(column for rule in parts if rule.pseudonym is not None for column in rule.columns)

    @cached_property
    def reading(self) -> Reading:
        """How its files are read."""
        header = tuple(self.header) if self.header is not None else None
        return Reading(
            self.delimiter, self.encoding, self.quotes, self.sheet, self.records, self.skip, header, self.trailer,
            self.columns,
        )  # fmt: skip

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

    time_format: Formats = ()
    timezone: str | None = None
    empty: Marks = frozenset()
    merge: bool = False
    pseudonyms: Pseudonyms | None = None
    snapshot: Annotated[Snapshot | None, BeforeValidator(_nothing_more)] = None
    file: Annotated[list[FileRules], Field(min_length=1)]

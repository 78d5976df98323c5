"""A mapping on disk: which column of a stranger's file is which field of a report."""

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from intake.source import UTF_8
from intake.times import format_faults
from models.errors import WrongUse
from models.report import OffenceReport

TIMES = ("occurred_at", "recorded_at", "reported_at")

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# What merging and numbering need to know before revisions are counted.
_EARLY = (*TIMES, "offence_id", "offender_id")
_FIELDS = frozenset(OffenceReport.model_fields)


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
    def placeholders(self) -> list[str]:
        """What the template names: fields of the report first, else columns."""
        return PLACEHOLDER.findall(self.template or "")

    @cached_property
    def is_late(self) -> bool:
        """Whether it is made only after merging and numbering."""
        return bool(self.running) or not _FIELDS.isdisjoint(self.placeholders)

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        named = [name for name in self.placeholders if name not in _FIELDS]
        return [self.column, *named] if self.column is not None else named


def _column_alone(rule: Any) -> Any:  # Any: TOML
    return {"column": rule} if isinstance(rule, str) else rule


class FileRules(_Strict):
    """The fields of the files whose name fits `pattern`."""

    pattern: str = "*"
    beside: bool = False
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str = UTF_8
    fields: dict[str, Annotated[Rule, BeforeValidator(_column_alone)]]

    @cached_property
    def needs_originals(self) -> bool:
        """Whether its rows change offences that other files report."""
        return any(rule.original or rule.not_before_original for rule in self.fields.values())


class Mapping(_Strict):
    """All that a mapping file says."""

    time_format: str | None = None
    timezone: str | None = None
    empty: Marks = frozenset()
    merge: bool = False
    file: Annotated[list[FileRules], Field(min_length=1)]


def load_mapping(path: Path) -> Mapping:
    """The mapping in the file at `path`; WrongUse lists every fault."""
    try:
        mapping = Mapping.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        raise WrongUse(f"mapping {path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        faults = [f"{_place(fault['loc'])}: {fault['msg']}" for fault in error.errors(include_url=False)]
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"mapping {path} is not TOML in UTF-8: {error}") from None
    else:
        faults = _faults_of(mapping)
    if faults:
        raise WrongUse("\n  ".join([f"mapping {path} is wrong:", *faults]))
    return mapping


def _place(location: tuple[str | int, ...]) -> str:
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".") or "the file"


def _faults_of(mapping: Mapping) -> list[str]:
    faults = _zone_faults("timezone", mapping.timezone) + _format_faults("time_format", mapping.time_format)
    for number, rules in enumerate(mapping.file, 1):
        place = f"file[{number}]"
        required = [name for name, field in OffenceReport.model_fields.items() if field.is_required()]
        faults += [f"{place}.fields: {name} is missing" for name in required if name not in rules.fields]
        faults += [f"{place}.{fault}" for fault in _encoding_faults(rules.encoding)]
        if rules.needs_originals and not mapping.merge:
            faults.append(f"{place}: original goes with merge = true at the top")
        if _split_without_own_events(rules):
            faults.append(f"{place}.fields.event_id: must hold {{offender_id}}, or the reports of a row share it")
        for name, rule in rules.fields.items():
            faults += [f"{place}.fields.{name}: {fault}" for fault in _rule_faults(name, rule, mapping)]
    if mapping.merge and all(rules.needs_originals for rules in mapping.file):
        faults.append("file: one of the files must hold the original reports (rules without original)")
    return faults


def _split_without_own_events(rules: FileRules) -> bool:
    offender, event = rules.fields.get("offender_id"), rules.fields.get("event_id")
    return bool(offender and offender.split and event and "offender_id" not in event.placeholders)


def _rule_faults(name: str, rule: Rule, mapping: Mapping) -> list[str]:
    faults = _zone_faults("timezone", rule.timezone) + _format_faults("format", rule.format)
    if name not in _FIELDS:
        faults.append("is not a field of a report")
    if rule.running and name != "revision":
        faults.append("only a revision can be running")
    if rule.not_before_original and name != "recorded_at":
        faults.append("not_before_original is for recorded_at")
    if rule.is_late and name in _EARLY:
        faults.append("must be made from columns, not from other fields")
    if (rule.format or rule.timezone) and name not in TIMES:
        faults.append("format and timezone are for times")
    if rule.split and name not in ("offender_id", "victim_ids"):
        faults.append("only offender_id and victim_ids can be split")
    if isinstance(rule.value, int) and name != "revision":
        faults.append("must be a text")
    time_format = rule.format or mapping.time_format
    zoned = rule.timezone or mapping.timezone or "%z" in (time_format or "%z")
    if name in TIMES and (rule.column or rule.template) and not zoned:
        faults.append("a time_format without %z needs a timezone")
    return faults


def _zone_faults(key: str, name: str | None) -> list[str]:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [f"{key}: {name!r} is not a time zone of this machine"]
    return []


def _format_faults(key: str, time_format: str | None) -> list[str]:
    return [] if time_format is None else [f"{key} {time_format!r}: {fault}" for fault in format_faults(time_format)]


def _encoding_faults(name: str) -> list[str]:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return [f"encoding: {name!r} is not an encoding that Python knows (utf-8, cp1252, latin-1, utf-16, ...)"]
    return []

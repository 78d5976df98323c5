"""`harmwatch mapping draft`: a mapping for a stranger's file, with a reason in each line, and a mark where none is."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from cli.mapping.drafted_tables import code_lines, render_rows, sex_lines, status_lines
from cli.mapping.drafted_times import DraftedTime, drafted_time
from cli.mapping.toml import DECIDE, quoted
from cli.output import json_option, say, show
from cli.paths import ANY, FILE
from cli.policy.index_titles import Titles
from intake.drafting.columns import Column
from intake.drafting.fields import Candidate, candidates, role_column
from intake.drafting.survey import MOST_ROWS, UNKNOWN, Survey, survey
from intake.notices import separator_in
from models.errors import WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable

_TIMES = ("occurred_at", "reported_at", "recorded_at")
_KINDS_SHOWN = 8
_SAY_EVERY_SECONDS = 2.0


class DraftDocument(Document):
    """A drafted mapping in TOML, and how many of its lines the file does not tell."""

    file: str
    out: str | None
    rows: int
    decide: int
    mapping: str


DOCUMENT = DraftDocument


@click.command()
@click.argument("file", type=ANY)
@click.option("--out", type=FILE, help="The mapping to write; overwrites nothing.")
@json_option
def command(file: Path, out: Path | None, as_json: bool) -> None:
    """Reads FILE and writes a mapping for it, with a reason in every line and a mark where the file tells none."""
    show(draft_mapping(load_settings(), file, out), as_json, render_draft)


def draft_mapping(settings: Settings, file: Path, out: Path | None) -> DraftDocument:
    """Writes it to `out`, or gives it as text; overwrites nothing. Raises WrongUse."""
    if out is not None and out.exists():
        raise WrongUse(f"{out} is there already, and nothing is overwritten: name another file with --out")
    found = survey(file, _saying_how_many())
    text = drafted_text(found, Titles(settings.policy))
    if out is not None:
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise WrongUse(f"{out} cannot be written: {error.strerror}") from None
    marked = sum(DECIDE in line for line in text.splitlines()[4:])
    return DraftDocument(file=str(file), out=str(out) if out else None, rows=found.rows, decide=marked, mapping=text)


def drafted_text(found: Survey, titles: Titles) -> str:
    """The mapping for what was found in a file, in TOML."""
    return "\n".join(map(printable, _Draft(found, titles).lines())) + "\n"


def render_draft(document: DraftDocument) -> str:
    """The mapping itself, or where it was written."""
    if document.out is None:
        return document.mapping.rstrip("\n")
    return (
        f"{document.out}: drafted from {document.rows:,} rows of {document.file}; "
        f"{document.decide} lines are marked {DECIDE}, which the file does not tell"
    )


def _saying_how_many() -> Callable[[int], None]:
    """Says every two seconds how many rows were looked at."""
    said_at = time.monotonic()

    def tell(rows: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _SAY_EVERY_SECONDS:
            said_at = time.monotonic()
            say(f"{rows:,} rows looked at, of at most {MOST_ROWS:,}")

    return tell


class _Draft:
    """The lines of a mapping for what was found in a file."""

    def __init__(self, found: Survey, titles: Titles) -> None:
        self._found = found
        self._titles = titles
        self._columns = {column.name: column for column in found.columns}
        self._candidates = {
            name: candidates(name, found.columns)
            for name in ("offence_id", "offender_id", "victim_ids", "code", "status", "victim_sex", *_TIMES)
        }
        self._times = self._chosen_times()

    def lines(self) -> Iterator[str]:
        """The whole draft."""
        yield from self._head()
        yield ""
        yield "[[file]]"
        yield f"pattern = {quoted(self._found.pattern)}"
        for key, value, reason in self._found.keys:
            yield f"{key} = {quoted(DECIDE if value == UNKNOWN else value)} # {reason}"
        yield from self._roles()
        yield ""
        yield "[file.fields]"
        yield from self._fields()
        yield from self._tables()

    def _head(self) -> Iterator[str]:
        found = self._found
        looked = f"{found.rows:,} rows" if found.is_whole else f"the first {found.rows:,} rows (at most {MOST_ROWS:,})"
        yield f"# Drafted from {printable(found.name)}, {looked} of {found.kind}. docs/mapping.md explains every key."
        yield f"# A line marked {DECIDE} is one that the file does not tell; behind each other line stands its reason."
        yield "# Then: harmwatch mapping check FILE --mapping THIS, and harmwatch ingest FILE --mapping THIS --dry-run"
        if found.wrong:
            first = found.wrong[0]
            wrong = f"{render_rows(len(found.wrong))} cannot be read"
            yield f"# {wrong}, the first in line {first.number}: {_one_line(first.error or '')}"
        yield ""
        needed = (self._times["occurred_at"], self._times["recorded_at"])  # one that is not found may need a zone
        if any(time is None or time.needs_zone for time in (*needed, *filter(None, self._times.values()))):
            zones = "Europe/London, America/Chicago, UTC, ..."
            yield f'timezone = "{DECIDE}" # its times carry no offset: whose clock wrote them? {zones}'
        empty = sorted({text for column in found.columns for text in column.nothing})
        if empty:
            yield f"empty = {quoted(empty)} # they stand for no value, by what they say"
        if self._candidates["offender_id"] or self._candidates["victim_ids"]:
            make = "(umask 077; openssl rand -hex 32 > pseudonym.key)"
            yield f'pseudonyms = {{ key = "pseudonym.key" }} # make it once, and keep it: {make}'

    def _roles(self) -> Iterator[str]:
        role = role_column(self._found.columns)
        if role is not None:
            kinds = _kinds(role)
            suspects = [text for text in role.texts if any(word in text.casefold() for word in _SUSPECTS)]
            mark = "" if suspects else f"# {DECIDE} "
            yield f"{mark}where = {{ {quoted(role.name)} = {quoted(suspects)} }} # who is a suspect: it holds {kinds}"
        for name in self._candidates["offender_id"][:1]:
            column = self._columns[name.column]
            if column.filled < column.rows:
                nobody = render_rows(column.rows - column.filled)
                unless = f'unless = {{ {quoted(column.name)} = [""] }}'
                yield f"# {unless} # {nobody} without one: unless this line is taken in, each is an error"

    def _fields(self) -> Iterator[str]:
        yield 'type = { value = "offence.reported" } # every row reports; none withdraws'
        revision = self._revision()
        parts = "{offence_id}/{offender_id}" + ("/{revision}" if revision else "")
        yield f"event_id = {{ template = {quoted(parts)} }}"
        yield from self._identity("offence_id")
        yield from self._identity("offender_id")
        if revision:
            yield revision
        for name in _TIMES:
            yield from self._time(name)
        if self._candidates["victim_ids"]:
            yield from self._identity("victim_ids")
        source = Path(self._found.name).stem.split(".")[0][:40]
        yield f"source = {{ value = {quoted(source)} }} # the file's name; say whose system it is"

    def _identity(self, name: str) -> Iterator[str]:
        found = self._candidates[name]
        if not found:
            yield f'{name} = "{DECIDE}" # no column is called like one; there are {self._names()}'
            return
        origin = quoted(found[0].column)
        if name == "offence_id":
            yield f"{name} = {origin} # {_reason(found)}{self._repeats(found[0])}"
        else:
            several = self._several(found[0])
            yield f"{name} = {{ pseudonym = {origin}{several} }} # {_reason(found)}"

    def _several(self, chosen: Candidate) -> str:
        """`split`, where a cell seems to hold several ids."""
        column = self._columns[chosen.column]
        texts = column.texts
        if column.holds_lists and chosen in self._candidates["offender_id"]:
            return ', split = ";"'  # each text of a list is one
        found = next((mark for text in texts if (mark := separator_in(text)) is not None and mark in ";|,"), None)
        return f", split = {quoted(found)}" if found else ""

    def _repeats(self, chosen: Candidate) -> str:
        column = self._columns[chosen.column]
        if column.is_capped or column.filled == column.distinct:
            return ""
        template = quoted(f"{{{chosen.column}}}/{{Charge}}")
        rows = render_rows(column.filled - column.distinct)
        return f"; {rows} repeat it: where each row is a charge, it is {{ template = {template} }}"

    def _chosen_times(self) -> dict[str, DraftedTime | None]:
        times: dict[str, DraftedTime | None] = {}
        for name in _TIMES:
            found = self._candidates[name]
            times[name] = drafted_time(found[0], self._found.columns) if found else None
        times["recorded_at"] = times["recorded_at"] or times["reported_at"]
        return times

    def _time(self, name: str) -> Iterator[str]:
        time, found = self._times[name], self._candidates[name]
        if time is None and name == "reported_at":
            yield f"# {DECIDE} reported_at: when it was first reported; without it the window begins at recorded_at"
        elif time is None:
            times = self._names(times=True)
            yield f'{name} = "{DECIDE}" # no column of times is called like it; of times there are {times}'
        else:
            reason = _reason(found) if found else "nothing tells when a row was recorded, but when it was reported"
            yield f"{name} = {time.rule()} # {time.remark}; {reason}"

    def _revision(self) -> str | None:
        time, found = self._times["recorded_at"], self._candidates["recorded_at"]
        if time is None or self._times["reported_at"] is None or not found or found[0].rank > 0:
            return None
        return f"revision = {time.rule(', instant = true')} # the later update is the later word"

    def _tables(self) -> Iterator[str]:
        for name, lines in (("code", self._code_lines), ("status", status_lines), ("victim_sex", sex_lines)):
            found = self._candidates[name]
            yield ""
            if not found:
                mark = f"# {DECIDE} " if name == "code" else "# "
                yield f'{mark}{name} = {{ column = "..." }}: no column is called like it; there are {self._names()}'
                continue
            yield f"[file.fields.{name}]"
            yield f"column = {quoted(found[0].column)} # {_reason(found)}"
            yield from lines(self._columns[found[0].column])

    def _code_lines(self, column: Column) -> Iterator[str]:
        yield from code_lines(column, self._titles)

    def _names(self, *, times: bool = False) -> str:
        names = [column.name for column in self._found.columns if not times or column.times.is_time]
        return ", ".join(quoted(name) for name in names[:30]) or "none"


_SUSPECTS = ("suspect", "offender", "accused", "defendant", "arrestee", "perpetrator")


def _kinds(column: Column) -> str:
    return ", ".join(f"{quoted(text)} ({rows:,})" for text, rows in column.texts.most_common(_KINDS_SHOWN))


def _reason(found: Sequence[Candidate]) -> str:
    others = ", ".join(quoted(one.column) for one in found[1:5])
    return found[0].reason + (f"; it could also be {others}" if others else "")


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))[:200]

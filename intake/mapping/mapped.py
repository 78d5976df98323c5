"""Rows through a mapping: fields are made, rows gathered, files merged in order of arrival, revisions numbered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from intake.files.header import require_columns
from intake.files.nested import NestedColumns
from intake.files.row import Row
from intake.files.source import Source
from intake.line import Checker, Line, bad
from intake.mapping.cell_text import CellError
from intake.mapping.draft import Draft, Offence, instant_of
from intake.mapping.fields import Columns, FieldMaker, Fields, RowError
from intake.mapping.gathered import RowGatherer
from intake.mapping.left_out import Filter
from intake.mapping.rules import FileRules, Mapping
from intake.register import Register
from intake.tally import Tally, tally_of
from intake.whole import cut_line, why_in_part
from models.report import ReportType


class MappedFiles:
    """All files of one ingest under one mapping."""

    def __init__(
        self,
        mapping: Mapping,
        files: Iterable[tuple[Source, FileRules]],
        checker: Checker,
        register: Register | None = None,
    ) -> None:
        self._mapping = mapping
        self._maker = FieldMaker(mapping)
        self._files = list(files)
        self._checker = checker
        self._register = register
        self._with_rows: set[int] = set()
        self._cut: set[Offence] = set()  # what the last line of a file says, where it may have been cut
        self._seen: Counter[Offence] = Counter()
        self._numbers = any(
            rules.runs for rules in mapping.file
        )  # rows of other files come before those that it numbers
        self._reported: dict[Offence, Any] = {}  # Any: a time as it is given
        self._filters = [Filter(rules.where, rules.unless, rules.naming) for rules in mapping.file]
        self._nested = [_nested(rules) for rules in mapping.file]
        self._gatherings = [RowGatherer(rules.gather) if rules.gather else None for rules in mapping.file]

    @property
    def tally(self) -> Tally:
        """What became of rows that are neither sent nor wrong, and which defaults stood in; so far."""
        return tally_of(self._filters, self._gatherings, self._maker.defaults)

    @property
    def doubtful_times(self) -> list[str]:
        """Times whose day and month a spreadsheet may have swapped in some rows; so far."""
        return self._maker.doubtful_times

    @property
    def why_in_part(self) -> str | None:
        """Why the files may be less than their register; None where nothing tells so. Known once all is read."""
        return why_in_part(self._mapping, self._files, self._with_rows)

    def stream(self) -> Iterator[Line]:
        """Lines in the order of the files: memory holds what is gathered, and numbers that run."""
        yield from self.finish(self._drafts())

    def merged(self) -> list[Draft | Line]:
        """Lines that are wrong, then all drafts in order of arrival; memory holds every row."""
        wrong: list[Draft | Line] = []
        drafts: list[Draft] = []
        for draft in self._drafts():
            if isinstance(draft, Line):
                wrong.append(draft)
            else:
                drafts.append(draft)
        originals: dict[Offence, Fields] = {}
        for draft in drafts:
            if not draft.rules.needs_originals:
                originals.setdefault(draft.offence, draft.fields)
        arrivals: list[tuple[int, tuple[int, int, int], Draft]] = []
        for draft in drafts:
            try:
                if draft.rules.needs_originals:
                    _complete(draft, originals.get(draft.offence))
                arrivals.append((instant_of(draft.fields, "recorded_at"), draft.order, draft))
            except RowError as error:
                wrong.append(draft.bad(str(error)))
        arrivals.sort(key=lambda arrival: arrival[:2])
        return [*wrong, *(draft for _, _, draft in arrivals)]

    def finish(self, lines: Iterable[Draft | Line]) -> Iterator[Line]:
        """Numbers the drafts in their order and checks what came of them."""
        for draft in lines:
            if isinstance(draft, Line):
                yield draft
            elif self._register is None:
                yield self._finish(draft)
            elif (line := self._place(draft, self._register)) is not None:
                yield line

    def _drafts(self) -> Iterator[Draft | Line]:
        for place, (source, rules) in enumerate(self._files):
            section = self._mapping.file.index(rules)
            gathering = self._gatherings[section]
            for draft in self._drafts_of(source, rules, section, place):
                if gathering is None or isinstance(draft, Line):
                    yield draft
                elif (wrong := gathering.add(draft)) is not None:
                    yield wrong
        for gathering in self._gatherings:
            if gathering is not None:
                yield from gathering.drafts()

    def _drafts_of(self, source: Source, rules: FileRules, section: int, place: int) -> Iterator[Draft | Line]:
        # Where a mapping gives the names itself, nothing has held them against what it reads.
        columns_known = not source.is_table
        is_whole = not self._filters[section] and (source.is_table or not self._nested[section])
        for row in source.rows():
            if row.error is not None:
                yield bad(source.name, row.number, row.error, row.lines)
                continue
            if not columns_known:
                require_columns(source.name, row.columns, rules.columns)
                columns_known = True
            self._with_rows.add(section)
            for part in (row,) if is_whole else self._parts(source, row, section):
                if isinstance(part, Line):
                    yield part
                    continue
                for fields in self._maker.early(rules, part.columns):
                    if isinstance(fields, RowError):
                        yield bad(source.name, row.number, str(fields), row.lines)
                    else:
                        yield self._draft(Draft(source, part, (section, place, row.number), rules, fields))

    def _draft(self, draft: Draft) -> Draft:
        row = draft.row
        if self._register is not None and cut_line(draft.source, draft.rules) == row.number + row.lines - 1:
            self._cut.add(draft.offence)
        return draft

    def _parts(self, source: Source, row: Row, section: int) -> Iterator[Row | Line]:
        """The row, or what each thing of the lists in it makes of it; without those that are not wanted."""
        nested, wanted = self._nested[section], self._filters[section]
        try:
            every: list[Columns] = [row.columns] if source.is_table or not nested else list(nested.of(row.columns))
        except ValueError as error:
            yield bad(source.name, row.number, str(error))
            return
        for columns in every:
            try:
                if not (wanted and wanted.leaves_out(columns)):
                    yield row._replace(columns=columns)
            except CellError as error:
                yield bad(source.name, row.number, str(error), row.lines)

    def _place(self, draft: Draft, register: Register) -> Line | None:
        """A row of a register with the revision that it has there; None where it says what is known."""
        draft.fields["revision"] = 1
        first = self._finish(draft)
        if self._checker.report is None or first.value is None:
            return first
        try:
            revision = register.place(self._checker.report)
        except ValueError as error:
            return draft.bad(str(error))
        if revision is None:
            return None
        if draft.offence in self._cut:
            return draft.bad("the last line has no line end, and says what is not known: it may be that it was cut")
        if revision == 1:
            return first
        draft.fields["revision"] = revision
        return self._finish(draft)

    def _finish(self, draft: Draft) -> Line:
        fields = draft.fields
        try:
            if self._numbers:
                self._seen[draft.offence] += 1
            if draft.rules.runs:
                fields["revision"] = self._seen[draft.offence]
            if draft.rules.keeps_first and "reported_at" in fields:
                fields["reported_at"] = self._reported.setdefault(draft.offence, fields["reported_at"])
            self._maker.late(draft.rules, fields, draft.row.columns)
            _require_the_first_report(fields)
        except RowError as error:
            return draft.bad(str(error))
        return self._checker.built(draft.source.name, draft.row.number, fields, draft.row.lines)


def _nested(rules: FileRules) -> NestedColumns:
    gathered = rules.fields["victim_ids"].columns if "victim_ids" in rules.fields else ()
    return NestedColumns(sorted(rules.columns), gathered, {*rules.where, *rules.unless})


def _require_the_first_report(fields: Fields) -> None:
    revision = fields.get("revision", 1)
    is_first = not isinstance(revision, int) or revision == 1
    if not is_first and "reported_at" not in fields and fields.get("type") != ReportType.WITHDRAWN:
        raise RowError(f"reported_at is empty: without it revision {revision} would restart the window")


def _complete(draft: Draft, original: Fields | None) -> None:
    """Fills in what a change takes from the original report of its offence."""
    if original is None:
        raise RowError(f"no original report of offence {draft.fields['offence_id']!r} in these files")
    for name, rule in draft.rules.fields.items():
        if rule.original and name not in draft.fields:
            taken = original.get(name, original.get("recorded_at") if name == "reported_at" else rule.default)
            if taken is not None:
                draft.fields[name] = taken
        if rule.not_before_original and instant_of(draft.fields, name) < instant_of(original, name):
            draft.fields[name] = original[name]

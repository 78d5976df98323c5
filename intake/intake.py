"""The door: files in, lines to send out, with how much of the way is done."""

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import NamedTuple
from zipfile import ZipInfo

from intake.files.opened import STDIN, is_archive, members_of
from intake.files.source import Source
from intake.line import Checker, Line
from intake.mapping.mapped import MappedFiles
from intake.mapping.rules import FileRules, Mapping
from intake.plain import parse_wire_report
from intake.register import Register
from intake.tally import NO_TALLY, Tally
from intake.whole import cut_line
from models.decode import Report
from models.errors import WrongUse

_TOP_LINES = 2  # blank lines and `sep=;` are no preamble

_SWAPPED = (
    "some cells are dates, none of them after the 12th of a month, and others are texts: the program that made the "
    "file may have swapped day and month of the dates"
)


class _File(NamedTuple):
    path: Path
    member: ZipInfo | None = None
    """of a zip archive"""

    @property
    def content_name(self) -> str:
        """By what a pattern knows it."""
        return self.path.name if self.member is None else PurePath(self.member.filename).name


class Intake:
    """The lines of some files, once, in the order in which they are to be sent.

    `paths` are files, `-` for standard input, or (with a mapping) a folder. `now_us` is the latest time
    that a record may bear, less a day. `about_to_wait` is called before standard input is waited for.
    Raises WrongUse for a file or mapping that does not fit.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        mapping: Mapping | None,
        now_us: int,
        unchecked: bool,
        about_to_wait: Callable[[], None] = lambda: None,
    ) -> None:
        self._about_to_wait = about_to_wait
        self._checker = Checker(now_us, unchecked)
        self._unchecked = unchecked
        self._mapping = mapping
        self._files = [(self._source(file, rules), rules) for file, rules in _choose(paths, mapping)]
        self._mapped: MappedFiles | None = None
        self.register = Register() if mapping is not None and mapping.snapshot is not None else None
        """What is known of a register that is sent as a whole; the caller fills it before the first line."""

        if self.register is not None and unchecked:
            raise WrongUse("a snapshot is held against what is known by what its rows say: leave --unchecked out")
        self._merged: int | None = None
        self._sent = 0

    def __iter__(self) -> Iterator[Line]:
        """Every line, good or bad."""
        if self._mapping is None:
            for source, _ in self._files:
                yield from parse_wire_report(source, self._checker, self._unchecked)
            return
        chosen = [(source, rules) for source, rules in self._files if rules]
        self._mapped = files = MappedFiles(self._mapping, chosen, self._checker, self.register)
        if not self._mapping.merge:
            yield from files.stream()
            return
        drafts = files.merged()
        self._merged = len(drafts)
        for line in files.finish(drafts):
            self._sent += 1
            yield line

    @property
    def sources(self) -> list[Source]:
        """The files, in the order in which they are read."""
        return [source for source, _ in self._files]

    @property
    def report(self) -> Report | None:
        """What the line that was given last says; None where that was not sent, or not checked."""
        return self._checker.report

    @property
    def notes(self) -> list[str]:
        """What a person should know although nothing of it is wrong; whole once every line was read."""
        doubtful = self._mapped.doubtful_times if self._mapped is not None else []
        return [
            *(note for source, rules in self._files for note in _notes(source, rules)),
            *(f"{name}: {_SWAPPED}" for name in doubtful),
        ]

    @property
    def why_in_part(self) -> str | None:
        """Why the files may be less than their register; None where nothing tells so. Known as `notes` are."""
        return None if self._mapped is None else self._mapped.why_in_part

    @property
    def tally(self) -> Tally:
        """What became of rows that are neither sent nor wrong, so far."""
        return NO_TALLY if self._mapped is None else self._mapped.tally

    @property
    def done_share(self) -> float | None:
        """How much is done, 0 to 1; None where it is unknown: standard input, or files being sorted."""
        if self._merged is not None:
            return self._sent / self._merged if self._merged else 1.0
        total = sum(source.bytes_total for source, _ in self._files)
        if not total or (self._mapping is not None and self._mapping.merge):
            return None
        return sum(source.bytes_read for source, _ in self._files) / total

    def _source(self, file: _File, rules: FileRules | None) -> Source:
        return Source(file.path, rules.reading if rules else None, file.member, self._about_to_wait)


def _notes(source: Source, rules: FileRules | None) -> Iterator[str]:
    cut = cut_line(source, rules)
    if cut is not None:
        yield (
            f"{source.name}:{cut}: the last line has no line end: if the file was cut there, its last cell was cut too"
        )
    if source.other_sheets:
        others = ", ".join(map(repr, source.other_sheets))
        yield f"{source.name}: the first sheet was read, and not {others}: a mapping says which one (sheet)"
    if source.header is not None and rules is not None and source.header.number > rules.skip + _TOP_LINES:
        yield f"{source.name}:{source.header.number}: the header was found here; what stands above it was not read"


def _choose(paths: Sequence[Path], mapping: Mapping | None) -> list[tuple[_File, FileRules | None]]:
    if mapping is None:
        for path in paths:
            if path.is_dir():
                raise WrongUse(f"{path} is a folder; a folder needs a mapping (--mapping) that names its files")
            _check_exists(path)
        return [(file, None) for path in paths for file in _unpacked(path)]
    chosen = [pair for path in paths for pair in _match(path, mapping)]
    for rules in mapping.file:
        if rules.beside and not any(taken is rules for _, taken in chosen):
            found = _fitting(paths[0].parent, rules)
            if not found:
                raise WrongUse(f"no file {rules.pattern!r} beside {paths[0]}, and the mapping needs one")
            chosen += [(file, rules) for file in found]
    return [(file, rules) for file, rules in chosen]


def _unpacked(path: Path) -> list[_File]:
    """The file, or all files of an archive."""
    if not is_archive(path) or not path.is_file():
        return [_File(path)]
    files = [_File(path, member) for member in members_of(path)]
    if not files:
        raise WrongUse(f"{path} holds no file")
    return files


def _match(path: Path, mapping: Mapping) -> list[tuple[_File, FileRules]]:
    if path.is_dir():
        files = [pair for file in sorted(path.iterdir()) if file.is_file() for pair in _first_fit(file, mapping)]
    else:
        _check_exists(path)
        files = _first_fit(path, mapping)
    if not files:
        patterns = ", ".join(repr(rules.pattern) for rules in mapping.file)
        raise WrongUse(f"{path} fits no pattern of the mapping ({patterns})")
    return files


def _first_fit(path: Path, mapping: Mapping) -> list[tuple[_File, FileRules]]:
    """The file with the rules that fit its name; of an archive, each file in it with those that fit its own."""
    if not is_archive(path):
        return [(_File(path), rules) for rules in mapping.file if fnmatchcase(path.name, rules.pattern)][:1]
    pairs = [
        (file, next((rules for rules in mapping.file if fnmatchcase(file.content_name, rules.pattern)), None))
        for file in _unpacked(path)
    ]
    return [(file, rules) for file, rules in pairs if rules is not None]


def _fitting(folder: Path, rules: FileRules) -> list[_File]:
    files = [file for file in sorted(folder.iterdir()) if file.is_file()]
    return [_File(file) for file in files if fnmatchcase(file.name, rules.pattern)]


def _check_exists(path: Path) -> None:
    if path != STDIN and not path.is_file() and not path.exists():
        raise WrongUse(f"there is no file {path}")

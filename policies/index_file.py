"""A harm index on disk: CSV with the columns code, days and title; what else it has is not read."""

import csv
import io
import re
from pathlib import Path

from models.policy import MILLIDAYS_PER_DAY
from scoring.faults import Faults

MAX_CODE_LENGTH = 64

_DAYS = re.compile(r"(?P<minus>-?)(?P<whole>[0-9]{1,12})(?:\.(?P<decimals>[0-9]+))?")


def read_index(path: Path, faults: Faults) -> dict[str, int]:
    """Millidays by code; what is wrong is added to `faults`, with its line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults.add("index.file", f"cannot be read: {path.name}: {error.strerror}")
        return {}
    except UnicodeDecodeError as error:
        faults.add(path.name, f"is not UTF-8 (byte {error.start})")
        return {}
    return _Reader(path.name, faults).read(text)


class _Reader:
    def __init__(self, name: str, faults: Faults) -> None:
        self._name = name
        self._faults = faults
        self._lines: dict[str, int] = {}
        self._index: dict[str, int] = {}

    def read(self, text: str) -> dict[str, int]:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        line = 1
        try:
            header = next(rows, [])
            complete = self._check_header(header)
            line = rows.line_num + 1
            for cells in rows if complete else ():
                if cells:
                    self._take(line, header, cells)
                line = rows.line_num + 1
        except csv.Error as error:
            self._fault(line, f"is not CSV: {error}")
            return self._index
        if complete and not self._lines:
            self._faults.add(self._name, "has no code")
        return self._index

    def _check_header(self, header: list[str]) -> bool:
        missing = [column for column in ("code", "days") if header.count(column) != 1]
        for column in missing:
            self._fault(1, f"must name the column {column} once")
        return not missing

    def _take(self, line: int, header: list[str], cells: list[str]) -> None:
        if len(cells) != len(header):
            self._fault(line, f"has {len(cells)} cells, the header has {len(header)}")
            return
        code = cells[header.index("code")]
        good = self._check_code(line, code)
        millidays = self._millidays(line, cells[header.index("days")])
        if good and millidays is not None:
            self._index[code] = millidays

    def _check_code(self, line: int, code: str) -> bool:
        first = self._lines.setdefault(code, line)
        if not code.strip():
            self._fault(line, "code is empty")
        elif len(code) > MAX_CODE_LENGTH:
            self._fault(line, f"code is longer than {MAX_CODE_LENGTH}")
        elif first != line:
            self._fault(line, f"code {code!r} stands in line {first} already")
        else:
            return True
        return False

    def _millidays(self, line: int, text: str) -> int | None:
        match = _DAYS.fullmatch(text)
        if match is None:
            self._fault(line, f"days {text[:40]!r} is not a number of days")
        elif match["minus"]:
            self._fault(line, f"days {text} is negative")
        elif len(match["decimals"] or "") > 3:
            self._fault(line, f"days {text[:40]} has more than 3 decimals")
        else:
            return int(match["whole"]) * MILLIDAYS_PER_DAY + int((match["decimals"] or "").ljust(3, "0"))
        return None

    def _fault(self, line: int, what: str) -> None:
        self._faults.add(f"{self._name}:{line}", what)

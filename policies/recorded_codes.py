"""How crimes are recorded elsewhere, as codes of an index: by class and Home Office code, by CJS code of the statute.

`python -m policies.recorded_codes TABLE INDEX FOLDER` makes both tables of the official table of the Cambridge Crime
Harm Index (columns urn, class_code, ho_code, cjs_codes, days) for the codes that an index has.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
COLUMNS = ("recorded", "code", "days", "also", "title")


def recorded_codes(table: Iterable[Row], index: dict[str, Row], keys: Callable[[Row], Iterable[str]]) -> Iterator[Row]:
    """Each way in which a crime is recorded once: the code with the fewest days, and `also` those with more.

    `index` by code. Where all of them count the same, the first of them stands for all.
    """
    found: dict[str, list[Row]] = {}
    for row in table:
        for key in keys(row):
            found.setdefault(key, []).append(row)
    for key in sorted(found):
        rows = sorted(found[key], key=lambda row: (Decimal(row["days"]), row["urn"]))
        least = next((row for row in rows if row["urn"] in index), None)
        if least is not None:
            code = key if key in index else least["urn"]
            also = [f"{row['urn']}={row['days']}" for row in rows if row["days"] != least["days"]]
            title, days = index[least["urn"]]["title"], index[code]["days"]
            yield {"recorded": key, "code": code, "days": days, "also": " ".join(also), "title": title}


def class_and_code(row: Row) -> Iterator[str]:
    """`8N:008/06`: a Home Office code alone is no key."""
    if row["class_code"] and row["ho_code"]:
        yield f"{row['class_code']}:{row['ho_code']}"


def cjs_codes(row: Row) -> Iterator[str]:
    """`OF61018`: the codes of the criminal justice system, which name statute and section."""
    yield from (code for code in row["cjs_codes"].split() if code != "N/A")


def of_one_value(rows: Iterable[Row]) -> Iterator[Row]:
    """Without those that stand for several values: murder and its attempt share a CJS code, and nobody should guess."""
    return (row for row in rows if not row["also"])


def main(table: Path, index: Path, folder: Path) -> None:
    """Writes the tables."""
    rows, known = _rows(table), {row["code"]: row for row in _rows(index)}
    _write(folder / "home-office-codes.csv", recorded_codes(rows, known, class_and_code))
    _write(folder / "cjs-codes.csv", of_one_value(recorded_codes(rows, known, cjs_codes)))


def _write(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))

"""The published figures that the synthetic London follows, as they lie beside this file."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.errors import WrongUse

REPORTS_A_YEAR, SUSPECTS_A_YEAR = 105_000, 36_000
"""Metropolitan Police, V100: reports of violence against women and girls, and suspects named in them."""

_FOLDER = Path(__file__).parent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OffenceMix:
    """Codes from the lightest to the gravest, with their shares (Metropolitan Police, March 2025 to February 2026)."""

    codes: tuple[str, ...]
    shares: Floats

    def deal(self, reports: int) -> Ints:
        """Places of so many codes in rising order: of each as many as its share says, to the nearest one."""
        middles = (np.arange(reports) + 0.5) / max(1, reports)
        return np.searchsorted(np.cumsum(self.shares), middles).astype(np.int64)


def offence_mix(index: Mapping[str, int]) -> OffenceMix:
    """The mix over a harm index (code -> millidays). Raises WrongUse when the index lacks one of its codes."""
    rows = _rows("offence_mix.csv")
    missing = [row["code"] for row in rows if row["code"] not in index]
    if missing:
        raise WrongUse(f"the synthetic London needs the index of policies/v100.toml: {missing[0]} is not in this one")
    rows.sort(key=lambda row: (index[row["code"]], row["code"]))
    counts = np.array([int(row["count"]) for row in rows], dtype=np.float64)
    return OffenceMix(tuple(row["code"] for row in rows), counts / counts.sum())


@cache
def reporting_lag() -> tuple[Ints, Ints, Floats]:
    """Months between offence and record: from, to (both included) and share (Metropolitan Police, all years)."""
    rows = _rows("reporting_lag.csv")
    first, last, counts = (np.array([int(row[name]) for row in rows]) for name in ("from_months", "to_months", "count"))
    return first, last, counts / counts.sum()


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

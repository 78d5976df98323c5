"""A table of groups: who belongs to which, for a report alone."""

import csv
from pathlib import Path

from models.errors import WrongUse


def read_groups(path: Path) -> dict[str, str]:
    """Offender to group, from a CSV with the columns offender_id and group. Raises WrongUse."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if not {"offender_id", "group"} <= set(rows.fieldnames or ()):
                raise WrongUse(f"{path} must have the columns offender_id and group")
            return _one_group_each(path, rows)
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} is not CSV in UTF-8: {error}") from error


def _one_group_each(path: Path, rows: "csv.DictReader[str]") -> dict[str, str]:
    groups: dict[str, str] = {}
    for row in rows:
        who, group = (row["offender_id"] or "").strip(), (row["group"] or "").strip() or "(none)"
        where = f"{path} line {rows.line_num}"
        if not who:
            raise WrongUse(f"{where}: offender_id is empty")
        if groups.setdefault(who, group) != group:
            raise WrongUse(f"{where}: {who!r} is in two groups, {groups[who]!r} and {group!r}: a person has one")
    return groups

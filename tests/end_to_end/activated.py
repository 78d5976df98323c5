"""A board with two policies for it, and reports that the two rank differently."""

import json
from pathlib import Path
from typing import Any

from tests.end_to_end.installation import Installation


def two_policies(folder: Path) -> tuple[str, str]:
    """The paths of policy `old` and policy `new`: other weights, another window, a smaller band."""
    return (
        _policy(folder, "old", {"X": 10, "Y": 25}, days=90, size=20),
        _policy(folder, "new", {"X": 30, "Y": 5}, days=60, size=15),
    )


def _policy(folder: Path, name: str, index: dict[str, int], days: int, size: int) -> str:
    rows = "".join(f"{code},{weight},{code}\n" for code, weight in index.items())
    folder.joinpath(f"{name}.csv").write_text(f"code,days,title\n{rows}")
    path = folder / f"{name}.toml"
    path.write_text(
        f"""id = "{name}"\nversion = "1"\nowner = "tests"\n[index]\nfile = "{name}.csv"\n[window]\ndays = {days}
anchor = "reported_at"\n[status]\nreported = 100\n[band]\nsize = {size}\nexit_rank = {size}\n"""
    )
    return str(path)


def reports(folder: Path, first: int, last: int) -> str:
    """A file of the reports `first` to `last` - 1, one every 4 hours of 2024; some correct an earlier one."""
    lines = [json.dumps(_report(number)) for number in range(first, last)]
    path = folder / f"reports-{first}.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def _report(number: int) -> dict[str, Any]:
    told = number - 50 if number % 9 == 0 and number > 50 else number
    recorded_at = f"2024-{1 + number // 168 % 12:02}-{1 + number // 6 % 28:02}T{number % 6 * 4:02}:00:00Z"
    return {
        "event_id": f"e{number}",
        "type": "offence.reported" if told == number else "offence.amended",
        "offence_id": f"o{told}",
        "offender_id": f"p{told * told % 197}",
        "revision": number + 1,
        "code": "Z" if number % 101 == 7 else "XY"[number % 2],
        "occurred_at": "2024-01-01T00:00:00Z",
        "recorded_at": recorded_at,
        "reported_at": recorded_at,
    }


def standings(installation: Installation) -> list[dict[str, Any]]:
    """The whole board without the moments of entry, which depend on the policies before."""
    rows = installation.json("board", "--top", "1000")["entries"]
    return [{name: value for name, value in row.items() if name != "in_band_since"} for row in rows]

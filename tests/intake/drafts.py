"""A file for which a mapping is drafted, and its draft."""

import tomllib
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.main import main
from cli.mapping.draft import drafted_text
from cli.policy.index_titles import Titles
from intake.drafting.survey import survey
from runtime.settings import Settings
from tests.intake.test_dry_run import NOWHERE

HEAD = ["Crime No", "Suspect Ref", "Offence", "Occurred", "Logged", "Updated", "Outcome", "Victim Sex"]
ROWS = [
    ["C/1", "N0012", "Stalking", "13/01/2025 22:15", "14/01/2025", "15/01/2025 10:00:00", "Charged", "F"],
    ["C/2", "N0013", "Stalking", "03/02/2025 01:40", "04/02/2025", "05/02/2025 14:32:05", "", "Female"],
    ["C/3", "N0012", "Rape, female 16 or over", "12/03/2025 18:00", "12/03/2025", "13/03/2025 11:00:41", "", "M"],
]  # fmt: skip


RECORDS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]


TITLES = Titles(Settings().policy)


def asked(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), env=NOWHERE)


def drafted(path: Path) -> dict[str, Any]:
    text = drafted_text(survey(path), TITLES)
    return {**tomllib.loads(text), "text": text}


def a_csv(delimiter: str = ",", rows: list[list[str]] | None = None) -> str:
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + "\n"
        for row in rows or [HEAD, *ROWS]
    )

"""Files of one's own that do not fit: each is answered with what to do."""

from pathlib import Path

import pytest

from tests.end_to_end.troubleshooting import run, said_as_documented

MAPPING = """
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = "id"
offence_id = "id"
offender_id = "who"
code = { column = "what", table = { a = "8N.8.6.0", b = "nobody knows it" } }
occurred_at = { column = "when", format = "%d/%m/%Y", timezone = "UTC" }
recorded_at = { column = "when", format = "%d/%m/%Y", timezone = "UTC" }
"""
ODD_TIMES = MAPPING.replace("%d/%m/%Y", "%H%M%y%m%d")
HEADER, ROW = "id,who,what,when", "1,o,a,01/02/2024"


@pytest.mark.parametrize(
    ("start", "code", "content", "mapping"),
    [
        ("FILE is UTF-16", 2, f"{HEADER}\n{ROW}\n".encode("utf-16"), MAPPING),
        ("FILE: the header is not UTF-8", 2, f"\u00e9,{HEADER}\n".encode("cp1252"), MAPPING),
        ("FILE:N: column", 1, f"{HEADER}\n1,\u00e9,a,01/02/2024\n".encode("cp1252"), MAPPING),
        ("FILE: the header lacks", 2, f"{HEADER}\n{ROW}\n".encode(), None),
        ("FILE has no column", 2, f"{HEADER}\n{ROW}\n".encode(), MAPPING.replace('"who"', '"suspect"')),
        ("Its cells seem", 2, f"{HEADER}\n{ROW}\n".replace(",", ";").encode(), MAPPING),
        ("FILE:N: a quotation mark opens", 1, f'{HEADER},note\n{ROW},"x\n{ROW},\n'.encode(), MAPPING),
        ("FILE:N: FIELD: 'TEXT' does not fit", 1, f"{HEADER}\n{ROW.replace('/', '.')}\n".encode(), MAPPING),
        (
            "FILE:N: FIELD: 'TEXT' would be",
            1,
            f"{HEADER}\n{ROW}\n".replace("01/02/2024", "45250103").encode(),
            ODD_TIMES,
        ),
        ("time_format", 2, f"{HEADER}\n{ROW}\n".encode(), "time_format = '%d/%m'" + MAPPING),
        ("FILE:N: FIELD: 'TEXT' looks", 1, f"{HEADER}\n{ROW.replace(',o,', ',NULL,')}\n".encode(), MAPPING),
        ("FILE:N: FIELD: 'TEXT' has", 1, f"{HEADER}\n{ROW.replace(',o,', ',=o,')}\n".encode(), MAPPING),
        ("FILE:N: FIELD: 'TEXT' is a number", 1, f"{HEADER}\n{ROW.replace(',o,', ',7.0,')}\n".encode(), MAPPING),
        ("fields: revision needs", 2, f"{HEADER}\n{ROW}\n".encode(), MAPPING + "revision = { running = true }\n"),
        ("FILE:N: NAME", 1, f"{HEADER}\n{ROW.replace(',a,', ',z,')}\n".encode(), MAPPING),
        ("unknown_code", 1, f"{HEADER}\n{ROW.replace(',a,', ',b,')}\n".encode(), MAPPING),
    ],
)
def test_a_file_that_does_not_fit(tmp_path: Path, start: str, code: int, content: bytes, mapping: str | None) -> None:
    (tmp_path / "city.csv").write_bytes(content)
    words = ["ingest", "--dry-run", "city.csv"]
    if mapping:
        (tmp_path / "city.toml").write_text(mapping)
        words += ["--mapping", "city.toml"]
    said_as_documented(start, run(words, code, cwd=tmp_path))


def test_a_file_without_a_good_line(tmp_path: Path) -> None:
    (tmp_path / "city.jsonl").write_text("{}\n")
    said_as_documented("FILE has no line", run(["demo", "city.jsonl"], 1, cwd=tmp_path))

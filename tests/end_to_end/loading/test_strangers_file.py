"""The file of a city that nobody here knows: its letters, dates, semicolons and changed rows, by a mapping alone."""

from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation

pytestmark = pytest.mark.stack
ROWS = """\
Aktenzeichen;Verdächtige;Delikt;Tatzeit;Erfasst;Vorgang;Ausgang;Geschädigte
AZ/1;V-1;Körperverletzung;28/02/2026 23:50;01/03/2026 12:00;neu;;weiblich
AZ/2;V-2;Vergewaltigung;01/03/2026 10:00;02/03/2026 12:00;neu;offen;weiblich
AZ/3;V-3;Nachstellung;01/03/2026 10:00;03/03/2026 12:00;neu;;
AZ/1;V-4;Körperverletzung;28/02/2026 23:50;03/03/2026 12:30;neu;;weiblich
AZ/4;V-1;Nachstellung;29/03/2026 02:30;29/03/2026 04:00;neu;;weiblich
AZ/5;V-5;Vergewaltigung;29/03/2026 02:30;29/03/2026 05:00;neu;;männlich
AZ/2;V-2;Vergewaltigung;01/03/2026 10:00;01/04/2026 09:00;Änderung;erledigt;weiblich
AZ/3;V-3;Körperverletzung;01/03/2026 10:00;02/04/2026 09:00;Änderung;;weiblich
AZ/4;V-1;;29/03/2026 02:30;03/04/2026 09:00;gelöscht;;
"""
MAPPING = """
time_format = "%d/%m/%Y %H:%M"
timezone = "Europe/Berlin"

[[file]]
pattern = "*.csv"
delimiter = ";"
encoding = "latin-1"

[file.fields]
event_id = { template = "{offence_id}/{offender_id}/{revision}" }
offence_id = "Aktenzeichen"
offender_id = "Verdächtige"
revision = { running = true }
occurred_at = "Tatzeit"
recorded_at = "Erfasst"
reported_at = { column = "Erfasst", first = true }
source = { value = "nordhaven" }

[file.fields.type]
column = "Vorgang"
table = { "neu" = "offence.reported", "Änderung" = "offence.amended", "gelöscht" = "offence.withdrawn" }

[file.fields.code]
column = "Delikt"
table = { "Nachstellung" = "8Q.195.12.0", "Körperverletzung" = "5D.5.1.0", "Vergewaltigung" = "19C.19.8.0" }

[file.fields.status]
column = "Ausgang"
table = { "offen" = "reported", "erledigt" = "cancelled" }
default = "reported"

[file.fields.victim_sex]
column = "Geschädigte"
table = { "weiblich" = "female", "männlich" = "male" }
default = "unknown"
"""


def test_a_strangers_file_gives_the_board_that_its_rows_mean(stack_environment: dict[str, str], tmp_path: Path) -> None:
    file, mapping = tmp_path / "nordhaven.csv", tmp_path / "nordhaven.toml"
    file.write_bytes(ROWS.encode("latin-1"))
    mapping.write_text(MAPPING, "utf-8")
    own = Installation(stack_environment, tmp_path, clock="event")
    words = ["ingest", str(file), "--mapping", str(mapping)]
    assert "9 would be sent, 0 would not" in own.run(*words, "--dry-run")
    own.start_worker()
    try:
        own.run(*words)
        own.wait_idle()
        board = own.json("board")["entries"]
        # Cancelled (V-2) and withdrawn (AZ/4) count nothing, nor does a male victim (V-5); AZ/1 has two suspects.
        assert {row["offender_id"]: row["score_millidays"] for row in board} == dict.fromkeys(
            ("V-1", "V-3", "V-4"), 1_460_000
        )
        assert own.json("verify", "--redis")["ok"]
    finally:
        own.end_workers()

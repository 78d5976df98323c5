"""The laws of a register that is sent as a whole: what is the same changes nothing, a cut file clears nobody."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.intake.register import learn, why_not_withdrawn
from intake.intake import Intake
from intake.line import Line
from intake.mapping.file import load_mapping
from intake.register import Register
from models.decode import Report, decode_value
from models.errors import WrongUse
from models.instants import format_instant
from tests.intake.mapped_files import FIELDS, NOW, a_file, a_row, faults_of, report_of

MAPPING = (
    "snapshot = { withdraw = true }\n[[file]]"
    + FIELDS.replace('event_id = "id"', 'event_id = { template = "{offence_id}/{revision}" }')
    + 'reported_at = "when"\nsource = { value = "city" }\nstatus = "state"\n'
)


def sent(
    folder: Path, known: list[Report], *rows: dict[str, str], mapping: str = MAPPING
) -> tuple[list[Line], Register]:
    file = folder / "m.toml"
    file.write_text(mapping)
    intake = Intake([a_file(folder, *rows)], load_mapping(file), NOW, unchecked=False)
    assert intake.register is not None
    for report in known:
        intake.register.add_known(report)
    return list(intake), intake.register


def a_register(number: int, state: str = "reported") -> list[dict[str, str]]:
    return [a_row(id=f"c{place}", state=state) for place in range(number)]


def test_what_is_known_is_not_sent_and_what_has_changed_is_the_next_revision(tmp_path: Path) -> None:
    first, _ = sent(tmp_path, [], *a_register(3))
    known = [report_of(line) for line in first]
    assert [report.revision for report in known] == [1, 1, 1]
    again, register = sent(tmp_path, known, *a_register(3))
    assert (again, register.unchanged, register.gone) == ([], 3, [])
    rows = [*a_register(2), a_row(id="c2", state="charged"), a_row(id="c3", state="reported")]
    changed, new = (report_of(line) for line in sent(tmp_path, known, *rows)[0])
    assert (changed.offence_id, changed.revision, changed.event_id) == ("c2", 2, "c2/2")
    assert (new.offence_id, new.revision) == ("c3", 1)


def test_what_is_gone_is_found_and_what_comes_back_is_reported_again(tmp_path: Path) -> None:
    known = [report_of(line) for line in sent(tmp_path, [], *a_register(40))[0]]
    _, register = sent(tmp_path, known, *a_register(39))
    (gone,) = register.gone
    assert (gone.offence_id, gone.offender_id, gone.revision) == ("c39", "o1", 2)
    assert not register.too_much_is_gone
    withdrawn = known[39]._replace(type=known[39].type.WITHDRAWN, revision=2, code="")
    lines, register = sent(tmp_path, [*known, withdrawn], *a_register(40))
    (back,) = (report_of(line) for line in lines)
    assert (back.offence_id, back.revision) == ("c39", 3)
    assert sent(tmp_path, [*known, withdrawn], *a_register(39))[1].gone == []


@pytest.mark.parametrize(("left", "too_much"), [(95, False), (94, True), (50, True), (0, True)])
def test_more_than_a_twentieth_is_never_gone_whatever_is_new(tmp_path: Path, left: int, too_much: bool) -> None:
    known = [report_of(line) for line in sent(tmp_path, [], *a_register(100))[0]]
    new = [a_row(id=f"new {number}", state="reported") for number in range(500)]
    assert sent(tmp_path, known, *a_register(left), *new)[1].too_much_is_gone is too_much
    assert sent(tmp_path, known, *a_register(left))[1].too_much_is_gone is too_much


def test_two_rows_of_one_offence_that_differ_are_named(tmp_path: Path) -> None:
    lines, _ = sent(tmp_path, [], a_row(state="reported"), a_row(state="charged"), a_row(state="reported"))
    assert [line.error is None for line in lines] == [True, False]
    assert "another row of the file says something else" in (lines[1].error or "")


STATES = st.lists(
    st.lists(st.sampled_from(["reported", "charged", "cancelled", None]), min_size=3, max_size=3), max_size=5
)


@given(STATES)
def test_after_every_file_the_latest_reports_are_what_the_file_says(
    tmp_path_factory: pytest.TempPathFactory, weeks: list[list[str | None]]
) -> None:
    folder, known = tmp_path_factory.mktemp("weeks"), list[Report]()
    for week in weeks:
        rows = [a_row(id=f"c{place}", state=state) for place, state in enumerate(week) if state is not None]
        lines, register = sent(folder, known, *rows)
        known += [decode_value(line.value) for line in lines if line.value is not None]
        gone = {(one.offence_id, one.revision) for one in register.gone}
        known += [
            next(report for report in reversed(known) if report.offence_id == offence)._replace(
                type=known[0].type.WITHDRAWN, revision=revision, code=""
            )
            for offence, revision in gone
        ]
        latest: dict[str, Report] = {}
        for report in known:
            if report.offence_id not in latest or report.revision > latest[report.offence_id].revision:
                latest[report.offence_id] = report
        living = {offence: report.status for offence, report in latest.items() if report.type != "offence.withdrawn"}
        assert living == {f"c{place}": state for place, state in enumerate(week) if state is not None}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (MAPPING + 'revision = "n"\n', "snapshot: leave revision out"),
        (MAPPING.replace('reported_at = "when"\n', ""), "snapshot: reported_at is needed"),
        (MAPPING.replace('{ value = "city" }', '"city"'), "snapshot: every file needs the same source"),
        (MAPPING.replace("withdraw", "withdrawn"), "snapshot.withdrawn"),
        (MAPPING.replace("/{revision}", ""), "snapshot: event_id must hold {revision}"),
    ],
)
def test_what_a_snapshot_needs_is_named(tmp_path: Path, changed: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, changed)


def test_a_snapshot_cannot_be_sent_unchecked(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(MAPPING)
    with pytest.raises(WrongUse, match="leave --unchecked out"):
        Intake([a_file(tmp_path, a_row())], load_mapping(file), NOW, unchecked=True)


CSV_HEADER = "id,who,what,when,state"


def a_csv(rows: list[dict[str, str]]) -> str:
    return "".join(f"{line}\n" for line in (CSV_HEADER, *(",".join(row.values()) for row in rows)))


def from_files(
    folder: Path, known: list[Report], mapping: str = MAPPING, **files: str
) -> tuple[list[Line], str | None]:
    """The lines of CSV files by their names, and why what is gone from them is not withdrawn."""
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, content in files.items():
        folder.joinpath(f"{name}.csv").write_text(content)
    file = folder / "m.toml"
    file.write_text(mapping)
    rules = load_mapping(file)
    intake = Intake(sorted(folder.glob("*.csv")), rules, NOW, unchecked=False)
    assert intake.register is not None
    for report in known:
        intake.register.add_known(report)
    lines = list(intake)
    refused = sum(line.value is None for line in lines)
    return lines, why_not_withdrawn(intake.register, rules, refused, intake.why_in_part)


def test_the_last_line_of_a_register_that_may_have_been_cut_changes_nothing(tmp_path: Path) -> None:
    whole = a_csv(a_register(40, "charged"))
    known = [report_of(line) for line in from_files(tmp_path, [], r=whole)[0]]
    assert from_files(tmp_path, known, r=whole) == ([], None)
    for cut in range(1, len(whole) - whole.rindex("c39")):
        lines, withheld = from_files(tmp_path, known, r=whole[:-cut])
        assert [line for line in lines if line.value is not None] == [], whole[-60:-cut]
        assert "has no line end" in (withheld or "")


@pytest.mark.parametrize("key", ["", "merge = true\n", "gather = true\n"])
def test_a_row_whose_last_cell_was_cut_is_named_and_not_sent(tmp_path: Path, key: str) -> None:
    top, section = (key, "") if key.startswith("merge") else ("", key)
    mapping = top + MAPPING.replace("[[file]]\n", f"[[file]]\n{section}")
    known = [report_of(line) for line in from_files(tmp_path, [], mapping, r=a_csv(a_register(3, "charged")))[0]]
    changed = a_csv([*a_register(2), *a_register(3, "charged")[2:]])
    lines, _ = from_files(tmp_path, known, mapping, r=changed[:-4])
    assert sorted(report_of(line).offence_id for line in lines if line.error is None) == ["c0", "c1"]
    (cut,) = (line for line in lines if line.error is not None)
    assert (cut.number, "was cut" in (cut.error or "")) == (4, True)


def test_a_trailer_proves_a_register_whole_without_a_line_end(tmp_path: Path) -> None:
    mapping = MAPPING.replace("[[file]]\n", '[[file]]\ntrailer = "Total {rows}"\n')
    rows = a_register(40)
    known = [report_of(line) for line in from_files(tmp_path, [], mapping, r=a_csv(rows) + "Total 40")[0]]
    assert from_files(tmp_path, known, mapping, r=a_csv(rows[:39]) + "Total 39") == ([], None)
    (line,), withheld = from_files(tmp_path, known, mapping, r=a_csv(rows[:39]))
    assert "the trailer" in (line.error or "")
    assert "rows were refused" in (withheld or "")


PARTS = MAPPING.replace("[[file]]\n", "[[file]]\npattern = 'a*'\n")
PARTS += PARTS[PARTS.index("[[file]]") :].replace("'a*'", "'b*'")


def test_a_register_of_several_files_that_comes_in_part_withdraws_nothing(tmp_path: Path) -> None:
    rows = a_register(100)
    both = {"a": a_csv(rows[:97]), "b": a_csv(rows[97:])}
    known = [report_of(line) for line in from_files(tmp_path, [], PARTS, **both)[0]]
    assert from_files(tmp_path, known, PARTS, **both) == ([], None)
    assert from_files(tmp_path, known, PARTS, **(both | {"b": a_csv(rows[98:])})) == ([], None)
    _, withheld = from_files(tmp_path, known, PARTS, a=both["a"])
    assert withheld == "no file fits 'b*', and the register is all files of the mapping"
    _, withheld = from_files(tmp_path, known, PARTS, **(both | {"b": a_csv([])}))
    assert withheld == "no row stands in the files that fit 'b*': they may have been cut"


def a_record(report: Report, source: str = "city", **changes: Any) -> bytes:  # Any: JSON
    """As it lies on the topic."""
    at = format_instant(report.occurred_at)
    told = {"occurred_at": at, "reported_at": at, "recorded_at": at, "type": report.type, "event_id": "e"}
    names = ("offence_id", "offender_id", "revision", "code", "status")
    return json.dumps({name: getattr(report, name) for name in names} | told | {"source": source} | changes).encode()


def test_a_change_is_later_than_every_word_of_another_source(tmp_path: Path) -> None:
    reports = [report_of(line) for line in sent(tmp_path, [], *a_register(3))[0]]
    others = [("c0", 5), ("c0", 2), ("c1", 1), ("c9", 7)]
    rules = load_mapping(tmp_path / "m.toml")
    rows = [*a_register(2, "charged"), a_row(id="c9", state="x"), a_row(id="c8", state="x")]
    intake = Intake([a_file(tmp_path, *rows)], rules, NOW, unchecked=False)
    assert intake.register is not None
    for report in reports:
        learn(intake.register, a_record(report), "city")
    for offence, revision in others:
        learn(intake.register, a_record(reports[0], "other", offence_id=offence, revision=revision), "city")
    learn(intake.register, b"{", "city")
    assert [report_of(line).revision for line in intake] == [6, 2, 8, 1]
    assert [(gone.offence_id, gone.revision) for gone in intake.register.gone] == [("c2", 2)]


def test_what_another_source_says_is_no_content_of_the_register(tmp_path: Path) -> None:
    (report,) = (report_of(line) for line in sent(tmp_path, [], *a_register(1))[0])
    register = Register()
    learn(register, a_record(report, "other", status="charged", revision=3), "city")
    assert register.gone == []
    learn(register, a_record(report), "city")
    assert [one.revision for one in register.gone] == [4]
    assert register.place(report) is None


def test_a_row_that_is_repeated_is_counted_as_that_and_not_as_known(tmp_path: Path) -> None:
    row = a_row(state="reported")
    lines, register = sent(tmp_path, [], row, row, row)
    assert (len(lines), register.unchanged, register.repeated) == (1, 0, 2)
    known = [report_of(line) for line in lines]
    lines, register = sent(tmp_path, known, row, row)
    assert (len(lines), register.unchanged, register.repeated) == (0, 1, 1)

"""The laws of files that hold the contract's own fields."""

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from intake.files.lines import MAX_LINE_BYTES
from intake.intake import Intake
from intake.line import Line
from models.decode import decode
from models.errors import WrongUse
from models.instants import parse_instant

NOW = parse_instant("2025-06-01T00:00:00Z")
HEADER = "event_id,type,offence_id,offender_id,code,occurred_at,recorded_at"
CELLS = "e1,offence.reported,c1,o1,x,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z"


def a_report(**changes: Any) -> dict[str, Any]:  # Any: JSON
    return dict(zip(HEADER.split(","), CELLS.split(","), strict=True)) | changes


def a_line(**changes: Any) -> bytes:  # Any: JSON
    return json.dumps(a_report(**changes)).encode()


def a_file(folder: Path, content: bytes | str, name: str = "reports.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines_of(*paths: Path, unchecked: bool = False) -> list[Line]:
    return list(Intake(paths, None, NOW, unchecked))


def report_of(line: Line) -> dict[str, Any]:  # Any: JSON
    assert line.value is not None, line.error
    decode(line.key, line.value, NOW)
    return dict(json.loads(line.value))


def test_a_good_json_line_is_sent_with_its_own_bytes(tmp_path: Path) -> None:
    line = a_line().replace(b'", "', b'"  ,\t"')
    path = a_file(tmp_path, line + b"\r\n")
    assert lines_of(path) == [Line(str(path), 1, b"o1", line, None)]


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    assert len(lines_of(a_file(tmp_path, a_line(event_id="e2") + b"\n" + a_line()))) == 2


def test_bad_lines_are_named_by_number_and_good_ones_are_sent(tmp_path: Path) -> None:
    bad = [
        (b"{", "not_json"),
        (b"[]", "not_valid"),
        (a_line(offender_id=7), "not_valid"),
        (a_line(offender_id="\ud800"), "not_valid"),
        (a_line(recorded_at="2025-06-03T00:00:00Z"), "from_the_future"),
        (a_line(occurred_at="2025-02-01T00:00:00Z"), "bad_order_of_times"),
        (a_line(source="é").replace(b"\\u00e9", b"\xe9"), "not_json"),
        (b"[" * 10_000, "not_json"),
        (a_line(source="x" * 70_000), "too_large"),
    ]
    content = b"".join(line + b"\n" + a_line() + b"\n\n" for line, _ in bad)
    lines = lines_of(a_file(tmp_path, content))
    wrong = [line for line in lines if line.error]
    assert [line.number for line in wrong] == [place * 3 + 1 for place in range(len(bad))]
    for line, (_, reason) in zip(wrong, bad, strict=True):
        assert (line.error or "").startswith(f"{reason}:")
    assert sum(line.value == a_line() for line in lines) == len(bad)


def test_unchecked_lines_are_sent_as_they_are(tmp_path: Path) -> None:
    content = [
        b"{",
        b"",
        a_line(recorded_at="2109-01-01T00:00:00Z"),
        b'{"offender_id":7}',
        b'{"offender_id":"\\ud800"}',
    ]
    lines = lines_of(a_file(tmp_path, b"\n".join(content) + b"\n"), unchecked=True)
    assert [line.value for line in lines] == content
    assert [line.key for line in lines] == [None, None, b"o1", None, None]


def test_a_line_without_end_is_an_error_and_bounded(tmp_path: Path) -> None:
    lines = lines_of(a_file(tmp_path, b"x" * (2 * MAX_LINE_BYTES + 5) + b"\n" + a_line()))
    assert [line.number for line in lines] == [1, 2]
    assert "longer than" in (lines[0].error or "")
    assert lines[1].error is None


def test_compressed_files_are_read_until_they_break(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(a_line(event_id=f"e{n}") + b"\n" for n in range(20_000)))
    assert len(lines_of(a_file(tmp_path, packed, "r.jsonl.gz"))) == 20_000
    broken = lines_of(a_file(tmp_path, packed[: len(packed) // 2], "r.jsonl.gz"))
    assert broken[0].error is None
    assert "cannot be read further" in (broken[-1].error or "")


def test_standard_input_is_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(a_line() + b"\n")))
    intake = Intake([Path("-")], None, NOW, unchecked=False)
    assert [line.key for line in intake] == [b"o1"]
    assert intake.done_share is None


def test_columns_of_csv_are_the_fields_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    content = (
        f"\ufeff{HEADER},revision,reported_at,victim_ids,status,note\r\n"
        f'{CELLS},12,2025-01-02T00:00:00Z,v1; v2,,"two\r\nlines"\r\n\r\n{CELLS},,,,charged,\r\n'
    )
    lines = lines_of(a_file(tmp_path, content, "r.csv"))
    assert [line.number for line in lines] == [2, 5]
    assert report_of(lines[0]) == a_report(revision=12, reported_at="2025-01-02T00:00:00Z", victim_ids=["v1", "v2"])
    assert report_of(lines[1]) == a_report(status="charged")


def test_wrong_rows_of_csv_are_named_by_their_first_line(tmp_path: Path) -> None:
    rows = [f"{CELLS},x", CELLS, CELLS.replace("o1", ""), CELLS.replace("o1", "é")]
    content = "\n".join([HEADER, *rows]).encode("latin-1")
    lines = lines_of(a_file(tmp_path, content, "r.csv"))
    assert [line.number for line in lines if line.error] == [2, 4, 5]
    assert lines[3].error == "column 'offender_id' is not UTF-8 (for another encoding see docs/mapping.md)"


def test_an_integer_of_csv_is_strict(tmp_path: Path) -> None:
    content = f"{HEADER},revision\n" + "".join(f"{CELLS},{text}\n" for text in ("1.0", " 1", "0", "9" * 5_000))
    lines = lines_of(a_file(tmp_path, content, "r.csv"))
    assert ["revision" in (line.error or "") for line in lines] == [True] * 4


def test_a_csv_quote_that_never_ends_is_an_error_not_the_end_of_memory(tmp_path: Path) -> None:
    content = f'{HEADER}\n"{CELLS}\n' + f"{CELLS}\n" * 5_000
    lines = lines_of(a_file(tmp_path, content, "r.csv"))
    assert lines[0].number == 2
    assert "field larger than field limit" in (lines[0].error or "")


@pytest.mark.parametrize("header", [HEADER.replace("event_id,", ""), f"{HEADER},code"])
def test_a_csv_without_the_right_columns_is_wrong_use(tmp_path: Path, header: str) -> None:
    cells = ",".join("x" for _ in header.split(","))
    with pytest.raises(WrongUse, match="header"):
        lines_of(a_file(tmp_path, f"{header}\n{cells}\n", "r.csv"))


def test_a_missing_file_and_a_folder_are_wrong_use(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(WrongUse):
            lines_of(path)


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    intake = Intake([a_file(tmp_path, (a_line() + b"\n") * 3_000)], None, NOW, unchecked=False)
    shares = [intake.done_share or 0.0]
    shares += [intake.done_share or 0.0 for _ in intake]
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert intake.done_share == 1.0


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_named_with_what_to_do(tmp_path: Path, name: str, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    content = (f"{HEADER}\n{CELLS}\n" if name == "r.csv" else a_line().decode() + "\n").encode()
    with pytest.raises(WrongUse, match=r"r\.(csv|jsonl) is UTF-16: convert it \(iconv -f UTF-16 -t UTF-8\)"):
        lines_of(a_file(tmp_path, (mark + content.decode()).encode(encoding), name))


def test_a_csv_cut_at_the_wrong_letter_says_which_it_could_be(tmp_path: Path) -> None:
    content = f"{HEADER}\n{CELLS}\n".replace(",", ";")
    with pytest.raises(WrongUse, match="seem to be separated by ';'"):
        lines_of(a_file(tmp_path, content, "r.csv"))


@pytest.mark.parametrize(
    "more",
    [
        ', "offender_id": "o2"}', ',"offender_id" :"o2"}', ',"offender_id"\t:"o2"}', ',"offender\\u005fid": "o2"}',
        ', "x": {"a": 1, "a": 2}}', ', "x": ":", "x": ":"}',
    ],
)  # fmt: skip
def test_a_json_line_that_names_something_twice_is_not_sent(tmp_path: Path, more: str) -> None:
    twice = a_line()[:-1] + more.encode()
    (line,) = lines_of(a_file(tmp_path, twice + b"\n"))
    assert line.value is None
    assert "twice" in (line.error or "")
    assert lines_of(a_file(tmp_path, twice + b"\n"), unchecked=True)[0].value == twice


def test_a_json_line_with_names_of_its_own_is_sent(tmp_path: Path) -> None:
    line = a_line(note=':"', x={"y": [{"a": 1}, {"a": 2}]}, source='a": b', big=10**40, **{":": ""})
    assert lines_of(a_file(tmp_path, line + b"\n"))[0].value == line


@pytest.mark.parametrize("victim", ["NULL", "v\u200b1", "17.0", " v1"])
def test_a_victim_of_a_json_line_that_is_no_id_is_named(tmp_path: Path, victim: str) -> None:
    (line,) = lines_of(a_file(tmp_path, a_line(victim_ids=["v1", victim]) + b"\n"))
    assert line.value is None
    assert (line.error or "").startswith("victim_ids: ")

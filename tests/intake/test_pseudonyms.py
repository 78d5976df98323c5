"""The laws of pseudonyms: one person is one id, and what names them stands nowhere."""

import json
from pathlib import Path

import pytest

from models.errors import WrongUse
from tests.intake.mapped_files import FIELDS, a_file, a_row, lines_of, report_of, reports_of
from tests.intake.test_rows import intake_of


def a_key(folder: Path, content: str = "k" * 64, mode: int = 0o600) -> Path:
    path = folder / "pseudonym.key"
    path.write_text(content)
    path.chmod(mode)
    return path


def pseudonymous(keys: str = "", made_of: str = "who") -> str:
    head = f'pseudonyms = {{ key = "pseudonym.key"{keys} }}\n[[file]]'
    return head + FIELDS.replace('offender_id = "who"', f'offender_id = {{ pseudonym = "{made_of}" }}') + (
        'victim_ids = { pseudonym = "whom" }\n'
    )  # fmt: skip


def test_ids_of_persons_become_pseudonyms_that_their_spelling_does_not_change(tmp_path: Path) -> None:
    a_key(tmp_path)
    names = ["N 0012/a", "n0012/A ", "N0013/A", "N012/A"]
    path = a_file(tmp_path, *(a_row(id=f"c{place}", who=name, whom=name) for place, name in enumerate(names)))
    lines = lines_of(pseudonymous(), path)
    ids = [report_of(line).offender_id for line in lines]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert all(len(one) == 32 and one.isalnum() for one in ids)
    assert [json.loads(line.value or b"")["victim_ids"] for line in lines] == [[one] for one in ids]
    assert not any(b"0012" in (line.value or b"") for line in lines)
    with_zeros = reports_of(pseudonymous(', normalise = ["case", "spaces", "zeros"]'), path)
    assert with_zeros[0].offender_id == with_zeros[3].offender_id
    a_key(tmp_path, "l" * 64)
    assert report_of(lines_of(pseudonymous(), path)[0]).offender_id != ids[0]


def test_a_pseudonym_may_be_made_of_several_columns(tmp_path: Path) -> None:
    a_key(tmp_path)
    rows = [a_row(surname="Doe", born="1990-01-01", whom=""), a_row(surname="Doe", born="1991-01-01", whom="")]
    one, other = reports_of(pseudonymous(made_of="{surname}|{born}"), a_file(tmp_path, *rows))
    assert one.offender_id != other.offender_id


def test_what_names_a_person_stands_in_no_message(tmp_path: Path) -> None:
    a_key(tmp_path)
    lines = lines_of(pseudonymous(), a_file(tmp_path, a_row(who="'Doe", whom=""), a_row(who="NULL", whom="")))
    assert [line.error for line in lines] == [
        "offender_id: who has marks around it: strip takes them off in a mapping",
        "offender_id: who looks like no value: a mapping says so by empty, or that it is one by literal",
    ]


def test_rows_left_out_by_what_names_a_person_are_counted_without_it(tmp_path: Path) -> None:
    a_key(tmp_path)
    path = a_file(
        tmp_path, *(a_row(id=f"c{place}", who=who, whom="") for place, who in enumerate(["N1", "N2", "N3", ""]))
    )
    keys = '[[file]]\nwhere = { who = ["N1"], what = ["x"] }'
    for made_of in ('pseudonym = "who"', 'pseudonym = "{who}|{id}"', 'first_of = [{ pseudonym = "who" }]'):
        mapping = pseudonymous().replace("[[file]]", keys).replace('pseudonym = "who"', made_of)
        lines, tally = intake_of(mapping, path)
        assert [line.error for line in lines] == [None]
        assert {text: rows for (_, text), rows in tally.left_out.items()} == {"others": 2, "": 1}
    tally = intake_of(keys + FIELDS, path)[1]
    assert {text: rows for (_, text), rows in tally.left_out.items()} == {"N2": 1, "N3": 1, "": 1}


@pytest.mark.parametrize("number", ["9876.5e3", "NaN", "-Infinity"])
@pytest.mark.parametrize("made_of", ["who", "{who}|{what}"])
def test_a_number_that_names_a_person_stands_in_no_message_either(tmp_path: Path, number: str, made_of: str) -> None:
    a_key(tmp_path)
    path = a_file(tmp_path, json.dumps(a_row(whom="")).replace('"o1"', number))
    (line,) = lines_of(pseudonymous(made_of=made_of), path)
    assert line.error is not None
    assert line.error.startswith("who: ")
    assert number not in line.error
    (line,) = lines_of("[[file]]" + FIELDS, path)
    assert number in (line.error or "")


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [("k" * 64, 0o640, "can be read by others: chmod 600"), ("k" * 31, 0o600, "has 31 bytes, and 32 are needed")],
)
def test_a_key_that_others_can_read_or_guess_is_not_used(tmp_path: Path, content: str, mode: int, said: str) -> None:
    a_key(tmp_path, content, mode)
    with pytest.raises(WrongUse, match=said):
        lines_of(pseudonymous(), a_file(tmp_path, a_row(whom="")))


def test_a_key_that_is_not_there_is_named_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="openssl rand -hex 32"):
        lines_of(pseudonymous(), a_file(tmp_path, a_row(whom="")))

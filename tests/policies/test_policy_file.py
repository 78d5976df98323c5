"""The laws of loading a policy: every fault of both files is listed at once."""

from pathlib import Path

import pytest

from models.errors import WrongUse
from models.policy import Anchor, Policy, Recency
from models.report import VictimSex
from policies.policy_file import load_policy

IDENTITY = 'id = "p"\nversion = "1"\nowner = "o"\n'
INDEX = '[index]\nfile = "index.csv"\n'
WINDOW = '[window]\ndays = 365\nanchor = "reported_at"\n'
STATUS = "[status]\nreported = 100\n"
ROWS = "code,days,title\na,182.5,A\nb,0.001,B\nc,10,C\n"


def a_policy_file(folder: Path, rest: str = "", rows: str = ROWS, **sections: str) -> Path:
    parts = {"identity": IDENTITY, "index": INDEX, "window": WINDOW, "status": STATUS} | sections
    path = folder / "policy.toml"
    path.write_text("".join(parts.values()) + rest, encoding="utf-8")
    (folder / "index.csv").write_text(rows, encoding="utf-8")
    return path


def faults_of(path: Path) -> str:
    with pytest.raises(WrongUse) as wrong:
        load_policy(path)
    return str(wrong.value)


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    assert load_policy(a_policy_file(tmp_path)) == Policy(
        id="p",
        version="1",
        owner="o",
        window_days=365,
        anchor=Anchor.REPORTED_AT,
        recency=(Recency(365, 100),),
        victim_sex=frozenset(VictimSex),
        codes=frozenset(),
        status={"reported": 100},
        band_size=100,
        exit_rank=100,
        index={"a": 182_500, "b": 1, "c": 10_000},
    )


def test_everything_that_is_written_is_read(tmp_path: Path) -> None:
    rest = (
        "[[recency]]\nuntil_days = 90\npercent = 120\n[[recency]]\nuntil_days = 365\npercent = 0\n"
        '[scope]\nvictim_sex = ["female"]\ncodes = ["b"]\n[band]\nsize = 5\nexit_rank = 7\n'
    )
    policy = load_policy(a_policy_file(tmp_path, rest, window='[window]\ndays = 365\nanchor = "occurred_at"\n'))
    assert policy.recency == (Recency(90, 120), Recency(365, 0))
    assert policy.victim_sex == frozenset({VictimSex.FEMALE})
    assert policy.codes == frozenset({"b"})
    assert (policy.band_size, policy.exit_rank, policy.anchor) == (5, 7, Anchor.OCCURRED_AT)


def test_more_columns_and_a_byte_order_mark_are_allowed(tmp_path: Path) -> None:
    rows = '\ufeffnote,days,code\n"two\nlines",1,x\n\n,2,y\n'
    assert load_policy(a_policy_file(tmp_path, rows=rows)).index == {"x": 1_000, "y": 2_000}


@pytest.mark.parametrize(
    ("section", "text", "fault"),
    [
        ("identity", 'id = "p"\nversion = "1"\n', "owner: is missing"),
        ("identity", IDENTITY + "colour = 1\n", "colour: is unknown"),
        ("identity", IDENTITY.replace('"1"', "1"), "version: must be a text"),
        ("identity", IDENTITY.replace('"p"', '""'), "id: is empty"),
        ("index", "", "index.file: is missing"),
        ("index", '[index]\nfile = "none.csv"\n', "index.file: cannot be read: none.csv"),
        ("window", WINDOW.replace("365", "0"), "window.days: must be from 1 to 18262"),
        ("window", WINDOW.replace("365", "18263"), "window.days: must be from 1 to 18262"),
        ("window", WINDOW.replace("365", "365.0"), "window.days: must be a whole number"),
        ("window", WINDOW.replace("365", "true"), "window.days: must be a whole number"),
        ("window", WINDOW.replace("reported_at", "now"), "window.anchor: must be reported_at or occurred_at"),
        ("window", WINDOW + "hours = 1\n", "window.hours: is unknown"),
        ("status", "", "status: must list at least one"),
        ("status", "[status]\nreported = 1001\n", "status.reported: must be from 0 to 1000"),
        ("status", "[status]\nreported = -1\n", "status.reported: must be from 0 to 1000"),
        ("rest", "[scope]\nvictim_sex = ['women']\n", "scope.victim_sex: 'women' is not one of"),
        ("rest", "[scope]\nvictim_sex = []\n", "scope.victim_sex: is empty"),
        ("rest", "[scope]\ncodes = ['z']\n", "scope.codes: 'z' is not in the index"),
        ("rest", "[scope]\ncodes = 'a'\n", "scope.codes: must be a list of texts"),
        ("rest", "[band]\nsize = 0\n", "band.size: must be from 1"),
        ("rest", "[band]\nsize = 10\nexit_rank = 9\n", "band.exit_rank: must not be below band.size (10)"),
        ("rest", "[recency]\npercent = 1\n", "recency: must be an array of tables"),
        ("rest", "[[recency]]\nuntil_days = 365\n", "recency[1].percent: is missing"),
        (
            "rest",
            "[[recency]]\nuntil_days = 365\npercent = 1001\n",
            "recency[1].percent: must be from 0 to 1000",
        ),
        (
            "rest",
            "[[recency]]\nuntil_days = 90\npercent = 1\n",
            "recency[1].until_days: must equal window.days",
        ),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, section: str, text: str, fault: str) -> None:
    message = faults_of(a_policy_file(tmp_path, **{section: text}))
    assert fault in message
    assert "has 1 fault:" in message


def test_a_code_with_a_space_at_its_edge_is_a_code_like_any_other(tmp_path: Path) -> None:
    policy = load_policy(a_policy_file(tmp_path, '[scope]\ncodes = [" a", "c "]\n', rows=ROWS + " a,7,\nc ,8,\n"))
    assert {code: policy.index[code] for code in ("a", " a", "c", "c ")} == {
        "a": 182_500, " a": 7_000, "c": 10_000, "c ": 8_000,
    }  # fmt: skip
    assert policy.codes == frozenset({" a", "c "})


def test_recency_rises_in_days_and_never_in_percent(tmp_path: Path) -> None:
    rest = "".join(
        f"[[recency]]\nuntil_days = {days}\npercent = {percent}\n" for days, percent in ((90, 50), (90, 60), (365, 60))
    )
    message = faults_of(a_policy_file(tmp_path, rest))
    assert "recency[2].until_days: must rise: 90 follows 90" in message
    assert "recency[2].percent: must never rise: 60 follows 50" in message
    assert "has 2 faults:" in message


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("a,1,twice", "index.csv:5: code 'a' stands in line 2 already"),
        ("d,-1,", "index.csv:5: days -1 is negative"),
        ("d,1.0000,", "index.csv:5: days 1.0000 has more than 3 decimals"),
        ("d,many,", "index.csv:5: days 'many' is not a number"),
        ("d,1e3,", "index.csv:5: days '1e3' is not a number"),
        ("d,,", "index.csv:5: days '' is not a number"),
        (",1,", "index.csv:5: code is empty"),
        ("  ,1,", "index.csv:5: code is empty"),
        ("d" * 65 + ",1,", "index.csv:5: code is longer than 64"),
        ("d,1", "index.csv:5: has 2 cells, the header has 3"),
        ('"d,1', "index.csv:5: is not CSV"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str, fault: str) -> None:
    assert fault in faults_of(a_policy_file(tmp_path, rows=ROWS + row + "\n"))


@pytest.mark.parametrize("rows", ["", "code,title\n", "code,days,days\n", "code,days\n"])
def test_an_index_without_its_columns_or_rows_is_wrong(tmp_path: Path, rows: str) -> None:
    assert "index.csv" in faults_of(a_policy_file(tmp_path, rows=rows))


def test_an_index_in_another_encoding_is_wrong(tmp_path: Path) -> None:
    path = a_policy_file(tmp_path)
    (tmp_path / "index.csv").write_bytes("code,days,title\na,1,é\n".encode("latin-1"))
    assert "index.csv: is not UTF-8" in faults_of(path)


@pytest.mark.parametrize("content", [b"id =", b'id = "\xff"', b"a = " + b"[" * 50_000, b"a = " + b"9" * 5_000])
def test_a_file_that_is_not_toml_is_wrong(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(content)
    assert str(path) in faults_of(path)


def test_a_file_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert "cannot be read" in faults_of(tmp_path / "none.toml")


def test_the_heaviest_contribution_has_room_in_a_rank(tmp_path: Path) -> None:
    days = "code,days\na,68719476.735\n"
    assert load_policy(a_policy_file(tmp_path, rows=days)).index == {"a": 2**36 - 1}
    message = faults_of(a_policy_file(tmp_path, rows=days.replace("735", "736")))
    assert f"index: code 'a' with status 'reported' would count {2**36} millidays" in message
    assert "would count" in faults_of(a_policy_file(tmp_path, rows=days, status="[status]\nreported = 101\n"))


def test_every_fault_of_both_files_is_listed_at_once(tmp_path: Path) -> None:
    message = faults_of(
        a_policy_file(
            tmp_path,
            "[band]\nsize = 'ten'\nwidth = 1\n",
            "code,days\na,-1\na,x\n",
            identity="",
            window="[window]\ndays = 0\n",
        )
    )
    for fault in ("id", "version", "owner", "window.days", "window.anchor", "band.size", "band.width"):
        assert f"\n  {fault}: " in message
    assert "index.csv:2: " in message
    assert message.count("index.csv:3: ") == 2
    assert "has 10 faults:" in message


def test_a_thousand_recency_steps_are_the_most(tmp_path: Path) -> None:
    window = '[window]\ndays = {}\nanchor = "reported_at"\n'
    steps = [f"[[recency]]\nuntil_days = {day + 1}\npercent = 100\n" for day in range(1_001)]
    most = load_policy(a_policy_file(tmp_path, "".join(steps[:1_000]), window=window.format(1_000)))
    assert len(most.recency) == 1_000
    assert "1000 are the most" in faults_of(a_policy_file(tmp_path, "".join(steps), window=window.format(1_001)))

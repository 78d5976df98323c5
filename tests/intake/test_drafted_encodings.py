"""The laws of a drafted mapping: the encoding is the one in which words are words, or it is asked."""

from pathlib import Path

import pytest

from intake.drafting.encoding import guess_encoding
from tests.intake.drafts import a_csv, drafted
from tests.intake.written_files import written

UKRAINIAN = "Погроза вбивством, переслідування"


@pytest.mark.parametrize(
    ("words", "encoding", "drafted_as"),
    [
        ("Vol à l'étalage, menaces réitérées", "cp1252", "cp1252"),
        ("Vol à l'étalage de 500 €", "iso-8859-15", "iso-8859-15"),
        ("Vol à l'étalage, menaces", "cp850", "cp850"),
        ("Körperverletzung, Überfall, Nötigung", "iso-8859-1", "cp1252"),
        ("Körperverletzung, Überfall, Nötigung", "mac_roman", "mac_roman"),
        ("KÖLN, MÜNCHEN, STRAßE", "cp1252", "cp1252"),
        ("Coacción, daños, niña", "cp1252", "cp1252"),
        ("Ameaça, lesão corporal", "cp1252", "cp1252"),
        ("Våldtäkt, hot mot kvinna", "cp1252", "cp1252"),
        ("Theft of £500 \u2013 taken, it\u2019s said", "cp1252", "cp1252"),
        ("He said \u201cno\u201d \u2014 and left\u2026", "cp1252", "cp1252"),
        ("Theft of £500", "iso-8859-1", "cp1252"),
        ("Příbram, loupežné přepadení", "cp1250", "cp1250"),
        ("Łódź, znęcanie się, groźby", "iso-8859-2", "iso-8859-2"),
        ("Őrizetbe vétel, űzés", "cp1250", "cp1250"),
        ("İstanbul, \u0131rza geçme, ağ\u0131r", "cp1254", "cp1254"),
        ("Угроза убийством", "cp1251", "cp1251"),
        ("Угроза убийством", "koi8-r", "koi8-r"),
        ("Угроза убийством", "cp866", "cp866"),
        ("Απειλή, βιασμός", "cp1253", "cp1253"),
        ("つきまとい行為", "shift-jis", "DECIDE"),
        (UKRAINIAN * 9, "utf-16-le", "utf-16-le"),
        (UKRAINIAN * 9, "utf-16-be", "utf-16-be"),
        (UKRAINIAN, "utf-16", "utf-16"),
        (UKRAINIAN, "utf-8-sig", None),
    ],
)
def test_the_encoding_is_the_one_in_which_words_are_words(
    tmp_path: Path, words: str, encoding: str, drafted_as: str | None
) -> None:
    path = written(tmp_path, "r.csv", a_csv(";").replace("Stalking", words).encode(encoding))
    (file,) = drafted(path)["file"]
    assert (file.get("encoding"), file["delimiter"]) == (drafted_as, ";")


def test_where_two_encodings_make_words_of_it_both_are_shown() -> None:
    assert "côté, dès (in cp1250: côté, dčs)" in guess_encoding("côté dès".encode("cp1252")).reason


@pytest.mark.parametrize("odd", ["Köln".encode("cp1252"), "Köln".encode()[:-3]])
def test_bytes_that_are_damaged_change_no_encoding_and_are_errors_of_their_rows(tmp_path: Path, odd: bytes) -> None:
    content = a_csv(";").replace("Stalking", "Nötigung, Übergriff").encode() + b"C/9;N1;" + odd + b";;;;;\n"
    draft = drafted(written(tmp_path, "r.csv", content))
    assert "encoding" not in draft["file"][0]
    assert "column 'Offence' is not UTF-8" in draft["text"]
    assert guess_encoding(content[: -len(";;;;;\n")]).name == "utf-8"


@pytest.mark.parametrize("zeros", [a_csv().replace("N0012", "N\0\0\0").encode(), a_csv().encode() + b"\0" * 3000])
def test_zeros_that_fill_a_field_or_a_file_are_no_utf_16(tmp_path: Path, zeros: bytes) -> None:
    (file,) = drafted(written(tmp_path, "r.csv", zeros))["file"]
    assert ("encoding" in file, file["fields"]["offence_id"]) == (False, "Crime No")

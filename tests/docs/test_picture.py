"""The pictures: of a whole demo, readable without fetching anything, and what its maker makes of it; and of a desk."""

import re
from xml.etree import ElementTree

from handbook.terminal import COLUMNS, PICTURE, picture
from tests.docs.walk import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def lines(svg: str) -> list[str]:
    """The lines of text in a picture, from top to bottom; where they begin is no text."""
    rows: dict[float, str] = {}
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if "clip-path" in text.attrib:
            y = float(text.attrib["y"])
            rows[y] = rows.get(y, "") + "".join(text.itertext()).replace("\xa0", " ")
    return [rows[y].strip() for y in sorted(rows)]


def test_it_shows_a_whole_demo_from_the_command_to_the_verification() -> None:
    seen = "\n".join(lines(PICTURE.read_text("utf-8")))
    assert seen.startswith("$ harmwatch demo")
    for part in ("A synthetic London", "Now live", "board v100, as of", "Alert v100:", "every one came out the same"):
        assert part in seen


def test_it_fetches_nothing() -> None:
    text = PICTURE.read_text("utf-8")
    assert "@font-face" not in text
    assert "@import" not in text
    assert not re.search(r"(href|src)=|url\((?!#)", text)


def test_the_alerts_that_pass_by_are_counted_and_the_rest_is_whole() -> None:
    passing = [f"2024-12-0{n}T00:00:00Z: s{n} entered the band, at rank 1 with 5 days, offence" for n in range(1, 8)]
    said = ["$ harmwatch demo", "Now live", *(f"  {line}" for line in passing), "verified: all"]
    assert lines(picture("\n".join(said))) == [
        *said[:2],
        *passing[:2],
        "... 3 more",
        *passing[-2:],
        "verified: all",
    ]


def test_a_long_line_stays_within_the_picture() -> None:
    assert max(map(len, lines(picture("word " * 100)))) <= COLUMNS


def test_the_readme_shows_it() -> None:
    assert "](docs/demo.svg)" in (ROOT / "README.md").read_text("utf-8")


def test_the_picture_of_the_desk_is_a_png_that_loads_at_once() -> None:
    desk = ROOT / "docs" / "desk.png"
    assert desk.read_bytes().startswith(b"\x89PNG\r\n")
    assert desk.stat().st_size < 300_000

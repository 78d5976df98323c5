"""Charts can be read: no figure lies on another, and each line says whose it is."""

import re
from collections import defaultdict

from bench.plots import lines

TEXT = re.compile(r'<text x="(\d+)" y="(\d+)" fill="[^"]+">([^<]+)</text>')


def test_figures_beside_each_other_keep_their_distance() -> None:
    chart = lines("t", {name: [(1.0, 10.0 + number), (100.0, 10.0)] for number, name in enumerate("abcd")}, "ms")
    heights: dict[str, list[int]] = defaultdict(list)
    for across, up, _ in TEXT.findall(chart):
        heights[across].append(int(up))
    assert [len(beside) for beside in heights.values()] == [4, 4]
    for beside in heights.values():
        assert all(below - above >= 14 for above, below in zip(sorted(beside), sorted(beside)[1:], strict=False))


def test_a_line_is_named_at_its_end_and_places_are_whole_numbers() -> None:
    chart = lines("t", {"a": [(1.0, 1.0), (11_961_219.0, 2.345)]}, "s")
    assert [text for *_, text in TEXT.findall(chart)] == ["1", "2.35 a"]
    assert ">11,961,219</text>" in chart

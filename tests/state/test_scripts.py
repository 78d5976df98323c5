"""A script is its verb's text with every part that it needs, each once and behind those that it needs itself."""

import re
from importlib.resources import files

import pytest

from state.scripts import VERBS, script

LUA = files("state").joinpath("lua")
LIBRARIES = {"string", "table", "math", "struct", "cjson", "cmsgpack", "bit", "redis"}
"""What a script of Redis 7.0 has."""
ELSEWHERE = {"os", "io", "debug", "package", "coroutine", "server", "jit"}
"""What Lua or a later store has besides, as Redis 7.4 has `os`: reading it ends the script."""
INCLUDE = re.compile(r'^--- @include "([a-z]+)"$', re.MULTILINE)


def begin(part: str) -> str:
    """The first line of code of a part."""
    lines = LUA.joinpath("parts", f"{part}.lua").read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith("local ")) + "\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_part_stands_once_and_behind_what_it_needs(verb: str) -> None:
    text = script(verb)
    assert not INCLUDE.search(text)
    waiting, seen = INCLUDE.findall(LUA.joinpath(f"{verb}.lua").read_text("utf-8")), set()
    while waiting:
        part = waiting.pop()
        if part in seen:
            continue
        seen.add(part)
        assert text.count(begin(part)) == 1
        for needed in INCLUDE.findall(LUA.joinpath("parts", f"{part}.lua").read_text("utf-8")):
            assert text.index(begin(needed)) < text.index(begin(part))
            waiting.append(needed)


def test_every_part_is_in_some_script() -> None:
    parts = [part.name.removesuffix(".lua") for part in LUA.joinpath("parts").iterdir() if part.name.endswith(".lua")]
    assert all(any(begin(part) in script(verb) for verb in VERBS) for part in parts)


@pytest.mark.parametrize("verb", VERBS)
def test_a_script_uses_no_library_that_redis_7_0_does_not_have(verb: str) -> None:
    code = re.sub(r"--.*", "", script(verb))
    used = set(re.findall(r"(?<![\w.:'])([a-z]+)(?=\.\w)", code))
    assert used & LIBRARIES
    assert used.isdisjoint(ELSEWHERE)

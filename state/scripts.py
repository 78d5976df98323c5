"""The Lua scripts, one file per verb; `--- @include "part"` stands for the text of lua/parts/part.lua."""

import re
from functools import cache
from importlib.resources import files

_INCLUDE = re.compile(r'^--- @include "([a-z]+)"$', re.MULTILINE)


@cache
def script(verb: str) -> str:
    """The whole text of a verb's script."""
    folder = files("state").joinpath("lua")

    def part(match: re.Match[str]) -> str:
        return folder.joinpath("parts", f"{match[1]}.lua").read_text("utf-8")

    return _INCLUDE.sub(part, folder.joinpath(f"{verb}.lua").read_text("utf-8"))

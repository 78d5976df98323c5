"""The Lua scripts, one file per verb; `--- @include "part"` stands for the text of lua/parts/part.lua."""

import re
from functools import cache
from importlib.resources import files

VERBS = (
    "apply", "accept", "tick", "beat", "found", "renew", "drop", "take", "trim", "revoke", "reassess", "activate",
    "announce",
)  # fmt: skip

_INCLUDE = re.compile(r'^--- @include "([a-z]+)"$', re.MULTILINE)


@cache
def script(verb: str) -> str:
    """The whole text of a verb's script: each part stands in it once, behind those that it includes itself."""
    folder = files("state").joinpath("lua")
    taken: set[str] = set()

    def part(match: re.Match[str]) -> str:
        if match[1] in taken:
            return ""
        taken.add(match[1])
        return _INCLUDE.sub(part, folder.joinpath("parts", f"{match[1]}.lua").read_text("utf-8"))

    return _INCLUDE.sub(part, folder.joinpath(f"{verb}.lua").read_text("utf-8"))

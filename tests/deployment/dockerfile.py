"""The Dockerfile as a list of instructions, and its build in a plain folder without a container engine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BUILD_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, its continuation lines joined."""

    word: str
    text: str


def instructions(path: Path = ROOT / "Dockerfile") -> list[Instruction]:
    """The instructions in order, without comments."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    pairs = (line.split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [Instruction(word, text) for word, text in pairs]


def stages() -> list[list[Instruction]]:
    """The images, each beginning with its FROM; the last one is what runs."""
    images: list[list[Instruction]] = []
    for instruction in instructions():
        if instruction.word == "FROM":
            images.append([])
        images[-1].append(instruction)
    return images


def sent_to_the_builder() -> list[str]:
    """What .dockerignore lets through: it leaves out everything, then takes in by name."""
    lines = ROOT.joinpath(".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    return [rule[1:] for rule in rules if rule.startswith("!")]


def build(root: Path, **given: str) -> Path:
    """Carries out the first image's instructions, with `root` for `/` and these arguments; the folder of its programs.

    The Python is ours, and what ENV says is set, but for the cache of pip, which changes no result.
    """
    folder, environment = root, {"PATH": f"{_pythons(root)}:{os.environ['PATH']}"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HARMWATCH_", "PYTHON"))}
    for instruction in stages()[0][1:]:
        match instruction.word:
            case "WORKDIR":
                folder = root / instruction.text.lstrip("/")
                folder.mkdir(parents=True)
            case "ENV":
                environment |= dict(_settings(instruction.text))
            case "ARG":
                environment |= dict(_settings(instruction.text)) | given
            case "COPY":
                _copy(*instruction.text.split(), to=folder)
            case "RUN":
                script = re.sub(r"(?<![\w.])/opt/", f"{root}/opt/", instruction.text)
                subprocess.run(
                    ["sh", "-c", script], cwd=folder, env=kept | environment, timeout=_BUILD_SECONDS, check=True
                )
            case other:
                raise AssertionError(f"no rule for {other}")
    return root / "opt" / "harmwatch" / "bin"


def _pythons(root: Path) -> Path:
    """A folder with `python`: the one that made our environment, and not the environment itself."""
    folder = root / "usr" / "bin"
    folder.mkdir(parents=True)
    folder.joinpath("python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    return folder


def _settings(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        name, _, value = pair.partition("=")
        if name != "PIP_NO_CACHE_DIR":
            yield name, value


def _copy(*words: str, to: Path) -> None:
    *sources, target = words
    names = sent_to_the_builder() if sources == ["."] else sources
    destination = to / target
    destination.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = ROOT / name
        if source.is_dir():
            leave = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, destination / name, ignore=leave, dirs_exist_ok=True)
        else:
            shutil.copy(source, destination)

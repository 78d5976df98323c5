"""Markdown that is put together by a program."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the code by `python -m handbook`; a test compares. Change the code, not this page. -->"


def cell(text: str) -> str:
    """A text that stays within its cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells may hold Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def page(title: str, *parts: str) -> str:
    """A whole page: title, where it comes from, then the parts with a blank line between."""
    return "\n\n".join([f"# {title}", MADE, *(part for part in parts if part)]) + "\n"

"""Tables of a drafted mapping: what a text of the file stands for, where its words leave no doubt."""

from collections.abc import Iterator, Mapping

from cli.mapping.toml import DECIDE, quoted
from cli.policy.index_titles import Titles
from intake.drafting.columns import Column

MOST_LINES = 200

_SEXES = {"f": "female", "female": "female", "m": "male", "male": "male", "u": "unknown", "unknown": "unknown",
          "x": "unknown", "not known": "unknown", "w": None, "woman": "female", "man": "male"}  # fmt: skip
_STATUSES = {
    "reported": "reported", "open": "reported", "under investigation": "reported", "charged": "charged",
    "convicted": "convicted", "guilty": "convicted", "no further action": "no_further_action",
    "nfa": "no_further_action", "cancelled": "cancelled", "canceled": "cancelled", "no crime": "cancelled",
    "acquitted": "acquitted", "not guilty": "acquitted",
}  # fmt: skip


def code_lines(column: Column, titles: Titles) -> Iterator[str]:
    """The codes of a column: as they are, where the index knows them; else a table with the nearest titles."""
    known = [text for text in column.texts if text in titles.by_code]
    if len(known) == column.distinct:
        yield f"# each of its {column.distinct:,} texts is a code of the index"
        return
    yield f"# {len(known)} of its {column.distinct:,} texts are codes; `harmwatch index find WORDS` finds others"
    yield "[file.fields.code.table]"
    for text, rows in column.texts.most_common(MOST_LINES):
        exact = titles.by_code.get(text) or titles.named(text)
        if exact is not None:
            yield f"{quoted(text)} = {quoted(exact.code)} # {render_rows(rows)}: {exact.title}, {exact.days} days"
            continue
        near = titles.nearest(text, 3)
        code = near[0].code if near else ""
        nearest = "; ".join(f"{one.code} {one.title}, {one.days} days" for one in near) or "no title is near"
        yield f"# {DECIDE} {quoted(text)} = {quoted(code)} # {render_rows(rows)}; nearest: {nearest}"
    yield from _more(column)


def status_lines(column: Column) -> Iterator[str]:
    """What is known of a crime by now."""
    yield from _table("status", column, _STATUSES, "reported")


def sex_lines(column: Column) -> Iterator[str]:
    """Whose sex it is."""
    yield from _table("victim_sex", column, _SEXES, "unknown")


def _table(name: str, column: Column, words: Mapping[str, str | None], default: str) -> Iterator[str]:
    if column.filled < column.rows:
        yield f"default = {quoted(default)} # of {render_rows(column.rows - column.filled)} without a value"
    yield f"[file.fields.{name}.table]"
    for text, rows in column.texts.most_common(MOST_LINES):
        known = words.get(" ".join(text.casefold().split()))
        choices = " or ".join(sorted({word for word in words.values() if word}))
        if known is not None:
            yield f"{quoted(text)} = {quoted(known)} # {render_rows(rows)}"
        else:
            yield f'# {DECIDE} {quoted(text)} = "" # {render_rows(rows)}: {choices}'
    yield from _more(column)


def render_rows(rows: int) -> str:
    """How many, in words."""
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _more(column: Column) -> Iterator[str]:
    if column.distinct > MOST_LINES:
        yield f"# {DECIDE}: there are {column.distinct - MOST_LINES:,} texts more; a lookup in a second file is shorter"

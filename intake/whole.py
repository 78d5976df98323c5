"""Whether files are all of a register that is sent as a whole, as far as files tell."""

from collections.abc import Container, Sequence

from intake.files.source import Source
from intake.mapping.rules import FileRules, Mapping


def why_in_part(mapping: Mapping, files: Sequence[tuple[Source, FileRules]], with_rows: Container[int]) -> str | None:
    """Why files may be less than their register; None where nothing tells so. Known once every row was read.

    `with_rows` are the sections of the mapping, by their place, of whose files a row was read.
    """
    for source, rules in files:
        if cut_line(source, rules) is not None:
            return (
                f"the last line of {source.name} has no line end: the file may have been cut (trailer proves it whole)"
            )
    for place, section in enumerate(mapping.file):
        if not any(rules is section for _, rules in files):
            return f"no file fits {section.pattern!r}, and the register is all files of the mapping"
        if place not in with_rows:
            return f"no row stands in the files that fit {section.pattern!r}: they may have been cut"
    return None


def cut_line(source: Source, rules: FileRules | None) -> int | None:
    """The last line, as far as it was read, where it may have been cut; a trailer would tell of that itself."""
    return None if rules is not None and rules.trailer is not None else source.ends_within_line

"""The commands on mappings: mapping draft, mapping check."""

import sys
from pathlib import Path

import click

from cli.output import json_option, show


@click.group()
def mapping() -> None:
    """Which column of a file is which field: a first draft, and what it makes of the first rows."""


@mapping.command("draft")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The mapping to write; overwrites nothing."
)
@json_option
def mapping_draft(file: Path, out: Path | None, as_json: bool) -> None:
    """Reads FILE and writes a mapping for it, with a reason in every line and a mark where the file tells none."""
    from cli.mapping.draft import draft_mapping, render_draft  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(draft_mapping(load_settings(), file, out), as_json, render_draft)


@mapping.command("check")
@click.argument("file", type=click.Path(path_type=str))
@click.option("--mapping", "rules", type=click.Path(path_type=Path), required=True, help="As for ingest.")
@click.option("--rows", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many of each file.")
@json_option
def mapping_check(file: str, rules: Path, rows: int, as_json: bool) -> None:
    """Shows the first rows of FILE before and after its mapping; 1 where one of them would not be sent."""
    from cli.mapping.check import check_is_clean, check_mapping, render_check  # noqa: PLC0415

    document = check_mapping(file, rules, rows)
    show(document, as_json, render_check)
    sys.exit(0 if check_is_clean(document) else 1)


MAPPING_COMMANDS: tuple[click.Command, ...] = (mapping,)

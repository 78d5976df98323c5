"""The commands on policies and harm indices: policy check, diff, compare, activate; index import, find."""

import sys
from pathlib import Path
from typing import Any

import click

from cli.output import json_option, show

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def policy() -> None:
    """What a policy says, and what another one would change."""


@policy.command("check")
@click.argument("file", type=_FILE)
@json_option
def policy_check(file: Path, as_json: bool) -> None:
    """Says whether a policy is valid, with every fault."""
    from cli.policy.policies import checked_policy, render_check  # noqa: PLC0415

    show(checked_policy(file), as_json, render_check)


@policy.command("diff")
@click.argument("a", type=_FILE)
@click.argument("b", type=_FILE)
@json_option
def policy_diff(a: Path, b: Path, as_json: bool) -> None:
    """Says in what two policies differ, index included."""
    from cli.policy.policies import policy_difference, render_difference  # noqa: PLC0415

    show(policy_difference(a, b), as_json, render_difference)


@policy.command("compare")
@click.argument("a", type=_FILE)
@click.argument("b", type=_FILE)
@click.option("--from", "start", help="RFC 3339: measure from here; what came before is still told.")
@click.option("--to", "end", help="RFC 3339: measure up to here.")
@click.option("--groups", type=_FILE, help="CSV with offender_id and group: the share of the band by group.")
@click.option("--capacity", type=click.IntRange(0), help="How many alerts a day the desk can work off.")
@click.option("--html", type=_FILE, help="Write the report as one page that opens offline.")
@json_option
def policy_compare(html: Path | None, as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Tries two policies on the recorded history: who would move."""
    from cli.policy.compared import render_comparison  # noqa: PLC0415
    from cli.policy.comparing import Request, comparison  # noqa: PLC0415
    from cli.policy.comparison_page import write_page  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    document = comparison(load_settings(), Request(**options))
    if html is not None:
        write_page(html, document)
    show(document, as_json, render_comparison)


@policy.command("activate")
@click.argument("file", type=_FILE)
@json_option
def policy_activate(file: Path, as_json: bool) -> None:
    """Puts another policy in force on the board: one journal entry, everything known is assessed anew."""
    from cli.policy.activating import activate_policy, render_activation  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(activate_policy(load_settings(), file), as_json, render_activation)


@click.group()
def index() -> None:
    """Harm indices: what a code counts."""


@index.command("import")
@click.argument("file", type=_FILE)
@click.option("--previous", type=_FILE, help="The index file in use: report what changes.")
@click.option("--out", type=_FILE, help="The index file to write; left out: FILE's name with .index.csv.")
@click.option("--sheet", help="The sheet of a spreadsheet to read; left out: the first.")
@click.option("--edition", help="The edition of the table; left out: FILE's name.")
@click.option("--source", help="Who published it, and where; left out: FILE's name.")
@json_option
def index_import(as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Makes an index file of the official table (CSV or spreadsheet); overwrites nothing."""
    from cli.policy.index_import import Request, import_index, render_import  # noqa: PLC0415

    show(import_index(Request(**options)), as_json, render_import)


@index.command("find")
@click.argument("words", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@json_option
def index_find(words: tuple[str, ...], most: int, as_json: bool) -> None:
    """Searches the titles of the policy's index; 1 where nothing is found."""
    from cli.policy.index_find import find_codes, render_found  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    document = find_codes(load_settings(), " ".join(words), most)
    show(document, as_json, render_found)
    sys.exit(0 if document["found"] else 1)


POLICY_COMMANDS: tuple[click.Command, ...] = (policy, index)

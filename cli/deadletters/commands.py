"""The commands of `harmwatch deadletters`."""

import click

from cli.output import json_option, show
from cli.why import Why
from models.errors import Reason

_reason = click.option("--reason", type=click.Choice([str(reason) for reason in Reason]), help="Only this reason.")
_since = click.option("--since", help="Only letters of this instant (RFC 3339) or later.")
_until = click.option("--until", help="Only letters before this instant.")


@click.group()
def deadletters() -> None:
    """Records that were refused: what and why, and another try."""


@deadletters.command("list")
@_reason
@_since
@_until
@json_option
def list_command(reason: str | None, since: str | None, until: str | None, as_json: bool) -> None:
    """How many were refused for which reason, and from when to when."""
    from cli.deadletters.listing import list_letters, render_list, select  # noqa: PLC0415  (Kafka's client loads slowly)
    from runtime.settings import load_settings  # noqa: PLC0415

    show(list_letters(load_settings(), select(reason, since, until)), as_json, render_list)


@deadletters.command("show")
@click.argument("letter", type=click.IntRange(0))
@json_option
def show_command(letter: int, as_json: bool) -> None:
    """One refused record: reason, field at fault, original bytes, and what became of it."""
    from cli.deadletters.listing import render_show, show_letter  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(show_letter(load_settings(), letter), as_json, render_show)


@deadletters.command("redrive")
@_reason
@_since
@_until
@click.option("--why", type=Why(), help="Recorded on redrives.v1, with your name and the time.")
@click.option("--dry-run", is_flag=True, help="Only say how many would be sent.")
@json_option
def redrive_command(  # noqa: PLR0913, PLR0917  (a selection is made of many options)
    reason: str | None, since: str | None, until: str | None, why: str | None, dry_run: bool, as_json: bool
) -> None:
    """Sends refused records to offences.v1 once more; each letter only once."""
    from cli.deadletters.listing import select  # noqa: PLC0415
    from cli.deadletters.redrive import redrive_letters, render_redrive  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    document = redrive_letters(load_settings(), select(reason, since, until), why, dry_run=dry_run)
    show(document, as_json, render_redrive)

"""The commands for sealed records: erase, and alerts in clear."""

from pathlib import Path

import click

from cli.output import json_option, show

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("offender_id")
@click.option("--reason", required=True, help="Stands on the tombstone for ever: why, and no name or id.")
@click.option(
    "--key",
    type=_FILE,
    default="harmwatch-private.pem",
    show_default=True,
    help="The private file that signs the tombstone.",
)
@json_option
def erase(offender_id: str, reason: str, key: Path, as_json: bool) -> None:
    """Makes what was sealed about a person unreadable for ever, and leaves a signed tombstone."""
    from cli.erasing import erase_person, erasure_in_words  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(erase_person(load_settings(), offender_id, reason, key), as_json, erasure_in_words)


@click.group()
def alerts() -> None:
    """The records of alerts.v1."""


@alerts.command("open")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def alerts_open(file: click.utils.LazyFile) -> None:
    """Opens sealed alerts: JSON Lines from FILE or standard input, in clear on standard output."""
    from cli.opening import opened_lines  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    for line in opened_lines(load_settings(), iter(file)):
        click.echo(line)


SEALING_COMMANDS: tuple[click.Command, ...] = (erase, alerts)

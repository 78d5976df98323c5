"""The commands for sealed records: erase, and alerts in clear."""

from pathlib import Path

import click

from cli.output import json_option, show
from models.errors import WrongUse

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
@click.option("--withdraw", is_flag=True, help="Withdraws what was reported about somebody who is ranked, first.")
@click.option("--although-ranked", is_flag=True, help="Erases them although they may enter the band anew.")
@json_option
def erase(  # noqa: PLR0913  (one for each option)
    offender_id: str, reason: str, key: Path, *, withdraw: bool, although_ranked: bool, as_json: bool
) -> None:
    """Makes what was sealed about a person unreadable for ever, and leaves a signed tombstone.

    Somebody who is ranked is refused: they may still move, and who enters the band anew gets a new key.
    """
    from cli.sealing.erasing import Ranked, erase_person, render_erasure  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    if withdraw and although_ranked:
        raise WrongUse("--withdraw and --although-ranked exclude each other")
    ranked = Ranked.WITHDRAW if withdraw else Ranked.ERASE if although_ranked else Ranked.REFUSE
    show(erase_person(load_settings(), offender_id, reason, key, ranked), as_json, render_erasure)


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

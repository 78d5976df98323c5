"""`harmwatch alerts open`: sealed alerts in clear, for holders of the key store."""

import click

from cli.opening import opened_lines
from runtime.settings import load_settings


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
def command(file: click.utils.LazyFile) -> None:
    """Opens sealed alerts: JSON Lines from FILE or standard input, in clear on standard output."""
    for line in opened_lines(load_settings(), iter(file)):
        click.echo(line)

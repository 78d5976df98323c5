"""`harmwatch stack run`: a command with a real Kafka and a real Valkey around it."""

import sys
from pathlib import Path

import click

from cli.paths import ANY
from embedded.command import run_with_stack


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--dir", "directory", type=ANY, help="Keep the data in this folder.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def command(command: tuple[str, ...], directory: Path | None) -> None:
    """Runs COMMAND beside Kafka and Valkey, with HARMWATCH_KAFKA and HARMWATCH_REDIS set; ends with its exit code."""
    sys.exit(run_with_stack(command, directory))

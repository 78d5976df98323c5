"""`harmwatch topics check`."""

import sys

import click

from cli.output import json_option, show_untyped
from runtime.settings import load_settings
from runtime.topic_checks import topic_faults, topic_weaknesses


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Checks that the topics exist, keep their records for ever, and take nothing that would hurt."""
    settings = load_settings()
    faults = [*topic_faults(settings), *topic_weaknesses(settings)]
    show_untyped(
        {"faults": faults},
        as_json,
        lambda document: "\n".join(document["faults"]) or "all topics are as they must be",
    )
    sys.exit(1 if faults else 0)

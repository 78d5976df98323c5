"""`harmwatch topics check`."""

import sys

import click

from cli.output import json_option, show
from models.topics import ALL_TOPICS
from runtime.settings import load_settings
from runtime.topic_checks import topic_faults, topic_weaknesses
from sight.document import Document


class TopicFaults(Document):
    """What is wrong with the topics, one sentence each."""

    faults: tuple[str, ...]


DOCUMENT = TopicFaults


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Checks that the topics exist, keep their records for ever, and take nothing that would hurt."""
    settings = load_settings()
    document = TopicFaults(faults=(*topic_faults(settings, ALL_TOPICS), *topic_weaknesses(settings, ALL_TOPICS)))
    show(document, as_json, render_faults)
    sys.exit(1 if document.faults else 0)


def render_faults(document: TopicFaults) -> str:
    """A line for each."""
    return "\n".join(document.faults) or "all topics are as they must be"

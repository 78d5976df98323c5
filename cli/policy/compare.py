"""`harmwatch policy compare`: what a policy would change, tried on the recorded history."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from audit.backtest.backtest import try_policies
from cli.instant_option import instant_option
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.paths import FILE
from cli.policy.compared import render_comparison
from cli.policy.comparison import comparison_document
from cli.policy.comparison_document import ComparisonDocument
from cli.policy.comparison_page import comparison_page
from cli.policy.groups import read_groups
from cli.provenance import Provenance
from cli.topics import open_topics
from cli.written_page import write_paper
from models.errors import WrongUse
from models.topics import JOURNAL, OFFENCES
from policies.index_titles import Title, read_titles
from policies.policy_file import index_path, load_policy
from runtime.settings import Settings, load_settings

DOCUMENT = ComparisonDocument


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@click.option("--from", "start", help="Measure from this instant or date; what came before is still applied.")
@click.option("--to", "end", help="Measure up to this instant or the end of this date.")
@click.option("--groups", type=FILE, help="CSV with offender_id and group: the share of the band by group.")
@click.option("--capacity", type=click.IntRange(0), help="How many alerts a day the desk can work off.")
@click.option("--html", type=FILE, help="Write the report as one page that opens offline, for an owner to sign.")
@click.option("--question", help="With --html: what is to be decided, in a sentence.")
@click.option("--by", "made_by", help="With --html: who made the page; left out: the login.")
@json_option
def command(
    html: Path | None, question: str | None, made_by: str | None, as_json: bool, **options: Any
) -> None:  # Any: the fields of a Request
    """Tries two policies on the recorded history, and says who would move."""
    if html is None and (question or made_by):
        raise WrongUse("--question and --by go with --html FILE")
    settings = load_settings()
    document = comparison(settings, Request(**options))
    if html is not None:
        write_paper(html, comparison_page(document, Provenance.of(settings, made_by), question))
    show(document, as_json, render_comparison)


@dataclass(frozen=True, slots=True)
class Request:
    """What is compared: two policy files, the window, a table of groups, the alerts a desk can take a day."""

    a: Path
    b: Path
    start: str | None = None
    end: str | None = None
    groups: Path | None = None
    capacity: int | None = None


def comparison(settings: Settings, request: Request) -> ComparisonDocument:
    """The mover report. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    policies = [load_policy(request.a), load_policy(request.b)]
    groups = None if request.groups is None else read_groups(request.groups)
    start, end = (
        None if text is None else instant_option(name, text, ends_day=name == "--to")
        for name, text in (("--from", request.start), ("--to", request.end))
    )
    if start is not None and end is not None and end <= start:
        raise WrongUse("--to must lie after --from")
    with long_pass(open_topics(settings, OFFENCES, JOURNAL)) as open_reader:
        backtests = try_policies(open_reader, policies, start, end)
    titles = {**_titles(request.b), **_titles(request.a)}
    return comparison_document(backtests, groups, request.capacity, titles)


def _titles(policy: Path) -> dict[str, Title]:
    try:
        return read_titles(index_path(policy))
    except OSError:  # it was there a moment ago; nothing but the titles is missing
        return {}

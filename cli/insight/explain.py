"""`harmwatch explain`: what is asked for, and where the titles of codes come from."""

from pathlib import Path

import click

from audit.history.explanation import explain_alert, explain_standing
from cli.insight.explained import render_explanation
from cli.insight.explanation_document import ExplanationDocument
from cli.insight.explanation_page import ExplanationPage
from cli.instant_option import instant_option
from cli.long_pass import long_pass
from cli.opening import unsealer_or_raise
from cli.output import json_option, show
from cli.paths import FILE
from cli.topics import open_topics
from models.alert import alert_id as alert_id_of
from models.errors import Unproved, WrongUse
from models.policy import Policy
from models.topics import JOURNAL, OFFENCES
from policies.index_titles import Title, read_titles
from policies.policy_file import index_path, load_policy
from runtime.settings import Settings, load_settings

DOCUMENT = ExplanationDocument


@click.command()
@click.argument("alert_id", required=False)
@click.option("--offender", "offender_id", help="Explain where this person stands, and why not elsewhere.")
@click.option("--at", help="With --offender: as known at this instant or the end of this date; left out: now.")
@click.option("--html", type=FILE, help="Write it as one page for a case file, which opens offline and prints on A4.")
@click.option("--proof", type=FILE, help="With --html: a proof of the alert (harmwatch proof), checked and attached.")
@click.option("--by", "made_by", help="With --html: who made the page; left out: the login.")
@json_option
def command(html: Path | None, proof: Path | None, made_by: str | None, as_json: bool, **asked: str | None) -> None:
    """Says why an alert was sent, or why a person is on the list or not, in plain sentences."""
    if html is None and (proof or made_by):
        raise WrongUse("--proof and --by go with --html FILE")
    settings = load_settings()
    document = explanation(settings, **asked)
    if html is not None:
        from cli.insight.written_case_file import write_case_file  # noqa: PLC0415  (it loads what no answer needs)

        write_case_file(html, document, settings, proof, made_by)
    show(document, as_json, render_explanation)


def explanation(
    settings: Settings, alert_id: str | None, offender_id: str | None, at: str | None
) -> ExplanationDocument:
    """The document of `harmwatch explain`. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    if (alert_id is None) == (offender_id is None):
        raise WrongUse("explain needs either an ALERT_ID or --offender ID (with --at T for another moment than now)")
    if alert_id is not None and at is not None:
        raise WrongUse("an alert has its own moment: --at goes with --offender")
    sequence = None if alert_id is None else _sequence(alert_id)
    instant = None if at is None else instant_option("--at", at, ends_day=True)
    topics = open_topics(settings, OFFENCES, JOURNAL)
    if sequence is not None:
        with unsealer_or_raise(settings, f"alert {alert_id}") as opening, long_pass(topics) as open_reader:
            found = explain_alert(open_reader, sequence, opening)
        if alert_id not in (str(sequence), alert_id_of(found.founding.board, sequence)):
            raise Unproved(f"alert {alert_id!r} is of another board: this one is {found.founding.board!r}")
    else:
        with long_pass(topics) as open_reader:
            found = explain_standing(open_reader, offender_id or "", instant)
    return ExplanationPage(found, titles_of(settings, found.policy)).document()


def _sequence(alert_id: str) -> int:
    """The number of an alert; without a name of a board it is one of this board."""
    _, _, number = alert_id.rpartition(":")
    if ":baseline:" in alert_id:
        raise WrongUse(f"{alert_id!r} is a baseline: it moves no one. Ask with --offender ID for one of its people")
    if not (number.isascii() and number.isdigit()) or not 0 < len(number) < 19:
        raise WrongUse(f"{alert_id!r} is no alert id: they look like v100:42")
    return int(number)


def titles_of(settings: Settings, policy: Policy) -> dict[str, Title]:
    """Titles are not in the journal: they come from the policy's file, if it is still the same policy.

    Without them everything is explained but what the codes mean; the page says that they are not known.
    """
    try:
        if load_policy(settings.policy).digest == policy.digest:
            return read_titles(index_path(settings.policy))
    except (WrongUse, OSError):
        pass
    return {}

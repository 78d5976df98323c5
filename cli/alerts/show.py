"""`harmwatch alerts show`."""

from collections.abc import Iterator

import click

from cli.alerts.list import rank_text, row_of
from cli.alerts.reading import sent_alerts
from cli.output import json_option, show
from cli.topics import passed_over_option
from models.alert import Alert, BaselineEvent, alert_id, baseline_id, days_text
from models.errors import Unproved, WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable, printable_code


class AlertDocument(Alert, Document):
    """An alert, field for field as it was sent."""


class BaselineDocument(BaselineEvent, Document):
    """A baseline, field for field as it was sent."""


DOCUMENT = AlertDocument | BaselineDocument


@click.command()
@click.argument("alert_id")
@passed_over_option
@json_option
def command(alert_id: str, passed_over: tuple[int, ...], as_json: bool) -> None:
    """Shows one alert as it was sent; what it means in sentences, `explain` says."""
    show(show_alert(load_settings(), alert_id, passed_over), as_json, render_alert)


def show_alert(settings: Settings, identity: str, passed_over: tuple[int, ...]) -> AlertDocument | BaselineDocument:
    """The document of `alerts show`: the value as it was sent.

    Raises WrongUse, Unproved, PreconditionFailed, Unavailable.
    """
    _, _, number = identity.rpartition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise WrongUse(f"{identity!r} is no alert id: they look like v100:42")
    with sent_alerts(settings, int(number), passed_over) as sent:
        for event in sent:
            if identity in _names(event):
                return (
                    BaselineDocument(**dict(event))
                    if isinstance(event, BaselineEvent)
                    else AlertDocument(**dict(event))
                )
    raise Unproved(f"there is no alert {identity!r} on alerts.v1: run `harmwatch alerts list`")


def _names(event: Alert | BaselineEvent) -> set[str]:
    """By which it may be asked for; a number alone is an alert of this board."""
    if isinstance(event, BaselineEvent):
        return {baseline_id(event.board, event.last_sequence)}
    return {event.alert_id, str(event.sequence)}


def render_alert(event: AlertDocument | BaselineDocument) -> str:
    """One alert or baseline for a person."""
    if isinstance(event, BaselineEvent):
        members = [
            f"{one.rank:>5}  {printable(one.offender_id):<20} {days_text(one.score_millidays):>9} days  "
            f"in band since {printable(one.in_band_since)} ({alert_id(event.board, one.entered_sequence)})"
            for one in event.band
        ]
        return "\n".join([row_of(event), *members])
    return "\n".join([row_of(event), *_facts(event), f"  why: harmwatch explain {event.alert_id}"])


def _facts(alert: Alert) -> Iterator[str]:
    before, cut = alert.previous, alert.cut
    yield f"  before: {rank_text(before.rank)} with {days_text(before.score_millidays)} days"
    if cut.score_millidays is not None and cut.margin_millidays is not None:
        way = "above" if cut.margin_millidays >= 0 else "below"
        yield f"  cut: {days_text(cut.score_millidays)} days, {days_text(abs(cut.margin_millidays))} {way} it"
    if alert.counterpart is not None:
        yield f"  in exchange: {printable(alert.counterpart)}"
    if alert.entered is not None:
        yield f"  entered: {printable(alert.entered.as_of)} ({printable(alert.entered.alert_id)})"
    for item in alert.contributions:
        what = f"{printable(item.offence_id)} ({printable_code(item.code)})"
        yield f"  {days_text(item.millidays):>9} days until {printable(item.until)}: {what}"
    if alert.contributions_total > len(alert.contributions):
        yield f"  ... and {alert.contributions_total - len(alert.contributions)} more"
    yield f"  policy: {printable(alert.policy.id)} {printable(alert.policy.version)}"

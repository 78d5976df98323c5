"""What the demo tells at its end: the board, the alerts, the story of one of them, and what was refused."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import click

from broker.clients import PartitionReader
from cli.board.board import board_now, render_ranking
from cli.deadletters.letters import Selection, read_letters
from models.alert import Alert, days_text
from models.topics import ALERTS, topic_name
from runtime.settings import Settings
from sight.opening import UnsealedAlerts
from sight.printable import printable, printable_code

_TOP, _NEWEST = 10, 5


def tell_outcome(settings: Settings) -> int | None:
    """Prints it, and gives the sequence of the newest alert, where there is one. Raises Unavailable."""
    click.echo("\n" + render_ranking(board_now(settings, _TOP)))
    alerts = list(_alerts(settings))
    people = len({alert.offender_id for alert in alerts})
    click.echo(f"\n{len(alerts):,} alerts sent, which moved {people:,} people into the band or out of it. The newest:")
    for alert in alerts[-_NEWEST:]:
        click.echo(f"  {_one_line(alert)}")
    if alerts:
        click.echo("\n" + _story(next((alert for alert in reversed(alerts) if alert.rank), alerts[-1])))
    for line in _refusals(settings):
        click.echo(line)
    return alerts[-1].sequence if alerts else None


def _alerts(settings: Settings) -> Iterator[Alert]:
    with (
        closing(UnsealedAlerts.of(settings)) as in_clear,
        closing(PartitionReader(settings.brokers, topic_name(settings.prefix, ALERTS), 0)) as reader,
    ):
        for record in reader.read_until(reader.end()):
            if record.value and b'"alert_id"' in record.value:
                yield in_clear.alert(Alert.model_validate_json(record.value))


def _one_line(alert: Alert) -> str:
    rank = f"rank {alert.rank}" if alert.rank else "unranked"
    who = printable(alert.offender_id)
    return f"{alert.as_of} {alert.alert_id:<9} {alert.transition:<7} {who:<14} {rank:<9}{alert.cause.kind}"


def _story(alert: Alert) -> str:
    who, rank = printable(alert.offender_id), f"at rank {alert.rank}" if alert.rank else "and is unranked"
    offence = f" ({printable(alert.cause.offence_id)})" if alert.cause.offence_id else ""
    article = "an" if alert.cause.kind[0] in "aeiou" else "a"
    lines = [
        f"Alert {alert.alert_id}: on {alert.as_of} {who} {alert.transition} the band, {rank} with "
        f"{alert.score_days} days of harm, because of {article} {alert.cause.kind}{offence}."
    ]
    if alert.counterpart:
        lines.append(f"  The same change moved {printable(alert.counterpart)} the other way.")
    if alert.cut.score_millidays is not None:
        lines.append(f"  The last place in the band needs {days_text(alert.cut.score_millidays)} days.")
    lines += [
        f"  {days_text(item.millidays):>8} days for {printable(item.offence_id)} ({printable_code(item.code)}), "
        f"until {item.until}"
        for item in alert.contributions[:_NEWEST]
    ]
    return "\n".join(lines)


def _refusals(settings: Settings) -> Iterator[str]:
    """A line for each reason, with the newest record that it was refused for."""
    counts, details = Counter[str](), dict[str, str]()
    for letter in read_letters(settings, Selection()):
        counts[letter.reason] += 1
        details[letter.reason] = letter.detail
    if counts:
        yield f"\nThe service refused {counts.total():,} records, which lie on dead-letters.v1:"
    for reason, count in counts.most_common():
        yield f"  {count:>8,} {reason}, for instance {printable(details[reason])}"

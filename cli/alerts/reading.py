"""The alerts of an installation by the client's own reader, in clear where the keys are at hand."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

from kafka.errors import KafkaError

from broker.clients import PartitionReader, explain
from cli.output import say
from cli.topics import open_topics
from harmwatch_client import Alerts, BadPlace, Baseline, Begin, ClientError, Event, Place
from models.alert import Alert, BaselineEvent
from models.errors import Unproved, WrongUse
from models.instants import parse_instant
from models.topics import ALERTS, topic_name
from runtime.settings import Settings
from sight.opening import UnsealedAlerts

_BOARD = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""The names that the settings let through."""


@contextmanager
def open_alerts(
    settings: Settings, begin: Begin = "beginning", passed_over: tuple[int, ...] = (), place: Place | None = None
) -> Iterator[Alerts]:
    """Reads alerts.v1. Raises Unproved at a gap or another topic, PreconditionFailed where none is, Unavailable."""
    open_topics(settings, ALERTS)
    try:
        with Alerts(
            settings.brokers, prefix=settings.prefix, begin=begin, passed_over=passed_over, place=place,
            kafka=settings.brokers.security.options(),
        ) as alerts:  # fmt: skip
            yield alerts
    except KafkaError as error:
        raise explain(error, settings.brokers, " does not answer") from error
    except BadPlace as error:
        raise WrongUse(str(error)) from error
    except ClientError as error:
        raise Unproved(f"{error}: run `harmwatch verify`") from error


@contextmanager
def sent_alerts(
    settings: Settings, begin: Begin = "beginning", passed_over: tuple[int, ...] = ()
) -> Iterator[Iterator[Alert | BaselineEvent]]:
    """Everything that was sent by now, in clear as far as the keys are at hand. Raises the same, and WrongUse."""
    with closing(UnsealedAlerts.of(settings)) as in_clear, open_alerts(settings, begin, passed_over) as alerts:
        say_what_waits(settings)
        yield (unsealed(in_clear, event) for event in alerts.until_now())


def unsealed(in_clear: UnsealedAlerts, event: Event) -> Alert | BaselineEvent:
    """An event as the service knows it. Raises Unproved where no service has sent it, Unavailable."""
    try:
        _refuse_what_is_no_name_or_instant(event)
        sent = (BaselineEvent if isinstance(event, Baseline) else Alert).model_validate_json(event.value)
    except ValueError as error:  # pydantic's ValidationError is one
        raise Unproved(f"offset {event.offset} of {ALERTS.name} is forged: run `harmwatch verify`") from error
    return in_clear.baseline(sent) if isinstance(sent, BaselineEvent) else in_clear.alert(sent)


def _refuse_what_is_no_name_or_instant(event: Event) -> None:
    """They reach terminals and the environment of commands. Raises ValueError."""
    if _BOARD.fullmatch(event.board) is None:
        raise ValueError("no name of a board")
    parse_instant(event.as_of)


def say_what_waits(settings: Settings) -> None:
    """Whether something was sent that cannot be read yet; it would look as if nothing had come. Raises Unavailable."""
    with closing(PartitionReader(settings.brokers, topic_name(settings.prefix, ALERTS), 0)) as reader:
        transaction = reader.open_transaction()
    if transaction is not None:
        say(f"what was sent after it cannot be read yet: {transaction.render()}")

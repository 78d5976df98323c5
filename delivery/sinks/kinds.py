"""Which sink a subscription has."""

from collections.abc import Callable

from delivery.mirror import Mirror
from delivery.secrets import Secrets
from delivery.sinks.alertmanager import AlertmanagerSink
from delivery.sinks.cap_webhook import CapWebhook
from delivery.sinks.email import EmailSink
from delivery.sinks.pagerduty import PagerDutySink
from delivery.sinks.sink import Sink
from delivery.sinks.syslog import SyslogSink
from delivery.sinks.webhook import Webhook
from models.delivery.terms import Terms


def open_sink(
    terms: Terms, secrets: Secrets, mirror: Mirror | None = None, place: int = 0,
    is_exercise: Callable[[], bool | None] = lambda: False,
) -> Sink:  # fmt: skip
    """The sink that the terms name; it connects when it sends.

    `mirror` of the subscription's own board, None: it is only tried. `place`: the sequence up to which it was told.
    `is_exercise`: whether the board goes by the clock of its reports, None: nobody knows yet.
    """
    match terms.sink:
        case "alertmanager":
            return AlertmanagerSink(terms, secrets, mirror, place)
        case "pagerduty":
            return PagerDutySink(terms, secrets, mirror)
        case "email":
            return EmailSink(terms, secrets, mirror)
        case "syslog":
            return SyslogSink(terms, secrets)
        case "webhook":
            return CapWebhook(terms, secrets, mirror, is_exercise) if terms.format == "cap" else Webhook(terms, secrets)

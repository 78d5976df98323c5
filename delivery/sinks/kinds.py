"""Which sink a subscription has."""

from delivery.secrets import Secrets
from delivery.sinks.sink import Sink
from delivery.sinks.webhook import Webhook
from models.delivery.terms import Terms


def open_sink(terms: Terms, secrets: Secrets) -> Sink:
    """The sink that the terms name. It connects when it sends."""
    return Webhook(terms, secrets)

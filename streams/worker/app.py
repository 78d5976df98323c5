"""The Faust app of one worker: what of Faust is used, and what is left out."""

import faust
from faust.app import BootStrategy

from runtime.installation import Installation
from runtime.worker_name import worker_name
from streams.limits import Limits
from streams.transport.transport import RunTransport

_HEARTBEATS_PER_SESSION = 6
"""So many in a row are lost before Kafka takes a worker for dead."""

_NO_TIMEOUT_SECONDS = 86_400.0
_UNBOUNDED_BUFFER = 4_096  # the transport's own limit, RUNS_IN_HAND, is what holds


class _Boot(BootStrategy):
    """Faust's own producer stays off: nobody sends by it, and it knows nothing of certificates and passwords."""

    enable_kafka_producer = False


class _App(faust.App):
    BootStrategy = _Boot

    def _create_directories(self) -> None:
        """Faust would make folders for tables in the working directory; there are no tables."""


def make_app(installation: Installation, limits: Limits) -> faust.App:
    """A Faust app without tables, windows, leader topics, exactly_once or web server."""
    settings = installation.settings
    app = _App(
        installation.group,
        broker=";".join(f"kafka://{broker}" for broker in settings.brokers),
        broker_client_id=worker_name(),
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=settings.session_seconds / _HEARTBEATS_PER_SESSION,
        broker_rebalance_timeout=settings.session_seconds,
        broker_request_timeout=_NO_TIMEOUT_SECONDS,  # bounds the wait for a recovery; requests have their own
        broker_commit_interval=1.0,
        stream_buffer_maxsize=_UNBOUNDED_BUFFER,
        stream_wait_empty=False,
        stream_publish_on_commit=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        store="memory://",
        logging_config={"version": 1, "disable_existing_loggers": False},
    )
    app.transport = RunTransport(app.conf.broker_consumer, app)
    app.transport.brokers = settings.brokers
    app.transport.limits, app.transport.place = limits, installation.place
    return app

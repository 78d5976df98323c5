"""The demo's delivery: the newest alert pushed to a receiver on this machine, signed, with its receipt."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click

from cli.delivery.deliveries_list import list_deliveries
from cli.delivery.ledger import now_text, send_orders
from delivery.deliverer import deliver
from delivery.secrets import Secrets
from delivery.signing import new_shared_key
from delivery.view import DeliveryView
from models.delivery.order import TermsOrder
from models.delivery.terms import Terms
from models.errors import Unavailable
from runtime.settings import Settings

_DESK, _KEY = "demo-desk", "demo-desk.key"
_SECONDS, _LOOK_SECONDS = 60.0, 0.05


class _Receiver(BaseHTTPRequestHandler):
    """Takes what comes, and answers that it has."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The demo says what came."""


def show_delivery(settings: Settings, sequence: int) -> None:
    """Delivers the alert of this sequence, and what follows. Raises Unavailable."""
    with _receiving() as url, tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / _KEY
        key.touch(0o600)
        key.write_text(new_shared_key())
        _order(settings, url, sequence)
        asyncio.run(_until_delivered(settings, Secrets(Path(folder))))
    (row, *_) = list_deliveries(settings, _DESK).deliveries
    click.echo(
        f"\nDelivered: {row.id} as number {row.number} to {url}, signed; its intent stands on deliveries.v1 since "
        f"{row.sent_at}, its receipt ({row.status}) since {row.ended_at}."
    )


@contextmanager
def _receiving() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=server.serve_forever, name="receiver", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _order(settings: Settings, url: str, sequence: int) -> None:
    terms = Terms.model_validate(
        {
            "id": _DESK, "recipient": "this machine", "agreement": "the demo", "url": url, "from": sequence,
            "keys": [_KEY], "allow": ["127.0.0.0/8"],
        }
    )  # fmt: skip
    order = TermsOrder(subscription=_DESK, terms=terms, by="harmwatch demo", why="to show it", at=now_text())
    send_orders(settings, [order])


async def _until_delivered(settings: Settings, keys: Secrets) -> None:
    stop, view = asyncio.Event(), DeliveryView()
    delivering = asyncio.create_task(deliver(settings, keys, stop, view=view))
    try:
        async with asyncio.timeout(_SECONDS):
            while not any(name == "subscription_number" and value >= 1 for name, _, value in view.samples()):
                if delivering.done():
                    break
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise Unavailable(f"nothing was delivered within {_SECONDS:g} s") from error
    finally:
        stop.set()
        await asyncio.wait([delivering])  # raises nothing: an interrupt that is on its way stays the answer
        failure = delivering.exception()
    if failure is not None:
        raise failure

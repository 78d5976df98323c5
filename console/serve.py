"""The console as a process: it looks at the board in a thread, and answers on an address."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from types import FrameType
from zoneinfo import ZoneInfo

import uvicorn

from console.about.about_pages import AboutPages
from console.about.record_file import read_record
from console.access_log.access_log import AccessLog
from console.access_log.access_pages import AccessPages
from console.access_log.leases import Leases
from console.app import make_app
from console.board_text import Wording
from console.fan_out import FanOut
from console.frame_source import FrameSource
from console.metrics import serving_metrics
from console.pages import Pages
from console.past.child import Answering
from console.past.open_past import handles_of, open_past
from console.peer_check import PeerCheck
from console.provider import Provider
from console.request_check import RequestCheck
from console.row_keys import RowKeys
from console.sign_in.providers import provider_of
from console.stays.open_desk import OpenDesk, open_desk
from models.errors import PreconditionFailed, Unavailable
from models.policy import Policy
from policies.policy_file import load_policy
from runtime.events import Event, happened
from runtime.metrics.address import Address
from runtime.metrics.scrape_tls import TlsContextSource
from runtime.settings import Settings
from sight.board_view import BoardView
from sight.poller import BoardPoller
from sight.poller_thread import PollerThread

_TICKS_A_LOOK = 10
_SHUTDOWN_SECONDS = 3
_BELOW_THE_CUT = 200
"""More than is shown: whoever comes from there has moved, and is not new."""

log = logging.getLogger(__name__)


def serve(settings: Settings, answering: Answering) -> None:
    """Answers until SIGTERM or Ctrl-C; `answering`: what looks back, in a process of its own.

    Raises WrongUse, PreconditionFailed where the address cannot be had.
    """
    policy = load_policy(settings.policy)
    poller = BoardPoller(settings, policy.band_size, policy.exit_rank, _BELOW_THE_CUT)
    pages = pages_of(settings, policy, poller.view)
    about = AboutPages(pages, policy, settings, read_record(settings.console_record))
    with (
        closing(AccessLog(settings)) as access_log,
        provider_of(settings, pages) as provider,
        listening(settings.console_address) as listener,
        PollerThread(poller, pages.fan_out.show) as looking,
        open_desk(settings, pages, leases_of(settings, pages, access_log)) as desk,
        open_past(settings, answering, pages, access_log.write, desk.pages) as past,
        serving_metrics(settings, {"board": pages.fan_out, "desk": desk.pages.news}),
    ):
        pages.has_sign_out = provider.can_sign_out
        leases = desk.pages.leases
        hosts = hosts_of(settings.console_address, settings.console_names)
        further = [*AccessPages(pages, access_log).routes(), *about.routes(), *past]
        app = make_app(pages, hosts, leases, provider, further, desk.pages)
        server = Server(app, pages.fan_out, looking, tls_of(settings), desk)
        log.info(*_first_line(settings, provider), extra=happened(Event.STARTED))
        asyncio.run(server.serve(sockets=[listener]))
        if desk.feed.fault is not None:
            raise desk.feed.fault
        if not (looking.is_alive and desk.feed.is_alive):
            raise Unavailable("nobody looks at the board or the desk any more; why, the lines above say")


def _first_line(settings: Settings, provider: Provider) -> tuple[str, str, str, str, str]:
    scheme = "http" if settings.console_cert is None else "https"
    whom = "those who sign in" if provider.has_sign_in else "this machine alone"
    return "the console of board %s is at %s://%s, for %s", settings.board, scheme, str(settings.console_address), whom


def tls_of(settings: Settings) -> TlsContextSource | None:
    """By which files it is served; None: in clear. Raises PreconditionFailed where they cannot be used."""
    if settings.console_cert is None:
        return None
    try:
        return TlsContextSource(settings.console_tls)
    except OSError as error:
        raise PreconditionFailed(f"HARMWATCH_CONSOLE_CERT and _KEY cannot be used: {error}") from error


def leases_of(settings: Settings, pages: Pages, access_log: AccessLog) -> Leases:
    """Those of one board's names."""
    return Leases(settings.board, access_log.write, pages.fan_out.place)


def pages_of(settings: Settings, policy: Policy, first: BoardView) -> Pages:
    """The pages of an installation, from its first view on."""
    zone = ZoneInfo(settings.zone)
    wording = Wording(policy.band_size, policy.exit_rank, RowKeys(), zone, handles=handles_of(settings))
    return Pages(settings.board, f"{policy.id} {policy.version}", FanOut(wording, policy.digest, first), zone)


class Server(uvicorn.Server):
    """Uvicorn, of which open streams say goodbye first, and which ends where a thread that reads for it has."""

    def __init__(
        self,
        app: object,
        fan_out: FanOut,
        looking: PollerThread | None = None,
        tls: TlsContextSource | None = None,
        desk: OpenDesk | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,  # type: ignore[arg-type]  # an ASGI application
                http="h11", ws="none", loop="asyncio", lifespan="on", log_config=None, access_log=False,
                server_header=False, date_header=True, proxy_headers=False, timeout_keep_alive=30,
                timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
                ssl_context_factory=None if tls is None else lambda *_: _fresh_context(tls),
            )
        )  # fmt: skip
        self._news: Sequence[FrameSource] = [fan_out] if desk is None else [fan_out, desk.pages.news]
        self._peers, self._requests = PeerCheck(), RequestCheck()
        self._threads = [each for each in (looking, None if desk is None else desk.feed) if each is not None]

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """SIGTERM and Ctrl-C end it, and what is around it goes on to its own end; the second waits for nobody."""
        self.should_exit, self.force_exit = True, self.should_exit

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; whether it ends."""
        if counter % _TICKS_A_LOOK == 0:
            lines = [getattr(each, "transport", None) for each in self.server_state.connections]
            self._peers.look(line for line in lines if line is not None)
            self._requests.look(tuple(self.server_state.connections))  # type: ignore[arg-type]  # of h11
        return await super().on_tick(counter) or not all(each.is_alive for each in self._threads)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """The end."""
        for news in self._news:
            news.end()
        await super().shutdown(sockets)


def _fresh_context(tls: TlsContextSource) -> ssl.SSLContext:
    """A context that hands each who comes over to the newest one: files that were replaced are taken up."""
    first = tls.fresh()

    def take_newest(peer: ssl.SSLSocket | ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        newest = tls.fresh()
        if newest is not first:
            peer.context = newest

    first.sni_callback = take_newest
    return first


@contextmanager
def listening(address: Address) -> Iterator[socket.socket]:
    """A socket that listens there. Raises PreconditionFailed."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
            listener.listen(512)
        except OSError as error:
            raise PreconditionFailed(f"HARMWATCH_CONSOLE: {address} cannot be had: {error.strerror}") from error
        yield listener


def hosts_of(address: Address, further: Sequence[str] = ()) -> frozenset[str]:
    """By which names browsers may ask: those of this machine, and those that the settings name."""
    own = ("127.0.0.1", "[::1]", "localhost", str(address).rpartition(":")[0])
    return frozenset(f"{host}:{address.port}" for host in own) | frozenset(further)

"""`harmwatch worker`: the checks before the start, then the Faust worker until SIGTERM."""

import asyncio
import gc
import logging
import signal

import click

from broker.clients import admin
from broker.engine_number import refuse_journal_of_other_engine
from cli.service.shutdown import Shutdown
from cli.version import version_text
from models.errors import BrokenInvariant, HarmwatchError, PreconditionFailed
from policies.policy_file import load_policy
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.key_stores import open_keys
from runtime.service_logs import log_as
from runtime.settings import Sealing, Settings, load_settings
from runtime.topic_checks import topic_faults, topic_weaknesses
from runtime.topic_identity import find_place
from runtime.worker_rights import lacking_worker_rights
from state.connection import check_eviction_policy, connect
from streams.limits import SHIPPED, Limits
from streams.worker.brake import Acceptance
from streams.worker.serve import serve

_ABSENCE_SECONDS, _KNOCK_SECONDS = 2.2, 0.5
"""A refused start is over within five, and the interpreter takes its time for its modules."""

_FRESH_OBJECTS = 50_000
log = logging.getLogger(__name__)


@click.command()
@click.option("--accept-refusals", is_flag=True, help="Once, let pass what the brake stops: most records are refused.")
@click.option(
    "--accept-clock", is_flag=True, help="Once, let time pass that the clocks say and the board does not believe."
)
def command(*, accept_refusals: bool, accept_clock: bool) -> None:
    """Scores, ranks and alerts until SIGTERM; start as many as there are partitions."""
    settings = load_settings()
    log_as(settings)
    run_worker(settings, Acceptance(given=accept_refusals, clock=accept_clock))


def run_worker(settings: Settings, acceptance: Acceptance, *, limits: Limits = SHIPPED) -> None:
    """Works until SIGTERM or SIGINT. Raises what the start or the work is refused for."""
    policy = load_policy(settings.policy)
    _refuse_absence(settings)
    _look_at_topics(settings)
    installation = Installation(settings, policy, find_place(settings))
    refuse_journal_of_other_engine(installation.reader)
    store = installation.open_store()
    try:
        if (warning := check_eviction_policy(store.client)) is not None:
            log.warning("%s", warning, extra=happened(Event.WEAK_STORE))
        _say_who_works(installation, store.position().entry)
    finally:
        store.close()
    if settings.seal is Sealing.ON:
        open_keys(settings, create=True).close()
    _collect_seldom()
    shutdown = Shutdown()
    try:
        asyncio.run(_until_stopped(installation, acceptance, shutdown, limits))
    except HarmwatchError:
        raise
    except Exception as error:  # its traceback is in the log already, since we may not come this far
        raise BrokenInvariant(f"{type(error).__name__}: {error}") from error
    shutdown.now()


def _look_at_topics(settings: Settings) -> None:
    faults = topic_faults(settings) or lacking_worker_rights(settings)
    if faults:
        raise PreconditionFailed("; ".join(faults))
    weaknesses = topic_weaknesses(settings)
    if weaknesses:
        text = "%s (HARMWATCH_SINGLE_NODE=yes says that this is one node)"
        log.warning(text, "; ".join(weaknesses), extra=happened(Event.WEAK_TOPICS))


def _say_who_works(installation: Installation, entry: int | None) -> None:
    settings, policy = installation.settings, installation.policy
    log.info(
        "%s: board %s, policy %s %s, %d partition(s), the store is at entry %s",
        version_text(),
        settings.board,
        policy.id,
        policy.version,
        installation.place.partitions,
        entry or "none",
        extra=happened(Event.STARTED, entry=entry, partitions=installation.place.partitions),
    )


def _refuse_absence(settings: Settings) -> None:
    """Raises Unavailable where Kafka or Redis does not answer: the supervisor starts the worker again."""
    admin(settings.brokers, round(_ABSENCE_SECONDS * 1_000), _KNOCK_SECONDS).close()
    connect(settings.redis_access, _ABSENCE_SECONDS).close()


def _collect_seldom() -> None:
    """Records live and die by the thousand without a circle among them: to look for one after every few is in vain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_FRESH_OBJECTS, 20, 100)


async def _until_stopped(
    installation: Installation, acceptance: Acceptance, shutdown: Shutdown, limits: Limits
) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def begin_to_end() -> None:
        stop.set()
        shutdown.begin()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_to_end)
    await serve(installation, stop, acceptance, shutdown.begin, shutdown.now, limits)

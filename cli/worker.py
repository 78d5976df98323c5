"""`harmwatch worker`: the checks before the start, then the Faust worker until SIGTERM."""

import asyncio
import gc
import os
import signal
import sys
import threading

from models.errors import StartRefused
from runtime.installation import Installation
from runtime.key_stores import open_keys
from runtime.places import find_place
from runtime.settings import Sealing, Settings
from runtime.topic_checks import topic_faults
from scoring.policy_file import load_policy
from state.connection import check_policy
from streams.app import serve
from streams.brake import Acceptance

_PATIENCE_SECONDS = 4.5
"""From SIGTERM to the end of the process: half a second less than operators are promised."""

_FRESH_OBJECTS = 50_000


def run_worker(settings: Settings, *, accept_refusals: bool) -> None:
    """Works until SIGTERM or SIGINT. Raises what the start or the work is refused for."""
    policy = load_policy(settings.policy)
    faults = topic_faults(settings)
    if faults:
        raise StartRefused("; ".join(faults))
    installation = Installation(settings, policy, find_place(settings))
    store = installation.open_store()
    try:
        check_policy(store.client)
    finally:
        store.close()
    if settings.seal is Sealing.ON:
        open_keys(settings, create=True).close()
    _collect_seldom()
    asyncio.run(_until_told(installation, Acceptance(given=accept_refusals)))
    _end_now()


def _collect_seldom() -> None:
    """Records live and die by the thousand without a circle among them: to look for one after every few is in vain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_FRESH_OBJECTS, 20, 100)


async def _until_told(installation: Installation, acceptance: Acceptance) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def begin_to_end() -> None:
        if not stop.is_set():
            stop.set()
            _end_by_force_after(_PATIENCE_SECONDS)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_to_end)
    await serve(installation, stop, acceptance)


def _end_now() -> None:
    """Everything is closed; tidying the interpreter's memory would take another second or two."""
    sys.stderr.flush()
    os._exit(0)


def _end_by_force_after(seconds: float) -> None:
    """What hangs by then is a client that waits for Kafka or Redis; a process that ends here loses nothing."""
    timer = threading.Timer(seconds, _end_now)
    timer.daemon = True
    timer.start()

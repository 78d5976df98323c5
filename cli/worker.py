"""`harmwatch worker`: the checks before the start, then the Faust worker until SIGTERM."""

import asyncio
import signal

from models.errors import StartRefused
from runtime.installation import Installation
from runtime.places import find_place
from runtime.settings import Settings
from runtime.topic_checks import topic_faults
from scoring.policy_file import load_policy
from state.connection import check_policy
from streams.app import serve


def run_worker(settings: Settings) -> None:
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
    asyncio.run(_until_told(installation))


async def _until_told(installation: Installation) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(installation, stop)

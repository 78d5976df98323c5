"""A worker from its start to its end: Kafka's client, the services beside it, and a sentry that looks at both."""

import asyncio
from collections.abc import Callable

from runtime.installation import Installation
from runtime.metrics.scrape import serving
from runtime.pulse import Pulse
from streams.limits import SHIPPED, Limits
from streams.worker.app import make_app
from streams.worker.brake import Acceptance
from streams.worker.ending import say_why
from streams.worker.lifetime import post_sentry, run, stop_app, until_over
from streams.worker.services import WorkerServices


async def serve(
    installation: Installation,
    stop: asyncio.Event,
    acceptance: Acceptance,
    failed: Callable[[BaseException], None],
    give_up: Callable[[], None],
    limits: Limits = SHIPPED,
) -> None:
    """Works until `stop`; raises what made it impossible to go on, of which `failed` hears first.

    `give_up` ends the process where Kafka keeps it from ending, or where the event loop does not turn any more.
    """
    app = make_app(installation, limits)
    services = WorkerServices(installation, app, acceptance, failed, limits)
    app.finalize()
    running, watching = asyncio.ensure_future(run(app)), asyncio.ensure_future(services.watch())
    sentry = post_sentry(app, limits, Pulse(installation.settings.pulse, services.waits.standing), failed, give_up)
    try:
        with serving(installation.settings.metrics_address, services.meters.registry):
            await until_over(services.failure, running, stop)
    except Exception as error:
        if not services.failure.done():  # Faust itself has failed
            say_why(error)
        failed(error)
        raise
    finally:
        sentry.stop()
        watching.cancel()
        services.leave()
        await services.close()
        await stop_app(app, running, give_up)

"""The pages about the past as a console serves them, and the process behind them."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from starlette.routing import Route

from console.access_log.leases import Write
from console.console_key import console_secret
from console.pages import Pages
from console.past.band_pages import BandPages
from console.past.child import Answering
from console.past.file_pages import FilePages
from console.past.past_desk import PastDesk
from console.past.people_pages import PeoplePages
from console.past.person_stays import PersonStays
from console.past.process import PastProcess
from console.stays.stay_pages import StayPages
from runtime.settings import Settings
from sealing.handles import Handles


@contextmanager
def open_past(
    settings: Settings, answering: Answering, pages: Pages, write: Write, stays: StayPages
) -> Iterator[Sequence[Route]]:
    """While the block lasts; the process itself is started by the first question."""
    with closing(PastProcess(settings_of_child(settings), answering, settings.console_past_seconds)) as process:
        desk = PastDesk(pages, process, write, handles_of(settings))
        yield past_routes(desk, PersonStays(stays.news, stays.acting.lookup, stays.acting.reads))


def past_routes(desk: PastDesk, stays: PersonStays) -> list[Route]:
    """All of them."""
    return [*PeoplePages(desk, stays).routes(), *BandPages(desk).routes(), *FilePages(desk, stays).routes()]


def handles_of(settings: Settings) -> Handles | None:
    """Under the secret that the settings name; None: they name none. Raises NotAllowed."""
    secret = console_secret(settings)
    return None if secret is None else Handles(secret)


def settings_of_child(settings: Settings) -> Settings:
    """It reads Kafka alone, as the role `audit` where that has a login of its own."""
    if not settings.console_audit_user:
        return settings
    login = {"kafka_user": settings.console_audit_user, "kafka_password_file": settings.console_audit_password_file}
    return settings.model_copy(update=login)

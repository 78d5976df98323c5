"""The pages of this shelf: which address is which."""

from dataclasses import dataclass

from starlette.routing import Route

from console.access_log.leases import Leases
from console.handover.ageing_pages import AgeingPages
from console.pages import Pages
from console.stays.queue_source import QueueSource


@dataclass(frozen=True, slots=True)
class ShiftPages:
    """Those of one desk."""

    pages: Pages
    news: QueueSource
    leases: Leases

    def routes(self) -> list[Route]:
        """What is answered where."""
        return [Route("/ageing", AgeingPages(self.pages, self.news, self.leases).page)]

"""The pages of this shelf: which address is which."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from console.access_log.leases import Leases
from console.form_seal import FormSeal
from console.handover.ageing_pages import AgeingPages
from console.handover.beside import NewestLetter
from console.handover.handover_form import read_handover_form
from console.handover.handover_pages import HandoverPages
from console.handover.pack_reader import PackReader
from console.handover.print_pages import PrintPages
from console.pages import Pages
from console.stays.action_desk import ActionDesk
from console.stays.queue_source import QueueSource


@dataclass(frozen=True, slots=True)
class ShiftPages:
    """Those of one desk."""

    pages: Pages
    news: QueueSource
    acting: ActionDesk
    leases: Leases
    packs: PackReader
    newest_letter: NewestLetter
    seal: FormSeal = field(default_factory=FormSeal)

    def routes(self) -> list[Route]:
        """What is answered where."""
        ageing, handovers = AgeingPages(self.pages, self.news, self.leases, self.acting.reads), self._handovers
        printed = PrintPages(self.pages, self.news, self.leases, handovers)
        return [Route("/ageing", ageing.page), *handovers.routes(), *printed.routes()]

    def give_back(self, sign_in: str | None, scope: Scope, body: bytes, status: int, words: str) -> Response | None:
        """The form of somebody who is no officer now; it names nobody. None: it was none about a handover."""
        form = read_handover_form(body)
        if form.act is None or not (scope["path"] == "/handover" or scope["path"].startswith("/handover/")):
            return None
        request = Request({**scope, "headers": []})
        return self._handovers.unshown(request, form, words, status, sign_in)

    @property
    def _handovers(self) -> HandoverPages:
        return HandoverPages(
            self.pages, self.news, self.acting, self.leases, self.packs, self.newest_letter, self.seal
        )  # fmt: skip

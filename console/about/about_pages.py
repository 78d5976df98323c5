"""`/about`: for all who see the list, what it is, by which rules, and who answers for it."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from console.about.about_document import SAYS, SAYS_NOT, about_document
from console.about.policy_facts import policy_facts
from console.about.transparency_record import transparency_record
from console.pages import Pages, wants_json
from models.policy import Policy
from runtime.settings import Settings

PATH = "/about"


class AboutPages:
    """The page about a console. `answers`: what only those who run it can say."""

    def __init__(self, pages: Pages, policy: Policy, settings: Settings, answers: Mapping[str, str]) -> None:
        self._pages, self._policy, self._answers = pages, policy, answers
        self._record = tuple(transparency_record(policy, settings, answers))

    def routes(self) -> Sequence[BaseRoute]:
        """One."""
        return (Route(PATH, self._about),)

    async def _about(self, request: Request) -> Response:
        facts = tuple(policy_facts(self._policy, self._pages.fan_out.view.policy_digest))
        if wants_json(request):
            document = about_document(self._pages.board, self._policy.band_size, facts, self._record)
            answer = Response(document.json_text(), media_type="application/json")
        else:
            answer = self._pages.page(
                request, "about.html", facts=facts, record=self._record, says=SAYS, says_not=SAYS_NOT,
                size=self._policy.band_size, documentation=self._answers.get("documentation", "").rstrip("/"),
            )  # fmt: skip
        answer.headers["Vary"] = "Accept"
        return answer

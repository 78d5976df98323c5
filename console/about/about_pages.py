"""`/about`: for all who see the list, what it is, by which rules, and who answers for it."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from console.about.policy_facts import policy_facts
from console.about.transparency_record import transparency_record
from console.pages import Pages
from models.policy import Policy
from runtime.settings import Settings

PATH = "/about"


class AboutPages:
    """Of one console. `told`: what only those who run it can say."""

    def __init__(self, pages: Pages, policy: Policy, settings: Settings, told: Mapping[str, str]) -> None:
        self._pages, self._policy, self._told = pages, policy, told
        self._record = tuple(transparency_record(policy, settings, told))

    def routes(self) -> Sequence[BaseRoute]:
        """One."""
        return (Route(PATH, self._about),)

    async def _about(self, request: Request) -> Response:
        in_force = self._pages.fan_out.view.policy_digest
        return self._pages.page(
            request, "about.html", facts=tuple(policy_facts(self._policy, in_force)), record=self._record,
            size=self._policy.band_size, documentation=self._told.get("documentation", "").rstrip("/"),
        )  # fmt: skip

"""`POST /stays/{alert_id}/actions`: a program acts as an officer does at a form."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from console.officer import Officer
from console.programs.sent_action import read_sent_action, who_acts
from console.stays.action_desk import ActionDesk
from console.stays.outcome import Outcome, outcome_document
from models.alert import alert_id

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """`sequence_of`: of the stay that an address names. Raises HTTPException."""

    board: str
    acting: ActionDesk
    sequence_of: Callable[[str], int]

    async def page(self, request: Request) -> Response:
        """The outcome, as a document."""
        stay = self.sequence_of(request.path_params["alert_id"])
        outcome = await self._outcome(request, stay)
        return Response(outcome_document(outcome).json_text(), outcome.status, media_type=MEDIA_TYPE)

    async def _outcome(self, request: Request, stay: int) -> Outcome:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
            return Outcome(415, f"An action is sent as {MEDIA_TYPE}.")
        try:
            body = read_sent_action(await request.body())
        except ValueError as error:
            return Outcome(422, f"This is no action: {error}.")
        if body.stay != alert_id(self.board, stay):
            return Outcome(422, f"It is about {body.stay}, and was sent to another stay.")
        asks: Officer = request.state.officer
        officer = who_acts(body, asks)
        if isinstance(officer, str):
            return Outcome(403, officer)
        return await self.acting.in_time(self.acting.act_on, officer, body.form(), body.seen(officer.by, 0))

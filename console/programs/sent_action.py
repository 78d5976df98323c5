"""An action as a program sends it: the fields of its record, of which the server writes some itself."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from console.officer import Officer, Role
from console.stays.forms import ActKind, StayForm
from console.stays.shown_basis import ShownBasis
from desk.stay_moment import SUPERVISOR
from models.desk.action_head import ActionId, At, Name, OfficerId, ReasonCode
from models.desk.basis import Basis
from models.desk.stay_name import StayName, stay_sequence
from sight.printable import printable

_Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
_ROLES = {"officer": Role.OFFICER, SUPERVISOR: Role.SUPERVISOR}


class SentAction(BaseModel):
    """What may stand in it. `at`, `after` and `role` are the server's; `basis` is what a GET of the stay has given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action_id: ActionId
    kind: ActKind
    stay: StayName
    by: OfficerId | None = None
    role: Name | None = None
    at: At | None = None
    after: int | None = None
    sequence_seen: Annotated[int, Field(ge=0)] | None = None
    basis: Basis | None = None
    reason_code: ReasonCode | None = None
    note: str | None = None
    second_of: ActionId | None = None
    until: At | None = None
    measure: _Word | Literal[""] = ""
    provisional: bool = False

    def form(self) -> StayForm:
        """The same as a form says it."""
        text = "" if self.note is None else self.note.replace("\r\n", "\n").replace("\r", "\n").strip()
        return StayForm(
            self.kind, "", text, None, self.measure, self.provisional, self.reason_code or "", self.until or ""
        )

    def seen(self, by: str, sequence: int) -> ShownBasis:
        """What its writer's page showed; `sequence`: of a page that does not say."""
        return ShownBasis(
            by=by, stay=stay_sequence(self.stay), action_id=self.action_id,
            sequence_seen=sequence if self.sequence_seen is None else self.sequence_seen, basis=self.basis,
            proposal=self.second_of,
        )  # fmt: skip


def read_sent_action(body: bytes) -> SentAction:
    """Raises ValueError, in words."""
    try:
        return SentAction.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(printable(f"{where}: {first['msg']}" if where else first["msg"])) from error


def who_acts(body: SentAction, asks: Officer) -> Officer | str:
    """The officer under whose name it is written, or why it is not.

    With a sign-in it is who asks, and a body that names another one is refused. Without one, which serves its own
    machine alone, the body says who: nobody has checked it, and the record says so.
    """
    if asks.signed_in:
        is_theirs = body.by in {None, asks.by} and body.role in {None, str(asks.role)}
        return asks if is_theirs else f"You are {asks.by}, {asks.role}: nobody acts under another name or role."
    if body.by is None or body.role not in _ROLES:
        return "This console has no sign-in: say who acts, `by` a name and in the `role` of officer or supervisor."
    return Officer(body.by, _ROLES[body.role], signed_in=False)

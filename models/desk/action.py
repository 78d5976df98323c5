"""The records of officer-actions.v1: what was done at the desk, by whom, and what they had seen."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag, TypeAdapter

from models.canonical import canonical_json
from models.checkpoint import Hash
from models.desk.action_head import (
    ActionId,
    ActionOfDesk,
    ActionOfStay,
    At,
    Name,
    OfficerId,
    ReasonCode,
    Sequence,
    Text,
)
from models.desk.basis import Basis
from models.desk.rules import DeskRules
from models.desk.stay_name import StayName


class RulesAction(ActionOfDesk):
    """The rules from here on. The console writes the first record of the topic, a supervisor each later one."""

    kind: Literal["rules"] = "rules"
    board: str
    first_entry: Hash
    """the hash of the journal's entry 1: which history the desk is about"""

    rules: DeskRules

    note: Text | None = None
    """why a supervisor changes them; null: the first ones"""


class LookAction(ActionOfStay):
    """An officer has looked at a stay; who looks first owns it."""

    kind: Literal["look"] = "look"
    basis: Basis | None
    """null: the stay has ended, or its token does not open"""


class NoteAction(ActionOfStay):
    """What an officer wrote about a stay."""

    kind: Literal["note"] = "note"
    note: Text


class SnoozeAction(ActionOfStay):
    """A stay comes back to the queue at an instant."""

    kind: Literal["snooze"] = "snooze"
    basis: Basis
    until: At
    reason_code: ReasonCode | None
    note: Text
    """why"""


class CloseAction(ActionOfStay):
    """Nothing more is to be done for a stay on this basis, or for one that ended before anybody looked."""

    kind: Literal["close"] = "close"
    basis: Basis | None
    """null: the stay has ended, or its token does not open"""

    reason_code: ReasonCode | None
    note: Text | None
    """why; null: as above"""


class ReleaseAction(ActionOfStay):
    """An owner gives a stay back to the queue, or a supervisor takes it from them."""

    kind: Literal["release"] = "release"
    reason_code: ReasonCode | None
    note: Text | None
    """why; null: an owner needs no reason"""


class ProposeAction(ActionOfStay):
    """One person proposes a measure; its id is that of the action."""

    kind: Literal["propose"] = "propose"
    basis: Basis
    measure: Name
    reason_code: ReasonCode | None
    note: Text
    """why"""

    provisional: bool
    """of `accept` alone: whether it holds until a supervisor has answered, for as long as the rules say"""


class ConfirmAction(ActionOfStay):
    """A supervisor who is not who proposed confirms: a decision."""

    kind: Literal["confirm"] = "confirm"
    second_of: ActionId
    """the proposal"""

    basis: Basis
    """what the second person saw"""


class ReturnAction(ActionOfStay):
    """A second person gives a proposal back, or who proposed takes it back: it ends without a decision."""

    kind: Literal["return"] = "return"
    second_of: ActionId
    """the proposal"""

    reason_code: ReasonCode | None
    note: Text
    """why"""


class LapseAction(ActionOfStay):
    """What was looked at, snoozed or closed no longer counts, since the board has moved on.

    Its id is hash(second_of, cause): the first 32 letters of SHA-256(`<second_of>:<cause>`).
    """

    kind: Literal["lapse"] = "lapse"
    second_of: ActionId
    """the action that no longer counts"""

    cause: Literal["growth", "correction", "policy"]
    basis: Basis
    """where the person stands now"""


class OfferHandoverAction(ActionOfDesk):
    """An officer offers the desk to another one."""

    kind: Literal["offer_handover"] = "offer_handover"
    from_: Annotated[OfficerId, Field(alias="from")]
    """who acts"""

    to: OfficerId
    words: Text | None
    """what is said besides; null, also on a sealed board, where no key would be the right one"""

    pack_sequence: Sequence
    """the last alert in the pack"""

    pack_offset: Annotated[int, Field(ge=-1)]
    """the last action in the pack; -1: none"""

    pack_at: At
    """the instant that the pack speaks of"""

    sha256: Hash
    """of the pack"""


class HandoverItem(BaseModel):
    """What becomes of one stay that its giver had looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    stay: StayName
    end: Literal["taken", "returned"]
    """taken: it is theirs who take the desk; returned: back to the queue"""

    why: Text | None = None
    """of what is returned; null: it is taken, or its person stands under a token and no key is there"""


class TakeHandoverAction(ActionOfDesk):
    """The other one takes the desk over; what has no item is an orphan."""

    kind: Literal["take_handover"] = "take_handover"
    offer: ActionId
    items: tuple[HandoverItem, ...]


class ReturnHandoverAction(ActionOfDesk):
    """The next shift gives an offer back, or who offered takes it back."""

    kind: Literal["return"] = "return"
    second_of: ActionId
    """the offer"""

    reason_code: ReasonCode | None
    note: Text | None
    """why; null: on a sealed board, where no key would be the right one"""


class ErasedAction(ActionOfDesk):
    """A person was erased: their stays end, and what was written about them is left out from here on."""

    kind: Literal["erased"] = "erased"
    stays: Annotated[tuple[StayName, ...], Field(min_length=1)]
    """the open one and past ones"""


Action = (
    RulesAction
    | LookAction
    | NoteAction
    | SnoozeAction
    | CloseAction
    | ReleaseAction
    | ProposeAction
    | ConfirmAction
    | ReturnAction
    | LapseAction
    | OfferHandoverAction
    | TakeHandoverAction
    | ReturnHandoverAction
    | ErasedAction
)


_RETURNED = "return"
_OF_DESK = "return:desk"


def _tag(given: Any) -> str:  # Any: whatever JSON holds
    """The kind; of the one that two share also whether it is of a stay or of the desk."""
    kind, stay = (given.get("kind"), given.get("stay")) if isinstance(given, dict) else (given.kind, given.stay)
    return _OF_DESK if kind == _RETURNED and stay is None else str(kind)


_Tagged = Annotated[
    Annotated[RulesAction, Tag("rules")]
    | Annotated[LookAction, Tag("look")]
    | Annotated[NoteAction, Tag("note")]
    | Annotated[SnoozeAction, Tag("snooze")]
    | Annotated[CloseAction, Tag("close")]
    | Annotated[ReleaseAction, Tag("release")]
    | Annotated[ProposeAction, Tag("propose")]
    | Annotated[ConfirmAction, Tag("confirm")]
    | Annotated[ReturnAction, Tag(_RETURNED)]
    | Annotated[LapseAction, Tag("lapse")]
    | Annotated[OfferHandoverAction, Tag("offer_handover")]
    | Annotated[TakeHandoverAction, Tag("take_handover")]
    | Annotated[ReturnHandoverAction, Tag(_OF_DESK)]
    | Annotated[ErasedAction, Tag("erased")],
    Discriminator(_tag),
]


class ActionRecord(RootModel[_Tagged]):
    """What was done at the desk, by whom, and what they had seen."""

    model_config = ConfigDict(title="officer-actions.v1")


_actions: TypeAdapter[Action] = TypeAdapter(_Tagged)


def read_action(value: bytes | None) -> Action | None:
    """The action that a record is; None: it is foreign, as is one whose bytes are not the canonical ones."""
    try:
        action = _actions.validate_json(value or b"")
    except ValueError:  # pydantic's ValidationError is one
        return None
    return action if action_bytes(action) == value else None


_OF_SERVER = {"at", "after", "sequence_seen", "basis", "role", "sign_in"}
"""What a server writes into an action by itself: the same action sent again may have it otherwise."""


def says_the_same(one: Action, other: Action) -> bool:
    """Whether two actions of one id are one action, or somebody took the id for another one."""
    return one.model_dump(exclude=_OF_SERVER) == other.model_dump(exclude=_OF_SERVER)


def action_bytes(action: Action) -> bytes:
    """The record's value: canonical, so that equal actions are equal bytes."""
    return canonical_json(action.model_dump(mode="json", by_alias=True))

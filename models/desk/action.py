"""The records of officer-actions.v1: what was done at the desk, by whom, and what they had seen."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, TypeAdapter

from models.canonical import canonical_json
from models.checkpoint import Hash
from models.desk.basis import Basis
from models.desk.rules import DeskRules
from models.instants import format_instant, parse_instant
from models.officer_name import OFFICER_NAME
from models.token import Token

_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$")]
_Officer = Annotated[str, Field(pattern=f"^{OFFICER_NAME}$")]
_ActionId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Sequence = Annotated[int, Field(ge=0)]
_MOST_LETTERS = 2_000
"""Of a text in clear; its token is longer."""

_Stay = Annotated[int, Field(ge=1)]


def _written(text: str) -> str:
    """In the one form that an instant is written in, so that equal actions are equal bytes."""
    if format_instant(parse_instant(text)) != text:
        raise ValueError("is not written as harmwatch writes instants: UTC, with Z")
    return text


def _says_something(text: str) -> str:
    if text != text.strip() or not all(line.isprintable() for line in text.split("\n")):
        raise ValueError("is to be plain text without control characters, and not to begin or end with blanks")
    if len(text) > _MOST_LETTERS and Token.read(text) is None:
        raise ValueError(f"is longer than {_MOST_LETTERS:,} letters")
    return text


_At = Annotated[str, AfterValidator(_written)]
_Text = Annotated[str, Field(min_length=1, max_length=8 * _MOST_LETTERS), AfterValidator(_says_something)]


class _Action(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    action_id: _ActionId
    """chosen once by who acts; a second record with it changes nothing"""

    at: _At
    """by the writer's clock; the desk's time goes on to when the broker took the record, at most a minute after this"""

    after: _Sequence
    """up to which sequence the server had folded alerts.v1 when it wrote; a baseline counts as its last one. 0: none"""

    sequence_seen: _Sequence
    """the last sequence that the page showed when the officer acted; it decides nothing"""

    by: _Officer
    """`<way of signing in>:<name there>`; of the console itself its own name"""

    role: _Name
    sign_in: _Name | None
    """under which sign-in; `none`: nobody had to sign in; null: the console itself wrote it"""


class _OfStay(_Action):
    stay: _Stay
    """the sequence of the alert, or of the entrance in the baseline, with which the stay began"""


class _OfDesk(_Action):
    stay: None = None
    """it is about no one stay"""


class RulesAction(_OfDesk):
    """The rules from here on. The console writes the first record of the topic, a supervisor each later one."""

    kind: Literal["rules"] = "rules"
    board: str
    first_entry: Hash
    """the hash of the journal's entry 1: which history the desk is about"""

    rules: DeskRules

    why: _Text | None = None
    """why a supervisor changes them; null: the first ones"""


class LookAction(_OfStay):
    """An officer has looked at a stay; who looks first owns it."""

    kind: Literal["look"] = "look"
    basis: Basis | None
    """null: the stay has ended, or its token does not open"""


class NoteAction(_OfStay):
    """What an officer wrote about a stay."""

    kind: Literal["note"] = "note"
    text: _Text


class SnoozeAction(_OfStay):
    """A stay comes back to the queue at an instant."""

    kind: Literal["snooze"] = "snooze"
    basis: Basis
    until: _At
    why: _Text


class CloseAction(_OfStay):
    """Nothing more is to be done for a stay on this basis, or for one that ended before anybody looked."""

    kind: Literal["close"] = "close"
    basis: Basis | None
    """null: the stay has ended, or its token does not open"""

    why: _Text | None
    """null: as above"""


class ReleaseAction(_OfStay):
    """An owner gives a stay back to the queue, or a supervisor takes it from them."""

    kind: Literal["release"] = "release"
    why: _Text | None
    """null: an owner needs no reason"""


class ProposeAction(_OfStay):
    """One person proposes a measure; its id is that of the action."""

    kind: Literal["propose"] = "propose"
    basis: Basis
    measure: _Name
    why: _Text
    provisional: bool
    """of `accept` alone: whether it holds until a supervisor has answered, for as long as the rules say"""


class ConfirmAction(_OfStay):
    """A supervisor who is not who proposed confirms: a decision."""

    kind: Literal["confirm"] = "confirm"
    proposal: _ActionId
    basis: Basis
    """what the second person saw"""


class RejectAction(_OfStay):
    """A second person says no."""

    kind: Literal["reject"] = "reject"
    proposal: _ActionId
    why: _Text


class WithdrawAction(_OfStay):
    """Who proposed takes it back."""

    kind: Literal["withdraw"] = "withdraw"
    proposal: _ActionId
    why: _Text


class LapseAction(_OfStay):
    """What was looked at, snoozed or closed no longer counts, since the board has moved on.

    Its id is hash(of, cause): the first 32 letters of SHA-256(`<of>:<cause>`).
    """

    kind: Literal["lapse"] = "lapse"
    of: _ActionId
    """the action that no longer counts"""

    cause: Literal["growth", "correction", "policy"]
    basis: Basis
    """where the person stands now"""


class OfferHandoverAction(_OfDesk):
    """An officer offers the desk to another one."""

    kind: Literal["offer_handover"] = "offer_handover"
    from_: Annotated[_Officer, Field(alias="from")]
    """who acts"""

    to: _Officer
    words: _Text | None
    """what is said besides; null, also on a sealed board, where no key would be the right one"""

    pack_sequence: _Sequence
    """the last alert in the pack"""

    pack_offset: Annotated[int, Field(ge=-1)]
    """the last action in the pack; -1: none"""

    pack_at: _At
    """the instant that the pack speaks of"""

    sha256: Hash
    """of the pack"""


class HandoverItem(BaseModel):
    """What becomes of one stay that its giver had looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    stay: _Stay
    end: Literal["taken", "returned"]
    """taken: it is theirs who take the desk; returned: back to the queue"""


class TakeHandoverAction(_OfDesk):
    """The other one takes the desk over; what has no item is an orphan."""

    kind: Literal["take_handover"] = "take_handover"
    offer: _ActionId
    items: tuple[HandoverItem, ...]


class ReturnHandoverAction(_OfDesk):
    """The next shift gives an offer back."""

    kind: Literal["return_handover"] = "return_handover"
    offer: _ActionId
    why: _Text


class ErasedAction(_OfDesk):
    """A person was erased: their stays end, and what was written about them is left out from here on."""

    kind: Literal["erased"] = "erased"
    stays: Annotated[tuple[_Stay, ...], Field(min_length=1)]
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
    | RejectAction
    | WithdrawAction
    | LapseAction
    | OfferHandoverAction
    | TakeHandoverAction
    | ReturnHandoverAction
    | ErasedAction
)


class ActionRecord(RootModel[Annotated[Action, Field(discriminator="kind")]]):
    """What was done at the desk, by whom, and what they had seen."""

    model_config = ConfigDict(title="officer-actions.v1")


_actions: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="kind")])


def read_action(value: bytes | None) -> Action | None:
    """The action that a record is; None: it is foreign, as is one whose bytes are not the canonical ones."""
    try:
        action = _actions.validate_json(value or b"")
    except ValueError:  # pydantic's ValidationError is one
        return None
    return action if action_bytes(action) == value else None


def action_bytes(action: Action) -> bytes:
    """The record's value: canonical, so that equal actions are equal bytes."""
    return canonical_json(action.model_dump(mode="json", by_alias=True))

"""What every action at the desk says: what it is called, when, by whom, and what they had seen."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.desk.stay_name import StayName, stay_sequence
from models.instants import format_instant, parse_instant
from models.officer_name import OFFICER_NAME
from models.token import Token

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$")]
OfficerId = Annotated[str, Field(pattern=f"^{OFFICER_NAME}$")]
ActionId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""Why, in one word of those that the rules of the desk list: it names nobody, and stands in clear on a sealed board."""

MOST_LETTERS = 2_000
"""Of a text in clear; its token is longer."""

Sequence = Annotated[int, Field(ge=0)]


def _written(text: str) -> str:
    """In the one form that an instant is written in, so that equal actions are equal bytes."""
    if format_instant(parse_instant(text)) != text:
        raise ValueError("is not written as harmwatch writes instants: UTC, with Z")
    return text


def _says_something(text: str) -> str:
    if text != text.strip() or not all(line.isprintable() for line in text.split("\n")):
        raise ValueError("is to be plain text without control characters, and not to begin or end with blanks")
    if len(text) > MOST_LETTERS and Token.read(text) is None:
        raise ValueError(f"is longer than {MOST_LETTERS:,} letters")
    return text


At = Annotated[str, AfterValidator(_written)]
Text = Annotated[str, Field(min_length=1, max_length=8 * MOST_LETTERS), AfterValidator(_says_something)]


class ActionHead(BaseModel):
    """The fields of every action."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    action_id: ActionId
    """chosen once by who acts; a second record with it changes nothing"""

    at: At
    """by the writer's clock; the desk's time goes on to when the broker took the record, at most a minute after this"""

    after: Sequence
    """up to which sequence the server had folded alerts.v1 when it wrote; a baseline counts as its last one. 0: none"""

    sequence_seen: Sequence
    """the last sequence that the page showed when the officer acted; it decides nothing"""

    by: OfficerId
    """`<way of signing in>:<name there>`; of the console itself its own name"""

    role: Name
    sign_in: Name | None
    """under which sign-in; `none`: nobody had to sign in; null: the console itself wrote it"""


class ActionOfStay(ActionHead):
    """Done with one stay."""

    stay: StayName
    """the alert_id of the entrance with which it began, also of one in the baseline: `<board>:<sequence>`"""

    @property
    def stay_sequence(self) -> int:
        """By which the stay is known at its desk."""
        return stay_sequence(self.stay)


class ActionOfDesk(ActionHead):
    """Done with no one stay."""

    stay: None = None
    """it is about no one stay"""

"""The document of `harmwatch policy compare`: the mover report."""

from pydantic import Field

from cli.claims import Claim
from cli.policy.diff import ChangedKey
from cli.policy.policies import OwnedPolicy
from sight.document import Document


class BusiestDay(Document):
    """The day with the most alerts, the first of several."""

    day: str
    alerts: int


class ComparedPolicy(OwnedPolicy):
    """One of the two policies, and the alerts that it would have sent."""

    alerts: int
    alerts_per_day: float
    busiest_day: BusiestDay | None
    days_over_capacity: int | None
    refused: int


class SideDocument(Document):
    """How a person stands at the end under one policy, and how many days they were in the band."""

    rank: int | None
    score_millidays: int
    in_band: bool
    days_in_band: float


class MoverCrime(Document):
    """What a crime counts at the end under each policy; `title` is null where no index at hand has one."""

    offence_id: str
    code: str
    title: str | None
    a_millidays: int
    b_millidays: int


class MoverDocument(Document):
    """A person whom the two policies treat differently; `crimes`: the heaviest of those that count at the end."""

    offender_id: str
    a: SideDocument
    b: SideDocument
    days_gained: float
    crimes: tuple[MoverCrime, ...]
    crimes_total: int


class AlertsOfDay(Document):
    """The alerts of one day under each policy."""

    day: str
    a: int
    b: int


class GroupSide(Document):
    """What a group has of the band under one policy."""

    at_end: int
    days_in_band: float
    percent_of_days: float


class GroupDocument(Document):
    """One group under both policies; `people` in the table, null for those who are not in it."""

    group: str
    people: int | None
    ever_in_band: int
    a: GroupSide
    b: GroupSide


class DifferencesDocument(Document):
    """In what the two policies differ: keys with their values, and how many codes count otherwise."""

    keys: tuple[ChangedKey, ...]
    codes: int


class ComparisonFigures(Document):
    """Two policies on one history; movers come with the most moved first."""

    board: str
    start: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    capacity: int | None
    a: ComparedPolicy
    b: ComparedPolicy
    differences: DifferencesDocument
    would_enter: tuple[str, ...]
    would_leave: tuple[str, ...]
    days_gained: float
    days_lost: float
    movers: tuple[MoverDocument, ...]
    alerts_per_day: tuple[AlertsOfDay, ...]
    groups: tuple[GroupDocument, ...] | None


class ComparisonDocument(ComparisonFigures):
    """The mover report; each line of its text is made of one of `claims`."""

    claims: tuple[Claim, ...]

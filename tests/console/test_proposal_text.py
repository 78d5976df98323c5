"""What a second person reads: what is contested first, and why they cannot confirm where the desk would refuse it."""

import pytest

from console.officer import Officer, Role
from console.stays.person_view import PersonView
from console.stays.proposal_text import ProposalText, proposal_text
from desk.lapse_cause import has_other_rows
from models.board import ContributionRow, OffenderView
from models.desk.basis import Basis, BasisRow
from tests.console.test_queue_text import clock
from tests.desk.acts import Shift, a_basis

BEFORE: tuple[BasisRow, ...] = (("o1", 2, "9A", 700), ("o2", 1, "19C", 300))
SECOND = Officer("local:bob", Role.SUPERVISOR, signed_in=True)


def a_person(*rows: BasisRow, uncounted: tuple[BasisRow, ...] = ()) -> OffenderView:
    known = [ContributionRow(*row, reported_at=0, until=None, counted=row in rows) for row in (*rows, *uncounted)]
    return OffenderView("p1", 7, sum(row[3] for row in rows), in_band=True, since=0, contributions=known)


def read(now: Basis | None, person: OffenderView | None, officer: Officer | None = SECOND) -> ProposalText:
    shift = Shift()
    shift.do("look", "local:ann", stay=1)
    shift.do("propose", "local:ann", stay=1, basis=a_basis(1, 1_000, "a", *BEFORE))
    desk = shift.desk(60)
    (waiting,) = [each for _, each in desk.open_proposals]
    return proposal_text(desk, waiting, PersonView(person, now), officer, clock)


def read_rows(*rows: BasisRow, uncounted: tuple[BasisRow, ...] = ()) -> ProposalText:
    person = a_person(*rows, uncounted=uncounted)
    return read(a_basis(9, person.score, "a", *rows), person)


def test_where_nothing_has_changed_nothing_is_said_and_it_can_be_confirmed() -> None:
    text = read_rows(*BEFORE)
    assert (text.contested, text.others, text.hindrance) == ((), (), "")


@pytest.mark.parametrize(
    ("rows", "uncounted", "said"),
    [
        ((("o1", 3, "9A", 700), BEFORE[1]), (), "was corrected: revision 2 then, 3 now"),
        ((BEFORE[1],), (("o1", 3, "9A", 0),), "was corrected: revision 2 then, 3 now, and it no longer counts"),
        ((("o1", 1, "9A", 700), BEFORE[1]), (), "was read in revision 2 and is revision 1 now: in doubt"),
        ((BEFORE[1],), (), "is no longer known of this person"),
    ],
)
def test_an_offence_that_is_not_what_the_proposal_rests_on_is_contested(
    rows: tuple[BasisRow, ...], uncounted: tuple[BasisRow, ...], said: str
) -> None:
    assert read_rows(*rows, uncounted=uncounted).contested == (f"Offence o1 (9A, 0.7 days) {said}",)


def test_what_ran_out_and_what_came_are_changes_and_contested_by_nobody() -> None:
    text = read_rows(BEFORE[0], ("o3", 1, "28A", 5_000), uncounted=(BEFORE[1],))
    assert text.contested == ()
    assert text.others == (
        "Offence o3 (28A, 5 days) counts since", "Offence o2 (19C, 0.3 days) no longer counts",
        "days of harm were 1 and are 5.7",
    )  # fmt: skip


@pytest.mark.parametrize("rows", [(BEFORE[0],), BEFORE, (*BEFORE, ("o3", 1, "9A", 1)), (("o1", 3, "9A", 700),)])
def test_it_can_be_confirmed_where_the_desk_would_take_it(rows: tuple[BasisRow, ...]) -> None:
    would_refuse = has_other_rows(a_basis(1, 1_000, "a", *BEFORE), a_basis(9, 1_000, "a", *rows))
    assert bool(read_rows(*rows).hindrance) == would_refuse


@pytest.mark.parametrize(
    ("officer", "said"),
    [
        (Officer("local:ann", Role.SUPERVISOR, signed_in=True), "You proposed it"),
        (Officer("local:bob", Role.OFFICER, signed_in=True), "A supervisor confirms. You can return it."),
        (Officer("proxy:ann", Role.SUPERVISOR, signed_in=True), "They signed in another way than you"),
        (Officer("local:bob", Role.AUDITOR, signed_in=True), "A supervisor who has signed in confirms."),
        (None, "A supervisor who has signed in confirms."),
    ],
)
def test_who_cannot_be_the_second_person_reads_why(officer: Officer | None, said: str) -> None:
    person = a_person(*BEFORE)
    assert read(a_basis(9, 1_000, "a", *BEFORE), person, officer).hindrance.startswith(said)


def test_another_policy_or_a_board_that_cannot_be_asked_hinders() -> None:
    person = a_person(*BEFORE)
    assert "another policy" in read(a_basis(9, 1_000, "b", *BEFORE), person).hindrance
    assert "cannot be asked" in read(None, None).hindrance

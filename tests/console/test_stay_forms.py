"""What a form brings back: what its page showed, to the letter, for that officer and that stay alone."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from console.form_seal import LONGEST_SEEN, FormSeal
from console.handover.shown_handover import ShownHandover
from console.stays.forms import LONGEST_TEXT, ActKind, StayForm, read_stay_form
from console.stays.shown_basis import BasisSeal, ShownBasis, basis_changes, new_action_id
from runtime.settings import Settings
from tests.desk.acts import a_basis

BASIS = a_basis(7, 1_500, "a", ("o1", 1, "9A", 700), ("o2", 2, "9A", 800))


def a_seen(**changes: object) -> ShownBasis:
    content = {"by": "local:anna", "stay": 417, "action_id": new_action_id(), "sequence_seen": 418, "basis": BASIS}
    return ShownBasis.model_validate(content | changes)


OTHERS = BasisSeal().seal(a_seen())
"""Of another process."""


def test_what_was_sealed_comes_back_as_it_was() -> None:
    seal, seen = BasisSeal(), a_seen()
    assert seal.open(seal.seal(seen), "local:anna", 417) == seen
    without = a_seen(basis=None)
    assert seal.open(seal.seal(without), "local:anna", 417) == without


@pytest.mark.parametrize(("by", "stay"), [("local:bert", 417), ("local:anna", 418), ("", 417)])
def test_nobody_uses_the_form_of_another_officer_or_stay(by: str, stay: int) -> None:
    seal = BasisSeal()
    assert seal.open(seal.seal(a_seen()), by, stay) is None


@given(st.integers(0, 10_000), st.integers(1, 255))
@drawn(max_examples=100)
def test_no_byte_of_it_can_be_another(place: int, by: int) -> None:
    seal = BasisSeal()
    content = bytearray(base64.urlsafe_b64decode(seal.seal(a_seen())))
    content[place % len(content)] ^= by
    assert seal.open(base64.urlsafe_b64encode(bytes(content)).decode(), "local:anna", 417) is None


@pytest.mark.parametrize("text", ["", "x", "é", "====", "A" * 10_000, "A" * (LONGEST_SEEN + 4), "\ud800", OTHERS])
def test_what_was_not_sealed_here_opens_nothing(text: str) -> None:
    assert BasisSeal().open(text, "local:anna", 417) is None


def settings_with(folder: Path, secret: str | None = "s" * 64, **changes: Any) -> Settings:  # Any: settings
    path = None
    if secret is not None:
        (path := folder / secret[:4]).write_text(secret)
        path.chmod(0o600)
    return Settings(kafka="127.0.0.1:1", policy=Path("nothing"), console_secret=path, **changes)


def test_under_one_secret_a_form_opens_at_every_console_of_the_board(tmp_path: Path) -> None:
    settings, seen = settings_with(tmp_path), a_seen()
    sealed = BasisSeal(FormSeal.of(settings, "stay")).seal(seen)
    assert BasisSeal(FormSeal.of(settings, "stay")).open(sealed, "local:anna", 417) == seen
    for other in (
        FormSeal.of(settings, "handover"),
        FormSeal.of(settings_with(tmp_path, prefix="other-"), "stay"),
        FormSeal.of(settings_with(tmp_path, "t" * 64), "stay"),
        FormSeal.of(settings_with(tmp_path, None), "stay"),
    ):
        assert BasisSeal(other).open(sealed, "local:anna", 417) is None


@pytest.mark.parametrize(
    "form",
    [
        StayForm(ActKind.SNOOZE, "sealed", "by <hand>\n\nand & on", 4, "", False, "known"),
        StayForm(ActKind.PROPOSE, "sealed", "near", None, "accept", True),
        StayForm(ActKind.LOOK, "sealed"),
    ],
)
def test_what_a_form_was_made_of_makes_it_again(form: StayForm) -> None:
    fields = [(name, value) for name, value, _ in form.fields()]
    assert read_stay_form(urlencode(fields).encode()) == form
    assert [name for name, _, is_typed in form.fields() if is_typed] == ["text"]


def test_a_form_that_another_release_sealed_opens_nothing() -> None:
    seal = FormSeal()
    sealed = seal.seal(b'{"by":"local:anna","stay":417,"of":"later"}')
    assert BasisSeal(seal).open(sealed, "local:anna", 417) is None
    assert ShownHandover.opened(seal, sealed, "local:anna") is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ()),
        ({"entry": 900}, ()),
        ({"rank": 3}, ()),
        ({"score_millidays": 2_500}, ("days of harm were 1.5 and are 2.5",)),
        ({"contributions_digest": "c" * 64}, ("other offences count, or other revisions of them",)),
        ({"counted": 3, "policy_digest": "b" * 64}, ("another policy is in force", "2 offences counted, and 3 do now")),
    ],
)
def test_a_basis_has_changed_where_the_person_did_and_not_where_others_moved(
    changes: dict[str, object], said: tuple[str, ...]
) -> None:
    assert basis_changes(BASIS, BASIS.model_copy(update=changes)) == said


@pytest.mark.parametrize(
    ("body", "form", "fault"),
    [
        (b"act=look&seen=x", StayForm(ActKind.LOOK, "x"), ""),
        (b"", StayForm(None, ""), "Nothing was chosen."),
        (b"act=burn&seen=x", StayForm(None, "x"), "Nothing was chosen."),
        (b"act=note&text=++", StayForm(ActKind.NOTE, ""), "Write the note."),
        (b"act=note&text=a%0D%0Ab%0Dc", StayForm(ActKind.NOTE, "", "a\nb\nc"), ""),
        (b"act=close&text=", StayForm(ActKind.CLOSE, ""), "Say why."),
        (b"act=snooze&text=known&hours=4", StayForm(ActKind.SNOOZE, "", "known", 4), ""),
        (b"act=snooze&text=known&hours=5", StayForm(ActKind.SNOOZE, "", "known"), "Choose for how long."),
        (b"act=snooze&text=known", StayForm(ActKind.SNOOZE, "", "known"), "Choose for how long."),
        (b"act=propose&text=near&measure=refer", StayForm(ActKind.PROPOSE, "", "near", None, "refer"), ""),
        (b"act=propose&text=near", StayForm(ActKind.PROPOSE, "", "near"), "Choose what you propose."),
        (b"act=propose&text=near&measure=%3Cb%3E", StayForm(ActKind.PROPOSE, "", "near"), "Choose what you propose."),
        (b"act=propose&measure=refer", StayForm(ActKind.PROPOSE, "", "", None, "refer"), "Say why."),
        (
            b"act=propose&text=late&measure=accept&provisional=yes",
            StayForm(ActKind.PROPOSE, "", "late", None, "accept", provisional=True),
            "",
        ),
        (
            b"act=propose&text=late&measure=refer&provisional=yes",
            StayForm(ActKind.PROPOSE, "", "late", None, "refer", provisional=True),
            "Only accept can be provisional.",
        ),
        (b"act=return&text=", StayForm(ActKind.RETURN, ""), "Say why."),
        (
            b"act=close&text=x&reason_code=known",
            StayForm(ActKind.CLOSE, "", "x", reason_code="known"),
            "",
        ),
        (b"act=close&text=x&reason_code=%3Cb%3E", StayForm(ActKind.CLOSE, "", "x"), ""),
        (b"act=note&text=%E2%80%AEevil", StayForm(ActKind.NOTE, "", "\u202eevil"), "There are characters in the text"),
        (b"act=note&text=%00", StayForm(ActKind.NOTE, "", "\x00"), "There are characters in the text"),
        (b"act=note&text=%FF", StayForm(ActKind.NOTE, "", "\ufffd"), ""),
        (b"\xff\xfe", StayForm(None, ""), "Nothing was chosen."),
        (b"act=note&text=" + b"a" * 2_001, StayForm(ActKind.NOTE, "", "a" * 2_001), "That is 2,001 characters"),
    ],
)
def test_a_form_says_one_act_or_what_is_wrong_with_it(body: bytes, form: StayForm, fault: str) -> None:
    read = read_stay_form(body)
    assert read == form
    assert read.fault().startswith(fault)
    assert bool(read.fault()) == bool(fault)
    assert LONGEST_TEXT == 2_000

"""Signed notes are those of c2sp.org/signed-note: what others signed is read, and every other form is refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from models.signed_note import NoteSignature, SignedNote, key_id, notes_in, verifier_key

# From the documentation of golang.org/x/mod/sumdb/note.
OTHERS_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
OTHERS_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
""".encode()

names = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1)
texts = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"])), min_size=1).map("\n".join)
signatures = st.builds(NoteSignature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=90))


def test_what_another_signed_is_read_and_holds() -> None:
    name, _, encoded = OTHERS_KEY.split("+", 2)
    public = base64.b64decode(encoded)[1:]
    note = SignedNote.read(OTHERS_NOTE)
    signature = note.signature_of(name, public)
    assert signature is not None
    Ed25519PublicKey.from_public_bytes(public).verify(signature, note.text.encode())
    assert verifier_key(name, public) == OTHERS_KEY
    assert note.content == OTHERS_NOTE


@given(text=texts, signatures=st.lists(signatures, min_size=1, max_size=3))
def test_a_note_is_read_as_it_was_written(text: str, signatures: list[NoteSignature]) -> None:
    note = SignedNote(text + "\n", tuple(signatures))
    assert SignedNote.read(note.content) == note


@given(st.lists(st.lists(signatures, min_size=1, max_size=3), min_size=1, max_size=3))
def test_notes_behind_each_other_are_told_apart(each: list[list[NoteSignature]]) -> None:
    notes = [SignedNote(f"harmwatch/v100\n{number}\n", tuple(signed)).content for number, signed in enumerate(each)]
    assert list(notes_in(b"".join(notes))) == notes


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        OTHERS_NOTE[:-1],
        OTHERS_NOTE + b"\n",
        OTHERS_NOTE.replace(b"\n\n", b"\n"),
        OTHERS_NOTE.replace(b"you", b"y\tu"),
        OTHERS_NOTE.replace(b"you", b"y\xffu"),
        OTHERS_NOTE.replace(b"x08g", b"x08*"),
        OTHERS_NOTE.replace(b"AM=", b"AN="),
        OTHERS_NOTE.replace("\N{EM DASH}".encode(), b"-"),
        OTHERS_NOTE.replace(b"PeterNeumann ", b""),
    ],
)
def test_what_is_no_note_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (whatever it says)
        SignedNote.read(content)


def test_the_signature_of_another_key_or_name_is_not_taken() -> None:
    public = bytes(32)
    note = SignedNote("text\n", (NoteSignature("a", key_id("a", public), b"s" * 64),))
    assert note.signature_of("a", public) == b"s" * 64
    assert note.signature_of("b", public) is note.signature_of("a", b"p" * 32) is None

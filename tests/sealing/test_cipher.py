"""The laws of a token: the same at the same place, closed everywhere else."""

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import example, given
from hypothesis import strategies as st

from models.key_store import SECRET_BYTES, Key
from models.token import Token
from sealing.cipher import TAG_BYTES, Cipher

KEY, OTHER = Key(b"k" * SECRET_BYTES), Key(b"o" * SECRET_BYTES)
PLACE = "v100/7/offender_id"


def token_of(text: str, place: str = PLACE, key: Key = KEY) -> Token:
    token = Token.read(Cipher(key).seal(place, text))
    assert token is not None
    return token


@given(text=st.text(min_size=1, max_size=128), place=st.text(max_size=40))
def test_what_was_sealed_opens_at_its_place(text: str, place: str) -> None:
    assert Cipher(KEY).open(place, token_of(text, place)) == text


@given(text=st.text(min_size=1, max_size=128))
@example("p")
@example("\N{SKULL}" * 128)
def test_the_token_of_an_id_of_any_length_is_one_and_its_length_tells_no_more_than_the_ids(text: str) -> None:
    token = token_of(text)
    assert Token.read(token.text) == token
    assert len(token.content) == len(text.encode()) + TAG_BYTES


def test_a_token_comes_from_the_standard_construction_over_place_and_text() -> None:
    derived = HKDF(SHA256(), 64, None, b"harmwatch sealing AES-SIV").derive(KEY.secret)
    assert token_of("p1").content == AESSIV(derived).encrypt(b"p1", [PLACE.encode()])


def test_a_token_of_the_mode_before_does_not_open() -> None:
    nonce = hmac.digest(b"n" * 32, PLACE.encode(), "sha256")[:12]
    old = nonce + AESGCM(KEY.secret).encrypt(nonce, b"p1", PLACE.encode())
    assert Cipher(KEY).open(PLACE, Token(KEY.id, old)) is None


def test_the_same_text_at_the_same_place_is_the_same_token_and_no_other_is() -> None:
    tokens = {
        token_of("p1").text,
        token_of("p1").text,
        token_of("p2").text,
        token_of("p1", "v100/8/offender_id").text,
        token_of("p1", key=OTHER).text,
    }
    assert len(tokens) == 4


def test_place_and_text_are_not_confused() -> None:
    tags = {token_of("bc", "a").content[:TAG_BYTES], token_of("c", "ab").content[:TAG_BYTES]}
    assert len(tags) == 2


@pytest.mark.parametrize("at", range(TAG_BYTES + len("p1")))
def test_a_flipped_byte_is_noticed(at: int) -> None:
    token = token_of("p1")
    content = bytearray(token.content)
    content[at] ^= 1
    assert Cipher(KEY).open(PLACE, Token(token.key_id, bytes(content))) is None


def test_a_token_opens_at_no_other_place_and_under_no_other_key() -> None:
    assert Cipher(KEY).open("v100/8/offender_id", token_of("p1")) is None
    assert Cipher(OTHER).open(PLACE, token_of("p1")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p1",
        "sealed:",
        "sealed:abc:def",
        f"sealed:{KEY.id}:short",
        f"sealed:{KEY.id}:{'A' * 22}",
        f"sealed:{KEY.id}:{'A' * 41}",
        "sealed:\N{SKULL}",
    ],
)
def test_a_text_that_only_looks_like_a_token_is_none(text: str) -> None:
    assert Token.read(text) is None


def test_the_id_of_a_key_tells_nothing_of_its_secret() -> None:
    assert KEY.secret.hex()[:8] not in KEY.id
    assert KEY.id != OTHER.id

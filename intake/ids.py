"""Ids as files write them: what is no id, and what would make two persons of one because it cannot be seen."""

import re
import unicodedata

IDS = ("offence_id", "offender_id", "victim_ids")
"""The fields in which an id that is none would become a person or an offence."""

_NO_VALUE = frozenset({
    "null", "(null)", "<null>", "[null]", "\\n", "none", "nil", "nan", "nat", "na", "n/a", "n.a.", "<na>", "#n/a",
    "undefined", "unknown", "unk", "unidentified", "missing", "blank", "(blank)", "empty", "(empty)", "tbc", "tba",
    "not known", "not applicable", "not available", "not stated", "no suspect",
    "true", "false",
    "#null!", "#ref!", "#value!", "#name?", "#num!", "#div/0!",
})  # fmt: skip
_ONE_OF_A_KIND = frozenset({"true", "false", "unknown", "unk", "not known", "unidentified", "missing", "no suspect"})
_LOOKS_EMPTY = "looks like no value: a mapping says so by empty, or that it is one by literal"
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
# Letters and signs by their category, and yet without a shape: fillers, joiners, blanks, selectors of variants.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
).match
_MARKS_BEFORE = tuple("\"'\\`=\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb\u2039\u203a")
_MARKS_BEHIND = tuple('"\\\u201c\u201d\u00ab\u00bb\u2039\u203a')
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
# Nothing is wrong with an id that is built like most ids: this is asked for each of a row's, and answered at once.
is_plain_id = re.compile(r"[A-Za-z0-9/_-]*[0-9][A-Za-z0-9/_-]*").fullmatch
_ROUNDED = re.compile(r"-?[0-9](\.[0-9]+[eE][+-]?|[eE]\+)[0-9]+")


def clean_id(text: str) -> str:
    """An id without spaces and unseen letters around it, in the one spelling that Unicode names NFC."""
    if text.isascii() and text.isprintable():
        return text.strip()
    first, last = 0, len(text)
    while first < last and _is_unseen(text[first]):
        first += 1
    while last > first and _is_unseen(text[last - 1]):
        last -= 1
    return unicodedata.normalize("NFC", text[first:last])


def fault_of_id(text: str, literal: bool = False, whole: bool | None = None) -> str | None:
    """Why a text is no id, or None. `literal`: it looks like no value, but is one. `whole`: as in a mapping."""
    if is_plain_id(text):
        return None
    if not literal and looks_empty(text):
        return _LOOKS_EMPTY
    return _fault_of_letters(text) or _fault_of_number(text, whole)


def stands_for_nothing(text: str) -> bool:
    """Whether a text stands for no value in any column; an unknown sex or a false is one of a kind."""
    return looks_empty(text) and text.casefold() not in _ONE_OF_A_KIND


def looks_empty(text: str) -> bool:
    """Whether a text says that there is no value."""
    return text.casefold() in _NO_VALUE or not any(map(str.isalnum, text))


def fault_of_part(text: str, literal: bool = False, whole: bool | None = None) -> str | None:
    """Why a text is no part of an id that is put together: the whole would not look like no value any more."""
    if not literal and text.casefold() in _NO_VALUE:
        return _LOOKS_EMPTY
    return _fault_of_number(text, whole)


def _fault_of_number(text: str, whole: bool | None) -> str | None:
    if whole is None and _WHOLE.fullmatch(text):
        return "is a number with .0 behind it: a mapping says by whole whether that belongs to it"
    if whole is not False and _ROUNDED.fullmatch(text):
        return "is a number that was rounded: its last digits are lost"
    return None


def _fault_of_letters(text: str) -> str | None:
    unseen = _unseen_in(text)
    if unseen is not None:
        return f"holds U+{ord(unseen):04X}, which cannot be seen"
    if text != clean_id(text):
        return "has spaces around it, or letters put together of several signs"
    if text.startswith(_MARKS_BEFORE) or text.endswith(_MARKS_BEHIND):
        return "has marks around it: strip takes them off in a mapping"
    return None


def whole_number(text: str) -> str:
    """17.0 as 17; every other text as it is."""
    match = _WHOLE.fullmatch(text)
    return match[1] if match else text


def _unseen_in(text: str) -> str | None:
    if text.isascii() and text.isprintable():
        return None
    return next((letter for letter in text if letter != " " and _is_unseen(letter)), None)


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or _SHAPELESS(letter) is not None

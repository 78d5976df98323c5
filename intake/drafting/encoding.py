"""In which encoding a text is written, decided by its bytes; where they do not decide it, that is said."""

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from intake.files.reading import UTF_8
from intake.files.utf_16 import unmarked_utf_16

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
         (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_CANDIDATES = ("cp1252", "iso-8859-15", "cp850", "mac_roman", "cp1250", "iso-8859-2", "cp1254", "cp1251", "koi8-r",
               "cp866", "cp1253", "cp852")  # fmt: skip
# The letters that languages have beside a to z: words of one language hold no others.
_LANGUAGES = tuple(map(frozenset, (
    "àâæçéèêëîïôœùûüÿ", "äöüßé", "áéíóúüñç", "ãáàâçéêíõóôúü", "àèéìíîòóùú", "æøåäöéü", "éëïöüèêá", "áéíóúýðþæö",
    "ąćęłńóśźż", "áčďéěíňóřšťúůý\u017e", "áäčďéíĺľňóôŕšťúý\u017e", "áéíóöőúüű", "ăâîșșşţț", "čćđš\u017e",
    "çğ\u0131öşü", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ", "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",
)))  # fmt: skip
_SIGNS = frozenset("£€§°\u2013\u2014\u2019\u2018\u201c\u201d\u201e\u2026\u2022\u00ab\u00bb\u00a9\u00ae"
                   "\u00ba\u00aa\u00bd\u00bc\u00be\u00a0\u00b7\u00b2\u00b3\u00bf\u00a1\u2122")  # fmt: skip
_WORD = re.compile(rb"[A-Za-z0-9'\x80-\xff]*[\x80-\xff][A-Za-z0-9'\x80-\xff]*")
_AROUND, _WITHIN = "'" + "".join(_SIGNS), "'\u2019\u00ad"
_SIGN_ALONE = 0.25
_MOST_WORDS = 500
_SHOWN = 5


class EncodingGuess(NamedTuple):
    """`name`, and why. `is_known`: whether the bytes leave no doubt that would need a person."""

    name: str
    reason: str
    is_known: bool = True


def guess_encoding(content: bytes) -> EncodingGuess:
    """The encoding of all of a file; where bytes alone do not tell, with words by which a person can."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return EncodingGuess(name, "it begins with its mark")
    unmarked = unmarked_utf_16(content)
    if unmarked is not None:
        return EncodingGuess(unmarked, "every other byte is 0 where its letters are those of English")
    fitting, odd = _utf_8_sequences(content)
    if not odd:
        return EncodingGuess(UTF_8, "every byte fits it")
    if fitting > odd:
        return EncodingGuess(UTF_8, f"{fitting:,} letters fit it, {odd:,} bytes do not, and are errors of their rows")
    return _single_byte(content)


def _utf_8_sequences(content: bytes) -> tuple[int, int]:
    """How many letters beyond ASCII are UTF-8, and how many bytes are none. One that the end cuts is neither."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return 1, 0
    else:
        return 0, 0
    letters = [letter for letter in content.decode(errors="surrogateescape") if letter > "\x7f"]
    odd = sum("\udc80" <= letter <= "\udcff" for letter in letters)
    return len(letters) - odd, odd


def _single_byte(content: bytes) -> EncodingGuess:
    words = list(dict.fromkeys(_WORD.findall(content)))[:_MOST_WORDS]
    read = {name: [word.decode(name, errors="replace") for word in words] for name in _CANDIDATES}
    scores = {name: _plausible(read[name]) for name in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda name: scores[name])
    shown = ", ".join(read[best][:_SHOWN])
    whole = [word for word in read[best] if len(word) > 1 and _has_letters(word)]
    if scores[best] < 0 or 3 * scores[best] < sum(not letter.isascii() for word in whole for letter in word):
        reason = f"it is not UTF-8, and its words are no words in any encoding that is known: {shown}"
        return EncodingGuess("cp1252", reason, is_known=False)
    reason = f"it is not UTF-8, and no file says which else; look at its words: {shown}"
    other = next((one for one in _CANDIDATES if scores[one] == scores[best] and read[one] != read[best]), None)
    if other is not None:
        reason += f" (in {other}: {', '.join(read[other][:_SHOWN])})"
    return EncodingGuess(best, reason)


def _plausible(words: list[str]) -> float:
    """How much words look like those of one language: letters that it has, in one case, without signs among them."""
    # A letter that stands alone tells nothing: any sign looks like one in some encoding.
    letters = [letter.lower()[0] for word in words if len(word) > 1 for letter in word if _is_beyond(letter)]
    language = max(sum(letter in one or letter.isascii() for letter in letters) for one in _LANGUAGES)
    strange = sum(map(_strange_signs, words)) + sum(map(_is_broken, words))
    return language + sum(map(_good_signs, words)) - (len(letters) - language) - 2 * strange


def _strange_signs(word: str) -> int:
    return sum(not (letter.isascii() or letter.isalpha() or letter in _SIGNS) for letter in word)


def _good_signs(word: str) -> float:
    """Signs beside letters count as letters do: quotation marks are letters elsewhere, and those are quoted here."""
    signs = sum(letter in _SIGNS for letter in word)
    return float(signs) if _has_letters(word) else _SIGN_ALONE * signs


def _has_letters(word: str) -> bool:
    return any(map(str.isalpha, word))


def _is_beyond(letter: str) -> bool:
    return letter.isalpha() and not letter.isascii()


def _is_broken(word: str) -> bool:
    """Whether signs or digits stand between letters, capitals behind small ones, or two scripts in one word."""
    letters = [letter for letter in word if letter.isalpha()]
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters}
    within = word.strip(_AROUND)
    among = any(not letter.isalpha() and letter not in _WITHIN for letter in within)
    cased = [letter for letter in letters if letter != "\u00df"]  # which is small in a word of capitals, too
    behind = any(one.islower() and other.isupper() for one, other in pairwise(cased))
    leading = len(cased) > 2 and cased[0].isupper() and cased[1].isupper() and not all(map(str.isupper, cased))
    return len(scripts) > 1 or (among and bool(letters)) or behind or leading

"""Texts of others on one line: what is not printable is escaped, so that nothing of it works on a screen."""


def printable(text: str) -> str:
    """An id on one line of a terminal: what is not printable is escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def printable_code(code: str) -> str:
    """A code of an index; in quotation marks where it has a space at its edge, which nobody would see."""
    return f"'{printable(code)}'" if code != code.strip() else printable(code)

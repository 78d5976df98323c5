"""Looks on access-log.v1 in words, for the page of the access log and the command alike."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sight.printable import printable

_MOST_STAYS = 20


def look_words(look: Any) -> str:  # Any: a look, or its row in a document, which has the same fields
    """What was shown."""
    return _WORDS[look.kind](look)


def _list(look: Any) -> str:
    return f"the list, {look.lines:,} lines, from entry {look.from_entry:,} until {printable(look.until)}"


def _stay(look: Any) -> str:
    return f"stay {look.stay:,}, at entry {look.from_entry:,}"


def _stays(look: Any) -> str:
    return f"{look.page.replace('_', ' ')}: {_named(look.stays)}, at entry {look.from_entry:,}"


def _disclosure(look: Any) -> str:
    what = f"{look.page}, {_named(look.stays)}, at entry {look.from_entry:,}"
    return f"printed for {printable(look.recipient)}: {what}: {printable(look.why)}"


def _person(look: Any) -> str:
    """By their mark; whose it is nobody can read."""
    unknown = "" if look.found else ", of whom no report is known"
    when = _then(look.moment, look.known)
    return f"person {look.subject}{when}{unknown}: {printable(look.why)}{_disclosed(look.recipient)}"


def _band(look: Any) -> str:
    if look.what == "band":
        return f"the band{_then(look.moment, look.known)}{_disclosed(look.recipient)}"
    since = "" if look.moment is None else f" since {printable(look.moment)}"
    return f"alerts{since} that would not be sent today{_disclosed(look.recipient)}"


def _file(look: Any) -> str:
    return f"the {look.file} of stay {look.stay:,}: {printable(look.why)}{_disclosed(look.recipient)}"


def _log(look: Any) -> str:
    whose = "of everybody" if look.officer is None else f"of {printable(look.officer)}"
    return f"the access log {whose}: {printable(look.why)}"


def _command(look: Any) -> str:
    about = look.subject or look.alert_id
    return f"harmwatch {look.command}" + ("" if about is None else f" about {printable(about)}")


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "list": _list, "stay": _stay, "stays": _stays, "disclosure": _disclosure, "person": _person, "band": _band,
    "file": _file, "log": _log, "command": _command,
}  # fmt: skip


def _named(stays: Sequence[int]) -> str:
    first = ", ".join(f"{stay:,}" for stay in stays[:_MOST_STAYS])
    more = f" and {len(stays) - _MOST_STAYS:,} more" if len(stays) > _MOST_STAYS else ""
    return f"stays {first}{more}" if stays else "no stay"


def _then(moment: str | None, known: str) -> str:
    if moment is None:
        return ""
    by = {"then": "", "now": ", as known now"}.get(known, f", as known at {printable(known)}")
    return f" at {printable(moment)}{by}"


def _disclosed(recipient: str | None) -> str:
    return "" if recipient is None else f"; disclosed to {printable(recipient)}"

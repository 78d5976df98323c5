"""A paper: what stands on a page that is read by people, with every text as it is to be read.

It knows nothing of HTML. `pages.rendering` writes it, and escapes whatever a text holds.
"""

from dataclasses import dataclass

from pages.figures import Figure

Cell = tuple[str, ...]
"""What stands in a cell: its text, and below it what is smaller."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `numeric`: the columns whose cells are figures. `foot` closes it."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    foot: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value; `is_code`: one that is compared letter by letter, such as a hash."""

    name: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody types, and what it shows."""

    line: str
    shows: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file within the page, which a browser saves under its name."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on: who signs, and for what."""

    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, in the order of the fields."""

    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    figures: tuple[Figure, ...] = ()
    facts: tuple[Fact, ...] = ()
    commands: tuple[Command, ...] = ()
    attachment: Attachment | None = None
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A page: `kicker` says what kind of paper it is, `lead` what it comes to, `mark` how it is to be handled."""

    language: str
    kicker: str
    title: str
    mark: str
    facts: tuple[Fact, ...]
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    appendix: tuple[Section, ...]
    footer: str

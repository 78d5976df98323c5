"""One word for one thing: the noun of every public class stands in the glossary, or is everyday speech."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    *("audit", "broker", "cli", "client", "console", "delivery", "desk", "embedded", "intake", "models", "pages"),
    *("policies", "runtime", "scoring", "sealing", "sight", "simulate", "state", "streams"),
)
CELLS = re.findall(r"^\| ([^|]+?) \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)
GLOSSARY = {word for cell in CELLS for word in cell.split(", ")}

# What every programmer says, and means the same by.
PLAIN_WORDS = (
    # files and tables
    "cell code column day document figure file filter folder guess header layout line name page "
    "row sheet stream table text title "
    # Python and its processes
    "access address answer builder candidate change chart check child checker cipher clock connection context count "
    "crime difference digest error event examination fact fill form gatherer gauge group hash "
    "health hint history identity index input item kind level limit log maker mark matcher membership "
    "meter metric mix mode moment namespace node observation option order outcome part patient point "
    "poller port prefetcher process progress protocol range reader reading reason request result ring "
    "security selection sentry server service setting sex share shutdown side signature silence span stack state "
    "subject survey tally thread time total tree type uuid value warning year "
    # pages and their server
    "asset attachment bar command desk display election gate interval pair paper secret section style theme "
    "webhook writer "
    # Kafka
    "batcher broker cluster consumer mechanism publisher right sender transport"
)
PLAIN = set(PLAIN_WORDS.split())

EXEMPT_FOR = {
    "part of an alert or an entry on its way out; the name stands in its schema": (
        "CauseOut ContributionOut CutOut EnteredOut InputOut MemberOut PolicyOut RefusalOut RunOut "
        "StandingOut TransitionOut"
    ),
    "an answer of a script, named as Lua names it": ("Applied Braked DrainFirst Full NotQuiet"),
    "a record of deliveries.v1, named by what happened": (
        "Accepted AskedBack Changed Closed Ended Gathering HandedOver Late Notified Opened Recalled Resumed "
        "Rewound Sending"
    ),
    "the noun of its room": ("Assessor Intake Pseudonymiser Sealing"),
}
EXEMPT = {name for names in EXEMPT_FOR.values() for name in names.split()}


def product_classes() -> Iterator[tuple[str, list[str]]]:
    """Every public class of the product with its bases."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield node.name, [ast.unparse(base) for base in node.bases]


def nouns(name: str) -> Iterator[str]:
    """The name as words, its last two and its last one; each also without a plural's ending."""
    words = [word.lower() for word in re.findall(r"[A-Z][a-z]*", name)]
    for length in (len(words), 2, 1):
        tail = " ".join(words[-length:])
        yield tail
        yield re.sub(r"(?<=[^aeious])ies$", "y", tail)
        yield re.sub(r"(?<=[sxh])es$|(?<=[^s])s$", "", tail)


def errors(classes: dict[str, list[str]]) -> set[str]:
    """What is raised is named by what has happened: Unavailable, Refused, Gap."""
    found = {"Exception", "BaseException", "ValueError"}
    while more := {name for name, bases in classes.items() if found.intersection(bases)} - found:
        found |= more
    return found


CLASSES = dict(product_classes())
NAMED = sorted(CLASSES.keys() - errors(CLASSES))
UNKNOWN = [name for name in NAMED if not (GLOSSARY | PLAIN).intersection(nouns(name))]


def test_the_noun_of_every_class_stands_in_the_glossary() -> None:
    """Else put it into docs/glossary.md, or choose another that stands there already."""
    assert [name for name in UNKNOWN if name not in EXEMPT] == []


def test_a_word_is_explained_once() -> None:
    words = [word for cell in CELLS if cell != "word" for word in cell.split(", ")]
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def test_nothing_is_exempt_that_need_not_be() -> None:
    assert sorted(EXEMPT) == [name for name in UNKNOWN if name in EXEMPT]


def test_no_everyday_word_is_listed_in_vain() -> None:
    used = {noun for name in NAMED for noun in nouns(name)}
    assert sorted(PLAIN - used) == []
    assert sorted(GLOSSARY & PLAIN) == []


# Everyday words under which nobody finds a thing again; docs/glossary.md says which of them stay, since they are data.
VAGUE = re.compile(
    r"(^|_)(told|anew|whoever|somebody)(_|$)|(?<![a-z])(Told|Anew|Whoever|Somebody)|(^|_)(TOLD|ANEW)(_|$)"
)
ARE_DATA = {"told_at", "NOT_TOLD", "BOARD_ANEW"}


def identifiers(path: Path) -> set[str]:
    """What a file defines or names: variables, arguments, attributes, functions, classes."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names |= {
            getattr(node, key) for key in ("id", "attr", "arg", "name") if isinstance(getattr(node, key, None), str)
        }
    return names


def test_no_name_is_a_word_that_nobody_would_search_for() -> None:
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    paths = {path: str(path.relative_to(ROOT)) for path in files}
    vague = {
        name: sorted(found)
        for path, name in paths.items()
        if (found := {one for one in identifiers(path) - ARE_DATA if VAGUE.search(one)})
    }
    assert vague == {}

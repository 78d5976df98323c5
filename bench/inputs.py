"""What the systems read: a synthetic London on a topic, and what a plain sum over it must give."""

import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from intake.intake import Intake
from intake.mapping.file import load_mapping
from models.instants import SECOND, format_instant, parse_instant
from models.policy import Policy
from models.topics import OFFENCES, topic_name
from policies.policy_file import load_policy
from runtime.settings import load_settings
from runtime.topic_creation import create_topics
from simulate import london as simulation
from streams.transport.sender import Sender

TOP = 100
HOT_OFFENCES = 10_000
TIED_PERSONS = 100_000
_HOT_EVERY = 10
_FIRST_AT = parse_instant("2024-01-01T00:00:00Z")
_PASSING_EVERY = 600 * SECOND
_OFFENDER = re.compile(rb'"offender_id":"[^"]*"')


@dataclass(frozen=True, slots=True)
class Input:
    """A topic filled with `records` reports, and the hundred highest plain sums over them."""

    topic: str
    records: int
    weights: Path
    top: list[list[str | int]]


@dataclass(frozen=True, slots=True)
class Shape:
    """An input with something about it; `lines` are made of a policy and a folder for what can be kept.

    `policy` is the file of the policy that it needs; None: the one that the environment names.
    """

    name: str
    lines: Callable[[Policy, Path], Iterable[bytes]]
    policy: Path | None = None


def london_of(scale: float, years: int = 1) -> Shape:
    """Years of a London of that size, which wait as after an outage; from the second on windows end."""
    name = f"scale {scale:g}" if years == 1 else f"{years} years at scale {scale:g}"
    return Shape(name, lambda policy, cache: _lines(london(scale, policy, cache, years)))


def extract(folder: Path, mapping: Path, policy: Path) -> Shape:
    """A real extract, as `harmwatch ingest --mapping` would send it; what the mapping cannot read is left out."""
    return Shape(policy.stem, lambda *_: _mapped(folder, mapping), policy)


ONE_PERSON = Shape(
    f"London, one person with {HOT_OFFENCES:,} offences", lambda policy, cache: _hot(london(1.0, policy, cache))
)
TIES = Shape(f"{TIED_PERSONS:,} persons tied at the cut", lambda policy, _: _tied(max(policy.index)))
PASSING = Shape(
    f"two persons with {HOT_OFFENCES:,} offences, who pass each other at the cut", lambda policy, _: _passing(policy)
)


def london(scale: float, policy: Policy, cache: Path, years: int = 1) -> Path:
    """A file of the records, one JSON document a line; made once for each state of the simulation."""
    file = cache / f"london-{scale:g}-{years}-{_digest(policy)}.jsonl"
    if not file.exists():
        part = file.with_suffix(".part")
        with part.open("wb") as lines:
            lines.writelines(line + b"\n" for line in simulation.london(policy.index, years, scale))
        part.rename(file)
    return file


def _mapped(folder: Path, mapping: Path) -> Iterator[bytes]:
    lines = Intake([folder], load_mapping(mapping), time.time_ns() // 1000, unchecked=False)
    yield from (line.value for line in lines if line.value is not None)


def _hot(file: Path) -> Iterator[bytes]:
    for number, line in enumerate(_lines(file)):
        is_hot = number % _HOT_EVERY == 0 and number < HOT_OFFENCES * _HOT_EVERY
        yield _OFFENDER.sub(b'"offender_id":"s00000000000"', line) if is_hot else line


def _tied(code: str) -> Iterator[bytes]:
    for number in range(TIED_PERSONS):
        yield _report(number, number, code, _FIRST_AT)


def _passing(policy: Policy) -> Iterator[bytes]:
    """All places of the band but the last are out of reach; two persons take the last one from each other in turn.

    No one would leave under a policy with an `exit_rank` above the size.
    """
    index, above = policy.index, policy.band_size - 1
    grave, light = max(index, key=lambda code: index[code]), min(index, key=lambda code: index[code])
    many = HOT_OFFENCES * index[light] // index[grave] + 1
    persons = [person for person in range(above) for _ in range(many)]
    persons += [above + (number + 1) // 2 % 2 for number in range(2 * HOT_OFFENCES)]  # one, the other twice, and so on
    for number, person in enumerate(persons):
        yield _report(number, person, grave if person < above else light, _FIRST_AT + number * _PASSING_EVERY)


def _report(number: int, person: int, code: str, at: int) -> bytes:
    instant = format_instant(at)
    return (
        f'{{"event_id":"e{number:09}","type":"offence.reported","offence_id":"c{number:011}",'
        f'"offender_id":"s{person:011}","code":"{code}","occurred_at":"{instant}","recorded_at":"{instant}"}}'
    ).encode()


def _digest(policy: Policy) -> str:
    """Of everything that the records depend on: the program, its tables and the index."""
    digest = hashlib.sha256(json.dumps(dict(policy.index), sort_keys=True).encode())
    for part in sorted(Path(simulation.__file__).parent.glob("*.*")):
        digest.update(part.name.encode() + b"\0" + part.read_bytes())
    return digest.hexdigest()[:12]


def fill(prefix: str, shape: Shape, cache: Path, partitions: int = 1) -> Input:
    """Sends an input to the topic of an installation, which the environment names from here on."""
    os.environ.update(HARMWATCH_PREFIX=prefix, HARMWATCH_CLOCK="event")
    if shape.policy is not None:
        os.environ["HARMWATCH_POLICY"] = str(shape.policy)
    settings = load_settings()
    policy = load_policy(settings.policy)
    create_topics(settings, partitions)
    topic, sums, records = topic_name(prefix, OFFENCES), Counter[str](), 0
    with closing(Sender(settings.brokers, topic, partitions)) as sender:
        for line in shape.lines(policy, cache):
            report = msgspec.json.decode(line)
            offender = str(report["offender_id"])
            sums[offender] += policy.index.get(str(report.get("code", "")), 0)
            sender.send(offender.encode(), line)
            records += 1
        sender.flush()
    weights = cache / "weights.json"
    weights.write_text(json.dumps(dict(policy.index)), "utf-8")
    top = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    return Input(topic, records, weights, [list(item) for item in top])


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as lines:
        for line in lines:
            yield line.rstrip(b"\n")

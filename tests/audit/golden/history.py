"""A golden history as it lies in the tree: per topic one file of JSON Lines, and the policy that was in force."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from models.key_store import Key
from models.record import Record
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, OFFENCES, TOPICS, Topic

HERE = Path(__file__).parent
KEPT = (OFFENCES, JOURNAL, ALERTS, DEAD_LETTERS)
WHAT_TO_DO = """
A golden history comes out otherwise than it was recorded. Was that meant?
  no   undo what changed it: somebody's past alerts would not verify any more.
  yes  raise ENGINE_VERSION in models/journal/entry.py where the engines' answers changed; declare the change in
       CHANGELOG.md; record two new histories beside these, in clear (`python -m tests.audit.golden {clear}`) and sealed
       (`python -m tests.audit.golden {sealed} --sealed`), and say in the manifest.json of those before under `retired`
       why they are not replayed any more, and which release can still verify them.
"""


class _Line(msgspec.Struct, omit_defaults=True):
    """A record: `value` is its JSON byte for byte; `text` stands there instead where it is no JSON."""

    timestamp_ms: int
    key: str
    headers: dict[str, str] = {}
    value: msgspec.Raw = msgspec.Raw()
    text: str | None = None

    def record(self, offset: int) -> Record:
        value = bytes(self.value) if self.text is None else self.text.encode()
        headers = [(name, told.encode()) for name, told in self.headers.items()]
        return Record(offset, self.timestamp_ms, self.key.encode(), value, headers)


def line_of(record: Record) -> bytes:
    """A record as one line."""
    value, headers = record.value or b"", {name: (told or b"").decode() for name, told in record.headers}
    line = _Line(record.timestamp_ms, (record.key or b"").decode(), headers)
    try:
        json.loads(value)
        line.value = msgspec.Raw(value)
    except ValueError:
        line.text = value.decode()
    return msgspec.json.encode(line)


@dataclass(frozen=True)
class GoldenHistory:
    """One folder beside this file; none of its files is ever changed. A sealed one has its keys beside it."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What stands in manifest.json."""
        found: dict[str, Any] = json.loads(self.folder.joinpath("manifest.json").read_text())
        return found

    @property
    def policy(self) -> Path:
        """The policy under which it was recorded, with its index beside it."""
        return self.folder / "policy.toml"

    @cached_property
    def topics(self) -> Mapping[Topic, list[Record]]:
        """The records of each topic; offsets count them."""
        return {topic: list(self._read(topic)) if topic in KEPT else [] for topic in TOPICS}

    @property
    def is_sealed(self) -> bool:
        """Whether it was recorded with HARMWATCH_SEAL=on."""
        return self._keys.exists()

    @property
    def _keys(self) -> Path:
        return self.folder / "keys.json"

    def lay_out_keys(self, root: Path) -> Path | None:
        """A key store in a folder, as it was when all had been published; None where nothing is sealed."""
        if not self.is_sealed:
            return None
        for room in ("persons", "keys", "condemned"):
            root.joinpath(room).mkdir(parents=True)
        for person, secret in json.loads(self._keys.read_text()).items():
            key = Key(bytes.fromhex(secret))
            root.joinpath("persons", person).write_text(key.id)
            root.joinpath("keys", key.id).write_bytes(key.secret)
        return root

    def keep_keys(self, root: Path) -> None:
        """Keeps the keys of a new history, by the hash of whose they are."""
        whose = {path.name: path.read_text() for path in sorted(root.joinpath("persons").iterdir())}
        kept = {person: root.joinpath("keys", key_id).read_bytes().hex() for person, key_id in whose.items()}
        self._keys.write_text(json.dumps(kept, indent=1) + "\n")

    def open_reader(self, topic: Topic, partition: int) -> "WrittenDown":
        """A reader on what was written down."""
        assert partition == 0, "golden histories have one partition"
        return WrittenDown(self.topics[topic])

    def write(self, topics: Mapping[Topic, list[Record]]) -> None:
        """Writes the records of a new history."""
        for topic in KEPT:
            lines = b"".join(line_of(record) + b"\n" for record in topics[topic])
            self.folder.joinpath(f"{topic.name}.jsonl").write_bytes(lines)

    def _read(self, topic: Topic) -> Iterator[Record]:
        with self.folder.joinpath(f"{topic.name}.jsonl").open("rb") as lines:
            for offset, line in enumerate(lines):
                yield msgspec.json.decode(line, type=_Line).record(offset)


class WrittenDown:
    """Reads records from memory; it promises what `broker.reader.Reader` says, and is no broker."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records
        self._position = 0

    def close(self) -> None: ...

    def end(self) -> int:
        return len(self._records)

    def open_transaction(self) -> None:
        return None

    def partitions(self) -> int:
        return 1

    def beginning(self) -> int:
        return 0

    def ends(self, partitions: int) -> dict[int, int]:
        return dict.fromkeys(range(partitions), self.end())

    def beginnings(self, partitions: int) -> dict[int, int]:
        return dict.fromkeys(range(partitions), 0)

    def seek(self, offset: int) -> None:
        self._position = offset

    def read_until(self, end: int) -> Iterator[Record]:
        while self._position < end:
            self._position += 1
            yield self._records[self._position - 1]


def golden_histories() -> list[GoldenHistory]:
    """All that were ever recorded, the oldest first."""
    folders = (path.parent for path in HERE.glob("v*/manifest.json"))
    return [GoldenHistory(folder) for folder in sorted(folders, key=lambda path: int(path.name[1:]))]


def in_force(*, is_sealed: bool) -> GoldenHistory:
    """The newest that is replayed, in clear or sealed. Raises AssertionError, which says what to do, where none is."""
    for golden in reversed(golden_histories()):
        if not golden.manifest["retired"] and golden.is_sealed is is_sealed:
            return golden
    raise AssertionError(f"no {'sealed' if is_sealed else 'clear'} golden history is in force{what_to_do()}")


def what_to_do() -> str:
    """What to do about a golden history that comes out otherwise."""
    newest = int(golden_histories()[-1].folder.name[1:])
    return WHAT_TO_DO.format(clear=f"v{newest + 1}", sealed=f"v{newest + 2}")

"""What was computed once is computed again for ever: golden histories are replayed on every change."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from audit.verify.verification import Span, Verification
from cli.opening import UnsealedAlerts
from models.alert import Alert, BaselineEvent, wire_bytes
from models.errors import WrongUse
from models.journal.entry import ENGINE_VERSION
from models.key_store import KeyStore
from models.record import Record
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, OFFENCES
from sealing.folder import KeyFolder
from tests.audit.golden.history import GoldenHistory, golden_histories
from tests.audit.golden.live import NAMESPACE, live

HISTORIES = golden_histories()
IN_FORCE = [golden for golden in HISTORIES if not golden.manifest["retired"]]
CLEAR, SEALED = (
    next(golden for golden in reversed(IN_FORCE) if golden.is_sealed is wanted) for wanted in (False, True)
)
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
WHAT_TO_DO = """
A golden history comes out otherwise than it was recorded. Was that meant?
  no   undo what changed it: somebody's past alerts would not verify any more.
  yes  raise ENGINE_VERSION in models/journal/entry.py where the engines' answers changed; declare the change in
       CHANGELOG.md; record a new history beside this one (`python -m tests.audit.golden {next}`), and say in the
       manifest.json of this one under `retired` why it is not replayed any more, and which release can still verify it.
"""


def each_one(*, replayed_only: bool, thorough: GoldenHistory | None = None) -> pytest.MarkDecorator:
    """With each history in turn; `thorough` only where there is time."""
    chosen = IN_FORCE if replayed_only else HISTORIES
    marks = {golden.folder.name: pytest.mark.thorough if golden is thorough else () for golden in chosen}
    return pytest.mark.parametrize(
        "golden", [pytest.param(golden, id=(name := golden.folder.name), marks=marks[name]) for golden in chosen]
    )


def what_to_do() -> str:
    return WHAT_TO_DO.format(next=f"v{len(HISTORIES) + 1}")


@pytest.fixture
def keys(golden: GoldenHistory, tmp_path: Path) -> KeyStore | None:
    """What opens it; None where nothing is sealed."""
    root = golden.lay_out_keys(tmp_path / "keys")
    return None if root is None else KeyFolder.open(root, NAMESPACE, create=False)


@each_one(replayed_only=True)
def test_a_golden_history_is_replayed_to_the_bit(golden: GoldenHistory, keys: KeyStore | None) -> None:
    verification = Verification(golden.open_reader, None, keys=keys)
    list(verification.run())
    assert verification.faults.listed == [], what_to_do()
    assert verification.entries == len(golden.topics[JOURNAL])
    assert verification.replay.records == len(golden.topics[OFFENCES]) == golden.manifest["records"]


@each_one(replayed_only=True, thorough=SEALED)
def test_a_golden_history_is_verified_from_anywhere(golden: GoldenHistory, keys: KeyStore | None) -> None:
    entries = len(golden.topics[JOURNAL])
    for first in range(1, entries + 1):
        verification = Verification(golden.open_reader, None, Span(first), keys=keys)
        list(verification.run())
        assert (first, verification.faults.listed) == (first, [])
        assert verification.entries == entries - first + 1


@each_one(replayed_only=True)
def test_what_the_journal_does_not_hold_is_wrong_use(golden: GoldenHistory, keys: KeyStore | None) -> None:
    beyond = len(golden.topics[JOURNAL]) + 1
    for span in (Span(beyond), Span(1, beyond)):
        with pytest.raises(WrongUse, match=f"there is no entry {beyond}"):
            list(Verification(golden.open_reader, None, span, keys=keys).run())


def test_the_sealed_golden_history_opens_to_the_clear_one(tmp_path: Path) -> None:
    root = SEALED.lay_out_keys(tmp_path / "keys")
    assert root is not None
    with closing(UnsealedAlerts(KeyFolder.open(root, NAMESPACE, create=False))) as opened:
        for ours, theirs in zip(SEALED.topics[ALERTS], CLEAR.topics[ALERTS], strict=True):
            value = ours.value or b""
            if b'"first_sequence"' in value:
                assert wire_bytes(opened.baseline(BaselineEvent.model_validate_json(value))) == theirs.value
            else:
                assert wire_bytes(opened.alert(Alert.model_validate_json(value))) == theirs.value


def test_the_semantics_in_force_have_a_golden_history() -> None:
    replayed = {golden.manifest["engine"] for golden in HISTORIES if not golden.manifest["retired"]}
    assert ENGINE_VERSION in replayed, what_to_do()


@each_one(replayed_only=False)
def test_a_golden_history_is_declared_in_the_changelog(golden: GoldenHistory) -> None:
    assert f"golden history {golden.folder.name}" in CHANGELOG.read_text()


@each_one(replayed_only=True)
def test_one_bit_of_a_golden_alert_is_seen(golden: GoldenHistory, keys: KeyStore | None) -> None:
    """The test above could not fail if nothing were compared."""
    alerts = golden.topics[ALERTS]
    changed = alerts[-1]._replace(value=(alerts[-1].value or b"").replace(b'"rank":', b'"rank" :'))
    tampered = GoldenHistory(golden.folder)
    tampered.__dict__["topics"] = {**golden.topics, ALERTS: [*alerts[:-1], changed]}
    verification = Verification(tampered.open_reader, None, keys=keys)
    list(verification.run())
    assert verification.faults.count > 0


@pytest.mark.stack
def test_the_live_side_gives_the_newest_golden_history(stack_environment: dict[str, str], tmp_path: Path) -> None:
    """Alerts and dead letters bit for bit; of the journal all that does not depend on the cutting into runs."""
    golden = HISTORIES[-1]
    published = live(
        stack_environment, tmp_path, golden.policy, golden.topics[OFFENCES], golden.lay_out_keys(tmp_path / "keys")
    )
    for topic in (ALERTS, DEAD_LETTERS):
        ours = [record[2:] for record in published[topic]]
        assert ours == [record[2:] for record in golden.topics[topic]], what_to_do()
    assert whatever_the_runs(published[JOURNAL]) == whatever_the_runs(golden.topics[JOURNAL]), what_to_do()


def whatever_the_runs(journal: list[Record]) -> dict[str, Any]:
    """What the entries say together."""
    entries = [json.loads(record.value or b"") for record in journal]
    founding = entries[0]["body"]
    return {
        "transitions": [change for entry in entries for change in entry["transitions"]],
        "refusals": [refusal for entry in entries for refusal in entry["refusals"]],
        "drained": sum(entry["drained"] for entry in entries),
        "baseline": [entry["baseline_sequence"] for entry in entries if entry["baseline_sequence"] is not None],
        "covered": entries[-1]["run"]["end"],
        "last": {name: entries[-1][name] for name in ("board", "clock", "as_of", "engine", "policy_digest")},
        "founding": {name: founding[name] for name in ("board", "clock", "alerts_after", "ends", "topic", "policy")},
    }

"""What was computed once is computed again for ever: golden histories are replayed on every change."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from audit.verify.outcome import Span, VerificationRequest
from audit.verify.verification import Verification
from models.alert import Alert, BaselineEvent, wire_bytes
from models.errors import WrongUse
from models.journal.entry import ENGINE_VERSION
from models.key_store import KeyStore
from models.record import Record
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, OFFENCES
from sealing.folder import KeyFolder
from sight.opening import UnsealedAlerts
from tests.audit.golden.__main__ import asked
from tests.audit.golden.history import GoldenHistory, golden_histories, in_force, what_to_do
from tests.audit.golden.live import NAMESPACE, live

HISTORIES = golden_histories()
IN_FORCE = [golden for golden in HISTORIES if not golden.manifest["retired"]]
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def each_one(*, replayed_only: bool, is_sealed_thorough: bool = False) -> pytest.MarkDecorator:
    """With each history in turn; with a sealed one only where there is time."""
    chosen = IN_FORCE if replayed_only else HISTORIES
    return pytest.mark.parametrize(
        "golden",
        [
            pytest.param(golden, marks=pytest.mark.thorough if is_sealed_thorough and golden.is_sealed else ())
            for golden in chosen
        ],
        ids=[golden.folder.name for golden in chosen],
    )


@pytest.fixture
def keys(golden: GoldenHistory, tmp_path: Path) -> KeyStore | None:
    """What opens it; None where nothing is sealed."""
    root = golden.lay_out_keys(tmp_path / "keys")
    return None if root is None else KeyFolder.open(root, NAMESPACE, create=False)


@each_one(replayed_only=True)
def test_a_golden_history_is_replayed_to_the_bit(golden: GoldenHistory, keys: KeyStore | None) -> None:
    result = Verification(golden.open_reader, VerificationRequest(keys=keys)).run()
    assert result.faults.listed == (), what_to_do()
    assert result.entries == len(golden.topics[JOURNAL])
    assert result.records == len(golden.topics[OFFENCES]) == golden.manifest["records"]


@each_one(replayed_only=True, is_sealed_thorough=True)
def test_a_golden_history_is_verified_from_anywhere(golden: GoldenHistory, keys: KeyStore | None) -> None:
    entries = len(golden.topics[JOURNAL])
    for first in range(1, entries + 1):
        result = Verification(golden.open_reader, VerificationRequest(Span(first), keys=keys)).run()
        assert (first, result.faults.listed) == (first, ())
        assert result.entries == entries - first + 1


@each_one(replayed_only=True)
def test_what_the_journal_does_not_hold_is_wrong_use(golden: GoldenHistory, keys: KeyStore | None) -> None:
    beyond = len(golden.topics[JOURNAL]) + 1
    for span in (Span(beyond), Span(1, beyond)):
        with pytest.raises(WrongUse, match=f"there is no entry {beyond}"):
            Verification(golden.open_reader, VerificationRequest(span, keys=keys)).run()


def test_the_sealed_golden_history_opens_to_the_clear_one(tmp_path: Path) -> None:
    sealed, clear = in_force(is_sealed=True), in_force(is_sealed=False)
    root = sealed.lay_out_keys(tmp_path / "keys")
    assert root is not None
    with closing(UnsealedAlerts(KeyFolder.open(root, NAMESPACE, create=False))) as opened:
        for ours, theirs in zip(sealed.topics[ALERTS], clear.topics[ALERTS], strict=True):
            value = ours.value or b""
            if b'"first_sequence"' in value:
                assert wire_bytes(opened.baseline(BaselineEvent.model_validate_json(value))) == theirs.value
            else:
                assert wire_bytes(opened.alert(Alert.model_validate_json(value))) == theirs.value


def test_the_semantics_in_force_have_a_golden_history() -> None:
    replayed = {golden.manifest["engine"] for golden in HISTORIES if not golden.manifest["retired"]}
    assert ENGINE_VERSION in replayed, what_to_do()


NAMES = [golden.folder.name for golden in HISTORIES]
NEXT = f"v{len(NAMES) + 1}"


def test_a_new_history_is_recorded_in_clear_or_sealed_and_the_newest_once_more() -> None:
    assert not asked([NEXT]).is_sealed
    assert asked([NEXT, "--sealed"]).is_sealed
    assert asked([NAMES[-1], "--anew"]).folder == HISTORIES[-1].folder


@pytest.mark.parametrize(
    "words",
    [[], ["4"], ["../v4"], [NEXT, "--anew"], *([name] for name in NAMES), *([name, "--anew"] for name in NAMES[:-1])],
)
def test_no_other_history_that_was_recorded_is_recorded_again(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        asked(words)


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
    assert Verification(tampered.open_reader, VerificationRequest(keys=keys)).run().faults.count > 0


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

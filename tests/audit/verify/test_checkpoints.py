"""A checkpoint fixes what was published: who rewrites history is found out by it."""

from pathlib import Path

import pytest

from audit.signing.keys import SigningKey, load_signing_key, new_keys
from audit.verify.checkpoints import make_checkpoint, read_kept_checkpoints
from audit.verify.outcome import VerificationRequest
from audit.verify.verification import Verification
from models.alert import wire_bytes
from models.checkpoint import Checkpoint
from models.errors import Unproved
from models.topics import ALERTS, CHECKPOINTS, DEAD_LETTERS, JOURNAL
from sealing.signatures import is_signed
from tests.audit.history import History, Item
from tests.audit.verify.tampering import a_run_with_transitions

pytestmark = pytest.mark.stack
NOW = 1_800_000_000_000_000


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    private, _ = new_keys(tmp_path_factory.mktemp("keys"))
    return load_signing_key(private)


@pytest.fixture(scope="module")
def checkpoint(history: History, key: SigningKey) -> Checkpoint:
    return make_checkpoint(history.opened("clean"), key, NOW)


def newest_sequence(item: Item) -> int:
    """Of an alert its own; of the baseline the last that it stands for, which may lie behind the middle."""
    content = item.content
    return int(content["last_sequence"] if "last_sequence" in content else content["sequence"])


def faults_with(history: History, copy: str, kept: list[Checkpoint], public: str | None = None) -> list[str]:
    asked = VerificationRequest(public_key=public, checkpoints=kept)
    return list(Verification(history.opened(copy), asked).run().faults.listed)


def test_what_is_untouched_agrees_with_its_checkpoint(
    history: History, key: SigningKey, checkpoint: Checkpoint
) -> None:
    result = history.verify("clean")
    assert result.last is not None
    assert (checkpoint.entry, checkpoint.head) == (result.last.entry, result.last.hash)
    assert checkpoint.root == result.alerts.root
    assert faults_with(history, "clean", [checkpoint], key.public) == []


def test_a_shorter_history_that_is_consistent_in_itself_is_found_out(history: History, checkpoint: Checkpoint) -> None:
    """The operator of Kafka takes back the newest entries together with their alerts."""
    journal, place = history.items[JOURNAL], a_run_with_transitions(history.items)
    sequence = journal[place].content["transitions"][0]["sequence"]
    kept_alerts = [item for item in history.items[ALERTS] if newest_sequence(item) < sequence]
    # The dead letters of the entries that are gone would give it away as well.
    refused = sum(len(item.content["refusals"]) for item in journal[:place])
    letters = history.items[DEAD_LETTERS][:refused]
    history.write({"shorter": {JOURNAL: journal[:place], ALERTS: kept_alerts, DEAD_LETTERS: letters}})
    assert faults_with(history, "shorter", []) == []
    assert faults_with(history, "shorter", [checkpoint]) == [
        f"a checkpoint kept elsewhere: the checkpoint of {checkpoint.time} fixed entry {checkpoint.entry}, "
        f"the journal ends at entry {place}: entries are gone"
    ]


def test_other_hashes_or_alerts_than_the_fixed_ones_are_found_out(
    history: History, key: SigningKey, checkpoint: Checkpoint
) -> None:
    other_head = signed(key, checkpoint, head="0" * 64)
    other_root = signed(key, checkpoint, root="0" * 64)
    assert "the journal was rewritten" in faults_with(history, "clean", [other_head])[0]
    assert "with other alerts" in faults_with(history, "clean", [other_root])[0]


def test_a_checkpoint_of_what_was_published_meanwhile_accuses_nobody(history: History, checkpoint: Checkpoint) -> None:
    """A board at work: the newest entries came, and were fixed, after this verification had looked how far it goes."""
    journal, place = history.items[JOURNAL], a_run_with_transitions(history.items)
    sequence = journal[place].content["transitions"][0]["sequence"]
    alerts = history.items[ALERTS]
    sent = sum(newest_sequence(item) < sequence for item in alerts)
    refused = sum(len(item.content["refusals"]) for item in journal[:place])
    letters = history.items[DEAD_LETTERS]
    whole = {JOURNAL: (journal, place), ALERTS: (alerts, sent), DEAD_LETTERS: (letters, refused)}
    history.write({"at work": {CHECKPOINTS: [], **{topic: items[:count] for topic, (items, count) in whole.items()}}})
    verification = Verification(history.opened("at work"))
    for topic, (items, count) in whole.items():
        history.append("at work", topic, items[count:])
    history.append("at work", CHECKPOINTS, [Item(0, 0, b"v100", checkpoint.note)])
    result = verification.run()
    assert (result.entries, result.faults.listed) == (place, ())


def test_a_checkpoint_that_is_not_genuine_is_named(history: History, checkpoint: Checkpoint) -> None:
    edited = checkpoint.model_copy(update={"time": "2020-01-01T00:00:00Z"})
    assert "is not signed by the key it names" in faults_with(history, "clean", [edited])[0]
    assert "is signed by another key" in faults_with(history, "clean", [checkpoint], "0" * 64)[0]
    items = [Item(0, 0, b"v100", value) for value in (checkpoint.note, b"{}", edited.note)]
    history.write({"checkpoints": {CHECKPOINTS: items}})
    faults = history.verify("checkpoints").faults
    first, second = faults.foreign
    assert (faults.count, faults.unseen) == (0, 2)
    assert (first.topic, first.offset, first.what) == ("checkpoints.v1", 1, "a record that is not a checkpoint")
    assert (second.offset, second.what.startswith("the checkpoint of entry")) == (2, True)


def test_a_checkpoint_counts_our_alerts_alone(history: History, key: SigningKey, checkpoint: Checkpoint) -> None:
    alerts = history.items[ALERTS]
    forged = alerts[20].told(alert_id="v100:999999", sequence=999_999)
    items = [Item(0, 0, b"p1", b"\x00"), forged, *alerts[:20], alerts[5], *alerts[20:], alerts[-1]]
    history.write({"more alerts": {ALERTS: items}})
    assert make_checkpoint(history.opened("more alerts"), key, NOW) == checkpoint


def test_a_file_of_checkpoints_is_read_note_by_note(tmp_path: Path, checkpoint: Checkpoint) -> None:
    kept, note = tmp_path / "kept.notes", checkpoint.note
    witnessed = note + "\N{EM DASH} witness.example/w1 c2lnbmVkIGJ5IHNvbWVib2R5\n".encode()
    kept.write_bytes(note + witnessed + note)
    assert read_kept_checkpoints(kept) == [checkpoint] * 3
    for damaged in (note[:-9], note + b"\n", note[1:], note.replace(b"entry ", b"entry 0", 1), b"\xff" + note):
        kept.write_bytes(note + damaged)
        with pytest.raises(Unproved, match=r"note \d is not a checkpoint, or is damaged"):
            read_kept_checkpoints(kept)


def test_no_byte_of_a_note_can_change_unseen(checkpoint: Checkpoint) -> None:
    for place in range(len(checkpoint.note)):
        for bit in range(8):
            changed = bytearray(checkpoint.note)
            changed[place] ^= 1 << bit
            try:
                read = Checkpoint.read(bytes(changed))
            except ValueError:
                continue
            assert not is_signed(read.public_key, read.text.encode(), read.signature), changed


def test_a_checkpoint_from_before_the_notes_is_refused_by_name(
    history: History, tmp_path: Path, checkpoint: Checkpoint
) -> None:
    kept, older = tmp_path / "kept.jsonl", wire_bytes(checkpoint)
    kept.write_bytes(older + b"\n" + older + b"\n")
    with pytest.raises(Unproved, match="is JSON, as checkpoints were before they were signed notes"):
        read_kept_checkpoints(kept)
    history.write({"older": {CHECKPOINTS: [Item(0, 0, b"v100", older)]}})
    (foreign,) = history.verify("older").faults.foreign
    assert foreign.what.startswith("a checkpoint in JSON, as checkpoints were before")


def test_an_empty_journal_has_no_checkpoint(history: History, key: SigningKey) -> None:
    history.write({"empty": {JOURNAL: []}})
    with pytest.raises(Unproved, match="the journal is empty"):
        make_checkpoint(history.opened("empty"), key, NOW)


def signed(key: SigningKey, checkpoint: Checkpoint, **changes: object) -> Checkpoint:
    changed = checkpoint.model_copy(update=changes)
    return changed.model_copy(update={"signature": key.sign(changed.text.encode())})

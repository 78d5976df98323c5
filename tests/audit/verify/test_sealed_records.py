"""What is sealed is verified like everything else; what an erasure closed is counted, and nothing hides behind it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.signing.keys import SigningKey, load_signing_key, new_keys
from audit.verify.checkpoints import make_checkpoint
from audit.verify.outcome import Outcome, VerificationRequest
from audit.verify.tombstones import make_tombstone
from audit.verify.verification import Verification
from models.alert import wire_bytes
from models.key_store import KeyNamespace
from models.token import Token
from models.topics import ALERTS, ERASURES, JOURNAL
from sealing.folder import KeyFolder
from sealing.resealer import NOT_OPENED
from tests.audit.history import History, Item, record_history
from tests.audit.verify.tampering import at, replaced
from tests.end_to_end.foreign import open_transaction

pytestmark = pytest.mark.stack
NOW = 1_700_000_000_000_000


@dataclass
class SealedHistory:
    """A recorded history, its keys, and what signs tombstones."""

    history: History
    folder: Path
    signing: SigningKey

    def keys(self, name: str = "keys") -> KeyFolder:
        """The keys as they were, or a copy of them under another name."""
        if not (self.folder / name).exists():
            shutil.copytree(self.folder / "keys", self.folder / name)
        return KeyFolder.open(self.folder / name, KeyNamespace(self.history.installation.prefix, "v100"), create=False)

    @property
    def place(self) -> int:
        """Of an alert whose person is on several others."""
        return 20

    @property
    def alert(self) -> Item:
        return self.history.items[ALERTS][self.place]

    @property
    def key_id(self) -> str:
        """Of the key under which that alert's person is sealed."""
        token = Token.read(self.alert.content["offender_id"])
        assert token is not None
        return token.key_id

    def named(self) -> int:
        """How many records hold a token under that key."""
        items = [*self.history.items[ALERTS], *self.history.items[JOURNAL]]
        return sum(self.key_id.encode() in (item.value or b"") for item in items)

    def tombstone(self, signing: SigningKey | None = None) -> Item:
        told = make_tombstone("v100", self.key_id, "retention ended", signing or self.signing, NOW)
        return Item(0, NOW // 1_000, b"v100", wire_bytes(told))

    def erased(self, copy: str, *tombstones: Item, **changed: list[Item]) -> Outcome:
        """Verifies a copy whose key of that person is gone, with these tombstones."""
        keys = self.keys(copy)
        keys.destroy(self.key_id)
        alerts = changed.get("alerts", self.history.items[ALERTS])
        self.history.write({copy: {ERASURES: list(tombstones), ALERTS: alerts}})
        return self.history.verify(copy, keys=keys, public_key=self.signing.public)


@pytest.fixture(scope="module")
def sealed(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> SealedHistory:
    folder = tmp_path_factory.mktemp("sealed")
    history = record_history(stack_environment, folder, seal="on", key_store=str(folder / "keys"))
    history.write({"clean": history.items})
    private, _ = new_keys(folder / "signing")
    return SealedHistory(history, folder, load_signing_key(private))


def test_a_sealed_history_verifies(sealed: SealedHistory) -> None:
    result = sealed.history.verify("clean", keys=sealed.keys())
    assert result.faults.listed == ()
    assert result.erased == 0
    assert result.transitions > 50


def test_an_alert_that_is_not_there_accuses_no_checkpoint(sealed: SealedHistory) -> None:
    """Nobody can say under which tokens it was sent, so that the root from there on is nobody's."""
    checkpoint = make_checkpoint(sealed.history.opened("clean"), sealed.signing, NOW)
    alerts = sealed.history.items[ALERTS]
    copies = {"whole": alerts, "with a gap": [*alerts[: sealed.place], *alerts[sealed.place + 1 :]]}
    sealed.history.write({name: {ALERTS: items} for name, items in copies.items()})
    found = {}
    for name in copies:
        asked = VerificationRequest(keys=sealed.keys(), checkpoints=[checkpoint])
        found[name] = Verification(sealed.history.opened(name), asked).run().faults.listed
    (missing,) = found.pop("with a gap")
    assert (found, missing.endswith("is missing")) == ({"whole": ()}, True)


def flipped(token: str) -> str:
    return token[:-3] + ("B" if token[-3] == "A" else "A") + token[-2:]


def of_another_alert(sealed: SealedHistory) -> str:
    """The same person's token from another place."""
    others = (str(item.content.get("offender_id")) for item in sealed.history.items[ALERTS])
    mine = sealed.alert.content["offender_id"]
    return next(token for token in others if token != mine and sealed.key_id in token)


@pytest.mark.parametrize(
    "forged",
    [
        lambda sealed: flipped(sealed.alert.content["offender_id"]),
        of_another_alert,
        lambda sealed: next(
            token
            for item in sealed.history.items[ALERTS]
            if (token := item.content.get("offender_id")) and sealed.key_id not in token
        ),
        lambda _: "p1",
        lambda _: "sealed:nothing",
    ],
    ids=["a flipped byte", "from another place", "of somebody else", "clear", "no token"],
)
def test_another_token_is_named(sealed: SealedHistory, forged: Callable[[SealedHistory], str]) -> None:
    name = f"forged {forged(sealed)[-6:]}"
    items = replaced(sealed.history.items[ALERTS], sealed.place, sealed.alert.told(offender_id=forged(sealed)))
    sealed.history.write({name: {ALERTS: items}})
    faults = sealed.history.verify(name, keys=sealed.keys()).faults
    assert faults.count
    assert at(ALERTS, sealed.place) in faults.listed[0]
    differs = at(ALERTS, sealed.place, f"alert {sealed.alert.content['alert_id']} differs")
    assert any(differs in fault and "offender_id was published as" in fault for fault in faults.listed)


def test_a_token_that_its_own_key_does_not_open_is_named_once(sealed: SealedHistory) -> None:
    alerts = sealed.history.items[ALERTS]
    token = Token(sealed.key_id, bytes(30)).text
    theirs = [place for place, item in enumerate(alerts) if sealed.key_id in str(item.content.get("offender_id"))]
    items = [item.told(offender_id=token) if place in theirs else item for place, item in enumerate(alerts)]
    sealed.history.write({"not opened": {ALERTS: items}})
    said = [
        fault for fault in sealed.history.verify("not opened", keys=sealed.keys()).faults.listed if NOT_OPENED in fault
    ]
    assert said == [at(ALERTS, theirs[0], f"key {sealed.key_id} {NOT_OPENED}")]


def test_an_erasure_is_counted_and_is_no_fault(sealed: SealedHistory) -> None:
    result = sealed.erased("erased", sealed.tombstone())
    assert result.faults.listed == ()
    assert result.erased == sealed.named() > 2


def test_behind_an_erasure_nothing_else_can_be_changed(sealed: SealedHistory) -> None:
    forged = sealed.alert.told(rank=999)
    items = replaced(sealed.history.items[ALERTS], sealed.place, forged)
    result = sealed.erased("erased and changed", sealed.tombstone(), alerts=items)
    assert "rank was published as 999" in result.faults.listed[0]


def test_a_key_that_went_without_a_tombstone_is_a_fault(sealed: SealedHistory) -> None:
    result = sealed.erased("lost")
    assert result.faults.count == 1
    assert f"key {sealed.key_id}" in result.faults.listed[0]
    assert "was destroyed without a tombstone" in result.faults.listed[0]


def test_a_tombstone_that_cannot_be_read_yet_is_not_missing(
    sealed: SealedHistory, stack_environment: dict[str, str]
) -> None:
    keys = sealed.keys("behind")
    keys.destroy(sealed.key_id)
    sealed.history.write({"behind": {ERASURES: []}})
    with open_transaction(stack_environment["HARMWATCH_KAFKA"], sealed.history.names["behind"][ERASURES]):
        result = sealed.history.verify("behind", keys=keys, public_key=sealed.signing.public)
    assert result.faults.listed == ()
    (told,) = result.held_back
    assert told.startswith("the tombstones of 1 destroyed keys cannot be read yet: a transaction is open on")


def test_a_forged_tombstone_excuses_nothing(sealed: SealedHistory, tmp_path: Path) -> None:
    honest = sealed.tombstone()
    signature = honest.content["signature"]
    forged = honest.told(signature=("0" if signature[0] != "0" else "1") + signature[1:])
    strangers = sealed.tombstone(load_signing_key(new_keys(tmp_path)[0]))
    junk = honest.saying(b"{}")
    faults = sealed.erased("forged", forged, strangers, junk).faults
    foreign = [each.what for each in faults.foreign]
    assert [text in what for text, what in zip(
        ("is not signed by the key it names", "is signed by another key", "is not a tombstone"), foreign, strict=True
    )] == [True] * 3  # fmt: skip
    (fault,) = faults.listed
    assert "without a tombstone" in fault


def test_a_key_that_is_there_again_is_a_fault(sealed: SealedHistory) -> None:
    sealed.history.write({"back": {ERASURES: [sealed.tombstone()]}})
    faults = sealed.history.verify("back", keys=sealed.keys(), public_key=sealed.signing.public).faults
    assert "was erased, and is there again" in faults.listed[0]

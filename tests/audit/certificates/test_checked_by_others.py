"""What an inspector takes along holds for others: in-toto's library, Go's own, and the plain rules."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # documented there, and not exported to mypy

from audit.certificates.certificate import Certificate, issue_certificate
from audit.certificates.proof import Proof, make_proof
from audit.signing.document import document_text
from audit.signing.keys import SigningKey, load_signing_key, new_keys
from audit.verify.checkpoints import make_checkpoint
from audit.verify.verification import Verification
from models.canonical import canonical_json
from models.checkpoint import Checkpoint
from models.topics import ALERTS, JOURNAL
from tests.audit.golden.history import in_force

NOW = 1_800_000_000_000_000
HERE = Path(__file__).parent
GOLDEN = in_force(is_sealed=False)


@dataclass(frozen=True)
class Taken:
    """What an inspector takes along of a golden history."""

    key: SigningKey
    certificate: Certificate
    checkpoint: Checkpoint
    proof: Proof


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    key = load_signing_key(new_keys(tmp_path_factory.mktemp("keys"))[0])
    certificate = issue_certificate(Verification(GOLDEN.open_reader).run(), key, NOW)
    alert_id = json.loads(GOLDEN.topics[ALERTS][7].value or b"")["alert_id"]
    proof = make_proof(GOLDEN.open_reader, certificate, alert_id)
    return Taken(key, certificate, make_checkpoint(GOLDEN.open_reader, key, NOW), proof)


def verified_payload(document: dict[str, Any], public: str) -> Any:
    """As somebody with securesystemslib reads a certificate."""
    envelope = Envelope.from_dict(document)
    envelope.verify([SSlibKey(public, "ed25519", "ed25519", {"public": public})], 1)
    return json.loads(envelope.payload)


def test_a_certificate_is_an_envelope_and_a_statement_to_others(taken: Taken) -> None:
    text = document_text(taken.certificate)
    statement = verified_payload(json.loads(text), taken.key.public)
    newest = json.loads(GOLDEN.topics[JOURNAL][-1].value or b"")
    assert set(statement) == {"_type", "subject", "predicateType", "predicate"}
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [
        {
            "name": f"journal.v1/v100/1-{newest['entry']}",
            "digest": {"harmwatchJournalHead": newest["hash"]},
        }
    ]
    assert statement["predicate"]["result"] == "verified"


def test_a_changed_certificate_is_none_to_others(taken: Taken) -> None:
    changed = json.loads(document_text(taken.certificate))
    payload = base64.b64decode(changed["payload"]).replace(b'"fault_count":0', b'"fault_count":1')
    changed["payload"] = base64.b64encode(payload).decode()
    with pytest.raises(VerificationError):
        verified_payload(changed, taken.key.public)
    with pytest.raises(VerificationError):
        verified_payload(json.loads(document_text(taken.certificate)), "0" * 64)


def test_a_checkpoint_holds_by_the_rules_of_the_specification(taken: Taken) -> None:
    """Written down once more from c2sp.org, without a line of ours."""
    name, key_hash, encoded = taken.checkpoint.verifier_key.split("+", 2)
    public = base64.b64decode(encoded)
    assert key_hash == hashlib.sha256(f"{name}\n".encode() + public).hexdigest()[:8]
    text, _, signed = taken.checkpoint.note.decode().rpartition("\n\n")
    dash, signer, signature = signed.removesuffix("\n").split(" ")
    raw = base64.b64decode(signature)
    assert (dash, signer, raw[:4].hex(), public[0]) == ("\N{EM DASH}", name, key_hash, 1)
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], f"{text}\n".encode())
    origin, size, root = text.split("\n")[:3]
    alerts = [hashlib.sha256(b"\0" + (record.value or b"")).digest() for record in GOLDEN.topics[ALERTS]]
    assert (origin, size) == ("harmwatch/v100", str(len(alerts)))
    assert base64.b64decode(root) == root_by_the_book(alerts)


def root_by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while 2 * half < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + root_by_the_book(leaves[:half]) + root_by_the_book(leaves[half:])).digest()


@pytest.mark.thorough
@pytest.mark.timeout(300)  # the first time Go compiles its own library
def test_go_opens_a_checkpoint_and_finds_an_alert_under_it(taken: Taken, tmp_path: Path) -> None:
    check = built(tmp_path)
    assert taken.certificate.manifest.alerts.root == taken.checkpoint.root
    alert = canonical_json(taken.proof.alert).decode()
    key, note = taken.checkpoint.verifier_key, taken.checkpoint.note
    words = [check, key, str(taken.proof.index), alert, *taken.proof.path]
    assert said(words, note) == (0, f"harmwatch/v100 {taken.checkpoint.alerts}\n")
    assert said([*words[:3], alert.replace('"rank":', '"rank" :'), *words[4:]], note)[0] == 1
    assert said(words, note.replace(b"entry ", b"entry 1"))[0] == 1
    assert said([words[0], key.replace("v100", "v101"), *words[2:]], note)[0] == 1


def built(folder: Path) -> Path:
    """The program that asks Go's library, compiled."""
    go, check = shutil.which("go"), folder / "check"
    if go is None:
        pytest.skip("no Go here: what its own library says of a checkpoint is not asked")
    module = shutil.copytree(HERE / "note_in_go", folder / "module")
    fetched = subprocess.run([go, "mod", "download"], cwd=module, capture_output=True, timeout=120, check=False)
    if fetched.returncode:
        pytest.skip(f"Go gets no module here: {fetched.stderr.decode().strip()}")
    subprocess.run([go, "build", "-o", check, "."], cwd=module, timeout=240, check=True)
    return check


def said(words: list[Any], given: bytes) -> tuple[int, str]:
    done = subprocess.run(words, input=given, capture_output=True, env=dict(os.environ), timeout=30, check=False)
    return done.returncode, done.stdout.decode()

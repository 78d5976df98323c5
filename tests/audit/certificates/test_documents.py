"""Certificates, proofs and keys: what was written holds, and no byte of it can change unseen."""

import base64
import random
import stat
from pathlib import Path

import pytest

from audit.certificates.certificate import Certificate, check_certificate, issue_certificate
from audit.certificates.proof import Proof, check_proof, make_proof
from audit.signing.document import json_text, read_document, write_document
from audit.signing.envelope import EnvelopeSignature
from audit.signing.keys import PRIVATE_NAME, PUBLIC_NAME, load_signing_key, new_keys
from audit.verify.outcome import Span
from models.errors import OperatorError, Unproved, WrongUse
from models.topics import ALERTS, JOURNAL
from sealing.signatures import load_public_key
from tests.audit.history import History

NOW = 1_800_000_000_000_000
PLACE = 17


@pytest.fixture(scope="module")
def folder(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, a certificate of the whole history and a proof of one alert, as files."""
    made = tmp_path_factory.mktemp("documents")
    new_keys(made)
    certificate = issue_certificate(history.verify("clean"), load_signing_key(made / PRIVATE_NAME), NOW)
    write_document(made / "certificate.json", certificate)
    alert_id = history.items[ALERTS][PLACE].content["alert_id"]
    write_document(made / "proof.json", make_proof(history.opened("clean"), certificate, alert_id))
    return made


def checked(certificate: Path, public_key: Path) -> Certificate:
    document = read_document(certificate, Certificate)
    check_certificate(document, load_public_key(public_key))
    return document


def proved(proof: Path, public_key: Path) -> str:
    return check_proof(read_document(proof, Proof), load_public_key(public_key)).alert_id


@pytest.mark.stack
def test_a_certificate_and_a_proof_hold_without_kafka(history: History, folder: Path) -> None:
    certificate = checked(folder / "certificate.json", folder / PUBLIC_NAME)
    assert certificate.manifest.alerts.count == len(history.items[ALERTS])
    assert [each.partition for each in certificate.manifest.inputs] == [0, 1]
    assert proved(folder / "proof.json", folder / PUBLIC_NAME) == history.items[ALERTS][PLACE].content["alert_id"]


@pytest.mark.stack
def test_an_alert_of_a_certified_part_has_a_proof_and_no_other_has(history: History, folder: Path) -> None:
    middle = len(history.items[JOURNAL]) // 2
    verification = history.verify("clean", Span(middle, middle + 8))
    certificate = issue_certificate(verification, load_signing_key(folder / PRIVATE_NAME), NOW)
    first, last = certificate.manifest.alerts.first, certificate.manifest.alerts.last
    ids = [dict(item.headers)["ce_id"].decode() for item in history.items[ALERTS]]
    assert first is not None
    assert last is not None
    covered = ids[ids.index(first) : ids.index(last) + 1]
    assert len(covered) == certificate.manifest.alerts.count
    assert len(covered) > 10
    for alert_id in (covered[1], covered[5], covered[-1]):
        proof = make_proof(history.opened("clean"), certificate, alert_id)
        assert check_proof(proof, certificate.public_key).alert_id == alert_id
    for unknown in ("nonsense", ids[-1]):
        with pytest.raises(Unproved, match="is not among"):
            make_proof(history.opened("clean"), certificate, unknown)


@pytest.mark.stack
@pytest.mark.parametrize("name", ["certificate.json", "proof.json"])
def test_no_byte_of_a_document_can_change_unseen(folder: Path, tmp_path: Path, name: str) -> None:
    chance, content = random.Random(name), (folder / name).read_bytes()
    check = checked if name == "certificate.json" else proved
    changed = tmp_path / name
    for place in range(len(content)):
        flipped = bytes([content[place] ^ 1 << chance.randrange(8)])
        changed.write_bytes(content[:place] + flipped + content[place + 1 :])
        with pytest.raises(Unproved):
            check(changed, folder / PUBLIC_NAME)


@pytest.mark.stack
def test_no_byte_of_the_public_key_can_change_unseen(folder: Path, tmp_path: Path) -> None:
    content, changed = (folder / PUBLIC_NAME).read_bytes(), tmp_path / PUBLIC_NAME
    for place in range(len(content)):
        for bit in range(8):
            changed.write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
            with pytest.raises(Unproved):
                checked(folder / "certificate.json", changed)


def test_no_byte_of_the_private_key_can_change_unseen(tmp_path: Path) -> None:
    private, _ = new_keys(tmp_path)
    content, changed = private.read_bytes(), tmp_path / "changed.pem"
    for place in range(len(content)):
        for bit in range(8):
            changed.write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
            with pytest.raises(Unproved):
                load_signing_key(changed)


@pytest.mark.stack
@pytest.mark.parametrize("name", ["certificate.json", "proof.json"])
def test_a_document_cut_short_or_of_another_kind_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    content, other = (folder / name).read_bytes(), tmp_path / name
    check = checked if name == "certificate.json" else proved
    for text in (
        b"",
        b"{",
        b"null",
        content[:-1],
        content[: len(content) // 2],
        content + b"\n",
        b"\xff",
        b"[" * 9_999,
    ):
        other.write_bytes(text)
        with pytest.raises(Unproved):
            check(other, folder / PUBLIC_NAME)


@pytest.mark.parametrize(
    ("kind", "form"), [(Certificate, "harmwatch certificate 1"), (Certificate, "harmwatch certificate 2"),
                       (Proof, "harmwatch proof 1")],
)  # fmt: skip
def test_a_document_of_an_earlier_form_is_refused_by_its_name(
    tmp_path: Path, kind: type[Certificate | Proof], form: str
) -> None:
    older = tmp_path / "older.json"
    older.write_text(json_text({"manifest": {"format": form}, "public_key": "0" * 64, "signature": "0" * 128}))
    with pytest.raises(Unproved, match=f"is of an earlier form, '{form}', which this version does not read"):
        read_document(older, kind)


@pytest.mark.stack
def test_a_signature_over_another_type_of_payload_is_none(folder: Path) -> None:
    """DSSE signs the type with the payload: what was signed as something else is no certificate."""
    certificate, key = read_document(folder / "certificate.json", Certificate), load_signing_key(folder / PRIVATE_NAME)
    bare = base64.b64encode(bytes.fromhex(key.sign(certificate.content))).decode()
    forged = certificate.model_copy(update={"signatures": [EnvelopeSignature(keyid=key.public, sig=bare)]})
    with pytest.raises(Unproved, match="the signature is not that of the certificate"):
        check_certificate(forged, key.public)


@pytest.mark.stack
def test_another_key_does_not_open_a_certificate(folder: Path, tmp_path: Path) -> None:
    _, public = new_keys(tmp_path)
    with pytest.raises(Unproved, match="signed by another key"):
        checked(folder / "certificate.json", public)


@pytest.mark.stack
def test_a_certificate_of_what_was_not_verified_says_so(history: History, folder: Path) -> None:
    history.write({"one alert less": {ALERTS: history.items[ALERTS][:-1]}})
    key = load_signing_key(folder / PRIVATE_NAME)
    certificate = issue_certificate(history.verify("one alert less"), key, NOW)
    with pytest.raises(Unproved, match=r"not verified \(alerts.v1: alert .* is missing\)"):
        check_certificate(certificate, key.public)


def test_a_private_key_is_for_its_owner_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    private, public = new_keys(tmp_path)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    with pytest.raises(WrongUse, match="is there already"):
        new_keys(tmp_path)
    private.unlink()
    with pytest.raises(WrongUse, match="is there already"):
        new_keys(tmp_path)
    with pytest.raises(OperatorError, match="is not a private key"):
        load_signing_key(public)
    with pytest.raises(OperatorError, match="cannot be read"):
        load_public_key(private)

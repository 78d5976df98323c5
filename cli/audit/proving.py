"""`harmwatch keys`, `certificate`, `proof` and `checkpoint`: what an inspector takes along, and how it is checked."""

import time
from pathlib import Path
from typing import Any

from audit.certificates.certificate import Certificate, check_certificate
from audit.certificates.proof import Proof, check_proof, make_proof
from audit.signing.document import read_document, write_document
from audit.signing.keys import load_signing_key, new_keys
from audit.verify.checkpoints import make_checkpoint
from broker.clients import kafka_errors, producer
from broker.engine_number import refuse_journal_of_other_engine
from broker.reader import when_readable
from cli.output import printable
from cli.topics import open_topics
from cli.waiting import say_waiting
from models.alert import wire_bytes
from models.errors import WrongUse
from models.topics import ALERTS, CHECKPOINTS, JOURNAL, topic_name
from runtime.settings import Settings
from sealing.signatures import load_public_key


def make_keys(folder: Path) -> dict[str, Any]:
    """A new pair of keys. Raises WrongUse."""
    private, public = new_keys(folder)
    return {"private_key": str(private), "public_key": str(public), "id": load_public_key(public)}


def checked_certificate(path: Path, public_key: Path) -> dict[str, Any]:
    """The manifest of a certificate that holds. Raises WrongUse, Unproved."""
    certificate = read_document(path, Certificate)
    check_certificate(certificate, load_public_key(public_key))
    return {"ok": True, "public_key": certificate.public_key, **certificate.manifest.model_dump(mode="json")}


def render_certificate(document: dict[str, Any]) -> str:
    """What the certificate says."""
    entries, alerts = document["entries"], document["alerts"]
    inputs = [
        f"  {each['topic']} partition {each['partition']}: offsets {each['start']} to {each['end']}, "
        f"{each['records']} records, SHA-256 {each['sha256']}"
        for each in document["inputs"]
    ]
    return "\n".join(
        [
            f"The certificate holds: issued {document['issued_at']}, signed by key {document['public_key']}.",
            f"Board {document['board']}, entries {entries['first']} to {entries['last']} (as of {entries['as_of']}): "
            f"every one was computed again and came out the same.",
            f"Chain head {entries['head']}",
            *inputs,
            f"{alerts['count']} alerts, Merkle root {alerts['root']}",
            f"harmwatch {document['code_version']}, engine {document['engine_version']}",
        ]
    )


def prove_alert(settings: Settings, alert_id: str, certificate: Path, out: Path | None) -> dict[str, Any]:
    """The proof of one alert, written to `out` if given. Raises WrongUse, Unproved, Unavailable."""
    proof = make_proof(open_topics(settings, ALERTS), read_document(certificate, Certificate), alert_id)
    if out is not None:
        write_document(out, proof)
    return proof.model_dump(mode="json")


def checked_proof(path: Path, public_key: Path) -> dict[str, Any]:
    """The alert that a proof proves. Raises WrongUse, Unproved."""
    proof = read_document(path, Proof)
    alert = check_proof(proof, load_public_key(public_key))
    manifest = proof.certificate.manifest
    return {
        "ok": True,
        "alert": alert.model_dump(mode="json"),
        "index": proof.index,
        "alerts": manifest.alerts.count,
        "issued_at": manifest.issued_at,
        "public_key": proof.certificate.public_key,
    }


def render_proof(document: dict[str, Any]) -> str:
    """What the proof proves."""
    alert = document["alert"]
    return (
        f"The proof holds: alert {printable(alert['alert_id'])}, {printable(alert['offender_id'])} "
        f"{alert['transition']} the band as of {alert['as_of']} with {alert['score_days']} days of harm, is one of the "
        f"{document['alerts']} alerts that were verified on {document['issued_at']} (key {document['public_key']})."
    )


def publish_checkpoint(settings: Settings, key: Path, keep: Path | None) -> dict[str, Any]:
    """Signs what is published now, sends it to checkpoints.v1 and appends it to a file. Raises what hinders it."""
    signing_key = load_signing_key(key)
    open_reader = when_readable(open_topics(settings, JOURNAL, ALERTS, CHECKPOINTS), say_waiting)
    refuse_journal_of_other_engine(open_reader)
    checkpoint = make_checkpoint(open_reader, signing_key, time.time_ns() // 1000)
    line = wire_bytes(checkpoint)
    sender = producer(settings.brokers)
    with kafka_errors(settings.brokers):
        name = topic_name(settings.prefix, CHECKPOINTS)
        sender.send(name, key=checkpoint.board.encode(), value=line, partition=0).get(10)
    sender.close()
    if keep is not None:
        try:
            with keep.open("ab") as kept:
                kept.write(line + b"\n")
        except OSError as error:
            raise WrongUse(f"{keep} cannot be written: {error.strerror} (the checkpoint was published)") from error
    return checkpoint.model_dump(mode="json")


def render_checkpoint(document: dict[str, Any]) -> str:
    """What was fixed."""
    return (
        f"checkpoint of entry {document['entry']} (as of {document['as_of']}): head {document['head']}, "
        f"{document['alerts']} alerts with root {document['root']}"
    )

"""The proof that one alert is among those of a certificate; checked with the public key and nothing else."""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue, ValidationError

from audit.certificates.certificate import Certificate, check_certificate
from audit.certificates.manifest import AlertRange
from audit.signing.document import Document
from audit.signing.merkle import Tree, leaf_hash, path, root_by_path
from audit.verify.alerts import alert_name
from audit.verify.our_alerts import our_alerts
from broker.reader import OpenReader
from models.alert import Alert
from models.canonical import canonical_json
from models.checkpoint import Hash
from models.errors import Unproved
from models.record import Record
from models.topics import ALERTS


class Proof(Document):
    """The alert as it stands on alerts.v1, its place among those of the certificate, and the way to their root."""

    older: ClassVar[re.Pattern[bytes] | None] = re.compile(rb'"harmwatch proof 1"')

    format: Literal["harmwatch proof 2"]
    alert: dict[str, JsonValue]
    index: Annotated[int, Field(ge=0)]
    path: list[Hash]
    certificate: Certificate


def make_proof(open_reader: OpenReader, certificate: Certificate, alert_id: str) -> Proof:
    """Reads alerts.v1. Raises Unproved when the alert is not there, or alerts.v1 is not what was certified."""
    certified = certificate.manifest.alerts
    leaves: list[bytes] = []
    found: tuple[int, Alert] | None = None
    for record in _certified_records(open_reader, certificate.manifest.board, certified):
        if alert_name(record) == alert_id:
            found = len(leaves), _alert(record, alert_id)
        leaves.append(leaf_hash(record.value or b""))
    if Tree(leaves).root().hex() != certified.root:
        raise Unproved("alerts.v1 does not give the certificate's root: run `harmwatch verify` to see what was changed")
    if found is None:
        raise Unproved(
            f"alert {alert_id} is not among the {certified.count} of the certificate "
            f"({certified.first} to {certified.last})"
        )
    index, alert = found
    return Proof(
        format="harmwatch proof 2",
        alert=alert.model_dump(mode="json"),
        index=index,
        path=[each.hex() for each in path(leaves, index)],
        certificate=certificate,
    )


def check_proof(proof: Proof, public_key: str) -> Alert:
    """The alert that is proved. Raises Unproved."""
    check_certificate(proof.certificate, public_key)
    certified = proof.certificate.manifest.alerts
    leaf = leaf_hash(canonical_json(proof.alert))
    hashes = [bytes.fromhex(each) for each in proof.path]
    root = root_by_path(leaf, proof.index, certified.count, hashes) if proof.index < certified.count else None
    if root is None or root.hex() != certified.root:
        raise Unproved("the alert and its path do not lead to the certificate's root: one of them was changed")
    try:
        return Alert.model_validate(proof.alert)
    except ValidationError as error:
        raise Unproved("what the proof holds is not an alert") from error


def _certified_records(open_reader: OpenReader, board: str, certified: AlertRange) -> Iterator[Record]:
    reader = open_reader(ALERTS, 0)
    try:
        left, begun = certified.count, False
        for _, record in our_alerts(reader.read_until(reader.end()), board):
            begun = begun or alert_name(record) == certified.first
            if begun and left:
                left -= 1
                yield record
            if not left:
                return
    finally:
        reader.close()


def _alert(record: Record, alert_id: str) -> Alert:
    try:
        return Alert.model_validate_json(record.value or b"null")
    except ValidationError as error:
        raise Unproved(f"{alert_id} is not an alert") from error

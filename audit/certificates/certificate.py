"""A certificate: the signed statement that records were verified; checked without Kafka.

It is an in-toto statement in a DSSE envelope, so that standard tools can check it without ours.
"""

import re
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from audit.certificates.manifest import EntryRange, Manifest, manifest_of
from audit.signing.document import Document, document_content
from audit.signing.envelope import Envelope
from audit.signing.keys import SigningKey
from audit.verify.outcome import Outcome
from models.canonical import canonical_json
from models.checkpoint import Hash
from models.errors import Unproved


class Digest(Document):
    """The hash of the journal's last entry that was compared; it is over all that come before."""

    head: Hash = Field(alias="harmwatchJournalHead")


class Subject(Document):
    """A stretch of a journal, `journal.v1/<board>/<first>-<last>`."""

    name: str
    digest: Digest


class Statement(Document):
    """The payload: in-toto's statement, version 1."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: Annotated[list[Subject], Field(min_length=1, max_length=1)]
    predicate_type: Literal["urn:harmwatch:certificate:3"] = Field(alias="predicateType")
    predicate: Manifest

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """The one statement of a manifest."""
        return cls(
            _type="https://in-toto.io/Statement/v1",
            subject=[_subject(manifest.board, manifest.entries)],
            predicateType="urn:harmwatch:certificate:3",
            predicate=manifest,
        )

    @property
    def content(self) -> bytes:
        """Its one text."""
        return canonical_json(document_content(self))


class Certificate(Envelope):
    """A statement with its signature."""

    older: ClassVar[re.Pattern[bytes] | None] = re.compile(rb'"harmwatch certificate [12]"')

    @model_validator(mode="after")
    def _says_it_as_we_do(self) -> Self:
        if Statement.of(self.manifest).content != self.content:
            raise ValueError("the statement is not as it is written here")
        return self

    @cached_property
    def manifest(self) -> Manifest:
        """What it says."""
        return Statement.model_validate_json(self.content).predicate


def issue_certificate(result: Outcome, key: SigningKey, now_us: int) -> Certificate:
    """The certificate of a verification, whatever its result. Raises Unproved when nothing was compared."""
    return Certificate.sign(Statement.of(manifest_of(result, now_us)).content, key)


def check_certificate(certificate: Certificate, public_key: str) -> None:
    """Raises Unproved unless this key signed it and it says that all was verified."""
    if certificate.public_key != public_key:
        raise Unproved(f"the certificate is signed by another key: {certificate.public_key}, not {public_key}")
    if not certificate.is_genuine:
        raise Unproved("the signature is not that of the certificate: it was changed after it was signed")
    if certificate.manifest.result != "verified" or certificate.manifest.fault_count:
        faults = "; ".join(certificate.manifest.faults)
        raise Unproved(f"the certificate is genuine and says: not verified ({faults})")


def _subject(board: str, entries: EntryRange) -> Subject:
    name = f"journal.v1/{board}/{entries.first}-{entries.last}"
    return Subject(name=name, digest=Digest(harmwatchJournalHead=entries.head))

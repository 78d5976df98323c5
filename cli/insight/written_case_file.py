"""`harmwatch explain --html`: the case file, with its proof, written to a file."""

from pathlib import Path

from cli.insight.attached_proof import attached_proof
from cli.insight.case_file import case_file
from cli.insight.explanation_document import ExplanationDocument
from cli.provenance import Provenance
from cli.written_page import write_paper
from runtime.settings import Settings


def write_case_file(
    to: Path, document: ExplanationDocument, settings: Settings, proof: Path | None, made_by: str | None
) -> None:
    """Raises WrongUse where a file cannot be read or written, Unproved where the proof does not hold."""
    attached = None if proof is None else attached_proof(proof, document)
    write_paper(to, case_file(document, Provenance.of(settings, made_by), attached))

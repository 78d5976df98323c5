"""`harmwatch doctor`: what it says, and its exit code."""

import sys
from collections import Counter
from collections.abc import Sequence

import click

from cli.doctor.check import Finding, State
from cli.doctor.examination import examine
from cli.output import json_option, show
from sight.document import Document
from sight.printable import printable

_MARKS = {State.GOOD: "ok", State.WEAK: "WEAK", State.FAULT: "FAULT", State.SKIPPED: "-"}


class FindingDocument(Document):
    """What has come of a check, and what to do about it; `remedy` is empty where there is nothing to do."""

    check: str
    state: State
    found: str
    remedy: str


class DoctorDocument(Document):
    """Every finding; `ok`: none is a fault."""

    ok: bool
    findings: tuple[FindingDocument, ...]


DOCUMENT = DoctorDocument


@click.command()
@json_option
def command(*, as_json: bool) -> None:
    """Looks at everything that an installation needs, and names one remedy for each fault.

    It changes nothing and answers within ten seconds.
    """
    document = as_document(examine())
    show(document, as_json, render_doctor)
    sys.exit(0 if document.ok else 1)


def as_document(found: Sequence[Finding]) -> DoctorDocument:
    """The findings as they are shown."""
    findings = tuple(
        FindingDocument(check=each.check, state=each.state, found=each.text, remedy=each.remedy) for each in found
    )
    return DoctorDocument(ok=all(each.state is not State.FAULT for each in findings), findings=findings)


def render_doctor(document: DoctorDocument) -> str:
    """A line a finding; what is to be done stands below it."""
    lines = []
    for each in document.findings:
        lines.append(f"{_MARKS[each.state]:<5} {each.check:<21} {printable(each.found)}")
        if each.remedy:
            lines.append(f"{'':<28}-> {each.remedy}")
    counts = Counter(each.state for each in document.findings)
    lines.append(", ".join(f"{counts[state]} {state}" for state in State if counts[state]))
    return "\n".join(lines)

"""`harmwatch ingest --dry-run`: what would be sent, and what the policy would say to it; no Kafka is needed."""

import json
import time
from collections import Counter

from pydantic import JsonValue

from cli.intake.bar import progress_bar
from cli.intake.known_reports import gives_revision
from cli.intake.notices_text import NoticesPart, notices_part, render_notices
from cli.intake.refused_rows import RefusedPart, RefusedRows
from cli.intake.register import RegisterPart, fill_register, register_part, render_register, why_not_withdrawn
from cli.intake.request import Request
from cli.output import say
from intake.intake import Intake
from intake.mapping.rules import Mapping
from intake.notices import Notices
from intake.revisions import Revisions
from models.decode import Report
from models.errors import PreconditionFailed, Refused, Unavailable
from models.policy import Policy
from policies.policy_file import load_policy
from runtime.settings import Settings
from runtime.topic_identity import find_place
from scoring.assess import Assessor
from sight.document import Document
from sight.printable import printable


class RefusedByPolicy(Document):
    """Records that the service would refuse for one reason."""

    reason: str
    records: int


class _TriedPart(Document):
    good: int
    refused_by_policy: tuple[RefusedByPolicy, ...]
    outside_of_scope: int
    wrong: int


class DryRunDocument(NoticesPart, RefusedPart, RegisterPart, _TriedPart):
    """What would become of the lines, for --dry-run, and the first report of them."""

    first: dict[str, JsonValue] | None


def try_files(settings: Settings, request: Request, wrong: RefusedRows) -> DryRunDocument:
    """Counts what the service would refuse; lines that would not be sent go to `wrong`. Raises WrongUse."""
    service, rules, notices = _Service(load_policy(settings.policy)), request.rules(), Notices()
    known = _known(settings, request, rules)
    first: bytes | None = None
    lines = Intake(request.paths, rules, time.time_ns() // 1000, unchecked=False)
    if lines.register is not None and rules is not None and "kafka" in settings.model_fields_set:
        fill_register(settings, find_place(settings), rules, lines.register)
    with progress_bar(lines) as show_done:
        for done, line in enumerate(lines, 1):
            show_done(done)
            if line.value is None or lines.report is None:
                wrong.add(line)
                continue
            first = first or line.value
            notices.look(line, lines.report, known.add(lines.report))
            service.take(lines.report)
    for note in lines.notes:
        say(printable(note))
    return DryRunDocument(
        **service.part(wrong.count).given(),
        **_register(lines, rules, wrong.count).given(),
        **wrong.part().given(),
        **notices_part(notices, known, lines.tally).given(),
        first=json.loads(first) if first else None,
    )


def _register(lines: Intake, rules: Mapping | None, wrong: int) -> RegisterPart:
    if lines.register is None or rules is None:
        return RegisterPart()
    withheld = why_not_withdrawn(lines.register, rules, wrong, lines.why_in_part) or "this is a dry run"
    return register_part(lines.register, 0, withheld)


class _Service:
    """What the service would say to the reports, by its policy."""

    def __init__(self, policy: Policy) -> None:
        self._assess = Assessor(policy)
        self._good = self._outside = 0
        self._refusals = Counter[str]()

    def take(self, report: Report) -> None:
        """One more report."""
        self._good += 1
        try:
            self._assess(report, self._good)
            self._outside += not self._assess.in_scope(report)
        except Refused as refused:
            self._refusals[str(refused)] += 1

    def part(self, wrong: int) -> _TriedPart:
        """How many, and what it would refuse of them, beside those that are wrong."""
        refusals = (RefusedByPolicy(reason=reason, records=count) for reason, count in self._refusals.most_common())
        return _TriedPart(
            good=self._good, refused_by_policy=tuple(refusals), outside_of_scope=self._outside, wrong=wrong
        )


def _known(settings: Settings, request: Request, rules: Mapping | None) -> Revisions:
    """What the topic holds, where Kafka is named or it is asked for.

    Raises WrongUse; where it is asked for also PreconditionFailed and Unavailable.
    """
    asked = request.against_topic
    if asked is False or (asked is None and not ("kafka" in settings.model_fields_set and gives_revision(rules))):
        return Revisions()
    try:
        return request.known(settings, find_place(settings), rules)
    except (PreconditionFailed, Unavailable) as error:
        if asked:
            raise
        say(f"only what repeats within the files is counted: {error}")
        return Revisions()


def is_clean(document: DryRunDocument) -> bool:
    """Whether every line would be sent and scored."""
    return not document.wrong and not document.refused_by_policy


def render_dry_run(document: DryRunDocument) -> str:
    """The first report, and what would become of all of them."""
    lines = []
    if document.first:
        lines += ["the first report:", *json.dumps(document.first, indent=2, ensure_ascii=False).splitlines()]
    lines.append(f"{document.good:,} would be sent, {document.wrong:,} would not")
    lines += [
        f"  {item.records:,} of them the service would refuse: {printable(item.reason)}"
        for item in document.refused_by_policy
    ]
    if document.outside_of_scope:
        lines.append(f"  {document.outside_of_scope:,} of them are outside of the policy's scope and count nothing")
    lines += [*render_register(document), *render_notices(document)]
    return "\n".join(lines)

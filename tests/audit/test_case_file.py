"""A case file says what is true and nothing besides, names nobody else, and holds what a court needs to check it."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.certificates.certificate import issue_certificate
from audit.certificates.proof import make_proof
from audit.history.explanation import explain_alert
from audit.signing.document import write_document
from audit.signing.keys import load_signing_key, new_keys
from audit.verify.verification import Verification
from cli.insight import case_file_words as words
from cli.insight.attached_proof import AttachedProof, attached_proof
from cli.insight.case_file import case_file
from cli.insight.case_file_claims import case_file_claims
from cli.insight.explanation_document import ExplanationDocument
from cli.insight.explanation_page import ExplanationPage
from cli.provenance import Provenance
from cli.written_page import paper_html, write_paper
from models.clock import ClockMode
from models.errors import Unproved, WrongUse
from models.instants import format_instant, parse_instant
from pages.moments import DateForm, Moments
from policies.index_titles import read_titles
from policies.policy_file import index_path
from tests.audit.brute import World
from tests.audit.drawn import AppliedEntry, histories
from tests.audit.insight import test_claims_of_explain as explained
from tests.cli.answers.answer import GOLDEN

Claim = dict[str, Any]
LONDON = Moments(DateForm.BRITISH, ZoneInfo("Europe/London"))
MADE_AT = parse_instant("2026-07-01T09:30:00Z")
PROVENANCE = Provenance("A. Analyst", MADE_AT, "0.1.0", "0123456789ab", LONDON)
LABELS = {
    "Statement about one person and one moment", "Holds personal data", "Person", "Moment", "Alert", "List",
    "What this list is", "What happened", "Alerts about this person until then", "What counted", "What did not count",
    "Where the line was", "Without each crime, everybody else staying as they were", "How this can be checked",
    "Appendix", "Fingerprints", "Where it stands", "Policy", "Program", "harmwatch 0.1.0, build 0123456789ab",
    "Records of this page", "on topic offences.v1, by partition and offset", "Alert made by", "Record that caused it",
    *words.COUNTED_HEAD, *words.EXCLUDED_HEAD, *words.WITHOUT_HEAD, *words.ALERTS_HEAD, "harmwatch verify",
    "Says all of this once more, from the records and the journal alone.",
    "Computes all that the service has ever said once more, with a second program, and names what differs.",
}  # fmt: skip


class _Pieces(HTMLParser):
    """The texts that somebody sees, one by one, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip() and self.tags[-1][0] not in {"style", "title"}:
            self.texts.append(data.strip())


def read(page: str) -> _Pieces:
    pieces = _Pieces()
    pieces.feed(page)
    return pieces


def page_of(
    document: ExplanationDocument, proof: AttachedProof | None = None, provenance: Provenance = PROVENANCE
) -> str:
    return paper_html(case_file(document, provenance, proof))


ROWS: dict[str, Callable[[Claim], tuple[tuple[str, ...], ...]]] = {
    "counted": lambda one: words.counted_row(one, LONDON),
    "total": words.total_row,
    "not_counted": lambda one: words.excluded_row(one, LONDON),
    "without": words.without_row,
    "told": lambda one: words.alert_row(one, LONDON),
}


def said(one: Claim) -> Iterator[str]:
    """What of a page comes of a claim."""
    if one["claim"] in ROWS:
        yield from (line for cell in ROWS[one["claim"]](one) for line in cell if line)
    else:
        yield words.say(one, LONDON)


def facts(document: ExplanationDocument) -> Iterator[str]:
    """Beside sentences: whom it is about, and the fingerprints."""
    journal, alert = document.journal, document.alert
    yield from (document.offender_id, LONDON.text(parse_instant(document.as_of)), f"board {document.board}")
    yield f"Why {document.offender_id} {described(document)} the list"
    yield from (document.policy.digest, f"Journal, entry {journal.entry:,}", journal.hash)
    if alert is None:
        yield f"harmwatch explain --offender {document.offender_id} --at {document.as_of}"
        return
    yield from (alert.alert_id, f"harmwatch explain {alert.alert_id}")
    if alert.entry is not None:
        yield f"entry {alert.entry:,} of the journal"
    if alert.cause.source is not None:
        yield f"partition {alert.cause.source.partition}, offset {alert.cause.source.offset}"


def described(document: ExplanationDocument) -> str:
    if document.alert is None:
        return "was on" if document.in_band else "was not on"
    return {"entered": "came onto", "left": "left"}[document.alert.transition]


def turned_by_less(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    decisive = {crime for crime in world.counted(who) if not explained.stays_without(world, who, crime)}
    is_so = set(one["crimes"]) == decisive and len(one["crimes"]) == len(decisive)
    return who in world.members and is_so and bool(decisive) is (one["claim"] == "turned_by_less")


def all_was_known(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    latest = max(report["recorded_at"] for report in world.heard if report["offender_id"] == who)
    return bool(latest <= parse_instant(one["as_of"]) == world.now)


def read_so_far(one: Claim, _world: World, _who: str, told: AppliedEntry) -> bool:
    return bool(0 < one["entry"] <= told.written.engine.entry)


CHECKS: dict[str, explained.Check] = explained.CHECKS | {
    "what_it_is": lambda one, *_: one["board"] == "b",
    "turned_by_less": turned_by_less,
    "not_turned_by_less": turned_by_less,
    "turned_by_more": explained.needed,
    "known_by": all_was_known,
    "journal_read": read_so_far,
    "no_proof": lambda one, *_: explained.number_of(one["alert_id"]) > 0,
    "no_proof_of_standing": lambda *_: True,
    "made": lambda one, *_: (one["by"], one["at"]) == ("A. Analyst", format_instant(MADE_AT)),
}


def insist(told: AppliedEntry, document: ExplanationDocument, world: World) -> None:
    """Tries every claim, and that the page holds their sentences and nothing else."""
    left = Counter(read(page_of(document)).texts)
    for one in case_file_claims(document, PROVENANCE, None):
        assert CHECKS[one["claim"]](one, world, document.offender_id, told), one
        of_it = Counter(said(one))
        assert not of_it - left, one
        left -= of_it
    assert set(left) <= LABELS | set(facts(document))


@settings(max_examples=40)
@given(told=histories(clocks=tuple(ClockMode)), data=st.data())
def test_every_claim_of_a_case_file_is_true_and_nothing_else_is_said(told: AppliedEntry, data: st.DataObject) -> None:
    for document, world in explained.pages(told, data):
        insist(told, document, world)


def test_every_sentence_of_a_case_file_has_its_check() -> None:
    tried = words.SENTENCES.keys() | ROWS.keys()
    assert tried == CHECKS.keys() - {"needed", "no_single_crime"} | {"not_sent", "cause_policy", "proved"}


def a_document(sequence: int = 115) -> ExplanationDocument:
    found = explain_alert(GOLDEN.open_reader, sequence, explained.as_it_is)
    return ExplanationPage(found, read_titles(index_path(GOLDEN.policy))).document()


def test_a_page_loads_nothing_runs_nothing_and_names_its_moments_and_its_table() -> None:
    page = page_of(a_document())
    pieces = read(page)
    assert not {tag for tag, _ in pieces.tags} & {"script", "img", "link", "iframe", "object", "form"}
    assert not re.search(r"https?:|url\(|@import", page)
    assert "default-src 'none'" in page
    assert "21:32:24 GMT on 10 December 2025" in pieces.texts
    assert "code 19C.19.8.0, line 100 of the table" in pieces.texts
    assert "size: A4" in page


def test_no_sentence_holds_a_hash_and_the_appendix_holds_them() -> None:
    before, appendix = page_of(a_document()).split('<div class="appendix">')
    assert not re.search(r"[0-9a-f]{40}", before)
    assert {a_document().policy.digest, a_document().journal.hash} == set(re.findall(r"[0-9a-f]{64}", appendix))


@pytest.mark.parametrize("sequence", [59, 60])
def test_nobody_else_is_named(sequence: int) -> None:
    """Explanations name who moved in exchange, and whose crime displaced somebody."""
    document = a_document(sequence)
    assert document.alert is not None
    others = {document.alert.cause.offender_id} - {document.offender_id, None}
    others |= {document.alert.counterpart.offender_id} if document.alert.counterpart else set()
    assert others
    assert not [who for who in others if who and who in page_of(document)]


def test_a_hostile_id_is_text() -> None:
    hostile = "</title><script>alert(1)</script>&\u202e\"'\n"
    document = a_document().model_copy(update={"offender_id": hostile})
    pieces = read(page_of(document))
    assert "script" not in {tag for tag, _ in pieces.tags}
    assert "</title><script>alert(1)</script>&\\u202e\"'\\n" in pieces.texts
    assert "\u202e" not in page_of(document)


@pytest.fixture(scope="module")
def proof_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The proof of alert 115."""
    folder = tmp_path_factory.mktemp("proof")
    key, _ = new_keys(folder)
    certificate = issue_certificate(Verification(GOLDEN.open_reader).run(), load_signing_key(key), MADE_AT)
    write_document(folder / "proof.json", make_proof(GOLDEN.open_reader, certificate, "v100:115"))
    return folder / "proof.json"


def test_the_proof_is_attached_as_it_is_and_named(proof_file: Path) -> None:
    document = a_document()
    proof = attached_proof(proof_file, document)
    pieces = read(page_of(document, proof))
    (link,) = (attributes for tag, attributes in pieces.tags if tag == "a")
    assert link["download"] == "proof.json"
    assert (
        base64.b64decode((link["href"] or "").removeprefix("data:application/json;base64,")) == proof_file.read_bytes()
    )
    assert any("is one of the" in text and "09:30:00 UTC" not in text for text in pieces.texts)
    assert "harmwatch proof check proof.json --public-key KEY" in pieces.texts


def test_a_proof_of_another_alert_or_a_changed_one_is_refused(proof_file: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="proves alert v100:115, not v100:114"):
        attached_proof(proof_file, a_document(114))
    content = json.loads(proof_file.read_text())
    content["alert"]["rank"] = 1
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    with pytest.raises(Unproved):
        attached_proof(changed, a_document())
    with pytest.raises(Unproved, match="something else than the journal"):
        attached_proof(proof_file, a_document().model_copy(update={"rank": 1}))


def test_a_page_is_readable_by_its_maker_alone(tmp_path: Path) -> None:
    path = tmp_path / "case.html"
    path.write_text("older")
    path.chmod(0o644)
    write_paper(path, case_file(a_document(), PROVENANCE, None))
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]

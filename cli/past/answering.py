"""Answers the questions of a console about the past, from Kafka alone, in a process of its own."""

from collections.abc import Callable
from typing import assert_never

from audit.certificates.certificate import Certificate
from audit.certificates.proof import make_proof
from audit.history.amendments import amendments
from audit.history.explanation import explain_alert
from audit.signing.document import document_text, read_document
from broker.reader import OpenReader
from cli.insight.case_file import case_file
from cli.insight.explain import titles_of
from cli.insight.explanation_page import ExplanationPage
from cli.past.band_answer import amendments_answer, band_answer
from cli.past.person_answer import person_answer
from cli.provenance import Provenance
from cli.topics import open_topics
from cli.written_page import paper_html
from console.past.child import Answer
from console.past.questions import (
    AmendmentsQuestion,
    BandQuestion,
    ExplanationQuestion,
    PersonQuestion,
    ProofQuestion,
    Question,
)
from models.errors import Unproved, WrongUse
from models.topics import ALERTS, JOURNAL, OFFENCES
from policies.policy_file import load_policy
from runtime.settings import Settings

Opening = Callable[..., OpenReader]
"""Opens the topics that are named. Raises PreconditionFailed where one is missing, Unavailable."""


def answer_past(settings: Settings, question: Question) -> Answer:
    """The answer. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    return answer_from(lambda *topics: open_topics(settings, *topics), settings, question)


def answer_from(opened: Opening, settings: Settings, question: Question) -> Answer:
    """The same from topics that are opened so."""
    match question:
        case PersonQuestion():
            return person_answer(opened(OFFENCES, JOURNAL), question, lambda policy: titles_of(settings, policy))
        case BandQuestion():
            return band_answer(opened(OFFENCES, JOURNAL), question, load_policy(settings.policy).exit_rank + 1)
        case AmendmentsQuestion():
            return amendments_answer(amendments(opened(OFFENCES, JOURNAL), question.since), question.since)
        case ExplanationQuestion():
            return _explanation(opened(OFFENCES, JOURNAL), settings, question)
        case ProofQuestion():
            return _proof(opened, settings, question)
        case _:
            assert_never(question)


def _explanation(open_reader: OpenReader, settings: Settings, question: ExplanationQuestion) -> bytes:
    """The page of `harmwatch explain --html`. Whom the alert is about the console has opened: no key is asked for."""
    who = question.offender_id
    found = explain_alert(open_reader, question.sequence, lambda *_: who)
    moved = found.transition
    if moved is None or moved.offender_id != who:
        raise Unproved("the journal says that this alert is about somebody else: run `harmwatch verify`")
    document = ExplanationPage(found, titles_of(settings, found.policy)).document()
    return paper_html(case_file(document, Provenance.of(settings, question.made_by), None)).encode()


def _proof(opened: Opening, settings: Settings, question: ProofQuestion) -> bytes:
    if settings.console_certificate is None:
        raise WrongUse(
            "a proof needs a certificate: HARMWATCH_CONSOLE_CERTIFICATE names that of the newest "
            "`harmwatch verify --certificate`"
        )
    certificate = read_document(settings.console_certificate, Certificate)
    return document_text(make_proof(opened(ALERTS), certificate, question.alert_id)).encode()

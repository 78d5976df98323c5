"""What explain, forecast and amendments answer about the past."""

from functools import partial

from audit.history.amendments import amendments
from audit.history.explanation import explain_alert, explain_standing
from audit.history.history_replay import HistoryReplay
from cli.insight.amendments import amendments_document, render_amendments
from cli.insight.explained import render_explanation
from cli.insight.explanation_page import ExplanationPage
from cli.insight.forecast import forecast_document, render_forecast
from models.instants import Micros, parse_instant
from policies.index_titles import read_titles
from policies.policy_file import index_path
from tests.audit.insight.test_claims_of_explain import as_it_is
from tests.cli.answers.answer import AT, GOLDEN, WHO, Answer, Answers, answer

_AT = parse_instant(AT)


def amended(since: Micros | None) -> Answer:
    return answer(amendments_document(amendments(GOLDEN.open_reader, since), since), render_amendments)


def foreseen() -> Answer:
    return answer(forecast_document("v100", WHO, HistoryReplay(GOLDEN.open_reader).as_of(_AT)), render_forecast)


def explained_alert(sequence: int) -> Answer:
    found = explain_alert(GOLDEN.open_reader, sequence, as_it_is)
    return answer(ExplanationPage(found, read_titles(index_path(GOLDEN.policy))).document(), render_explanation)


def explained_standing() -> Answer:
    found = explain_standing(GOLDEN.open_reader, WHO, _AT)
    return answer(ExplanationPage(found, {}).document(), render_explanation)


ANSWERS: Answers = {
    "amendments": partial(amended, None),
    "amendments_since": partial(amended, _AT),
    "forecast": foreseen,
    "explain_entered": partial(explained_alert, 115),
    "explain_left": partial(explained_alert, 114),
    "explain_standing": explained_standing,
}

"""The record of transparency of an installation: the fields of the Algorithmic Transparency Recording Standard.

What policy and settings say is made from them. What only people can answer comes from their file, and a question that
nobody has answered stands there as one.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import NamedTuple

from console.about.policy_facts import Fact, status_words, window_words
from console.about.record_file import QUESTIONS
from models.journal.entry import ENGINE_VERSION
from models.policy import Policy
from runtime.settings import Sealing, Settings

_MADE_BY_NOBODY = "none by the program: harmwatch is free software (Apache-2.0)"


class RecordSection(NamedTuple):
    """A heading, and what stands under it."""

    title: str
    facts: tuple[Fact, ...]


def transparency_record(policy: Policy, settings: Settings, answers: Mapping[str, str]) -> Iterator[RecordSection]:
    """Tier 1, then the five chapters of tier 2. `answers`: by the keys of `QUESTIONS`."""
    asked = {key: Fact(name, answers.get(key)) for key, name in QUESTIONS.items()}
    what = (
        "Keeps, for each person whom offence reports name as a suspect, the sum of harm. An offence counts for "
        f"{window_words(policy)}. It says at once who has become one of the {policy.band_size:,} with the highest "
        "sums, and who no longer is."
    )
    yield RecordSection("Tier 1: summary", (
        Fact("Name", f"harmwatch, board {settings.board}"), Fact("What it does", what), asked["purpose"],
        asked["contact"],
    ))  # fmt: skip
    yield RecordSection("Owner and responsibility", (
        asked["organisation"], Fact("Owner of the policy", policy.owner), asked["responsible"],
        Fact(QUESTIONS["supplier"], answers.get("supplier", _MADE_BY_NOBODY)), asked["legal_basis"],
    ))  # fmt: skip
    yield RecordSection("Why it is used", (asked["benefits"], asked["before"], asked["alternatives"], asked["phase"]))
    yield RecordSection("How decisions are made", (*_decisions(settings), asked["decisions"], asked["training"],
                                            asked["appeals"]))  # fmt: skip
    yield RecordSection("The tool", tuple(_tool(policy)))
    yield RecordSection("The data", (*_data(policy, settings), asked["retention"]))
    yield RecordSection("What can go wrong", (*_faults(policy), asked["assessments"]))


def _decisions(settings: Settings) -> Iterator[Fact]:
    yield Fact("What it gives", "a rank, a sum, the reports that make it up, and what it would take to leave the list")
    yield Fact("By itself it does", "nothing: no measure follows from an alert without people")
    yield Fact(
        "Who decides",
        "an officer who has read what counts looks at a stay or proposes a measure, with words of their own; a "
        "supervisor, who is another person, confirms or rejects it. Each is recorded with what they had read",
    )
    who = "those who sign in, each under a name and in a role" if settings.has_sign_in else "those on one machine"
    yield Fact("Who can see it", f"{who}; every look is recorded before anything is shown")


def _tool(policy: Policy) -> Iterator[Fact]:
    yield Fact("Kind", "a sum and an order by fixed rules: no model, nothing learnt, nothing estimated")
    yield Fact("Version", f"harmwatch {version('harmwatch')}, engine {ENGINE_VERSION}")
    yield Fact("Rules", f"policy {policy.id} {policy.version}, digest {policy.digest}")
    yield Fact("How it is checked", "a second engine computes every alert again from the kept reports, byte by byte")
    yield Fact("What happens to a correction", "it counts at once, and alerts that do not hold any more are named")


def _data(policy: Policy, settings: Settings) -> Iterator[Fact]:
    yield Fact("Source", "reports of offences in which a suspect is named, as the force records them")
    yield Fact(
        "Used of each", "person, offence, code, dates, status, sex of victims; no other characteristic of anybody"
    )
    yield Fact("Persons", "pseudonymous ids alone: names and addresses are kept elsewhere")
    is_sealed = settings.seal is Sealing.ON
    sealed = "sealed; a person is erased by destroying a key" if is_sealed else "in clear within the installation"
    yield Fact("Ids in records", sealed)
    yield Fact("Counted by status", status_words(policy))


def _faults(policy: Policy) -> Iterator[Fact]:
    contested = [name.replace("_", " ") for name in ("reported", "no_further_action") if policy.status.get(name)]
    if contested:
        yield Fact("Nobody was convicted", f"{' and '.join(contested)} count, too: what was reported may not be true")
    yield Fact("Unequal recording", "who is reported or watched more is recorded more, and scores more")
    yield Fact("Not reported", "what was never reported does not count; off the list means nothing else")
    yield Fact("The edge", f"rank {policy.band_size + 1:,} may have the sum of rank {policy.band_size:,}")
    yield Fact("Against it", "what is contested stands before the buttons, no answer is chosen beforehand, looks lapse "
                             "when their basis changes, and two persons decide")  # fmt: skip

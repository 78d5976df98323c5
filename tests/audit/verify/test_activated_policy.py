"""Whatever somebody does to the entry of an activated policy, or to what it caused, is found and named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.canonical import digest_of
from models.topics import ALERTS, JOURNAL, TOPICS
from tests.audit.history import History, Items, Topics, items_of, rechained
from tests.audit.verify.tampering import Tampered, at, one, replaced
from tests.end_to_end.activated import reports, two_policies
from tests.end_to_end.installation import Installation

pytestmark = pytest.mark.stack


def place_of(topics: Topics) -> int:
    """The place of the second policy entry."""
    return [place for place, item in enumerate(topics[JOURNAL]) if item.content["kind"] == "policy"][1]


def told_otherwise(topics: Topics, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Items:
    """The journal with another second policy, every digest and hash after it made again."""
    journal, place = topics[JOURNAL], place_of(topics)
    body = journal[place].content["body"]
    policy = change(body["policy"])
    digest = digest_of(policy)
    told = [item.told(policy_digest=digest) for item in journal[place:]]
    first = told[0].told(body={"policy": policy, "policy_digest": digest})
    return rechained([*journal[:place], first, *told[1:]], place)


def its_policy_is_edited(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], place_of(topics)
    body = journal[place].content["body"]
    edited = body | {"policy": body["policy"] | {"owner": "somebody else"}}
    items = replaced(journal, place, journal[place].told(body=edited))
    entry, next_one = f"entry {place + 1}", f"entry {place + 2}"
    return one(
        JOURNAL, items, at(JOURNAL, place + 1, f"{next_one} stands where {entry} belongs: {entry} is missing"),
        at(JOURNAL, place + 1, f"nothing from {next_one} on can be computed again"),
    )  # fmt: skip


def another_policy_stands_there_and_all_that_follows_is_hashed_again(topics: Topics) -> Tampered:
    items = told_otherwise(topics, lambda policy: policy | {"index": policy["index"] | {"X": 31_000}})
    place = place_of(topics)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: transition "))


def its_policy_knows_less_than_the_board(topics: Topics) -> Tampered:
    items = told_otherwise(topics, lambda policy: policy | {"index": {"X": 30_000}})
    place = place_of(topics)
    text = f"entry {place + 1} cannot be computed again, nor what follows: its policy cannot assess what the board knew"
    return one(JOURNAL, items, at(JOURNAL, place, text))


def it_holds_no_policy(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], place_of(topics)
    items = rechained(replaced(journal, place, journal[place].told(body={"policy": 7})), place)
    text = f"entry {place + 1} cannot be computed again, nor what follows: it holds no policy"
    return one(JOURNAL, items, at(JOURNAL, place, text))


def one_whom_it_moved_is_left_out(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], place_of(topics)
    told = journal[place].told(transitions=journal[place].content["transitions"][:-1])
    items = rechained(replaced(journal, place, told), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: it was published with"))


def it_is_removed_and_all_that_follows_renumbered(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], place_of(topics)
    later = [item.told(entry=item.content["entry"] - 1) for item in journal[place + 1 :]]
    items = rechained([*journal[:place], *later], place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: policy_digest was published as"))


def an_alert_that_it_caused_names_the_old_policy(topics: Topics) -> Tampered:
    alerts = topics[ALERTS]
    place = next(n for n, item in enumerate(alerts) if item.content["cause"]["kind"] == "policy")
    items = replaced(alerts, place, alerts[place].told(policy=alerts[0].content["policy"]))
    return one(ALERTS, items, at(ALERTS, place))


TAMPERINGS = [
    its_policy_is_edited,
    another_policy_stands_there_and_all_that_follows_is_hashed_again,
    its_policy_knows_less_than_the_board,
    it_holds_no_policy,
    one_whom_it_moved_is_left_out,
    it_is_removed_and_all_that_follows_renumbered,
    an_alert_that_it_caused_names_the_old_policy,
]


@pytest.fixture(scope="module")
def activated(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> History:
    """A history under two policies, and copies of it with one thing changed each."""
    folder: Path = tmp_path_factory.mktemp("activated")
    old, new = two_policies(folder)
    installation = Installation(stack_environment, folder, 2, clock="event", policy=old)
    for policy, (first, last) in ((old, (0, 600)), (new, (600, 900))):
        if policy != old:
            json.loads(installation.run("policy", "activate", policy, "--json"))
        installation.environment["HARMWATCH_POLICY"] = policy
        installation.json("ingest", reports(folder, first, last))
        installation.start_worker()
        installation.wait_idle()
        installation.end_workers()
    history = History(stack_environment, installation, {topic: items_of(installation, topic) for topic in TOPICS})
    history.write({"clean": history.items})
    history.write({tamper.__name__: tamper(history.items).topics for tamper in TAMPERINGS})
    return history


def test_an_untouched_history_under_two_policies_verifies(activated: History) -> None:
    verification = activated.verify("clean")
    assert verification.faults.listed == ()
    assert len(verification.policies) == 2


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_what_was_done_to_an_activation_is_named(activated: History, tamper: Callable[[Topics], Tampered]) -> None:
    listed = activated.verify(tamper.__name__).faults.listed
    for number, text in enumerate(tamper(activated.items).says):
        found = listed[number] if number < len(listed) else "nothing"
        assert found.startswith(text), listed

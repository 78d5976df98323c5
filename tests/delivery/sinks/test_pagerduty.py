"""PagerDuty gets an incident for each stay, which its end resolves, and never a name."""

import asyncio
import json
from pathlib import Path
from typing import Any

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.mirror import Mirror
from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.pagerduty import PagerDutySink
from tests.delivery.receiver import Answer, Answering, Receiver
from tests.delivery.subscribed import a_secret, entry, some_terms, toml
from tests.delivery.test_alert_log import history, log_of
from tests.delivery.test_subscriptions_file import check, faults_of

KEY = "R0123456789ABCDEFGHIJKLMNOPQRSTU"
NASTY = ["a\r\nb", "nul\x00", "x" * 127 + "é"]


def sent(folder: Path, moves: list[str], answers: list[Answer | Answering]) -> tuple[list[Cause | None], Receiver]:
    """Each event of a history, once."""
    a_secret(folder / "secrets", "pd.key", KEY)
    events, receiver = history(moves, baseline=True), Receiver(answers)

    async def test() -> list[Cause | None]:
        async with receiver.serving():
            terms = some_terms(url=receiver.base, sink="pagerduty", keys=["pd.key"])
            sink = PagerDutySink(terms, Secrets(folder / "secrets"), Mirror(log_of(events)))
            causes = []
            for number, event in enumerate(events, 1):
                told = make_body(DeliveryEvent.of(event), "desk", terms.content, number, number - 1)
                causes.append((await sink.send(event.id, told)).cause)
            await sink.close()
            return causes

    return asyncio.run(test()), receiver


def bodies(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    return [(one.path, json.loads(one.body)) for one in receiver.received]


def test_who_enters_triggers_what_the_end_of_the_same_stay_resolves(tmp_path: Path) -> None:
    causes, receiver = sent(tmp_path, ["a", *NASTY, NASTY[0], "a"], [202])  # "a" was in, leaves, and comes again
    assert set(causes) == {None}
    told = bodies(receiver)
    assert [(path, one.get("event_action"), one.get("dedup_key")) for path, one in told] == [
        ("/v2/change/enqueue", None, None),
        ("/v2/enqueue", "resolve", "v100:1"),
        *(("/v2/enqueue", "trigger", f"v100:{sequence}") for sequence in (7, 8, 9)),
        ("/v2/enqueue", "resolve", "v100:7"),
        ("/v2/enqueue", "trigger", "v100:11"),
    ]  # fmt: skip
    for _, one in told:
        assert one["routing_key"] == KEY
        assert {"summary", "source", "timestamp"} <= one["payload"].keys()
        assert not any(name in str(one) or repr(name)[1:-1] in str(one) for name in NASTY)
    assert told[2][1]["payload"]["severity"] == "warning"
    assert told[2][1]["payload"]["summary"] == "harmwatch v100: a person has entered the band (v100:7)"


def test_what_is_not_accepted_has_its_cause(tmp_path: Path) -> None:
    causes, _ = sent(tmp_path, ["b", "c", "d"], [202, 400, 429, 500])
    assert causes == [None, Cause.REFUSED, Cause.BUSY, Cause.FAILING]


def test_its_terms_are_thin_and_name_one_routing_key(tmp_path: Path) -> None:
    url = "https://events.pagerduty.com"
    assert some_terms(sink="pagerduty", url=url).content == "thin"
    assert faults_of(tmp_path, toml(entry(sink="pagerduty", url=url, content="full", keys=["a", "b"]))) == [
        "line 6: desk: keys: so many files are to be named: 1",
        "line 9: desk: content: is to be thin: what goes to pagerduty is kept by others",
    ]
    a_secret(tmp_path / "secrets", text="two\nlines")
    code, found = check(tmp_path, toml(entry(sink="pagerduty", url=url)), HARMWATCH_SECRETS=str(tmp_path / "secrets"))
    assert (code, "more than one line" in found["faults"][0]["what"]) == (1, True)

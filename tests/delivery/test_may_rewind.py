"""What a person may have sent again: nothing by other terms, and no second alarm by mistake."""

from typing import Any

import pytest

from delivery.ledger import Line
from delivery.numbering.asking_back import asked_number
from models.delivery.order import RewindOrder, TermsOrder
from models.delivery.record import Late, Rewound, read_delivery
from tests.delivery.ledger.written import NOW, WHO, Written
from tests.delivery.sinks.test_kinds import MAILBOXES
from tests.delivery.subscribed import some_terms

SINKS: dict[str, dict[str, Any]] = {  # Any: fields of terms
    "webhook": {}, "pagerduty": {"content": "thin"}, "email": {"url": "smtps://mail.example", "keys": []} | MAILBOXES,
    "syslog": {"url": "tls://siem.example:6514", "keys": []}, "alertmanager": {"keys": []},
}  # fmt: skip


def subscribed(written: Written, **told: Any) -> None:  # Any: fields of terms
    written.order(TermsOrder(subscription="desk", terms=some_terms(**told), **WHO))


def line_of(written: Written) -> Line:
    line = written.pages["desk"].line
    assert line is not None
    return line


def last_fact(written: Written) -> type:
    return type(read_delivery(written.values[-1]))


@pytest.mark.parametrize(
    ("sink", "really", "becomes"),
    [
        ("webhook", False, Rewound), ("alertmanager", False, Late), ("alertmanager", True, Late),
        ("pagerduty", False, Late), ("email", False, Late), ("syslog", False, Late),
        ("pagerduty", True, Rewound), ("email", True, Rewound), ("syslog", True, Rewound),
    ],
)  # fmt: skip
def test_who_cannot_know_a_repeat_gets_none_but_by_a_word_more(sink: str, really: bool, becomes: type) -> None:
    written = Written()
    subscribed(written, sink=sink, **SINKS[sink] | {"from": "band"})
    written.intent("desk")
    written.order(RewindOrder(subscription="desk", number=1, really=really, **WHO))
    assert last_fact(written) is becomes


def test_what_was_sent_by_other_terms_is_not_sent_again() -> None:
    written = Written()
    subscribed(written, **{"from": 1})
    written.send("desk", 2)
    written.intent("desk")
    subscribed(written, url="https://other.example", **{"from": 1})
    assert line_of(written).first == 3
    written.receipt("desk")
    written.intent("desk")
    assert [asked_number(line_of(written), number, NOW) for number in (2, 3)] == [None, 3]
    for number, becomes in ((2, Late), (3, Rewound)):
        written.order(RewindOrder(subscription="desk", number=number, **WHO))
        assert last_fact(written) is becomes

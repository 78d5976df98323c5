"""What is printed is a disclosure: with its recipient on the access log, before anybody is named."""

import pytest

from models.access_log.look import DisclosureLook
from sight.look_words import look_words
from tests.console.book import Book
from tests.console.conftest import OWN
from tests.console.duty import Duty
from tests.console.handover.offered import offered
from tests.console.test_gate import HOSTILE
from tests.end_to_end.desk import ROLES

PAPERS = {"/stays/v100:1": (1,), "/handover/1": (1, 2, 3)}
FOR = {"recipient": "DI <Stone>, CID", "why": "case 41/26"}


@pytest.mark.parametrize("group", ROLES)
@pytest.mark.parametrize("path", PAPERS)
def test_every_role_prints_for_someone_and_each_paper_is_one_disclosure(
    desk: Duty, book: Book, path: str, group: str
) -> None:
    offered(desk)
    book.looks.clear()
    with desk.asked_by("olga", group) as client:
        assert client.head(f"{path}/print").content == b""
        ask = client.get(f"{path}/print")
        assert (ask.status_code, "suspect-" in ask.text, book.looks) == (200, False, [])
        paper = client.post(f"{path}/print", data=FOR, headers=OWN)
    assert paper.status_code == 200
    assert "suspect-anders" in paper.text
    assert "Printed by <bdi>proxy:olga</bdi>" in paper.text
    assert "for <bdi>DI &lt;Stone&gt;, CID</bdi>: <bdi>case 41/26</bdi>" in paper.text
    (look,) = book.looks
    assert isinstance(look, DisclosureLook)
    assert (look.by, look.page, look.recipient) == (
        "proxy:olga",
        path.split("/")[1].removesuffix("s"),
        FOR["recipient"],
    )
    assert (look.why, set(look.stays)) == (FOR["why"], set(PAPERS[path]))
    assert look_words(look).startswith("printed for DI <Stone>, CID: ")


@pytest.mark.parametrize("path", PAPERS)
def test_without_a_recipient_or_a_reason_nothing_is_shown_and_what_was_typed_is_kept(
    desk: Duty, book: Book, path: str
) -> None:
    offered(desk)
    book.looks.clear()
    with desk.asked_by("anna") as anna:
        for missing, kept in (("recipient", "why"), ("why", "recipient")):
            answer = anna.post(f"{path}/print", data=FOR | {missing: " "}, headers=OWN)
            assert (answer.status_code, "suspect-" in answer.text) == (422, False)
            assert FOR[kept].replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert book.looks == []


@pytest.mark.parametrize("path", PAPERS)
def test_while_no_disclosure_can_be_written_nothing_is_printed(desk: Duty, book: Book, path: str) -> None:
    offered(desk)
    book.away = "Kafka does not answer"
    with desk.asked_by("anna") as anna:
        answer = anna.post(f"{path}/print", data=FOR, headers=OWN)
    assert (answer.status_code, "suspect-" in answer.text) == (503, False)
    assert 'value="case 41/26"' in answer.text


@pytest.mark.parametrize("path", ["/stays/v100:99", "/stays/other:1", "/handover/9", "/handover/x"])
def test_what_is_not_there_is_not_printed(desk: Duty, book: Book, path: str) -> None:
    with desk.asked_by("anna") as anna:
        assert anna.get(f"{path}/print").status_code == 404
        assert anna.post(f"{path}/print", data=FOR, headers=OWN).status_code == 404
    assert book.looks == []


@pytest.mark.parametrize("who", HOSTILE)
def test_a_recipient_is_one_line_whatever_is_typed(desk: Duty, book: Book, who: str) -> None:
    with desk.asked_by("anna") as anna:
        answer = anna.post("/stays/v100:1/print", data={"recipient": f"x {who}", "why": "a"}, headers=OWN)
    assert answer.status_code == 200
    (look,) = book.looks
    assert isinstance(look, DisclosureLook)
    assert look.recipient.startswith("x")
    assert look.recipient.isprintable()

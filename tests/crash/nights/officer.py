"""An officer at work: reads, acts, hesitates, presses twice, and sends again what had no answer."""

import base64
import json
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from console.stays.actions import with_id_of
from console.stays.forms import read_stay_form
from console.stays.shown_basis import ShownBasis
from tests.crash.nights.diary import DONE, FINAL, NO_ANSWER, Diary, HandoverAnswer, Person, Sent
from tests.crash.nights.line import FORM, JSON, ask

KINDS = ("look", "note", "snooze", "close", "release", "propose", "confirm", "return")
_ANSWERS_PROPOSALS = {"confirm", "return"}
_NEEDS_BASIS = {"look", "snooze", "close", "propose", "confirm"}
_WORDLESS = {"look", "confirm"}
_TAG_BYTES = 32
_ANSWERS_AT_MOST = 4
_SEEN, _END = re.compile(r'name="seen" value="([^"]+)"'), re.compile(r'name="end\.(\d+)" value="taken"')
_HANDOVER = re.compile(r'href="/handover/(\d+)"')

Document = dict[str, Any]  # Any: JSON


class Officer:
    """One person, at whichever console of `ports` is at hand."""

    def __init__(self, who: Person, others: Sequence[Person], ports: Sequence[int], diary: Diary, seed: int) -> None:
        self.who, self._others, self._ports, self._diary = who, others, ports, diary
        self._random = Random(seed)
        self._later: list[Sent] = []

    def work(self, over: threading.Event) -> None:
        """Until the shift is over."""
        while not over.wait(self._random.uniform(0.0, 0.4)):
            self._step()
        for sent in self._later:
            self.send(sent)

    def send(self, sent: Sent) -> int:
        """To any console; how it was answered."""
        return self._send_to(self._port(), sent)

    def _step(self) -> None:
        dice = self._random.random()
        if dice < 0.15:
            self._send_again()
        elif dice < 0.2 and self._later:
            self.send(self._later.pop(0))
        elif dice < 0.28:
            self._keep_pack()
        elif dice < 0.33:
            self._hand_over()
        elif (sent := self._made()) is not None:
            self._begin(sent)

    def _begin(self, sent: Sent) -> None:
        """At once, much later, or at two consoles in the same instant."""
        dice, sent = self._random.random(), self._diary.add(sent)
        if dice < 0.15:
            self._later.append(sent)
        elif dice < 0.35:
            with ThreadPoolExecutor(2) as both:
                list(both.map(lambda port: self._send_to(port, sent), self._ports[:2]))
        else:
            self.send(sent)

    def _send_again(self) -> None:
        """What had no answer, or what was answered before and is not believed."""
        mine = [sent for sent in self._diary.all() if sent.who == self.who and sent.answers]
        unanswered = [sent for sent in mine if not sent.is_settled]
        if mine:
            self.send(self._random.choice(unanswered or mine))

    def _send_to(self, port: int, sent: Sent) -> int:
        status, _ = ask(port, self.who, sent.path, JSON, sent.body, sent.media_type)
        with self._diary.lock:
            sent.answers.append(status)
        return status

    def _made(self) -> Sent | None:
        """An action about something that waits, mostly one that is possible; None: nothing could be read."""
        queue = self._read("/queue")
        if queue is None or not queue["items"]:
            return None
        name = self._random.choice(queue["items"])["alert_id"]
        stay, path = int(name.rpartition(":")[2]), f"/stays/{name}"
        document = self._read(path)
        if document is None:
            return None
        with self._diary.lock:
            self._diary.shown[self.who.by, stay] += 1
        possible = document["acts"] or ["note"]
        wanted = [kind for kind in possible if kind in {"propose", "confirm"}]
        kind = self._random.choice(KINDS if self._random.random() < 0.1 else wanted * 2 + possible)
        if kind in _NEEDS_BASIS and document["basis"] is None:
            return None
        is_form = kind in _ANSWERS_PROPOSALS or self._random.random() < 0.5
        return self._form(kind, stay, path, document) if is_form else self._json(kind, stay, path, document)

    def _form(self, kind: str, stay: int, path: str, document: Document) -> Sent | None:
        if not document["seen"]:
            return None
        text = self._text(kind)
        fields = {"act": kind, "seen": document["seen"], "text": text, "hours": "1", "measure": "accept"}
        body = urlencode(fields | ({"provisional": "yes"} if self._random.random() < 0.3 else {})).encode()
        content = base64.urlsafe_b64decode(document["seen"])[_TAG_BYTES:]
        action_id = with_id_of(read_stay_form(body), ShownBasis.model_validate_json(content)).action_id
        return Sent(action_id, kind, stay, self.who, path, body, FORM, text)

    def _json(self, kind: str, stay: int, path: str, document: Document) -> Sent:
        text, action_id = self._text(kind), f"{self._random.getrandbits(128):032x}"
        body: Document = {"action_id": action_id, "kind": kind, "stay": document["alert_id"]}
        body |= {"basis": document["basis"]} if kind in _NEEDS_BASIS else {}
        body |= {"note": text} if text else {}
        body |= {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()} if kind == "snooze" else {}
        body |= {"measure": "accept", "provisional": self._random.random() < 0.3} if kind == "propose" else {}
        return Sent(action_id, kind, stay, self.who, f"{path}/actions", json.dumps(body).encode(), JSON, text)

    def _text(self, kind: str) -> str:
        return "" if kind in _WORDLESS else f"{self.who.name} {self._random.getrandbits(64):016x}"

    def _keep_pack(self) -> None:
        """The desk as this console has it at this moment."""
        status, body = ask(self._port(), self.who, "/handover")
        if status == 200:
            with self._diary.lock:
                self._diary.packs.append(body)

    def _hand_over(self) -> None:
        """Offers the desk, or answers the newest offer where it is theirs to answer."""
        port = self._port()
        status, body = ask(port, self.who, "/handover", "text/html")
        page = body.decode()
        numbers, seen = [int(each) for each in _HANDOVER.findall(page)], _SEEN.search(page)
        if status == 200 and numbers and self._random.random() < 0.7:
            self._answer(port, max(numbers))
        elif status == 200 and seen is not None:
            words, to = self._text("offer"), self._random.choice(self._others)
            form = {"act": "offer", "seen": seen[1], "to": to.by, "text": words}
            if self._post(port, "/handover", form) == DONE:
                with self._diary.lock:
                    self._diary.offers[words] = self.who.by

    def _answer(self, port: int, number: int) -> None:
        path = f"/handover/{number}"
        status, body = ask(port, self.who, path, "text/html")
        page = body.decode()
        seen = _SEEN.search(page)
        if status != 200 or seen is None:
            return
        may_take, is_taken = 'value="take"' in page, self._random.random() < 0.8
        form = {"act": "return", "seen": seen[1], "text": self._text("return")}
        if may_take and is_taken:
            form = {"act": "take", "seen": seen[1]}
            for stay in _END.findall(page):
                end = self._random.choice(("taken", "taken", "returned"))
                form |= {f"end.{stay}": end} | ({f"why.{stay}": "not mine"} if end == "returned" else {})
        if self._post(port, path, form) == DONE:
            end = "taken" if form["act"] == "take" else "returned"
            with self._diary.lock:
                self._diary.handovers.append(HandoverAnswer(number, self.who.by, end))

    def _post(self, port: int, path: str, form: dict[str, str]) -> int:
        """Again at whichever console is there, while it is not known whether it was done."""
        body, status = urlencode(form).encode(), NO_ANSWER
        for _ in range(_ANSWERS_AT_MOST):
            status = ask(port, self.who, path, JSON, body, FORM)[0]
            if status in FINAL:
                break
            port = self._port()
        return status

    def _read(self, path: str) -> Document | None:
        status, body = ask(self._port(), self.who, path)
        document: Document | None = json.loads(body) if status == 200 else None
        return document

    def _port(self) -> int:
        return self._random.choice(self._ports)

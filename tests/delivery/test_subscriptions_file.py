"""The file of subscriptions: every fault at once, with its line; keys that others can read are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from delivery.subscriptions_file import read_subscriptions
from tests.delivery.subscribed import OTHER_SECRET, SECRET, a_secret, entry, some_terms, toml
from tests.end_to_end.installation import say
from tests.secure.certificates import Authority


def faults_of(folder: Path, text: str) -> list[str]:
    (file := folder / "subscriptions.toml").write_text(text, "utf-8")
    return [fault.render() for fault in read_subscriptions(file).faults]


def test_a_file_without_a_fault_gives_the_terms(tmp_path: Path) -> None:
    ca = Authority(tmp_path).file
    text = toml(
        entry(ca="ca.pem", url="https://desk.example:8443/hook"), entry(id="second", **{"from": 17}, content="thin")
    )
    (file := tmp_path / "subscriptions.toml").write_text(text, "utf-8")
    found = read_subscriptions(file)
    assert (found.faults, found.lines) == ((), {"desk": 1, "second": 10})
    first, second = found.terms
    assert (first.ca, first.begin, first.content, first.timeout_seconds) == (ca.read_text(), "band", "full", 15)
    assert (second.begin, second.content, second.allow) == (17, "thin", ("127.0.0.0/8",))


def test_every_fault_is_named_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = toml(
        entry(url="ftp://desk.example", timeout_seconds=0, colour="red"),
        entry(id="desk", recipient=None),
        entry(id="Not so", keys=[], ca="none.pem"),
    )
    assert faults_of(tmp_path, text) == [
        "line 5: desk: url: is to begin with https://",
        "line 8: desk: timeout_seconds: Input should be greater than or equal to 1",
        "line 9: desk: colour: is not known",
        "line 11: desk: recipient: is missing",
        "line 12: desk: id: stands in line 1 already",
        "line 19: Not so: id: String should match pattern '^[a-z0-9][a-z0-9-]{0,62}$'",
        "line 23: Not so: keys: so many files are to be named: 1 to 4",
        "line 25: Not so: ca: none.pem: No such file or directory",
    ]


def test_what_is_said_about_another_subscription_is_checked_beside_every_other_fault(tmp_path: Path) -> None:
    """A way that goes round would tell nobody outside of it; one that is wrong itself is named once."""
    mail, am = {"id": "mail", "escalate_to": "pager"}, {"id": "am", "sink": "alertmanager", "keys": None}
    text = toml(
        entry(id="broken", url="ftp://x"),
        entry(id="desk", escalate_to="mail"), entry(**mail), entry(id="pager", escalate_to="mail"), entry(**am),
        entry(id="self", escalate_to="self"), entry(id="lost", escalate_to="nobody"),
        entry(id="mirror", escalate_to="am"), entry(id="to-broken", escalate_to="broken", contact="broken"),
    )  # fmt: skip
    where = [text[: text.index(f"id = {name!r}")].count("\n") for name in ("mail", "pager", "self", "lost", "mirror")]
    lines = [number + 6 for number in where]
    assert faults_of(tmp_path, text) == [
        "line 5: broken: url: is to begin with https://",
        f"line {lines[0] + 1}: mail: escalate_to: goes round: mail -> pager -> mail; one that nobody escalates has to "
        "be at the end",
        f"line {lines[1] + 1}: pager: escalate_to: goes round: pager -> mail -> pager; one that nobody escalates has "
        "to be at the end",
        f"line {lines[2] + 1}: self: escalate_to: is to be another subscription of this file",
        f"line {lines[3] + 1}: lost: escalate_to: is to be another subscription of this file",
        f"line {lines[4] + 1}: mirror: escalate_to: is not to be alertmanager: it mirrors the band, and has no word "
        "for a stall",
    ]


@pytest.mark.parametrize(
    "text", ["", "\n", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "{key}"]
)
def test_a_file_without_a_certificate_is_a_fault(tmp_path: Path, text: str) -> None:
    """Else the authorities of the system would count, and nothing would be pinned."""
    key = Path(Authority(tmp_path).issue("hook", ("127.0.0.1",))[1]).read_text()
    (tmp_path / "their.pem").write_text(text.replace("{key}", key))
    url = "https://desk.example/hook"
    assert faults_of(tmp_path, toml(entry(url=url, ca="their.pem"))) == [
        "line 8: desk: ca: their.pem: it holds no certificate"
    ]


def test_of_a_bundle_nothing_but_its_certificates_is_kept(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = (Path(one).read_text() for one in authority.issue("hook", ("127.0.0.1",)))
    (tmp_path / "bundle.pem").write_text(f"# für uns\n{certificate}{key}\n{authority.file.read_text()}", "utf-8")
    (file := tmp_path / "subscriptions.toml").write_text(toml(entry(ca="bundle.pem")), "utf-8")
    (terms,) = read_subscriptions(file).terms
    assert terms.ca == certificate + authority.file.read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[subscription]]\nid = \n", "line 2: no TOML: Invalid value (at line 2, column 6)"),
        ("", "there is no [[subscription]]"),
        ("[desk]\nid = 'a'\n", "desk is not known: each begins with [[subscription]]"),
        ("subscription = [3]\n", "id: is missing"),
        ("a = " + "[" * 100_000, "no TOML: it is nested too deeply"),
    ],
)
def test_what_is_no_list_of_subscriptions_is_said(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults_of(tmp_path, text)


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example/hook",  # in clear
        "http://10.0.0.1/hook",
        "https://user:password@desk.example/",
        "https://0x7f000001/",  # addresses in disguise
        "https://127.1/",
        "https://2130706433/",
        "https://desk.example:0/",
        "https://desk.example/\r\nx: y",
        "https:///hook",
        "file:///etc/passwd",
        "https://foo..example.org/",
        "https://.example.org/",
        f"https://{'a' * 64}.example.org/",
        f"https://{'a.' * 130}org/",
        "https://foo%2ebar.example/",
    ],
)
def test_an_address_that_may_not_be_called_is_refused(tmp_path: Path, url: str) -> None:
    (said,) = faults_of(
        tmp_path, "[[subscription]]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in entry(url=url).items())
    )
    assert said.startswith("line 5: desk: url: ")


@pytest.mark.parametrize("allow", [["10.0.0.1/8"], ["desk.example"], ["::1/129"]])
def test_what_is_no_network_is_refused(tmp_path: Path, allow: list[str]) -> None:
    assert faults_of(tmp_path, toml(entry(allow=allow)))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("until = 2027-03-31", "until: is to be an instant with its zone, such as 2027-03-31T00:00:00Z"),
        ("until = 2027-03-31T00:00:00", "until: is to be an instant with its zone, such as 2027-03-31T00:00:00Z"),
        ("until = 2027", "until: is to be text in quotation marks"),
        ('allow = "10.0.0.0/8"', "allow: is to be a list"),
        ("timeout_seconds = 1.5", "timeout_seconds: is to be a whole number"),
        ("heartbeat_seconds = '60s'", "heartbeat_seconds: is to be a whole number"),
    ],
)
def test_a_value_of_another_type_is_named_in_words_of_the_file(tmp_path: Path, told: str, said: str) -> None:
    """Not in those of Python, which has no lists that are like theirs."""
    text = toml(entry(allow=None)) + f"{told}\n"
    (fault,) = faults_of(tmp_path, text)
    assert fault.endswith(f"desk: {said}")


def test_an_end_may_be_an_instant_of_toml(tmp_path: Path) -> None:
    (file := tmp_path / "subscriptions.toml").write_text(toml(entry()) + "until = 2027-03-31T00:00:00+01:00\n")
    assert read_subscriptions(file).terms[0].until == "2027-03-30T23:00:00Z"


def check(folder: Path, text: str, **settings: str) -> tuple[int, dict[str, Any]]:
    (folder / "s.toml").write_text(text, "utf-8")
    said = say(settings, "subscriptions", "check", str(folder / "s.toml"), "--json")
    return said.code, json.loads(said.output)


def test_the_command_ends_with_0_only_where_keys_can_be_used_too(tmp_path: Path) -> None:
    secrets, text = tmp_path / "secrets", toml(entry(keys=["desk.key", "next.key"]))
    assert check(tmp_path, text) == (
        0,
        {"subscriptions": ["desk"], "unacknowledged": [], "faults": [], "keys_looked_at": False, "handshakes": None},
    )
    a_secret(secrets)
    code, found = check(tmp_path, text, HARMWATCH_SECRETS=str(secrets))
    assert (code, [fault["line"] for fault in found["faults"]]) == (1, [1])
    assert "next.key: No such file" in found["faults"][0]["what"]
    a_secret(secrets, "next.key", OTHER_SECRET)
    assert check(tmp_path, text, HARMWATCH_SECRETS=str(secrets))[0] == 0


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (SECRET, 0o640, "others than its owner can read"),
        ("whsec_AAAA", 0o600, "it has 3 bytes: 24 to 64 are needed"),
        ("whsec_%%%%", 0o600, "behind whsec_ stands no base64"),
        ("hunter2", 0o600, "it begins neither with whsec_ nor with whsk_"),
        ("", 0o600, "is empty"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_and_not_shown(tmp_path: Path, text: str, mode: int, said: str) -> None:
    a_secret(tmp_path / "secrets", text=text, mode=mode)
    code, found = check(tmp_path, toml(entry()), HARMWATCH_SECRETS=str(tmp_path / "secrets"))
    (fault,) = found["faults"]
    assert code == 1
    assert said in fault["what"]
    assert not text or text.removeprefix("whsec_") not in fault["what"]


def test_of_a_sink_that_answers_nothing_it_says_what_a_receipt_proves(tmp_path: Path) -> None:
    siem = entry(id="siem", sink="syslog", url="tls://siem.example", keys=[])
    code, found = check(tmp_path, toml(entry(), siem))
    assert (code, found["subscriptions"], found["unacknowledged"]) == (0, ["desk", "siem"], ["siem"])
    said = say({}, "subscriptions", "check", str(tmp_path / "s.toml")).output
    assert "siem: syslog answers nothing: a receipt says that the bytes were handed over, and no more" in said
    assert "desk:" not in said


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    said = say({}, "subscriptions", "check", str(tmp_path / "none.toml"))
    assert (said.code, "none.toml cannot be read: No such file or directory" in said.errors) == (2, True)


@pytest.mark.parametrize(
    ("sink", "told", "begin", "content"),
    [
        ("webhook", {}, "band", "full"),
        ("alertmanager", {"keys": []}, "band", "thin"),
        ("syslog", {"url": "tls://siem.example", "keys": []}, "now", "full"),
        ("pagerduty", {}, "now", "thin"),
    ],
)
def test_what_is_left_out_is_as_the_sink_has_it(sink: str, told: dict[str, Any], begin: str, content: str) -> None:
    terms = some_terms(sink=sink, **told)
    assert (terms.begin, terms.content) == (begin, content)
    assert some_terms(sink=sink, **told | {"from": "band"}).begin == "band"

"""A desk on a sealed board, and the erasure of somebody whom officers have written about."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from audit.signing.keys import PRIVATE_NAME, PUBLIC_NAME, new_keys
from cli.sealing.ending_stays import end_stays_at_the_desk
from models.desk.action import ErasedAction, read_action
from models.topics import OFFICER_ACTIONS
from runtime.key_stores import open_keys
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack


@pytest.fixture
def night(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Night]:
    new_keys(tmp_path / "signing")
    night = Night(
        stack_environment, tmp_path, seal="on", key_store=str(tmp_path / "keys"),
        public_key=str(tmp_path / "signing" / PUBLIC_NAME),
    )  # fmt: skip
    night.offence("cato")  # the worker makes the key store
    night.installation.start_worker()
    night.installation.wait_idle()
    yield night
    night.installation.end_workers()


def erased(night: Night) -> list[ErasedAction]:
    lying = [read_action(record.value) for record in night.installation.read(OFFICER_ACTIONS.name)]
    return [action for action in lying if isinstance(action, ErasedAction)]


def address_of(console: InProcess, who: str) -> str:
    """On a sealed board the store alone tells whose a stay is."""

    def found() -> str | None:
        stay = console.pages.fan_out.view.entrances.get(who)
        known = console.desk.pages.news.book.state().desk.stays
        return None if stay is None or stay not in known else f"/stays/v100:{stay}"

    address: str = wait_until(found, f"{who} is in the band")
    return address


def erase(night: Night, folder: Path, who: str) -> list[str]:
    key = str(folder / "signing" / PRIVATE_NAME)
    document = night.installation.json("erase", who, "--reason", "retention ended", "--key", key, "--although-ranked")
    return list(document["stays"])


def test_an_erasure_ends_a_persons_stays_at_the_desk_once_and_nothing_written_about_them_opens(
    night: Night, tmp_path: Path
) -> None:
    with night.console() as console:
        wait_until(lambda: console.desk.pages.news.book.state().desk.rules, "the desk has rules")
        night.offence("anders", "bela")
        anna, address = console.officer("anna"), address_of(console, "anders")
        assert console.act(anna, address, "look").status_code == 201
        assert console.act(anna, address, "note", text="at the harbour").status_code == 201
        assert "at the harbour" in anna.get(address).text
        assert b"harbour" not in b"".join(record.value for record in night.installation.read(OFFICER_ACTIONS.name))
        name = address.removeprefix("/stays/")

        # As a kill right behind the record leaves it: the key is condemned, and is still there.
        with closing(open_keys(night.settings)) as keys:
            condemned = keys.retire("anders")
        assert end_stays_at_the_desk(night.settings, condemned, ()) == [name]
        assert erase(night, tmp_path, "anders") == []
        assert [action.stays for action in erased(night)] == [(name,)]

        wait_until(lambda: anna.get(address, headers=JSON).json()["kind"] == "erased", "the console knows it")
        page = anna.get(address).text
        assert "The person was erased." in page
        assert not {"anders", "harbour"} & set(page.replace("<", " ").replace(">", " ").split())
        assert "harbour" not in page
        assert console.act(anna, address, "note", seen="", text="x").status_code == 409
        assert anna.get(address_of(console, "bela")).status_code == 200
    verified = night.installation.json("verify", "--desk")
    assert verified["faults"] == []
    assert night.installation.json("desk")["sequence"] >= 2

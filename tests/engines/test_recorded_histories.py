"""Three histories of 50,000 entries come out as they were recorded, to the byte, and the store repeats each of them.

Where one does not: was that meant? Then ENGINE_VERSION rises, and the new digest stands here. Another cipher changes
the digest of the sealed one alone, and no answer of the engines.
"""

import pytest

from scoring.engine import Engine
from state.board_settings import BoardSettings
from state.keys import Keys
from state.store import Store
from tests.engines.recorded import ENTRIES, EXIT_RANK, HISTORIES, SIZE, START, Drawn, Recorded, digest_of
from tests.engines.repeating import EntryRepeater

DIGESTS = {
    "by the wall, with two activations": "56d068ff4224c8d84a2a1256084c7c6e81175e99f52dbcd95d3efff1f46cb23f",
    "by the events": "c230f6e86e093cf488210b27a833511da82449de93631f13fc8d746bbd78f902",
    "by the events, sealed, with two activations": "cfdcbc3cac5627445745774bf0d15a9a16f515af6fe309821ac110c78f6aceb4",
}


@pytest.mark.parametrize(
    "recorded",
    [pytest.param(one, id=one.name, marks=() if one.sealed else pytest.mark.thorough) for one in HISTORIES],
)
def test_a_history_comes_out_as_it_was_recorded(recorded: Recorded) -> None:
    drawn = Drawn(recorded)
    assert digest_of(recorded, drawn.entries(ENTRIES)) == DIGESTS[recorded.name]


@pytest.mark.thorough
@pytest.mark.timeout(900)  # 50,000 entries, each held against what it was; a quarter of it on a quiet machine
@pytest.mark.parametrize("recorded", HISTORIES, ids=lambda recorded: recorded.name)
def test_a_history_is_repeated_on_the_store(valkey_url: str, recorded: Recorded) -> None:
    drawn = Drawn(recorded)
    store = Store(valkey_url, Keys("", "recorded"), BoardSettings("digest", recorded.clock, START))
    repeating = EntryRepeater(store, Engine(SIZE, EXIT_RANK, recorded.clock, START, drawn.ends), recorded.clock)
    entries = drawn.entries(ENTRIES)
    founding, _ = next(entries)
    repeating.found(SIZE, EXIT_RANK, drawn.ends)
    for entry, told in entries:
        repeating.follow(entry, told)
    assert founding.number == 1
    repeating.close()

"""FOUND, ANNOUNCE, RENEW, DROP, TAKE, TRIM and REVOKE: a board begins, is opened, forgotten, relieved, closed."""

from models.answers import Rewind
from models.journal.transition import EntryKind
from tests.state.boards import GENERATION, Board, a_report, a_run


def test_a_board_is_founded_once(board: Board) -> None:
    before = board.dump()
    assert board.store.found(GENERATION, 9, 9, 0, "{}", None) == Rewind("there is a board already")
    assert board.dump() == before


def test_only_the_holder_of_the_claim_founds_and_opens(board: Board) -> None:
    board.store.claim("two")
    board.store.drop("two")
    assert isinstance(board.store.found(GENERATION, 2, 2, 0, "{}", None), Rewind)
    board.store.found("two", 2, 2, 0, '{"policy": 1}', None)
    assert board.store.position().generation is None
    assert isinstance(board.store.renew(GENERATION, "{}"), Rewind)
    board.store.renew("two", '{"generation": "two"}')
    assert board.store.position().generation == "two"
    assert [(entry.kind, entry.body) for entry in board.store.outbox(9)] == [
        (EntryKind.POLICY, '{"policy": 1}'),
        (EntryKind.RECOVERY, '{"generation": "two"}'),
    ]


def test_only_the_holder_of_the_claim_drops_the_board_and_keeps_it_then(board: Board) -> None:
    before = board.dump()
    assert isinstance(board.store.drop("two"), Rewind)
    assert board.dump() == before
    board.store.claim("two")
    assert isinstance(board.store.drop(GENERATION), Rewind)
    assert board.store.drop("two") is None
    assert [name for name, content in board.dump().items() if content is not None] == ["meta"]
    assert (board.store.position().entry, board.store.position().recovering) == (None, True)


def test_a_repeated_recovery_entry_opens_nothing(board: Board) -> None:
    board.store.claim("two")
    board.store.renew("two", "{}", opens=False)
    assert board.store.position().recovering


def test_a_claim_closes_the_board_to_everybody_else(board: Board) -> None:
    board.store.claim("two")
    before = board.dump()
    assert isinstance(board.apply(a_run([a_report()])), Rewind)
    assert board.dump() == before


def test_what_is_taken_stays_and_fits_a_transaction(board: Board) -> None:
    board.take(a_report("a"))
    board.take(a_report("b"))
    everything = board.store.outbox(9)
    sizes = [len(element) for element in board.store.client.lrange(board.keys["outbox"], 0, -1)]
    assert board.store.take(9) == everything
    assert board.store.take(2) == everything[:2]
    assert board.store.take(9, held=1) == everything[1:]
    for entries, most_bytes in ((1, 1), (1, sizes[0] + sizes[1] - 1), (2, sizes[0] + sizes[1])):
        board.limit(taken_bytes=most_bytes)
        assert board.store.take(9) == everything[:entries]
        assert board.store.take(9, held=1) == everything[1:entries]
    assert board.store.outbox(9) == everything


def test_trimming_keeps_what_is_not_published(board: Board) -> None:
    board.take(a_report("a"))
    board.take(a_report("b"))
    assert board.store.trim(GENERATION, 3, "hash-of-3") is None
    assert [entry.number for entry in board.store.outbox(9)] == [4]
    assert board.store.position().published_hash == "hash-of-3"


def test_trimming_twice_takes_nothing_more(board: Board) -> None:
    board.take(a_report("a"))
    board.store.trim(GENERATION, 2, "hash")
    board.store.trim(GENERATION, 2, "hash")
    assert [entry.number for entry in board.store.outbox(9)] == [3]


def test_a_relay_of_another_generation_trims_nothing(board: Board) -> None:
    before = board.dump()
    assert isinstance(board.store.trim("two", 2, "hash"), Rewind)
    assert board.dump() == before


def test_what_the_outbox_does_not_hold_cannot_be_trimmed(board: Board) -> None:
    board.store.trim(GENERATION, 2, "hash")
    before = board.dump()
    assert isinstance(board.store.trim(GENERATION, 1, "hash"), Rewind)
    assert isinstance(board.store.trim(GENERATION, 3, "hash"), Rewind)
    assert board.dump() == before


def test_a_generation_is_revoked_by_name_only(board: Board) -> None:
    before = board.dump()
    board.store.revoke("two")
    assert board.dump() == before
    board.store.revoke(GENERATION)
    assert board.store.position().generation is None
    assert isinstance(board.apply(a_run([a_report()])), Rewind)


def test_a_claimed_empty_store_or_a_broken_script_has_nothing_to_trim(board: Board) -> None:
    board.client.hset(board.keys["meta"], "writing", "1")
    before = board.dump()
    assert isinstance(board.store.trim(GENERATION, 2, "hash"), Rewind)
    assert isinstance(board.store.found(GENERATION, 9, 9, 0, "{}", None), Rewind)
    assert board.dump() == before
    board.store.drop(GENERATION)
    assert isinstance(board.store.trim(GENERATION, 2, "hash"), Rewind)


def test_a_stay_is_known_for_as_long_as_its_end_is_not_published(board: Board) -> None:
    """By the band while it lasts, then by the entry that ends it; what begins later is another one."""
    board.take(a_report("a", 10), a_report("b", 5))
    board.take(a_report("c", 20), a_report("d", 20))
    board.take(a_report("a", 50, "2"))
    stays = [(entry.number, move.sequence) for entry in board.store.outbox(9) for move in entry.transitions]
    (entry, first), *_ = stays
    newest = board.store.position().sequence
    entrances = [board.store.entrance("a", sequence) for sequence in (first, first + 1, newest - 1, newest + 1)]
    assert [one and one.sequence for one in entrances] == [None, first, None, newest]
    board.store.trim(GENERATION, entry, "h")
    assert board.store.entrance("nobody", newest) is None


def test_a_recovery_says_how_far_it_has_to_go_until_it_opens_the_board(board: Board) -> None:
    store = board.store
    store.claim("two")
    assert store.position().rebuilding is None
    assert isinstance(store.announce("one", 7), Rewind)
    assert store.announce("two", 7) is None
    rebuilding = store.position().rebuilding
    assert rebuilding is not None
    assert rebuilding.last == 7
    assert 0 <= rebuilding.since_us < 60_000_000
    assert store.is_claimed_by("two")
    store.renew("two", "{}")
    assert store.position().rebuilding is None

"""The store: one method per verb, each a single Lua call that holds or changes nothing."""

import json
import time
from collections.abc import Sequence
from functools import partial

import msgpack
import redis

from models.access.redis_access import Access
from models.answers import NotQuiet, Rewind
from models.contribution import Contribution, Run
from models.instants import parse_instant
from models.journal.entry import PASSED_OVER
from models.journal.transition import Entry
from state.answers import Answer, Applied, read_answer, read_rewind
from state.asked import Asked, nobody_asks
from state.board_settings import NAMES, BoardSettings, refuse_other
from state.clocks import CallerClock
from state.connection import check_eviction_policy, connect, is_wrong_type
from state.entries import read_entry
from state.keys import Keys
from state.limits import SHIPPED, StoreLimits
from state.line import Argument, PipelinedConnection
from state.packing import (
    PackedValue,
    Past,
    bounded_count,
    pack_call,
    pack_contributions,
    pack_history,
    refusals_text,
    refused_places,
)
from state.pending_changes import PendingChanges
from state.readings import Readings
from state.scripts import VERBS, script

__all__ = ["Answer", "Applied", "Call", "PendingChanges", "Store"]

Call = tuple[str, *tuple[Argument, ...]]
"""A verb and its arguments."""

_NO_LIMIT = 2**40


class Store(Readings):
    """The board `keys.board` over one connection, safe to share between threads.

    Every method raises Unavailable when Redis does not answer; after that the store stays unusable
    and a new one must be opened. `clock`: the caller's, read for each call that lets time pass.
    """

    def __init__(
        self,
        where: str | Access,
        keys: Keys,
        bound_to: BoardSettings,
        clock: CallerClock | None = None,
        limits: StoreLimits = SHIPPED,
        asked: Asked = nobody_asks,
    ) -> None:
        self._asked = asked
        self._client = connect(where)
        super().__init__(PipelinedConnection(self._client), keys, clock or CallerClock())
        self._bound_to = bound_to.arguments()
        self.limits = limits
        self._scripts = {verb: self._client.register_script(script(verb)) for verb in VERBS}
        self._all_keys, self._loaded = keys.all, False

    @property
    def client(self) -> redis.Redis:
        """The connection, for the checks at the start."""
        return self._client

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def apply(self, run: Run, generation: str, seen: int, now: int | None = None, *, repeats: bool = False) -> Answer:
        """Applies a run, by the clocks or at `now` (microseconds). History `repeats` without brake or limits."""
        return self._change(*self.run_again(run, generation, seen, now, repeats=repeats))

    def run_again(
        self,
        run: Run,
        generation: str,
        seen: int,
        now: int | None,
        history: Sequence[Past] = (),
        *,
        repeats: bool = True,
    ) -> Call:
        """The call of `apply`, for `send`; `history` are the ticks and heartbeats since `seen`."""
        limits = self.limits
        arguments = self._guards(generation, seen) | {
            "now": now,
            "latest": max((item.recorded_at for item in run.contributions), default=None),
            "partition": run.partition,
            "start": run.start,
            "stop": run.end,
            "digest": run.digest,
            "refusals": refusals_text(run.refusals),
            "outbox": limits.outbox,
            "outbox_bytes": None if repeats else limits.outbox_bytes,
            "drain": _NO_LIMIT if repeats else limits.run_drain,
            "drain_bytes": _NO_LIMIT if repeats else limits.run_drain_bytes,
            "spill_bytes": limits.spill_bytes,
            "work_bytes": limits.work_bytes,
            "verdicts": limits.verdicts,
            "judged": len(run.contributions) + len(run.refusals),
            "refused": refused_places(run),
            "may_brake": not repeats,
            "caller_clock": self._clock.packed(),
            "history": pack_history(history),
        }
        return "apply", pack_call(arguments), *pack_contributions(run.contributions)

    def accept(self, generation: str, seen: int, body: str) -> Answer:
        """Journals a person's word; what it means stands in the body.

        That refusals which the brake stopped in `partition` (left out: in all) are right: as many records again go
        uncounted. With `clock`, an instant: that time may pass up to there. With `passed_over`: nothing but the entry.
        """
        word = json.loads(body)
        arguments = self._guards(generation, seen) | {
            "body": body,
            "verdicts": None if PASSED_OVER in word else word.get("verdicts", self.limits.verdicts),
            "partition": word.get("partition"),
            "leap_to": parse_instant(word["clock"]) if "clock" in word else None,
        }
        return self._change("accept", pack_call(arguments))

    def tick(
        self,
        generation: str,
        seen: int,
        target: int | None = None,
        limit: int | None = None,
        heartbeat_us: int | None = None,
    ) -> Answer:
        """Lets time pass up to `target` (microseconds; None: by the clocks), for `tick_work` at most.

        By the events' clock the board's now moves only where something ends. History repeats its own `limit` of step
        ends however long they take, 0 where nothing ended; then the now moves under both clocks.
        """
        return self._change(*self.tick_again(generation, seen, target, limit, heartbeat_us))

    def tick_again(
        self,
        generation: str,
        seen: int,
        target: int | None,
        limit: int | None,
        heartbeat_us: int | None = None,
        history: Sequence[Past] = (),
    ) -> Call:
        """The call of `tick`, for `send`; `history` as above."""
        arguments = self._guards(generation, seen) | {
            "now": target,
            "drain": self.limits.tick_drain if limit is None else bounded_count(limit),
            "work": self.limits.tick_work if limit is None else None,
            "spill_bytes": self.limits.spill_bytes,
            "work_bytes": self.limits.work_bytes,
            "outbox": self.limits.outbox,
            "heartbeat_us": heartbeat_us,
            "caller_clock": self._clock.packed(),
            "history": pack_history(history),
        }
        return "tick", pack_call(arguments)

    def beat(self, generation: str, seen: int, instants: Sequence[int]) -> Answer | NotQuiet:
        """Repeats heartbeats that follow each other (microseconds); NotQuiet where more than time passes meanwhile."""
        (answer,), _ = self.send([self.beat_again(generation, seen, instants)], len(instants)).answers()
        return answer

    def beat_again(self, generation: str, seen: int, instants: Sequence[int]) -> Call:
        """The call of `beat`, for `send`."""
        arguments = self._guards(generation, seen) | {"instants": list(instants), "outbox": self.limits.outbox}
        return "beat", pack_call(arguments)

    def trim_again(self, generation: str, entry: int, entry_hash: str) -> Call:
        """The call of `trim`, for `send`."""
        return "trim", generation, entry, entry_hash

    def send(self, calls: Sequence[Call], newest: int) -> PendingChanges:
        """Asks for several changes in one go, then for the `newest` entries of the outbox; waits for no answer.

        Read the answers before anything else is asked of this store.
        """
        if not self._loaded:
            self._line.load(self._scripts.values())
            self._loaded = True
        words = [
            ("EVALSHA", self._scripts[verb].sha, len(self._all_keys), *self._all_keys, *arguments)
            for verb, *arguments in calls
        ]
        outbox = ("LRANGE", self._keys["outbox"], -newest, -1)
        return PendingChanges([call[0] for call in calls], self._line.send([*words, outbox]), self._read)

    def found(
        self,
        generation: str,
        size: int,
        exit_rank: int,
        as_of: int,
        document: str,
        ends: dict[int, int] | None,
    ) -> Answer:
        """Creates the board with its first entry; `ends` are awaited by the baseline, if there is to be one."""
        pending = "" if ends is None else msgpack.packb({str(p): end for p, end in ends.items()})
        return self._change("found", generation, *self._bound_to, size, exit_rank, as_of, document, pending)

    def reassess(self, generation: str, contributions: Sequence[Contribution], *, first: bool) -> Answer:
        """Takes in a part of everything known, assessed under another policy; `activate` ends it."""
        return self._change(
            "reassess", generation, int(first), *pack_contributions(contributions), self.limits.spill_bytes
        )

    def activate(self, generation: str, policy_digest: str, size: int, exit_rank: int, body: str) -> Answer:
        """Puts the policy under which everything was reassessed in force, with its entry; binds this store to it."""
        self.bind(policy_digest)
        return self._change("activate", generation, policy_digest, size, exit_rank, body)

    def bind(self, policy_digest: str) -> None:
        """From here on this store's changes are made under this policy."""
        self._bound_to = (policy_digest, *self._bound_to[1:])

    def generation(self) -> str | None:
        """The generation of an open board, None while it is closed; asked for without holding up a run.

        Raises PreconditionFailed when an open board goes by other settings than this store.
        """
        generation, recovering, *fields = self._meta("generation", "recovering", *NAMES)
        if recovering is not None:
            return None
        theirs = {name: field.decode() for name, field in zip(NAMES, fields, strict=True) if field is not None}
        refuse_other(self._bound_to, theirs)
        return None if generation is None else str(generation, "ascii")

    def claim(self, generation: str) -> None:
        """Closes the board to everybody but the holder of `generation`, who is going to recover it.

        Raises PreconditionFailed where the store would forget keys when its memory is short.
        """
        with self._line.exclusive() as client:
            check_eviction_policy(client)
            claim = partial(client.hset, self._keys["meta"], mapping={"generation": generation, "recovering": "1"})
            try:
                claim()
            except redis.ResponseError as error:
                if not is_wrong_type(error):
                    raise
                client.unlink(self._keys["meta"])
                claim()

    def renew(self, generation: str, body: str, *, opens: bool = True) -> Answer:
        """Journals a recovery and opens the board to all workers (`opens` False: only repeats the entry)."""
        return self._change("renew", generation, body, int(opens))

    def revoke(self, generation: str) -> None:
        """Closes `generation`, so that the relay's owner recovers the board."""
        with self._line.exclusive() as client:
            self._scripts["revoke"](keys=[self._keys["meta"]], args=[generation], client=client)

    def drop(self, generation: str) -> Rewind | None:
        """Forgets the board that `generation` has claimed; the claim stays."""
        return read_rewind(self._call("drop", generation))

    def announce(self, generation: str, entry: int) -> Rewind | None:
        """Says that `generation` repeats the journal up to `entry` from now on (`Position.rebuilding`)."""
        return read_rewind(self._call("announce", generation, entry))

    def take(self, count: int, held: int = 0) -> list[Entry]:
        """The same, no more than one transaction should bear, without the first `held`; they stay in the outbox."""
        return [read_entry(item) for item in self._call("take", count, self.limits.taken_bytes, held)]

    def trim(self, generation: str, entry: int, entry_hash: str) -> Rewind | None:
        """Takes everything up to `entry` from the outbox."""
        return read_rewind(self._call("trim", generation, entry, entry_hash))

    def _guards(self, generation: str, seen: int) -> dict[str, PackedValue]:
        """What a change may be refused by: the generation, the newest entry seen, and what the board is bound to."""
        policy, clock, alerts_after = self._bound_to
        return {"generation": generation, "seen": seen, "policy": policy, "clock": clock, "alerts_after": alerts_after}

    def _call(self, verb: str, *arguments: Argument) -> list[bytes]:
        begun = time.perf_counter()
        answer: list[bytes] = self._line.run(self._scripts[verb], self._all_keys, arguments)
        self._asked(verb, time.perf_counter() - begun, answer[0].decode() if verb == "apply" else "")
        return answer

    def _change(self, verb: str, *arguments: Argument) -> Answer:
        return self._read(verb, self._call(verb, *arguments))

    def _read(self, verb: str, answer: list[bytes]) -> Answer:
        if answer[0] == b"other_settings":
            refuse_other(self._bound_to, {answer[1].decode(): answer[2].decode()})
        return read_answer(verb, answer)

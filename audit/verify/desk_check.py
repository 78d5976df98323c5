"""What a console wrote, held against the journal and the fold: bases, rules, lapses, decisions and packs."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.verify.faults import Faults
from desk.band_change import BandBaseline, BandChange, EntranceChange
from desk.decision import provider_of
from desk.fold import OF_CONSOLE, UNSIGNED, DeskFold, PlacedAction
from desk.pack import desk_at, pack_digest, pack_of, signed_pack
from desk.records import DeskRecords
from desk.state import Desk
from desk.stay_moment import SUPERVISOR
from desk.verdict import Verdict
from models.desk.action import ConfirmAction, OfferHandoverAction, ProposeAction, RulesAction
from models.desk.basis import Basis, basis_of
from models.instants import parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import EntryKind
from models.token import Token
from models.topics import OFFICER_ACTIONS
from scoring.engine import Engine


@dataclass(frozen=True, slots=True)
class DeskFindings:
    """What was held against the journal: actions, decisions, packs, and bases.

    `sealed_bases` cannot be compared without a key, since nobody can read whose they are; `rebuilt_bases` were seen
    before a rebuild, under a generation that the journal does not name before their entry. `unsigned` actions are those
    of officers who had not signed in.
    """

    actions: int
    decisions: int
    packs: int
    bases: int
    sealed_bases: int
    rebuilt_bases: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class _Claim:
    offset: int
    person: str
    basis: Basis


class DeskCheck:
    """Compares what was read of a desk before the replay began, entry by entry."""

    def __init__(self, records: DeskRecords) -> None:
        self._records = records
        self._fold: DeskFold = records.fold()
        self._desk = self._fold.desk()
        self._persons = dict(_persons(records.changes))
        self._claims: dict[int, list[_Claim]] = {}
        self._sealed = self._compared = self._packs = self._rebuilt = 0
        self._generation: str | None = None
        for act in records.acts:
            self._keep(act)

    def compare(self, published: JournalEntry, engine: Engine, policy: str, faults: Faults) -> None:
        """Holds the bases of an entry against the engine, which stands right after it."""
        if published.kind is EntryKind.RECOVERY and isinstance(published.body, dict):
            self._generation = str(published.body["generation"])
        for claim in self._claims.pop(published.entry, ()):
            if claim.basis.generation != self._generation:
                self._rebuilt += 1
                continue
            self._compared += 1
            ours = basis_of(engine.offender(claim.person), published.entry, claim.basis.generation, policy)
            if ours != claim.basis:
                text = f"its basis says {_words(claim.basis)}; recomputed at entry {ours.entry}: {_words(ours)}"
                faults.add(OFFICER_ACTIONS, claim.offset, text)

    def finish(self, first: JournalEntry | None, *, is_whole: bool, faults: Faults) -> None:
        """What needs no engine. `first`: the journal's entry 1; `is_whole`: every entry that is there was computed."""
        for record in self._records.foreign:
            faults.add_foreign(OFFICER_ACTIONS, record.offset, "is no action of this desk")
        found = [*self._rules(first), *self._answers(), *two_persons(self._records, self._desk), *self._offers()]
        missing = (claim for claims in self._claims.values() for claim in claims) if is_whole else ()
        found += [(claim.offset, f"rests on entry {claim.basis.entry}, which is not there") for claim in missing]
        for offset, text in sorted(found):
            faults.add(OFFICER_ACTIONS, offset, text)

    def found(self) -> DeskFindings:
        """What was compared."""
        decisions = len(self._desk.decisions)
        unsigned = sum(act.action.sign_in == UNSIGNED for act in self._records.acts)
        counts = self._packs, self._compared, self._sealed, self._rebuilt, unsigned
        return DeskFindings(len(self._records.acts), decisions, *counts)

    def _keep(self, act: PlacedAction) -> None:
        basis, stay = getattr(act.action, "basis", None), getattr(act.action, "stay_sequence", None)
        person = None if stay is None else self._persons.get(stay)
        if basis is None or person is None:
            return
        if Token.read(person) is not None:
            self._sealed += 1
            return
        self._claims.setdefault(basis.entry, []).append(_Claim(act.offset, person, basis))

    def _rules(self, first: JournalEntry | None) -> Iterator[tuple[int, str]]:
        acts = self._records.acts
        if acts and not isinstance(acts[0].action, RulesAction):
            yield acts[0].offset, "the desk begins without rules"
        for act in acts:
            if first is not None and isinstance(act.action, RulesAction):
                named = act.action.board, act.action.first_entry
                if named != (first.board, first.hash):
                    yield act.offset, f"the rules are about another history than that of entry 1, {first.hash}"

    def _answers(self) -> Iterator[tuple[int, str]]:
        """A person may be late or refused, and has been answered so; a console writes nothing that is refused."""
        for act, verdict in zip(self._records.acts, self._fold.verdicts, strict=False):
            if _is_unsound(act, verdict):
                yield act.offset, f"the console wrote a {act.action.kind} that does not hold: {verdict.why}"
        for act in self._records.acts[len(self._fold.verdicts) :]:
            yield act.offset, f"stands behind alert {act.action.after}, which is not there"

    def _offers(self) -> Iterator[tuple[int, str]]:
        for act in self._records.acts:
            action = act.action
            if not isinstance(action, OfferHandoverAction):
                continue
            self._packs += 1
            place = action.pack_sequence, action.pack_offset, parse_instant(action.pack_at)
            try:
                desk = desk_at(self._records.changes, self._records.acts, *place)
            except ValueError as error:
                yield act.offset, f"its pack cannot be made: {error}"
                continue
            if signed_pack(desk, action.sha256) is None:
                ours = pack_digest(pack_of(desk))
                yield act.offset, f"its pack has the digest {ours}, and it names {action.sha256}"


def two_persons(records: DeskRecords, desk: Desk) -> Iterator[tuple[int, str]]:
    """Each decision that a supervisor of the same provider did not confirm besides who proposed: by the records."""
    offsets = {act.action.action_id: act.offset for act in reversed(records.acts)}
    actions = {act.action.action_id: act.action for act in reversed(records.acts)}
    seconds = [act.action for act in records.acts if isinstance(act.action, ConfirmAction)]
    for _, decision in desk.decisions:
        first = actions.get(decision.action_id)
        by = [each for each in seconds if each.second_of == decision.action_id and each.by == decision.answered_by]
        is_sound = isinstance(first, ProposeAction) and any(
            each.by != first.by and each.role == SUPERVISOR and provider_of(each.by) == provider_of(first.by)
            for each in by
        )
        if not is_sound:
            yield offsets.get(decision.action_id, 0), "was decided, and no second person confirmed it"


def _persons(changes: tuple[BandChange, ...]) -> Iterator[tuple[int, str]]:
    for change in changes:
        begins = change.members if isinstance(change, BandBaseline) else (change,)
        yield from ((each.sequence, each.person) for each in begins if isinstance(each, EntranceChange))


def _is_unsound(act: PlacedAction, verdict: Verdict) -> bool:
    return act.action.kind in OF_CONSOLE and verdict.answer == "refused"


def _words(basis: Basis) -> str:
    rank = "not ranked" if basis.rank is None else f"rank {basis.rank}"
    rows = f"of digest {basis.contributions_digest[:12]}"
    policy = f"under policy {basis.policy_digest[:12]}"
    return f"{rank} with {basis.score_millidays} millidays of {basis.counted} contributions {rows} {policy}"

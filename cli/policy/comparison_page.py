"""The mover report as a page that an owner can read, print and sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from cli.claims import Claim
from cli.policy.comparison_document import AlertsOfDay, ComparedPolicy, ComparisonDocument
from cli.policy.comparison_words import (
    DIFFERS_HEAD,
    GROUP_HEAD,
    MOVER_HEAD,
    comparison_page_claims,
    differs_row,
    group_row,
    mover_row,
    say,
)
from cli.policy.policies import policy_name
from cli.provenance import Provenance
from models.instants import parse_instant
from pages.figures import Bars, Pairs
from pages.paper import Fact, Paper, Section, Signature, Table

_LARGEST = 12


def comparison_page(document: ComparisonDocument, provenance: Provenance, question: str | None) -> Paper:
    """The page."""
    claims = tuple(comparison_page_claims(document, provenance, question))
    return _ComparisonPage(document, provenance, claims).paper()


@dataclass(frozen=True, slots=True)
class _ComparisonPage:
    document: ComparisonDocument
    provenance: Provenance
    claims: tuple[Claim, ...]

    def paper(self) -> Paper:
        document, moments = self.document, self.provenance.moments
        a, b = (policy_name(policy.id, policy.version) for policy in (document.a, document.b))
        return Paper(
            language=moments.language,
            kicker="Comparison of two policies",
            title=f"{a} against {b}",
            mark="Holds personal data",
            facts=(
                Fact("Board", document.board),
                Fact("From", moments.text(parse_instant(document.start))),
                Fact("To", moments.text(parse_instant(document.end))),
            ),
            lead=self._said("question", "would_enter", "would_leave", "days_in_band"),
            sections=tuple(self._sections()),
            appendix=(self._fingerprints(),),
            footer=" ".join(self._said("made")),
        )

    def _sections(self) -> Iterator[Section]:
        yield Section("How it was done", self._said("method"))
        yield self._policies()
        yield Section("What the desk would get", self._said("alerts"), figures=self._alerts())
        if self.document.groups is not None:
            yield self._groups()
        yield Section("What this comparison does not say", self._said("limits"))
        yield Section("Decision", signatures=tuple(map(_signature, "AB", (self.document.a, self.document.b))))
        yield from self._movers()

    def _policies(self) -> Section:
        owners = tuple(Fact(f"Owner of {side}", policy.owner) for side, policy in self._sides())
        rows = tuple(map(differs_row, self._of("differs")))
        table = Table(DIFFERS_HEAD, rows) if rows else None
        return Section("The two policies", self._said("compared", "codes_differ"), table, facts=owners)

    def _alerts(self) -> tuple[Bars, ...]:
        """Two small multiples on one scale, a bar a week, or a day where it is less than ten weeks."""
        days = self.document.alerts_per_day
        width, name = (1, "day") if len(days) <= 70 else (7, "week")
        spans = [list(span) for _, span in groupby(enumerate(days), key=lambda one: one[0] // width)]
        sums = {side: tuple(sum(_of_side(day, side) for _, day in span) for span in spans) for side in "AB"}
        labels = tuple(span[0][1].day for span in spans)
        top = max([1, *sums["A"], *sums["B"]])
        limit = self.document.capacity if width == 1 else None
        return tuple(
            Bars(f"Alerts under {side}, by {name} (UTC)", labels, sums[side], max(top, limit or 0), side.lower(), limit)
            for side in "AB"
        )

    def _groups(self) -> Section:
        rows = tuple(map(group_row, self._of("group")))
        table = Table(GROUP_HEAD, rows, frozenset(range(1, 7)))
        return Section("Groups", self._said("groups", "small_groups"), table)

    def _movers(self) -> Iterator[Section]:
        movers = self.document.movers
        if not movers:
            return
        most = movers[:_LARGEST]
        a, b = (tuple(one.a.days_in_band for one in most), tuple(one.b.days_in_band for one in most))
        caption = f"Days on the list: above under A, below under B, for the {len(most)} most moved"
        figure = Pairs(caption, tuple(one.offender_id for one in most), a, b, "days")
        rows = tuple(map(mover_row, self._of("mover")))
        table = Table(MOVER_HEAD, rows, frozenset({1, 2}))
        yield Section("People whom the policies treat otherwise", table=table, figures=(figure,))

    def _fingerprints(self) -> Section:
        digests = tuple(Fact(f"Policy {side}", policy.digest, is_code=True) for side, policy in self._sides())
        program = Fact("Program", f"harmwatch {self.provenance.version}, build {self.provenance.build}", is_code=True)
        return Section("Fingerprints", facts=(*digests, program))

    def _sides(self) -> tuple[tuple[str, ComparedPolicy], ...]:
        return ("A", self.document.a), ("B", self.document.b)

    def _of(self, name: str) -> tuple[Claim, ...]:
        return tuple(one for one in self.claims if one["claim"] == name)

    def _said(self, *names: str) -> tuple[str, ...]:
        return tuple(say(one, self.provenance.moments) for name in names for one in self._of(name))


def _of_side(day: AlertsOfDay, side: str) -> int:
    return day.a if side == "A" else day.b


def _signature(side: str, policy: ComparedPolicy) -> Signature:
    return Signature(f"Owner of {side}: {policy.owner}", f"I have read this. Policy {side} is to be in force: yes / no")

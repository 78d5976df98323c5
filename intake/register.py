"""A register that is sent as a whole, again and again: what has changed in it since, and what is gone from it."""

from typing import NamedTuple

from models.decode import Report
from models.report import ReportType

MOST_GONE_PERCENT = 5
"""Of a file in which more is gone nothing is withdrawn: half of it may be missing."""

Offence = tuple[str, str]


class _Latest(NamedTuple):
    revision: int
    content: tuple[object, ...]
    is_withdrawn: bool
    occurred_at: int


class GoneOffence(NamedTuple):
    """An offence that was in the register and is no longer; `revision` is that of its withdrawal."""

    offender_id: str
    offence_id: str
    revision: int
    occurred_at: int


class Register:
    """What is known of the offences of one source, by its latest reports; memory holds every one of them.

    Of other sources it holds a number for each offence.
    """

    def __init__(self) -> None:
        self._latest: dict[Offence, _Latest] = {}
        self._others: dict[
            int, int
        ] = {}  # revisions by the hash of an offence: a wrong one is a number that is skipped
        self._seen: dict[Offence, tuple[object, ...]] = {}
        self._living_before: int | None = None
        self.unchanged = 0
        """Rows of the file that say what is known."""

        self.repeated = 0
        """Rows that say what a row of the file before them says."""

    def add_known(self, report: Report) -> None:
        """A report that lies on the topic; of equal revisions the first counts, as on the board."""
        offence = (report.offender_id, report.offence_id)
        known = self._latest.get(offence)
        if known is None or report.revision > known.revision:
            self._latest[offence] = _latest(report, report.revision)

    def add_other(self, report: Report) -> None:
        """A report of another source that lies on the topic: what this one says next must be a later word than that."""
        key = hash((report.offender_id, report.offence_id))
        self._others[key] = max(report.revision, self._others.get(key, 0))

    def place(self, report: Report) -> int | None:
        """The revision of a row of the file; None where it says what is known, or a row before it.

        Raises ValueError where another row of the file says something else of the same offence and offender.
        """
        self._count_before()
        offence, content = (report.offender_id, report.offence_id), _content(report)
        before = self._seen.setdefault(offence, content)
        if before != content:
            raise ValueError(
                "another row of the file says something else of the same offence and offender: "
                "gather makes one report of them, or each needs an offence_id of its own"
            )
        if before is not content:
            self.repeated += 1
            return None
        known = self._latest.get(offence)
        if known is not None and known.content == content:
            self.unchanged += 1
            return None
        revision = self._next_revision(offence, 0 if known is None else known.revision)
        self._latest[offence] = _latest(report, revision)
        return revision

    @property
    def gone(self) -> list[GoneOffence]:
        """What is known, not withdrawn, and was in no row of the file."""
        return [
            GoneOffence(*offence, self._next_revision(offence, known.revision), known.occurred_at)
            for offence, known in self._latest.items()
            if offence not in self._seen and not known.is_withdrawn
        ]

    @property
    def too_much_is_gone(self) -> bool:
        """Whether more is gone, of what was known before the file, than a file may lose that is whole."""
        return 100 * len(self.gone) > MOST_GONE_PERCENT * self._count_before()

    def _next_revision(self, offence: Offence, known: int) -> int:
        return max(known, self._others.get(hash(offence), 0)) + 1

    def _count_before(self) -> int:
        if self._living_before is None:
            self._living_before = sum(not known.is_withdrawn for known in self._latest.values())
        return self._living_before


def _latest(report: Report, revision: int) -> _Latest:
    return _Latest(revision, _content(report), report.type is ReportType.WITHDRAWN, report.occurred_at)


def _content(report: Report) -> tuple[object, ...]:
    """All that a score can depend on."""
    kind = report.type is ReportType.WITHDRAWN
    return kind, report.code, report.status, report.victim_sex, report.occurred_at, report.reported_at

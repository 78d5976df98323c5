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


class Gone(NamedTuple):
    """An offence that was in the register and is no longer; `revision` is that of its withdrawal."""

    offender_id: str
    offence_id: str
    revision: int
    occurred_at: int


class Register:
    """What is known of the offences of one source, by its latest reports; memory holds every one of them."""

    def __init__(self) -> None:
        self._latest: dict[Offence, _Latest] = {}
        self._seen: dict[Offence, tuple[object, ...]] = {}
        self._living_before: int | None = None
        self.unchanged = 0
        """Rows of the file that say what is known."""

    def add_known(self, report: Report) -> None:
        """A report that lies on the topic; of equal revisions the first counts, as on the board."""
        offence = (report.offender_id, report.offence_id)
        known = self._latest.get(offence)
        if known is None or report.revision > known.revision:
            self._latest[offence] = _latest(report, report.revision)

    def place(self, report: Report) -> int | None:
        """The revision of a row of the file; None where it says what is known.

        Raises ValueError where another row of the file says something else of the same offence and offender.
        """
        self._count_before()
        offence, content = (report.offender_id, report.offence_id), _content(report)
        if self._seen.setdefault(offence, content) != content:
            raise ValueError(
                "another row of the file says something else of the same offence and offender: "
                "gather makes one report of them, or each needs an offence_id of its own"
            )
        known = self._latest.get(offence)
        if known is not None and known.content == content:
            self.unchanged += 1
            return None
        revision = 1 if known is None else known.revision + 1
        self._latest[offence] = _latest(report, revision)
        return revision

    @property
    def gone(self) -> list[Gone]:
        """What is known, not withdrawn, and was in no row of the file."""
        return [
            Gone(*offence, known.revision + 1, known.occurred_at)
            for offence, known in self._latest.items()
            if offence not in self._seen and not known.is_withdrawn
        ]

    @property
    def too_much_is_gone(self) -> bool:
        """Whether more is gone, of what was known before the file, than a file may lose that is whole."""
        return 100 * len(self.gone) > MOST_GONE_PERCENT * self._count_before()

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

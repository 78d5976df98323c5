"""What was noticed in a file, in sentences with the way out."""

from intake.notices import Notices
from intake.revisions import MOST_OFFENCES, Revisions, Standing
from intake.tally import Tally
from sight.document import Document
from sight.printable import printable

_SAME = "the same offence and offender"
_WORDS = {
    "looks_like_a_name": "offender ids that look like names of people (`pseudonym` in a mapping makes ids of them)",
    "out_of_order": "rows recorded before a row above them (a mapping sorts them: merge = true)",
    "several_persons": "offender ids that look like several persons in one cell (with `split` each gets a report)",
    "replaces_row": f"rows that replace an earlier row of {_SAME}",
    "known_row": f"rows that say again what an earlier row of {_SAME} says",
    "contradicts_row": f"rows that change nothing: an earlier row of {_SAME} and revision says something else",
    "older_row": f"rows that change nothing: an earlier row of {_SAME} has a higher revision",
    "replaces_topic": f"rows that replace a report of {_SAME} on the topic",
    "known_topic": "rows that are known already: a report on the topic says the same",
    "contradicts_topic": "rows that change nothing: a report on the topic with the same revision says something else",
    "older_topic": "rows that change nothing: a report on the topic has a higher revision",
}
_CHARGES = (
    "with another code. Where each row is a charge, it needs an offence id of its own: "
    'offence_id = { template = "{Incident}/{Charge}" }'
)


class LeftOutRows(Document):
    """Rows that `where` and `unless` of a mapping leave out, by the text of a column."""

    column: str
    text: str
    rows: int


class GatheredRows(Document):
    """Rows that were gathered into an earlier one's report, and how many of them differ in a field."""

    rows: int
    differing: dict[str, int]


class DefaultedRows(Document):
    """Rows that say nothing of a field, for which the mapping's default stands."""

    field: str
    default: str
    rows: int


class NoticeDocument(Document):
    """One kind of thing that was noticed, how often, with another code how often, and where first."""

    kind: str
    rows: int
    other_code: int
    first: tuple[str, ...]


class NoticesPart(Document):
    """How the records stand to what is known, what was noticed, and what became of rows by the mapping."""

    left_out: tuple[LeftOutRows, ...]
    gathered: GatheredRows
    defaults: tuple[DefaultedRows, ...]
    standings: dict[str, int]
    notices: tuple[NoticeDocument, ...]
    more_than_counted: bool


def notices_part(notices: Notices, known: Revisions, tally: Tally) -> NoticesPart:
    """What is said beside how many were sent."""
    return NoticesPart(
        left_out=tuple(
            LeftOutRows(column=column, text=text, rows=rows) for (column, text), rows in tally.left_out.items()
        ),
        gathered=GatheredRows(rows=tally.gathered, differing=dict(tally.differing)),
        defaults=tuple(
            DefaultedRows(field=field, default=text, rows=rows) for (field, text), rows in tally.defaults.items()
        ),
        standings={standing.value: notices.standings[standing] for standing in Standing},
        notices=tuple(
            NoticeDocument(kind=each.kind, rows=each.rows, other_code=each.other_code, first=tuple(each.first))
            for each in notices.all()
        ),
        more_than_counted=known.is_full,
    )


def render_notices(document: NoticesPart) -> list[str]:
    """A sentence for each kind, and where it was noticed first."""
    lines = _render_tally(document)
    for notice in document.notices:
        lines.append(f"{_WORDS[notice.kind]}: {notice.rows:,}")
        if notice.other_code and notice.kind in ("replaces_row", "contradicts_row"):
            lines.append(f"  {notice.other_code:,} of them {_CHARGES}")
        lines += [f"  {printable(where)}" for where in notice.first]
    if document.more_than_counted:
        lines.append(f"there are more than {MOST_OFFENCES:,} offences: what repeats beyond these was not counted")
    return lines


def _render_tally(document: NoticesPart) -> list[str]:
    left_out, gathered = document.left_out, document.gathered
    lines = []
    if left_out:
        lines.append(f"rows left out by where and unless: {sum(part.rows for part in left_out):,}")
        lines += [f"  {printable(part.column)} {printable(part.text)!r}: {part.rows:,}" for part in left_out]
    if gathered.rows:
        lines.append(f"rows gathered into the report of an earlier one of {_SAME}: {gathered.rows:,}")
        lines += [f"  {rows:,} of them with another {name}" for name, rows in gathered.differing.items()]
    lines += [
        f"rows without a value for {part.field}, for which {printable(part.default)!r} stands: {part.rows:,}"
        for part in document.defaults
    ]
    return lines

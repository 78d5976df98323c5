"""The nights of docs/reliability.md: what they were, and what they came to; the table above them is `make crash`'s."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from tests.crash.nights.play import Outcome
from tests.crash.table import NIGHTS

_SECTION = """{title}

What becomes of a desk when everything around it dies, as `python -m tests.crash.nights` last found it.
`--nights 1 --seed N` plays one again.

Each night has a board, a worker and two consoles of its own, as processes, on a real Kafka and a real Valkey.
Four officers act all the time: they look, note, snooze, propose, confirm and hand over, by forms and as
programs do, at both consoles, twice in the same instant, late, and again where there was no answer. Meanwhile
one thing after the other is killed -9, stands still, is emptied or is set back, and what has ended is started
again. At the end Kafka alone is read for

- **lost** or **doubled**: an action that is not there though its officer was answered 201, or is there against
  the answer; a text that stands twice; a handover that is not as its officer was told;
- **alone**: a decision that is not a proposal and its confirmation by another person who may confirm;
- **false**: a lapse about a person of whom nothing was reported, whatever the store had forgotten;
- **other**: a desk that a console showed, and that its three numbers do not give again to the byte;
- **unseen**: a page about a stay that was shown, and whose look is not on `access-log.v1`;

for what `harmwatch verify --desk` finds, and for a process that does not end within 20 s of SIGTERM (longer in
proportion where others keep the machine busy).

{nights} nights, {deaths} deaths: {faults} faults. {requests:,} requests for {sent:,} actions; taken were
{taken:,}: {kinds}. {decisions} decisions, {lapses} lapses, {packs:,} desks compared. Median of a night
{median:.0f} s, the longest {longest:.0f} s.

| what befell it | times |
|---|---|
{rows}
"""


def keep(path: Path, outcome: Outcome) -> None:
    """Adds one night as a line of JSON."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(outcome) | {"done": dict(outcome.done)}) + "\n")


def read_kept(path: Path) -> list[Outcome]:
    """Every night in the file."""
    told = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [Outcome(**each | {"deaths": tuple(each["deaths"]), "done": Counter(each["done"])}) for each in told]


def write_section(path: Path, played: Sequence[Outcome]) -> None:
    """In the place of the one that is there, or behind the table."""
    above = path.read_text("utf-8").partition(NIGHTS)[0].rstrip("\n")
    path.write_text(f"{above}\n\n{_section(played)}", "utf-8")


def _section(played: Sequence[Outcome]) -> str:
    done = sum((each.done for each in played), Counter[str]())
    acts = {kind: count for kind, count in done.items() if kind not in {"rules", "lapse"}}
    deaths, seconds = Counter(death for each in played for death in each.deaths), [each.seconds for each in played]
    return _SECTION.format(
        title=NIGHTS, nights=len(played), deaths=deaths.total(), faults=sum(len(each.faults) for each in played),
        requests=sum(each.requests for each in played), sent=sum(each.sent for each in played),
        taken=sum(acts.values()), kinds=", ".join(f"{count:,} `{kind}`" for kind, count in sorted(acts.items())),
        decisions=sum(each.decisions for each in played), lapses=sum(each.lapses for each in played),
        packs=sum(each.packs for each in played), median=median(seconds), longest=max(seconds),
        rows="\n".join(f"| {death} | {count} |" for death, count in sorted(deaths.items())),
    )  # fmt: skip

"""A policy on disk: TOML, with its harm index beside it; every fault of both is listed at once."""

import tomllib
from pathlib import Path

from models.errors import WrongUse
from models.policy import Anchor, Policy, Recency
from models.report import VictimSex
from policies.index_file import read_index
from scoring.assess import PERCENT_OF_PERCENT
from scoring.faults import Faults, Table

# 50 years: the last instant of a window that starts in 2199 stays under 2^53 microseconds.
MAX_WINDOW_DAYS = 18_262
MAX_PERCENT = 1_000
MAX_STEPS = 1_000
# The rank key packs millidays * 2^17 + day of the anchor into 53 bits.
MILLIDAYS_LIMIT = 2**36
# The whole band stands in one baseline event, with ids of up to 128 characters; alerts.v1 takes 1 MiB.
MAX_BAND = 1_000
DEFAULT_BAND = 100


def load_policy(path: Path) -> Policy:
    """The policy in the file at `path` and the index that it names; WrongUse lists every fault."""
    faults = Faults()
    policy = _PolicyFile(Table(_read_toml(path), "", faults), faults).read(path.parent)
    faults.raise_if_any(f"policy {path}")
    if policy is None:
        raise AssertionError("a policy without faults is complete")
    return policy


def index_path(path: Path) -> Path:
    """The index file that the policy at `path` names; WrongUse where the policy does not load."""
    load_policy(path)
    index = Table(_read_toml(path), "", Faults()).table("index")
    return path.parent / (index.text("file") or "")


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WrongUse(f"policy {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise WrongUse(f"policy {path} is not UTF-8 (byte {error.start})") from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise WrongUse(f"policy {path} is not TOML: {error}") from None


class _PolicyFile:
    def __init__(self, top: Table, faults: Faults) -> None:
        self._top = top
        self._faults = faults

    def read(self, folder: Path) -> Policy | None:
        identity = [self._top.text(key) for key in ("id", "version", "owner")]
        index_file = self._index_file()
        window_days, anchor = self._window()
        recency = self._recency(window_days)
        scope = self._top.table("scope")
        victim_sex, codes = self._victim_sex(scope), frozenset(scope.texts("codes") or ())
        scope.close()
        status = self._status()
        size, exit_rank = self._band()
        self._top.close()
        index = {} if index_file is None else read_index(folder / index_file, self._faults)
        self._check_codes(codes, index)
        self._check_heaviest(recency, status, index)
        parts = [*identity, window_days, anchor, recency, victim_sex, codes, status, size, exit_rank, index]
        return None if None in parts else Policy(*parts)  # type: ignore[arg-type]  # in the order of Policy

    def _index_file(self) -> str | None:
        table = self._top.table("index")
        file = table.text("file")
        table.close()
        return file

    def _window(self) -> tuple[int | None, Anchor | None]:
        window = self._top.table("window")
        days, name = window.integer("days", 1, MAX_WINDOW_DAYS), window.text("anchor")
        window.close()
        if name is None:
            return days, None
        if name not in list(Anchor):
            window.fault("anchor", f"must be {' or '.join(Anchor)}, not {name!r}")
            return days, None
        return days, Anchor(name)

    def _recency(self, window_days: int | None) -> tuple[Recency, ...]:
        rows = self._top.tables("recency")
        if not rows:
            return () if window_days is None else (Recency(window_days, 100),)
        until, percent = None, None
        steps = []
        for row in rows:
            here = row.integer("until_days", 1, MAX_WINDOW_DAYS), row.integer("percent", 0, MAX_PERCENT)
            row.close()
            if until is not None and here[0] is not None and here[0] <= until:
                row.fault("until_days", f"must rise: {here[0]} follows {until}")
            if percent is not None and here[1] is not None and here[1] > percent:
                row.fault("percent", f"must never rise: {here[1]} follows {percent}")
            until, percent = here[0] or until, percent if here[1] is None else here[1]
            steps.append(here)
        if len(steps) > MAX_STEPS:
            rows[MAX_STEPS].fault("until_days", f"is step {MAX_STEPS + 1} of {len(steps)}: {MAX_STEPS} are the most")
        last = steps[-1][0]
        if last is not None and window_days is not None and last != window_days:
            rows[-1].fault("until_days", f"must equal window.days ({window_days}), not {last}")
        return tuple(Recency(*step) for step in steps if None not in step)  # type: ignore[arg-type]  # in the order of Recency

    def _victim_sex(self, scope: Table) -> frozenset[VictimSex]:
        names = scope.texts("victim_sex")
        if names is None:
            return frozenset(VictimSex)
        if not names:
            scope.fault("victim_sex", "is empty; leave it out to take in every victim")
        known = set(VictimSex)
        for name in names:
            if name not in known:
                scope.fault("victim_sex", f"{name!r} is not one of {', '.join(VictimSex)}")
        return frozenset(VictimSex(name) for name in names if name in known)

    def _status(self) -> dict[str, int]:
        table = self._top.table("status")
        if not table.names():
            self._top.fault("status", "must list at least one status")
        percents = {name: table.integer(name, 0, MAX_PERCENT) for name in table.names()}
        return {name: percent for name, percent in percents.items() if percent is not None}

    def _band(self) -> tuple[int | None, int | None]:
        band = self._top.table("band")
        size = band.integer("size", 1, MAX_BAND, DEFAULT_BAND)
        exit_rank = band.integer("exit_rank", 1, MAX_BAND, max(size or 1, DEFAULT_BAND))
        band.close()
        if size is not None and exit_rank is not None and exit_rank < size:
            band.fault("exit_rank", f"must not be below band.size ({size}), not {exit_rank}")
        return size, exit_rank

    def _check_codes(self, codes: frozenset[str], index: dict[str, int]) -> None:
        for code in sorted(codes - index.keys()) if index else ():
            self._faults.add("scope.codes", f"{code!r} is not in the index")

    def _check_heaviest(self, recency: tuple[Recency, ...], status: dict[str, int], index: dict[str, int]) -> None:
        if not (recency and status and index):
            return
        code = max(index, key=lambda code: index[code])
        name = max(status, key=lambda name: status[name])
        heaviest = index[code] * status[name] * max(step.percent for step in recency) // PERCENT_OF_PERCENT
        if heaviest >= MILLIDAYS_LIMIT:
            self._faults.add(
                "index",
                f"code {code!r} with status {name!r} would count {heaviest} millidays; "
                f"it must stay under {MILLIDAYS_LIMIT}, the room of a rank",
            )

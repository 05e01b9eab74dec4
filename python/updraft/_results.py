"""The results of each command: its answer, and a results folder with tables and a page."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, ClassVar, Mapping, Optional, Sequence

from ._native import Table


@dataclass(frozen=True)
class Told:
    """What a command has told, and where its output is."""

    answer: Mapping[str, Any]
    exit_code: int
    output: Optional[Path]
    home: Optional["tempfile.TemporaryDirectory[str]"]
    """The temporary folder of the output, if it is in one; it lives as long as this object."""
    again: Callable[[str], str]
    """Carries the command out again; returns what the command line prints in that format."""


class Answer:
    """The answer of a command."""

    inputs: ClassVar[Sequence[str]] = ("scenario",)
    """The parameters that are words of the command line, not flags."""
    output: ClassVar[Optional[str]] = None
    """The name of its output in a temporary folder, if it writes any."""
    words: ClassVar[Sequence[str]] = ()
    """More words for the command line."""

    answer: Mapping[str, Any]
    """What the command line prints with `--format json`."""
    met: bool
    """Whether all thresholds and targets are met, and all that was asked could be done."""

    def __init__(self, told: Told) -> None:
        self.answer, self.met, self._told = told.answer, told.exit_code == 0, told


class Results(Answer):
    """Results in a folder."""

    output = "results"
    words = ("--tables=csv,parquet",)

    folder: Path
    """The results folder; a temporary one lives as long as this object."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        assert told.output is not None
        self.folder = told.output
        self._tables: dict[str, Table] = {}

    @property
    def tables(self) -> Sequence[str]:
        """The names of the tables that these results have."""
        return sorted(file.stem for file in self.folder.glob("*.parquet"))

    def table(self, name: str) -> Table:
        """The table of that name."""
        if name not in self._tables:
            file = self.folder / f"{name}.parquet"
            if not file.exists():
                there = ", ".join(self.tables)
                raise AttributeError(f"these results have no table `{name}`: they have {there}")
            self._tables[name] = Table.read(file)
        return self._tables[name]

    def to_html(self) -> str:
        """The page: one self-contained HTML text, as `report.html` in the folder."""
        return (self.folder / "report.html").read_text(encoding="utf-8")

    def __repr__(self) -> str:
        met = "" if self.met else ", thresholds or targets are not met"
        return f"<updraft.{type(self).__name__}: {len(self.tables)} tables in {self.folder}{met}>"


class _Runs(Results):
    """Results of runs."""

    @property
    def summary(self) -> Table:
        """A row for each option, replication, release and metric; `unit` has the unit of `value`. Where `release` is
        empty the row is the headline, which for times is that of the worst release."""
        return self.table("summary")

    @property
    def estimates(self) -> Table:
        """A row for each option, release and metric: the mean over the replications, with its 95 % interval."""
        return self.table("estimates")

    @property
    def quantiles(self) -> Table:
        """Quantiles of days for each option and metric, with intervals."""
        return self.table("quantiles")

    @property
    def probabilities(self) -> Table:
        """The share of days on which a threshold holds, with intervals, from 0 to 1."""
        return self.table("probabilities")

    @property
    def protection(self) -> Table:
        """Agents that are up to date, outdated and online, at each sample (`time_s`, seconds)."""
        return self.table("protection")

    @property
    def server_load(self) -> Table:
        """The load of the server at each sample: bits per second, transfers, requests, notifications, CPU seconds."""
        return self.table("server_load")

    @property
    def sources(self) -> Table:
        """What each update source served and refused (bytes), and its peaks (bits per second)."""
        return self.table("sources")

    @property
    def update_agents(self) -> Table:
        """The same of each Update Agent."""
        return self.table("update_agents")

    @property
    def links(self) -> Table:
        """Bytes, utilization (0 to 1) and seconds at capacity of each link and direction."""
        return self.table("links")

    @property
    def link_load(self) -> Table:
        """The same over time, for each interval (seconds)."""
        return self.table("link_load")

    @property
    def sites(self) -> Table:
        """When the agents of each site have each release (seconds)."""
        return self.table("sites")

    @property
    def waits(self) -> Table:
        """What outdated agents waited for, and where, in agent-seconds."""
        return self.table("waits")

    @property
    def components(self) -> Table:
        """Agents with the newest version at the server, at each sample (seconds), for each component."""
        return self.table("components")

    @property
    def components_vendor(self) -> Table:
        """Agents with the newest version at the vendor, at each sample (seconds), for each component."""
        return self.table("components_vendor")

    @property
    def slowest_agents(self) -> Table:
        """The agents that were updated last (seconds)."""
        return self.table("slowest_agents")

    @property
    def agents(self) -> Table:
        """Each agent: when it is up to date (seconds), its source, attempts, bytes and outcome; with `agents=True`."""
        return self.table("agents")

    @property
    def carried(self) -> Table:
        """Agents that have, and that have had, a recalled release, at each sample (seconds); if one is recalled."""
        return self.table("carried")


class Run(_Runs):
    """The results of `run`: one topology option."""


class Comparison(_Runs):
    """The results of `compare`: the four topology options with the same random numbers."""


class Sweep(Results):
    """The results of `sweep`. The factors are the last columns of `sweep` and `estimates`."""

    @property
    def points(self) -> Table:
        """The points: their numbers, options, and the value of each key."""
        return self.table("points")

    @property
    def sweep(self) -> Table:
        """A row for each point, option, replication and metric; `unit` has the unit of `value`."""
        return self.table("sweep")

    @property
    def estimates(self) -> Table:
        """A row for each point, option and metric: the mean, with its 95 % interval."""
        return self.table("estimates")


class Plan(_Runs):
    """The results of `plan`; the tables of runs are those of its answer."""

    @property
    def plan(self) -> Table:
        """The sites with their numbers of Update Agents; if there is a plan."""
        return self.table("plan")

    @property
    def closest(self) -> Table:
        """The same of the candidate that came closest; if there is no plan."""
        return self.table("closest")

    @property
    def probes(self) -> Table:
        """The candidates that were simulated, and on how many days they met the targets."""
        return self.table("probes")

    @property
    def update_sources(self) -> Table:
        """The customized update source list of the plan; if there is a plan."""
        return self.table("update_sources")

    @property
    def risk(self) -> Table:
        """How often each number of Update Agents misses a target."""
        return self.table("risk")

    @property
    def trade_off(self) -> Table:
        """What candidates cost a year, and how soon they protect (seconds); if there are prices."""
        return self.table("trade_off")

    @property
    def days(self) -> Table:
        """The days on which the answer was checked."""
        return self.table("days")

    @property
    def overlay(self) -> Optional[str]:
        """The plan as an overlay of the scenario; `None` if there is no plan."""
        file = self.folder / "plan-overlay.toml"
        return file.read_text(encoding="utf-8") if file.exists() else None


class Sensitivity(Results):
    """The results of `sensitivity`."""

    @property
    def sensitivity(self) -> Table:
        """A row for each option, metric, key and index, with its 95 % interval."""
        return self.table("sensitivity")

    @property
    def factors(self) -> Table:
        """The keys with their ranges, and those that were left out."""
        return self.table("factors")

    @property
    def points(self) -> Table:
        """The points at which the scenario was simulated."""
        return self.table("points")


class Explanation(Answer):
    """The results of `explain`. `str()` of it is what the command line prints; it simulates once more."""

    def __str__(self) -> str:
        return self._told.again("text")

    def to_perfetto(self) -> str:
        """Timelines as a trace for ui.perfetto.dev; it simulates once more."""
        return self._told.again("perfetto")


class Replay(Answer):
    """The results of `replay`."""

    inputs = ("network", "transfers")
    output = "finishes.parquet"

    finishes: Table
    """A row for each transfer: `id`, `start_s` and `finish_s` (seconds; empty if it can never finish), `bytes` and
    `mean_bps` (bits per second)."""

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        assert told.output is not None
        self.finishes = Table.read(told.output)

"""The commands, one function each. What a keyword means is decided by the command line."""

from __future__ import annotations

import os
from typing import Any, Callable, Mapping, Optional, Sequence, Union

from ._carrying_out import carry_out
from ._results import Comparison, Explanation, Plan, Replay, Run, Sensitivity, Sweep

Path = Union[str, "os.PathLike[str]"]
Scenario = Union[Path, Mapping[str, Any]]
"""The path of a file, the text of a scenario (any `str` with a line break), or a dictionary in its form."""
Values = Mapping[str, Union[str, Sequence[Any]]]
"""Keys with their values: a list, or a text as on the command line, such as `"50..250 step 50"`."""
Texts = Union[str, Sequence[str]]
"""One text, or several."""
Progress = Union[bool, Callable[[Mapping[str, Any]], object], None]
"""`None`: a bar by tqdm if it is installed and standard error is a terminal or a notebook; `True`: always; `False`: none;
or a function that receives the fields of docs/long-work.md."""


def run(
    scenario: Scenario,
    *,
    option: Optional[str] = None,
    set: Optional[Mapping[str, Any]] = None,
    overlay: Union[Path, Sequence[Path]] = (),
    ensemble: Optional[Path] = None,
    seed: Optional[int] = None,
    replications: Optional[int] = None,
    precision: Optional[str] = None,
    precision_of: Optional[str] = None,
    max_replications: Optional[int] = None,
    agents: bool = False,
    what_if: bool = False,
    live: bool = False,
    log_as: Optional[str] = None,
    threads: Optional[int] = None,
    output: Optional[Path] = None,
    plots: str = "svg",
    plot_width: Optional[str] = None,
    plot_font: Optional[str] = None,
    junit: Optional[Path] = None,
    resume: bool = False,
    force: bool = False,
    progress: Progress = None,
) -> Run:
    """Simulates one topology option (`updraft run`).

    Args:
        scenario: The path of a file, the text of a scenario, or a dictionary.
        option: `"server"`, `"server-ua"`, `"ua"` or `"direct"`; by default the scenario's own.
        set: Scenario keys with their values, such as `{"server.slots": 100, "site.branch.bandwidth": "4 Mbit/s"}`.
            Values with a unit are texts.
        overlay: Partial scenarios that are merged over the scenario, later ones stronger.
        ensemble: A folder of plausible overlays, of which each replication uses one.
        seed: The seed of all random numbers; by default the scenario's.
        replications: The number of runs with different random numbers; by default the scenario's.
        precision: Replications until the 95 % interval is that narrow, such as `"5%"`, or `"auto"`.
        precision_of: The metric whose interval that is; by default `protected_p95_s`.
        max_replications: The most replications that `precision` may make.
        agents: Whether the result has the table `agents`, a row for each agent.
        what_if: Whether each lever of what agents wait for is tried too (`answer["what_if"]`).
        live: Whether the page (`to_html()`) simulates again in the browser; the package needs the feature `live`.
        log_as: Also writes the run as the product's own logs, such as `"ptndp,iis,csv"`.
        threads: Threads; by default one for each core. Results do not depend on it.
        output: The results folder. By default it is temporary and lives as long as the result.
        plots: The formats of the plots in the folder: `"svg"`, `"png"`, `"pdf"`, several with commas.
        plot_width: The printed width of the plots, such as `"85 mm"`.
        plot_font: The size of their letters at that width, such as `"7 pt"`.
        junit: A file for the verdicts on the thresholds, as JUnit XML.
        resume: Whether an interrupted run with the same `output` is resumed.
        force: Whether results of something else in `output` are replaced.
        progress: `False` for none, `True` for a bar by tqdm, or a function; by default a bar if tqdm is installed.

    Raises:
        ScenarioError: The scenario is not valid; `diagnostics` has each problem with its file, line and column.
        UsageError: An argument is wrong.
        KeyboardInterrupt: Ctrl-C. With `output`, finished runs are kept for `resume`.
    """
    return carry_out(Run, "run", locals())


def compare(
    scenario: Scenario,
    *,
    set: Optional[Mapping[str, Any]] = None,
    overlay: Union[Path, Sequence[Path]] = (),
    ensemble: Optional[Path] = None,
    seed: Optional[int] = None,
    replications: Optional[int] = None,
    precision: Optional[str] = None,
    precision_of: Optional[str] = None,
    max_replications: Optional[int] = None,
    select: Optional[str] = None,
    indifference: Optional[str] = None,
    confidence: Optional[str] = None,
    agents: bool = False,
    what_if: bool = False,
    live: bool = False,
    threads: Optional[int] = None,
    output: Optional[Path] = None,
    plots: str = "svg",
    plot_width: Optional[str] = None,
    plot_font: Optional[str] = None,
    junit: Optional[Path] = None,
    resume: bool = False,
    force: bool = False,
    progress: Progress = None,
) -> Comparison:
    """Simulates the four topology options side by side, with the same random numbers (`updraft compare`).

    Args:
        select: A metric by which the best option is selected, with as many replications as that takes.
        indifference: The difference of that metric which does not matter, such as `"10 min"`.
        confidence: How certain the selection is, such as `"95%"`.

    The other arguments, and the errors, are those of `run`. Without a number of replications there are as many as it
    takes to tell the options apart.
    """
    return carry_out(Comparison, "compare", locals())


def sweep(
    scenario: Scenario,
    *,
    vary: Optional[Values] = None,
    design: Optional[Path] = None,
    sample: Optional[str] = None,
    points: Optional[int] = None,
    where: Texts = (),
    only: Optional[str] = None,
    option: Optional[Texts] = None,
    metric: Texts = (),
    set: Optional[Mapping[str, Any]] = None,
    overlay: Union[Path, Sequence[Path]] = (),
    seed: Optional[int] = None,
    replications: Optional[int] = None,
    threads: Optional[int] = None,
    cache: Optional[Path] = None,
    no_cache: bool = False,
    output: Optional[Path] = None,
    plots: str = "svg",
    plot_width: Optional[str] = None,
    plot_font: Optional[str] = None,
    resume: bool = False,
    force: bool = False,
    progress: Progress = None,
) -> Sweep:
    """Simulates many points: all combinations of the values of some keys, or a sample (`updraft sweep`).

    Args:
        vary: Keys with their values: `{"server.slots": [50, 100, 250], "notification.threads": "5..20 step 5"}`; for a
            sample a range: `{"site.branch.bandwidth": "2 Mbit/s..50 Mbit/s log"}`.
        design: A file of points instead: CSV with a column for each key, or TOML with `[[point]]` tables.
        sample: `"lhs"` (Latin hypercube) or `"sobol"`, instead of all combinations.
        points: The number of sampled points.
        where: Conditions on the points, such as `"server.slots >= notification.threads"`.
        only: The numbers of the points to simulate, such as `"3,7-12"`.
        option: The topology options at each point: a list, or `"all"`; by default the scenario's own.
        metric: The metrics to plot.
        replications: Runs at each point, with the same random numbers at all points.
        cache: The folder in which runs are kept, so that none is repeated; by default in `output`.
        no_cache: Whether runs are not kept.

    The other arguments, and the errors, are those of `run`.
    """
    return carry_out(Sweep, "sweep", locals())


def plan(
    scenario: Scenario,
    *,
    target: Texts = (),
    minimise: Optional[str] = None,
    survive: Union[str, int, Sequence[Union[str, int]]] = (),
    method: Optional[str] = None,
    confidence: Optional[str] = None,
    lever: Optional[Values] = None,
    max_update_agents: Optional[int] = None,
    days: Optional[int] = None,
    fresh_days: Optional[int] = None,
    budget: Optional[int] = None,
    set: Optional[Mapping[str, Any]] = None,
    overlay: Union[Path, Sequence[Path]] = (),
    ensemble: Optional[Path] = None,
    seed: Optional[int] = None,
    threads: Optional[int] = None,
    output: Optional[Path] = None,
    plots: str = "svg",
    plot_width: Optional[str] = None,
    plot_font: Optional[str] = None,
    force: bool = False,
    progress: Progress = None,
) -> Plan:
    """Finds the smallest number of Update Agents that meets the targets, or the cheapest, and their sites (`updraft plan`).

    Args:
        target: What a day must reach, such as `"protected_p95_s <= 7200"` (seconds) or `"protected_p95_s <= 2 h"`.
        minimise: `"update-agents"` or `"cost"` (at the prices of `[cost]`).
        survive: What may be off on every day while all targets hold: `1` (any one Update Agent), `"link"`.
        method: `"simulation"`, or `"formula"`: the vendors' published rules of thumb.
        confidence: The percentage of days on which all targets must hold, such as `"95%"`.
        lever: Keys that the plan may change, with their values in order of preference, such as
            `{"option": ["server-ua", "ua"]}`.
        max_update_agents: The most Update Agents.
        days: Days on which candidates are compared.
        fresh_days: Days, not used by the search, on which its answer must hold.
        budget: The most runs of the search.

    The other arguments, and the errors, are those of `run`. If no plan meets the targets, `met` of the result is false.
    """
    return carry_out(Plan, "plan", locals())


def sensitivity(
    scenario: Scenario,
    *,
    vary: Optional[Values] = None,
    assumptions: bool = False,
    method: Optional[str] = None,
    trajectories: Optional[int] = None,
    samples: Optional[int] = None,
    metric: Texts = (),
    option: Optional[Texts] = None,
    set: Optional[Mapping[str, Any]] = None,
    overlay: Union[Path, Sequence[Path]] = (),
    seed: Optional[int] = None,
    replications: Optional[int] = None,
    threads: Optional[int] = None,
    cache: Optional[Path] = None,
    no_cache: bool = False,
    output: Optional[Path] = None,
    plots: str = "svg",
    plot_width: Optional[str] = None,
    plot_font: Optional[str] = None,
    resume: bool = False,
    force: bool = False,
    progress: Progress = None,
) -> Sensitivity:
    """Ranks keys by their effect on a metric, with intervals (`updraft sensitivity`).

    Args:
        vary: Keys with their ranges, such as `{"server.slots": "50..250"}`, or lists of words.
        assumptions: Whether every assumption that the vendor's documents leave open is varied.
        method: `"morris"` (elementary effects) or `"sobol"` (shares of the variance).
        trajectories: Trajectories of Morris' method.
        samples: Samples of Sobol's method, best a power of two.
        metric: Metrics; by default `protected_p95_s` (seconds).
        option: The topology options: a list, or `"all"`; by default the scenario's own.

    The other arguments, and the errors, are those of `sweep`.
    """
    return carry_out(Sensitivity, "sensitivity", locals())


def explain(
    scenario: Scenario,
    *,
    agent: Optional[str] = None,
    segment: Optional[str] = None,
    slowest: Optional[int] = None,
    failed: bool = False,
    option: Optional[str] = None,
    replication: Optional[int] = None,
    set: Optional[Mapping[str, Any]] = None,
    overlay: Union[Path, Sequence[Path]] = (),
    seed: Optional[int] = None,
    progress: Progress = None,
) -> Explanation:
    """The timeline of one or a few agents: events, waits and the rules behind them (`updraft explain`).

    Args:
        scenario: The scenario; or, without a choice of agents, a subject: a rule (`"SRC-9"`), a diagnostic
            (`"unknown-key"`), a key (`"server.slots"`) or a metric (`"protected_p95_s"`).
        agent: One agent by its name, such as `"branch-017/pc-0005"`.
        segment: All agents of this site.
        slowest: That many agents that were updated last.
        failed: All agents that were not updated.
        option: The topology option; by default the scenario's own.
        replication: The replication, from 1.

    The other arguments, and the errors, are those of `run`.
    """
    return carry_out(Explanation, "explain", locals())


def replay(
    network: Path,
    transfers: Path,
    *,
    column: Optional[Mapping[str, str]] = None,
    nodes: Optional[Path] = None,
    server: Optional[str] = None,
    skip_bad_rows: bool = False,
    check: bool = False,
    seed: Optional[int] = None,
    progress: Progress = None,
) -> Replay:
    """Only the network: when does each of the given transfers finish (`updraft replay`).

    Args:
        network: A TOML file with `[network]`, `[[network.node]]` and `[[network.link]]`.
        transfers: A CSV file with `id,start_s,from,to,bytes` and optionally `cap_bps`, or a log (docs/replay.md).
        column: Columns with their headers in the file, such as `{"bytes": "sc-bytes"}`.
        nodes: A CSV file with `prefix,node`: the nodes of addresses.
        server: The node that sends what an access log records.
        skip_bad_rows: Whether wrong rows are left out.
        check: Whether the solver is compared with the slow reference solver.
        seed: The seed of the random shares of the tcp model.

    If a transfer can never finish, `met` of the result is false, and its `finish_s` is empty.
    """
    return carry_out(Replay, "replay", locals())

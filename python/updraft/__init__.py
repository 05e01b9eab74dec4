"""updraft: how security updates travel through a company's network, simulated event by event.

>>> import updraft
>>> comparison = updraft.compare("branch-offices.toml", set={"server.slots": 100}, replications=20)
>>> comparison.estimates                # doctest: +SKIP
<updraft.Table: 532 rows; option, release, metric, unit, mean, ci95_low, ci95_high, replications>

Each function is a command of the command line, carried out in this process by the same code: its keywords are the flags
of the command (`updraft compare --help`), its results are the files of the command's results folder. A scenario is the
path of a file, its text, or a dictionary.

Tables are Arrow tables: `polars.DataFrame(table)`, `pyarrow.table(table)` and `pandas.DataFrame.from_arrow(table)` take
them without copying. The unit of a column stands in its name (`_s` seconds, `_bps` bits per second); the unit of a metric
stands in the column `unit`. Times are simulated seconds from the start of the scenario.
"""

from ._commands import compare, explain, plan, replay, run, sensitivity, sweep
from ._errors import Diagnostic, ScenarioError, UpdraftError, UpdraftWarning, UsageError
from ._native import Table, version
from ._results import Comparison, Explanation, Plan, Replay, Run, Sensitivity, Sweep

__version__ = version()

__all__ = [
    "Comparison",
    "Diagnostic",
    "Explanation",
    "Plan",
    "Replay",
    "Run",
    "ScenarioError",
    "Sensitivity",
    "Sweep",
    "Table",
    "UpdraftError",
    "UpdraftWarning",
    "UsageError",
    "compare",
    "explain",
    "plan",
    "replay",
    "run",
    "sensitivity",
    "sweep",
]

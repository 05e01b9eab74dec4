#!/usr/bin/env bash
# The Python package: the size of its wheel, the time from `pip install` to the first plot, and what a call adds to the
# command line. WHEEL=FILE measures an existing wheel, SCENARIO=FILE another scenario.
set -euo pipefail
cd "$(dirname "$0")/../.."
scenario=${SCENARIO:-scenarios/branch-offices.toml}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

if [ -z "${WHEEL:-}" ]; then
    python3 -m venv "$place/build"
    "$place/build/bin/pip" install --quiet "$(grep '^maturin==' python/tests/requirements.txt)"
    "$place/build/bin/maturin" build --quiet --release --manifest-path python/Cargo.toml --out "$place/wheels"
    WHEEL=$(echo "$place"/wheels/*.whl)
fi
du --apparent-size --block-size=1K "$WHEEL" | awk '{ printf "wheel: %.1f MB\n", $1 * 1024 / 1e6 }'

begin=$(date +%s.%N)
python3 -m venv "$place/use"
"$place/use/bin/pip" install --quiet "$WHEEL" "$(grep '^polars==' python/tests/requirements.txt)" \
    "$(grep '^matplotlib==' python/tests/requirements.txt)"
"$place/use/bin/python" - "$scenario" "$place/plot.png" <<'PYTHON'
import sys
import matplotlib.pyplot as plt, polars, updraft
protection = polars.DataFrame(updraft.run(sys.argv[1], progress=False).protection)
plt.plot(protection["time_s"] / 3600, protection["up_to_date"])
plt.savefig(sys.argv[2])
PYTHON
echo "from pip install to the first plot: $(echo "$(date +%s.%N) - $begin" | bc) s"

"$place/use/bin/python" - "$scenario" "$place" <<'PYTHON'
import resource, subprocess, sys
from pathlib import Path
import polars, updraft

scenario, place = sys.argv[1], Path(sys.argv[2])
flags = ["--replications=1", "--tables=csv,parquet", "--plots=svg", "--format=json", "--force"]
program = [Path(sys.executable).with_name("updraft"), "compare", scenario, *flags, "-o", place / "results"]

def seconds(whose):
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime

def spent(whose, work):
    """The least processor time of five times, because others may slow it down."""
    times = []
    for _ in range(5):
        before = seconds(whose)
        work()
        times.append(seconds(whose) - before)
    return min(times)

def call():
    results = updraft.compare(scenario, replications=1, progress=False)
    for name in results.tables:
        polars.DataFrame(results.table(name))

command_line = spent(resource.RUSAGE_CHILDREN, lambda: subprocess.run(program, check=True, capture_output=True))
python = spent(resource.RUSAGE_SELF, call)
print(f"processor time: command line {command_line:.3f} s, call with all tables as data frames {python:.3f} s, "
      f"{100 * (python / command_line - 1):+.1f} %")
PYTHON

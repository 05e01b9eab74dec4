#!/usr/bin/env bash
# updraft compared with SimGrid and SimPy on the same files, one after the other in turn: the table of ratios, with the greatest
# difference of finish times. A peer that is not installed is left out, which the table states.
#
# Debian: apt-get install libsimgrid-dev g++. Python: a virtual environment in target/peers with simpy and numpy, or PYTHON.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=target/peers-work
rounds=${ROUNDS:-3}
mkdir -p "$work"
cargo build --release --quiet
# A bench runs in its package.
cargo bench --quiet --bench table -- --export "$PWD/$work"
python=${PYTHON:-target/peers/bin/python}
peers=(updraft)
if g++ -O2 -o "$work/simgrid" benches/peers/simgrid.cpp -lsimgrid 2>"$work/simgrid.log"; then
    peers+=(simgrid)
else
    echo "SimGrid is not installed (libsimgrid-dev, g++): left out"
fi
if "$python" -c 'import simpy, numpy' 2>/dev/null; then
    peers+=(simpy)
else
    echo "SimPy is not installed (pip install simpy numpy; PYTHON=… names the interpreter): left out"
fi
run() { # PEER CASE
    case $1 in
    updraft) target/release/updraft replay "$2/network.toml" "$2/replay.csv" -o "$2/updraft.csv" --quiet ;;
    simgrid) "$work/simgrid" "$2/links.csv" "$2/transfers.csv" "$2/simgrid.csv" 2>"$2/simgrid.log" ;;
    simpy) "$python" benches/peers/simpy_fluid.py "$2/links.csv" "$2/transfers.csv" "$2/simpy.csv" ;;
    esac
}
for case in "$work"/W*; do
    rm -f "$case"/times
    for _ in $(seq "$rounds"); do
        for peer in "${peers[@]}"; do
            # SimPy takes minutes beyond 10,000 transfers.
            if [ "$peer" = simpy ] && [ "$(wc -l <"$case/transfers.csv")" -gt 12000 ]; then continue; fi
            start=$(date +%s.%N)
            run "$peer" "$case"
            echo "$peer $start $(date +%s.%N)" >>"$case/times"
        done
    done
done
python3 benches/peers/table.py "$work" "${peers[@]}"

"""The table of benches/peers/run.sh: median seconds of whole processes, ratios to updraft, agreement of finish times."""

import csv
import pathlib
import statistics
import sys


def finishes(path):
    with open(path, newline="") as file:
        return {row["id"]: float(row["finish_s"]) for row in csv.DictReader(file)}


def main():
    work, peers = pathlib.Path(sys.argv[1]), sys.argv[2:]
    others = [peer for peer in peers if peer != "updraft"]
    print("| workload | transfers | updraft |", " | ".join(f"{peer} | difference" for peer in others), "|")
    print("|---" * (3 + 2 * len(others)) + "|")
    for case in sorted(work.glob("W*")):
        seconds = {}
        for line in (case / "times").read_text().splitlines():
            peer, start, end = line.split()
            seconds.setdefault(peer, []).append(float(end) - float(start))
        medians = {peer: statistics.median(all) for peer, all in seconds.items()}
        ours = finishes(case / "updraft.csv")
        cells = [case.name.split("-")[0], str(len(ours)), f"{medians['updraft']:.3f} s"]
        for peer in others:
            if peer not in medians:
                cells += ["not run", ""]
                continue
            theirs = finishes(case / f"{peer}.csv")
            difference = max(abs(ours[id] - theirs[id]) / theirs[id] for id in ours)
            cells += [f"{medians[peer]:.2f} s ({medians[peer] / medians['updraft']:.0f} ×)", f"{difference:.1e}"]
        print("|", " | ".join(cells), "|")


main()

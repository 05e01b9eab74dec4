"""Finish times of given transfers by SimPy, with max-min shares from progressive filling in NumPy.

usage: simpy_fluid.py LINKS.csv TRANSFERS.csv FINISHES.csv (the files of simgrid.cpp)

Transfers of one path have one rate, so shares are computed for paths. At each start and each end all shares are recomputed,
which is what a user of SimPy writes who needs a network model.
"""

import csv
import heapq
import sys

import numpy
import simpy


def shares(incidence, capacities, counts):
    """Max-min rates of paths with the given numbers of transfers: all rise together until a link is full."""
    rates = numpy.zeros(len(counts))
    active = counts > 0
    left = capacities.copy()
    while active.any():
        members = incidence[:, active] @ counts[active]
        loaded = members > 0
        rise = (left[loaded] / members[loaded]).min()
        rates[active] += rise
        left -= rise * members
        full = loaded & (left <= 1e-9 * capacities)
        active &= ~incidence[full].any(axis=0)
    return rates


class Network:
    """Transfers in progress. The transfers of a path have all moved the same since a common origin, so the next to end is the
    one with the least goal."""

    def __init__(self, env, links, paths):
        self.env = env
        self.capacities = numpy.array([float(rate) / 8 for rate in links.values()])
        names = {name: row for row, name in enumerate(links)}
        self.incidence = numpy.zeros((len(links), len(paths)), dtype=bool)
        for column, path in enumerate(paths):
            for name in path:
                self.incidence[names[name], column] = True
        self.counts = numpy.zeros(len(paths))
        self.rates = numpy.zeros(len(paths))
        self.moved = numpy.zeros(len(paths))
        self.goals = [[] for _ in paths]
        self.at = 0.0
        self.finishes = {}
        self.changed = env.event()

    def advance(self):
        self.moved += self.rates * (self.env.now - self.at)
        self.at = self.env.now

    def start(self, number, path, size):
        self.advance()
        heapq.heappush(self.goals[path], (self.moved[path] + size, number))
        self.counts[path] += 1
        if not self.changed.triggered:
            self.changed.succeed()

    def next_end(self):
        ends = [
            (goals[0][0] - self.moved[path]) / self.rates[path]
            for path, goals in enumerate(self.goals)
            if goals
        ]
        return max(0.0, min(ends)) if ends else None

    def run(self):
        while True:
            self.rates = shares(self.incidence, self.capacities, self.counts)
            wait = self.next_end()
            self.changed = self.env.event()
            if wait is None:
                yield self.changed
            else:
                yield self.changed | self.env.timeout(wait)
            self.advance()
            for path, goals in enumerate(self.goals):
                while goals and goals[0][0] <= self.moved[path] + 1e-6:
                    self.finishes[heapq.heappop(goals)[1]] = self.env.now
                    self.counts[path] -= 1


def main():
    links_file, transfers_file, finishes_file = sys.argv[1:]
    with open(links_file, newline="") as file:
        links = {row["name"]: row["bandwidth_bps"] for row in csv.DictReader(file)}
    with open(transfers_file, newline="") as file:
        transfers = list(csv.DictReader(file))
    paths = {}
    for row in transfers:
        paths.setdefault(row["links"], len(paths))
    env = simpy.Environment()
    network = Network(env, links, [path.split(";") for path in paths])

    def starts():
        for number, row in enumerate(transfers):
            start = float(row["start_s"])
            if start > env.now:
                yield env.timeout(start - env.now)
            network.start(number, paths[row["links"]], float(row["bytes"]))

    env.process(starts())
    env.process(network.run())
    while len(network.finishes) < len(transfers):
        env.step()
    with open(finishes_file, "w", newline="") as file:
        print("id,finish_s", file=file)
        for number, row in enumerate(transfers):
            print(f"{row['id']},{network.finishes[number]:.9f}", file=file)


main()

//! Estimates the cost of a sweep from pilot runs of a few points.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::arguments::Sweep;
use super::assembly::Assembled;
use crate::answer::quantities::quantity;
use crate::cli::shared::estimate::{RunEstimate, as_float, estimate_run};
use crate::cli::shared::progress::Stopwatch;
use crate::experiment::sweep::Run;
use crate::experiment::{Effort, memory};
use crate::measure::METRICS;
use crate::random::Streams;
use crate::units::Bytes;

/// The number of points, spread over the design, with a pilot.
const PILOTS: usize = 5;
/// The number of seconds after which pilots are stopped.
const PATIENCE: f64 = 2.0;
/// The size of a run in the cache, in bytes.
const CACHED: u64 = 900;
/// The size of a row of a table, in bytes, without its factors, and the size of each factor.
const ROW: u64 = 50;
const FACTOR: u64 = 8;

/// The estimated cost of a sweep.
pub(super) struct Estimate {
    runs: usize,
    /// The estimate of each pilot.
    estimates: Vec<RunEstimate>,
    /// The number of concurrent runs.
    at_once: usize,
    memory_bytes: u64,
    disk_bytes: u64,
}

impl Estimate {
    /// An estimate from pilots of points that are spread over the design.
    pub(super) fn new(asked: &Sweep, sweep: &Assembled) -> Self {
        let all = sweep.plan.runs();
        let firsts: Vec<Run> = all.iter().copied().filter(|run| run.replication == 1).collect();
        let watch = Stopwatch::start();
        let at_once = asked.batch.at_once().min(all.len());
        let (mut estimates, mut memory_bytes) = (Vec::new(), 0);
        for run in spread(&firsts) {
            let scenario = &sweep.cases[run.case].scenario;
            let scenario = crate::scenario::Scenario { seed: sweep.plan.seed, ..scenario.clone() };
            let drawn = scenario.sample(&Streams::new(sweep.plan.seed, 1));
            let agents = drawn.company.agents.len() as u64;
            let estimate = estimate_run(&scenario, agents, run.option, &watch, PATIENCE);
            let nothing = Effort { agents, events: 0, kept: Bytes::ZERO };
            let effort = estimate.map_or(nothing, |estimate| estimate.effort);
            // A run's measurements are reduced to its metrics when it ends.
            let running = vec![effort; at_once];
            let memory = memory(&running, drawn.wan.len() as u64, at_once as u64);
            memory_bytes = memory_bytes.max(memory.count());
            estimates.extend(estimate);
        }
        memory_bytes += (all.len() * METRICS.len()) as u64 * IN_MEMORY;
        let disk_bytes = disk(sweep, all.len() as u64, firsts.len() as u64);
        Self { runs: all.len(), estimates, at_once, memory_bytes, disk_bytes }
    }

    /// The mean of the pilots, for all runs.
    fn total(&self, of: fn(&RunEstimate) -> f64) -> Option<f64> {
        let pilots = as_float(self.estimates.len() as u64);
        let sum: f64 = self.estimates.iter().map(of).sum();
        (pilots > 0.0).then(|| sum / pilots * as_float(self.runs as u64))
    }

    fn events(&self) -> Option<f64> {
        self.total(|at| as_float(at.effort.events))
    }

    fn seconds(&self) -> Option<f64> {
        self.total(|at| at.seconds)
    }

    /// The shortest and the longest run among the estimates.
    fn spread(&self) -> (f64, f64) {
        let seconds = || self.estimates.iter().map(|at| at.seconds);
        (seconds().fold(f64::INFINITY, f64::min), seconds().fold(0.0, f64::max))
    }

    /// As text.
    pub(super) fn text(&self) -> String {
        let mut out = String::from("\nCost (an estimate)\n");
        if let (Some(events), Some(seconds)) = (self.events(), self.seconds()) {
            let (least, most) = self.spread();
            let _ = writeln!(
                out,
                "  {} events, {} of one core\n  from {} pilots, whose runs take {:.1} to {:.1} ms each",
                quantity("count", events.round()),
                quantity("s", seconds),
                self.estimates.len(),
                1e3 * least,
                1e3 * most,
            );
        } else {
            let _ =
                writeln!(out, "  events and time are unknown: pilots took more than {PATIENCE} s");
        }
        let [memory, disk] =
            [self.memory_bytes, self.disk_bytes].map(|bytes| quantity("bytes", as_float(bytes)));
        let _ = writeln!(
            out,
            "  {memory} of memory with {} at once, within 30 %\n  {disk} of tables and cache, within a factor of two",
            self.at_once
        );
        out
    }

    /// As JSON.
    pub(super) fn json(&self) -> Value {
        let (least, most) = self.spread();
        let known = !self.estimates.is_empty();
        json!({
            "runs": self.runs,
            "events": self.events().map(f64::round),
            "core_s": self.seconds(),
            "core_s_of_a_run": known.then_some([least, most]),
            "pilots": self.estimates.len(),
            "runs_at_once": self.at_once,
            "memory_bytes": self.memory_bytes,
            "disk_bytes": self.disk_bytes,
        })
    }
}

/// The bytes of a number while the tables are built.
const IN_MEMORY: u64 = 300;

/// A selection of `runs`, evenly spaced from the first to the last.
fn spread(runs: &[Run]) -> Vec<Run> {
    let count = runs.len().min(PILOTS);
    let place = |nth: usize| nth * (runs.len() - 1) / (count - 1).max(1);
    (0..count).map(|nth| runs[place(nth)]).collect()
}

/// The bytes of sweep.csv, estimates.csv and the cache, for this many runs, points and options.
fn disk(sweep: &Assembled, runs: u64, cells: u64) -> u64 {
    let row = ROW + FACTOR * sweep.plan.design.keys.len() as u64;
    let numbers = METRICS.len() as u64 * (runs + cells);
    numbers * row + runs * CACHED
}

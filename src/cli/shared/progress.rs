//! Progress: bars on a terminal, JSON lines on request, otherwise nothing. Only this module reads a clock, through
//! indicatif.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{HumanFloatCount, MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::host::Host;
use super::terminal::ShownProgress;
use crate::experiment::Progress;
use crate::experiment::plan::Probe;

/// The maximum number of runs with a separate bar each; more share one.
const FEW: usize = 8;
const STEPS: u64 = 1000;

/// The progress of the runs of an experiment.
#[derive(Debug)]
pub(in crate::cli) struct RunProgress {
    host: Host,
    shown: ShownProgress,
    has_bar_each: bool,
    state: Mutex<State>,
}

/// The progress reported so far.
#[derive(Debug)]
struct State {
    bars: MultiProgress,
    /// Over all runs; its clock is that of the experiment.
    all: ProgressBar,
    /// For each run that has begun, if they are few.
    each: Vec<Option<ProgressBar>>,
    last: Vec<Option<Progress>>,
}

impl RunProgress {
    /// For this many `runs`, or more as they are added; without a total if the number is unknown.
    pub(in crate::cli) fn new(runs: usize, shown: ShownProgress) -> Self {
        let bars = MultiProgress::new();
        let has_one_bar = shown == ShownProgress::Bars && !is_few(runs);
        let all = if has_one_bar {
            bars.add(bar(STEPS, "{bar:20} {percent:>3} % · {msg} · ETA {eta}"))
        } else {
            ProgressBar::hidden()
        };
        let (each, last) = (vec![None; runs], vec![None; runs]);
        let has_bar_each = is_few(runs);
        let (host, state) = (Host::current(), Mutex::new(State { bars, all, each, last }));
        Self { host, shown, has_bar_each, state }
    }

    /// The time since the start.
    pub(in crate::cli) fn elapsed(&self) -> Duration {
        self.state.lock().map_or(Duration::ZERO, |state| state.all.elapsed())
    }

    /// Shows the progress of a run.
    pub(in crate::cli) fn show(&self, progress: Progress) {
        if self.shown == ShownProgress::Nothing {
            return;
        }
        let Ok(mut state) = self.state.lock() else { return };
        if state.last.len() <= progress.run {
            // A rule adds runs as it proceeds.
            state.last.resize(progress.run + 1, None);
        }
        let before = state.last[progress.run].map(|last| steps(&last));
        // A hidden bar is not drawn.
        let is_seen = match self.shown {
            ShownProgress::Lines => before.map(|at| at / 10) != Some(steps(&progress) / 10),
            _ => before != Some(steps(&progress)),
        };
        state.last[progress.run] = Some(progress);
        if !is_seen {
            return;
        }
        if self.shown == ShownProgress::Lines {
            self.host.report_progress(&Self::line(&progress, &state).to_string());
        } else if !self.has_bar_each {
            let (share, events) = (share(&state.last), events(&state.last));
            let done = state.last.iter().flatten().filter(|at| at.now >= at.end).count();
            let speed = per_second(events, state.all.elapsed());
            state.all.set_position(scaled(share));
            state.all.set_message(format!("{done} of {} runs, {speed}", state.last.len()));
        } else {
            let bar = state.bar_of(&progress);
            bar.set_position(steps(&progress));
            let speed = per_second(progress.events, bar.elapsed());
            let protected = 100 * progress.up_to_date / progress.agents.max(1);
            let now = progress.now.to_string();
            // Samples are usually at whole seconds.
            let now = now.trim_end_matches(".000");
            bar.set_message(format!("at {now}, {protected} % protected, {speed}"));
        }
    }

    /// Removes the bars.
    pub(in crate::cli) fn finish(&self) {
        let Ok(state) = self.state.lock() else { return };
        for bar in state.each.iter().flatten() {
            bar.finish_and_clear();
        }
        state.all.finish_and_clear();
    }

    /// A line of JSON, as documented in docs/long-work.md.
    fn line(progress: &Progress, state: &State) -> Value {
        let (share, elapsed) = (share(&state.last), state.all.elapsed().as_secs_f64());
        json!({
            "run": progress.run + 1,
            "runs": state.last.len(),
            "option": progress.option.name(),
            "replication": progress.replication,
            "simulated_s": progress.now.as_secs_f64(),
            "duration_s": progress.end.as_secs_f64(),
            "agents": progress.agents,
            "up_to_date": progress.up_to_date,
            "events": progress.events,
            "events_per_s": (real(events(&state.last)) / elapsed.max(1e-3)).round(),
            "share": share,
            "eta_s": remaining(share, elapsed),
        })
    }
}

impl State {
    /// The bar of a run, which starts with its first sample.
    fn bar_of(&mut self, progress: &Progress) -> &ProgressBar {
        let (bars, Progress { run, option, replication, .. }) = (&self.bars, *progress);
        self.each[run].get_or_insert_with(|| {
            let bar =
                bars.add(bar(STEPS, "{prefix:13} {bar:12} {percent:>3} % · {msg} · ETA {eta}"));
            bar.set_prefix(format!("{} {replication}", option.name()));
            bar
        })
    }
}

/// The progress of many equal items.
#[derive(Debug)]
pub(in crate::cli) struct CountProgress {
    host: Host,
    shown: ShownProgress,
    bar: ProgressBar,
    kind: &'static str,
    count: u64,
}

impl CountProgress {
    /// For `count` items named `kind`, such as `transfers`.
    pub(in crate::cli) fn new(count: usize, kind: &'static str, shown: ShownProgress) -> Self {
        let count = count as u64;
        let template = format!("{{bar:30}} {{percent:>3}} % · {{human_pos}} {kind} · ETA {{eta}}");
        let is_bar = shown == ShownProgress::Bars;
        let bar = if is_bar { bar(count, &template) } else { ProgressBar::hidden() };
        Self { host: Host::current(), shown, bar, kind, count }
    }

    /// Shows the number of completed items.
    pub(in crate::cli) fn show(&self, done: usize) {
        let (done, all) = (done as u64, self.count.max(1));
        let before = self.bar.position();
        self.bar.set_position(done);
        if self.shown == ShownProgress::Lines && before * 100 / all != done * 100 / all {
            let (share, elapsed) = (real(done) / real(all), self.bar.elapsed().as_secs_f64());
            let line = json!({
                self.kind: self.count,
                "done": done,
                "share": share,
                "eta_s": remaining(share, elapsed),
            });
            self.host.report_progress(&line.to_string());
        }
    }

    /// Removes the bar.
    pub(in crate::cli) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// The progress of a search of unknown length.
#[derive(Debug)]
pub(in crate::cli) struct SearchProgress {
    host: Host,
    shown: ShownProgress,
    bar: ProgressBar,
}

impl SearchProgress {
    /// For a search that begins now.
    pub(in crate::cli) fn new(shown: ShownProgress) -> Self {
        let is_bar = shown == ShownProgress::Bars;
        let template = "{spinner} {msg} · {elapsed}";
        let bar = if is_bar { bar(0, template) } else { ProgressBar::hidden() };
        Self { host: Host::current(), shown, bar }
    }

    /// Shows the last trial.
    pub(in crate::cli) fn show(&self, probe: &Probe) {
        let Probe { update_agents, met, days, .. } = probe;
        self.bar.inc(1);
        self.bar
            .set_message(format!("{update_agents} Update Agents: good on {met} of {days} days"));
        if self.shown == ShownProgress::Lines {
            let line = json!({ "update_agents": update_agents, "days": days, "days_met": met });
            self.host.report_progress(&line.to_string());
        }
    }

    /// Removes it.
    pub(in crate::cli) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A stopwatch.
#[derive(Debug)]
pub(in crate::cli) struct Stopwatch(ProgressBar);

impl Stopwatch {
    /// Starts now.
    pub(in crate::cli) fn start() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Seconds since the start.
    pub(in crate::cli) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Whether each run has a separate bar.
fn is_few(runs: usize) -> bool {
    (1..=FEW).contains(&runs)
}

fn bar(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// The progress of a run, in steps.
fn steps(progress: &Progress) -> u64 {
    let all = u128::from(progress.end.as_nanos().max(1));
    u64::try_from(u128::from(progress.now.as_nanos()) * u128::from(STEPS) / all).unwrap_or(STEPS)
}

/// The completed part of the simulated time of all runs, which are equally long.
fn share(last: &[Option<Progress>]) -> f64 {
    let over: f64 = last
        .iter()
        .flatten()
        .map(|at| at.now.as_secs_f64() / at.end.as_secs_f64().max(f64::MIN_POSITIVE))
        .sum();
    over / real(last.len().max(1) as u64)
}

fn events(last: &[Option<Progress>]) -> u64 {
    last.iter().flatten().map(|at| at.events).sum()
}

/// The estimated seconds until all runs are done.
fn remaining(share: f64, elapsed: f64) -> Option<f64> {
    (share > 0.0).then(|| (elapsed * (1.0 - share) / share * 10.0).round() / 10.0)
}

fn per_second(events: u64, elapsed: Duration) -> String {
    let speed = real(events) / elapsed.as_secs_f64().max(1e-3);
    if speed < 1e6 {
        format!("{} events/s", HumanFloatCount(speed.round()))
    } else {
        format!("{:.1} M events/s", speed / 1e6)
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn real(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of steps")]
fn scaled(share: f64) -> u64 {
    (share * real(STEPS)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::TopologyOption;
    use crate::units::SimTime;

    fn at(run: usize, now: u64, events: u64) -> Progress {
        let [now, end] = [now, 200].map(SimTime::from_secs);
        let option = TopologyOption::Ua;
        Progress { run, option, replication: 1, now, end, agents: 10, up_to_date: 4, events }
    }

    fn progress(runs: usize, shown: ShownProgress) -> RunProgress {
        RunProgress::new(runs, shown)
    }

    #[test]
    fn shares_are_of_all_runs_and_speeds_are_readable() {
        let last = [Some(at(0, 200, 5)), Some(at(1, 100, 7)), None, None];
        assert!((share(&last) - 0.375).abs() < 1e-12);
        assert_eq!((events(&last), steps(&at(0, 101, 0)), steps(&at(0, 0, 0))), (12, 505, 0));
        assert_eq!((remaining(0.25, 10.0), remaining(0.0, 10.0)), (Some(30.0), None));
        let second = Duration::from_secs(1);
        assert_eq!(per_second(12_345, second), "12,345 events/s");
        assert_eq!(per_second(3_140_000, second), "3.1 M events/s");
    }

    #[test]
    fn few_runs_have_a_bar_each_from_their_first_sample_and_many_have_one() {
        let few = progress(FEW, ShownProgress::Bars);
        few.show(at(2, 100, 7));
        let state = few.state.lock().unwrap();
        let bars: Vec<bool> = state.each.iter().map(Option::is_some).collect();
        assert_eq!(bars, [false, false, true, false, false, false, false, false]);
        let bar = state.each[2].as_ref().unwrap();
        assert_eq!((bar.position(), bar.prefix()), (500, "ua 1".to_string()));
        assert!(bar.message().starts_with("at 00:01:40, 40 % protected, "), "{}", bar.message());
        let many = progress(FEW + 1, ShownProgress::Bars);
        many.show(at(0, 200, 7));
        let state = many.state.lock().unwrap();
        assert!(state.each.iter().all(Option::is_none));
        assert_eq!(state.all.position(), 111);
        assert!(state.all.message().starts_with("1 of 9 runs, "), "{}", state.all.message());
    }
}

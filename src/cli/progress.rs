//! How far it is: a bar on a terminal, nothing on a pipe. The only place that may look at a clock,
//! through indicatif.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::experiment::Progress;
use crate::experiment::plan::Probe;
use crate::units::SimTime;

/// A bar over all runs.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    reached: Mutex<Vec<SimTime>>,
}

impl Bar {
    /// A bar over `runs` runs, or more if more are shown, hidden unless `visible`.
    pub(super) fn new(runs: usize, visible: bool) -> Self {
        let bar = styled(1000, visible, "{bar:30} {percent:>3} % · {msg} · ETA {eta}");
        Self { bar, reached: Mutex::new(vec![SimTime::START; runs]) }
    }

    /// Shows that a run has come so far.
    pub(super) fn show(&self, progress: Progress) {
        if self.bar.is_hidden() {
            return;
        }
        let Ok(mut reached) = self.reached.lock() else { return };
        if reached.len() <= progress.run {
            // A rule asks for further runs as it goes.
            reached.resize(progress.run + 1, SimTime::START);
        }
        reached[progress.run] = progress.now;
        let total: u128 = reached.iter().map(|time| u128::from(time.as_nanos())).sum();
        let all = u128::from(progress.end.as_nanos().max(1)) * reached.len() as u128;
        self.bar.set_position(u64::try_from(total * 1000 / all).unwrap_or_default());
        self.bar.set_message(format!("simulated {}", progress.now));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar over transfers.
#[derive(Debug)]
pub(super) struct TransferBar(ProgressBar);

impl TransferBar {
    /// A bar over `transfers`, hidden unless `visible`.
    pub(super) fn new(transfers: usize, visible: bool) -> Self {
        let template = "{bar:30} {percent:>3} % · {human_pos} transfers · ETA {eta}";
        Self(styled(transfers as u64, visible, template))
    }

    /// Shows that so many are done.
    pub(super) fn show(&self, done: usize) {
        self.0.set_position(done as u64);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A sign of life during a search, of which nobody knows how long it is.
#[derive(Debug)]
pub(super) struct SearchBar(ProgressBar);

impl SearchBar {
    /// A sign of life, hidden unless `visible`.
    pub(super) fn new(visible: bool) -> Self {
        Self(styled(0, visible, "{spinner} {msg} · {elapsed}"))
    }

    /// Shows what was tried last.
    pub(super) fn show(&self, probe: &Probe) {
        self.0.inc(1);
        let Probe { update_agents, met, days, .. } = probe;
        self.0.set_message(format!("{update_agents} Update Agents: good on {met} of {days} days"));
    }

    /// Takes it away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn styled(length: u64, visible: bool, template: &str) -> ProgressBar {
    let bar = if visible { ProgressBar::new(length) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

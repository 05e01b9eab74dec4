//! How far it is: a bar on a terminal, nothing on a pipe. The only place that may look at a clock,
//! through indicatif.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::experiment::Progress;
use crate::units::SimTime;

/// A bar over all runs.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    reached: Mutex<Vec<SimTime>>,
}

impl Bar {
    /// A bar over `runs` runs, hidden unless `visible`.
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

/// A bar over things of one kind.
#[derive(Debug)]
pub(super) struct CountBar(ProgressBar);

impl CountBar {
    /// A bar over `count` things of a `kind` such as `transfers`, hidden unless `visible`.
    pub(super) fn new(count: usize, kind: &str, visible: bool) -> Self {
        let template = format!("{{bar:30}} {{percent:>3}} % · {{human_pos}} {kind} · ETA {{eta}}");
        Self(styled(count as u64, visible, &template))
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

fn styled(length: u64, visible: bool, template: &str) -> ProgressBar {
    let bar = if visible { ProgressBar::new(length) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

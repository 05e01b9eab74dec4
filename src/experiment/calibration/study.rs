//! A complete calibration: estimates from the training days, plausible scenarios, their runs, and a verdict on the
//! held-out days.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::cells::{self, Day, Evidence, day_of, is_told};
use super::estimate::Estimate;
use super::notifications::Sourced;
use super::overlay::{Choice, overlay};
use super::shape::{LogDay, Shape};
use super::simulated::observed;
use super::verdict::{Verdict, judge};
use super::{contents, fetches, links, notifications, presence};
use crate::experiment::Experiment;
use crate::experiment::threads::{ThreadsError, pool};
use crate::model::observation::{Event, Observation, Observations};
use crate::model::settings::TopologyOption;
use crate::random::{Purpose, Streams};
use crate::scenario::{Diagnostics, Scenario};

/// The default number of plausible scenarios.
pub const MEMBERS: u32 = 50;

/// One of this many days is held out, at least one of two.
const HELD_OUT: usize = 4;

/// The input of a calibration.
#[expect(missing_debug_implementations, reason = "it holds a closure")]
pub struct Calibration<'a> {
    /// The scenario as given.
    pub scenario: &'a Scenario,
    /// The observations of the logs.
    pub observations: &'a Observations,
    /// The option under which the company runs.
    pub option: TopologyOption,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of plausible scenarios.
    pub members: u32,
    /// The number of threads; 0: one for each core.
    pub threads: usize,
    /// The scenario with an overlay applied.
    pub resolve: &'a (dyn Fn(&str) -> Result<Scenario, Diagnostics> + Sync),
}

/// The result of a calibration.
#[derive(Clone, Debug)]
pub struct Calibrated {
    /// The estimates.
    pub estimates: Vec<Estimate>,
    /// The training days.
    pub trained: Vec<LogDay>,
    /// The held-out days.
    pub held_out: Vec<LogDay>,
    /// The verdict on the model.
    pub verdict: Verdict,
    /// The best overlay.
    pub best: String,
    /// Plausible overlays.
    pub ensemble: Vec<String>,
    /// The groups and the days.
    pub shape: Shape,
}

/// Why a calibration failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CalibrationError {
    /// The threads could not be started.
    Threads(ThreadsError),
    /// An overlay is invalid for this scenario.
    Overlay(String, Box<Diagnostics>),
}

impl std::fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Threads(cause) => write!(f, "{cause}"),
            Self::Overlay(_, problems) => write!(f, "{problems}"),
        }
    }
}

impl std::error::Error for CalibrationError {}

impl Calibration<'_> {
    /// Estimates, simulates and judges; `None` if `stop` was set before the end. `tell` receives the number of
    /// completed runs.
    ///
    /// # Errors
    /// If the threads cannot be started, or if the estimates do not form a valid scenario.
    pub fn carry_out(
        &self,
        stop: &AtomicBool,
        tell: &(dyn Fn(usize) + Sync),
    ) -> Result<Option<Calibrated>, CalibrationError> {
        let shape = Shape::of(self.scenario);
        let evidence = Evidence::of(self.observations);
        let mut days = cells::days(self.observations, &shape, &evidence);
        let active = active_days(self.observations, &shape);
        days.retain(|day, _| active.contains(day));
        let (trained, held_out) = split(&active);
        let estimates = estimates(self.scenario, self.observations, &trained, &shape);
        let remark = format!(
            "Estimated by updraft calibrate from {} days of logs. Each key: the estimate, its interval, the method and \
             the evidence.",
            trained.len()
        );
        let best = overlay(&estimates, &remark, Choice::Best);
        let ensemble = self.ensemble(&estimates);
        let Some(runs) = self.run(&ensemble, (&shape, &evidence), stop, tell)? else {
            return Ok(None);
        };
        days.retain(|day, _| held_out.contains(day));
        let verdict = judge(&days, &runs);
        Ok(Some(Calibrated { estimates, trained, held_out, verdict, best, ensemble, shape }))
    }
}

/// The estimates of the keys of `scenario` from all days of `observations`.
pub fn estimates_of(scenario: &Scenario, observations: &Observations) -> Vec<Estimate> {
    let shape = Shape::of(scenario);
    estimates(scenario, observations, &active_days(observations, &shape), &shape)
}

/// The estimates from the days `trained`.
fn estimates(
    scenario: &Scenario,
    all: &Observations,
    trained: &[LogDay],
    shape: &Shape,
) -> Vec<Estimate> {
    let events: Vec<&Observation> =
        all.list.iter().filter(|seen| trained.contains(&day_of(seen, shape))).collect();
    let sourced: Vec<Sourced<'_>> = events.iter().map(|seen| (*seen, all.source(seen))).collect();
    let mut estimates = notifications::estimates(&sourced);
    estimates.extend(fetches::estimates(&events, all, shape));
    estimates.extend(presence::estimates(&events, roster(all), trained, shape));
    estimates.extend(contents::estimates(&events, all, scenario));
    estimates.extend(links::estimates(&events, all, scenario, shape));
    estimates
}

impl Calibration<'_> {
    /// Plausible overlays, each with separate draws.
    fn ensemble(&self, estimates: &[Estimate]) -> Vec<String> {
        let streams = Streams::new(self.seed, 0);
        let member = |number: u32| {
            let mut nth = 0;
            let mut uniform = || {
                nth += 1;
                share(streams.draw(Purpose::Calibration, number, nth).bits())
            };
            let remark = format!("Plausible values, {} of {}.", number + 1, self.members);
            overlay(estimates, &remark, Choice::Drawn(&mut uniform))
        };
        (0..self.members).map(member).collect()
    }

    /// The days of one run with each overlay, each run with separate random numbers.
    fn run(
        &self,
        overlays: &[String],
        (shape, evidence): (&Shape, &Evidence),
        stop: &AtomicBool,
        tell: &(dyn Fn(usize) + Sync),
    ) -> Result<Option<Vec<BTreeMap<u32, Day>>>, CalibrationError> {
        let pool = pool(self.threads).map_err(CalibrationError::Threads)?;
        let done = AtomicUsize::new(0);
        let one = |(number, text): (usize, &String)| {
            let scenario = (self.resolve)(text)
                .map_err(|problems| CalibrationError::Overlay(text.clone(), Box::new(problems)))?;
            let replication = u32::try_from(number).expect("few members") + 1;
            let days = self.simulate(&scenario, replication, (shape, evidence), stop);
            tell(done.fetch_add(1, Ordering::Relaxed) + 1);
            Ok(days)
        };
        let all: Result<Vec<_>, CalibrationError> =
            pool.install(|| overlays.par_iter().enumerate().with_max_len(1).map(one).collect());
        Ok(all?.into_iter().collect())
    }

    /// The days of one run; `None` if `stop` was set.
    fn simulate(
        &self,
        scenario: &Scenario,
        replication: u32,
        (shape, evidence): (&Shape, &Evidence),
        stop: &AtomicBool,
    ) -> Option<BTreeMap<u32, Day>> {
        // Different from the random numbers of the scenario's own runs, which may have written the logs.
        let seed = self.seed ^ 0x63_61_6c_69_62_72_61_74;
        let options = vec![self.option];
        let experiment = Experiment {
            scenario,
            options,
            replications: 1,
            seed,
            keeps_agents: false,
            threads: 1,
        };
        let log = experiment.event_log(self.option, replication, stop)?;
        let sites = scenario.sample(&Streams::new(seed, replication - 1)).company.agents.site;
        let days = cells::days(&observed(&log, &sites), shape, evidence);
        Some(days.into_iter().map(|(day, cells)| (day.day, cells)).collect())
    }
}

/// The number of agents: of those that are notified and report, or of those in other logs, whichever is greater. One
/// log has names and another addresses, so that together they may count an agent twice.
fn roster(all: &Observations) -> usize {
    let mut kinds = [true, false].map(|told| {
        let of = all.list.iter().filter(|seen| is_told(seen.event) == told);
        of.map(|seen| seen.agent).collect::<Vec<_>>()
    });
    for agents in &mut kinds {
        agents.sort_unstable();
        agents.dedup();
    }
    kinds.iter().map(Vec::len).max().unwrap_or_default()
}

/// The days on which agents updated, or were sent something if no log records updates.
fn active_days(observations: &Observations, shape: &Shape) -> Vec<LogDay> {
    let counts = |event| {
        let mut days: Vec<LogDay> = observations
            .list
            .iter()
            .filter(|seen| seen.event == event)
            .map(|seen| day_of(seen, shape))
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    };
    let [updated, sent, told] = [Event::Updated, Event::Sent, Event::NotifyBegins].map(counts);
    [updated, sent, told].into_iter().find(|days| !days.is_empty()).unwrap_or_default()
}

/// The training days, and the last ones, which are held out.
fn split(days: &[LogDay]) -> (Vec<LogDay>, Vec<LogDay>) {
    let held = if days.len() < 2 { 0 } else { days.len().div_ceil(HELD_OUT) };
    let (trained, held_out) = days.split_at(days.len() - held);
    (trained.to_vec(), held_out.to_vec())
}

/// Random bits as a number strictly between 0 and 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits")]
fn share(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_quarter_of_the_days_is_held_out() {
        let days: Vec<LogDay> = (0..5).map(|day| LogDay { window: 0, day }).collect();
        let sizes = |count: usize| {
            let (trained, held_out) = split(&days[..count]);
            (trained.len(), held_out.len())
        };
        assert_eq!([0, 1, 2, 4, 5].map(sizes), [(0, 0), (1, 0), (1, 1), (3, 1), (3, 2)]);
    }
}

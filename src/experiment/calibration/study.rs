//! A complete calibration: estimates from the training days, history matching of what they do not identify, plausible
//! scenarios, their runs, and a verdict on the held-out days.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::cells::{self, Day, LoggedEvents, day_of, is_told};
use super::estimate::Estimate;
use super::history_matching::{History, HistoryMatching, MatchError, MatchedPoint, RUNS, average};
use super::overlay::{Choice, MatchedValues, history_told, overlay, values_of};
use super::shape::{LogDay, Shape};
use super::simulated::observed;
use super::verdict::{Verdict, judge};
use super::{contents, fetches, links, notifications, presence};
use crate::experiment::Experiment;
use crate::experiment::sweep::{DesignError, Factor};
use crate::experiment::threads::{ThreadsError, pool};
use crate::model::observation::{Event, Observation, Observations};
use crate::model::settings::TopologyOption;
use crate::random::{Purpose, Streams};
use crate::scenario::{Diagnostics, Scenario};

/// The default number of plausible scenarios.
pub const MEMBERS: u32 = 50;

/// The default number of points of a wave of history matching.
pub const POINTS: u32 = 32;

/// The first number of the members of which runs of history matching draw their estimates.
const MATCHING: u32 = 1_000_000;

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
    /// The keys that are matched, with their values.
    pub space: &'a [Factor],
    /// The number of points of a wave of history matching.
    pub points: u32,
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
    /// What history matching left; `None` if no key was matched or no day was for training.
    pub history: Option<History>,
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

impl Calibrated {
    /// Whether the model reproduces the logs: the days that were held out, and with some values of the matched keys the
    /// training days; `None` if no day was held out.
    pub fn reproduces(&self) -> Option<bool> {
        self.verdict.reproduces().map(|held| held && self.comes_near())
    }

    /// Whether some values of the matched keys are plausible, if any key was matched.
    pub fn comes_near(&self) -> bool {
        self.history.as_ref().is_none_or(History::has_plausible)
    }
}

/// Why a calibration failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CalibrationError {
    /// The threads could not be started.
    Threads(ThreadsError),
    /// An overlay is invalid for this scenario.
    Overlay(String, Box<Diagnostics>),
    /// A matched key cannot be written in an overlay.
    Unwritable(String),
    /// The keys cannot be matched.
    Design(DesignError),
}

impl std::fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Threads(cause) => write!(f, "{cause}"),
            Self::Overlay(_, problems) => write!(f, "{problems}"),
            Self::Unwritable(cause) => f.write_str(cause),
            Self::Design(cause) => write!(f, "{cause}"),
        }
    }
}

impl std::error::Error for CalibrationError {}

/// The groups of sites and the days, and the measures that the logs permit.
#[derive(Clone, Copy)]
struct Scope<'a> {
    shape: &'a Shape,
    logged: &'a LoggedEvents,
}

/// The progress of a calibration.
struct Course<'a> {
    stop: &'a AtomicBool,
    done: AtomicUsize,
    tell: &'a (dyn Fn(usize) + Sync),
    pool: rayon::ThreadPool,
}

/// The days of a run by number.
type RunDays = BTreeMap<u32, Day>;

impl Calibration<'_> {
    /// Estimates, matches, simulates and judges; `None` if `stop` was set before the end. `tell` receives the number of
    /// completed runs, of at most [`Self::most_runs`].
    ///
    /// # Errors
    /// If the threads cannot be started, or if the estimates and the matched keys do not form a valid scenario.
    pub fn carry_out(
        &self,
        stop: &AtomicBool,
        tell: &(dyn Fn(usize) + Sync),
    ) -> Result<Option<Calibrated>, CalibrationError> {
        let shape = Shape::of(self.scenario);
        let logged = LoggedEvents::of(self.observations);
        let scope = Scope { shape: &shape, logged: &logged };
        let mut days = cells::days(self.observations, &shape, &logged);
        let active = active_days(self.observations, &shape);
        days.retain(|day, _| active.contains(day));
        let (trained, held_out) = split(&active);
        let estimates = estimates(self.scenario, self.observations, &trained, &shape);
        let pool = pool(self.threads).map_err(CalibrationError::Threads)?;
        let course = Course { stop, done: AtomicUsize::new(0), tell, pool };
        let training: BTreeMap<LogDay, &Day> = days
            .iter()
            .filter(|(day, _)| trained.contains(day))
            .map(|(day, of)| (*day, of))
            .collect();
        let history = if self.space.is_empty() || training.is_empty() {
            None
        } else {
            match self.matched(&estimates, &training, scope, &course)? {
                Some(history) => Some(history),
                None => return Ok(None),
            }
        };
        let best = self.best(&estimates, history.as_ref(), trained.len())?;
        let ensemble = self.ensemble(&estimates, history.as_ref())?;
        let members = (1..).zip(&ensemble).collect();
        let Some(runs) = self.run(members, scope, &course)? else { return Ok(None) };
        days.retain(|day, _| held_out.contains(day));
        let verdict = judge(&days, &runs);
        let calibrated =
            Calibrated { estimates, history, trained, held_out, verdict, best, ensemble, shape };
        Ok(Some(calibrated))
    }

    /// The maximum number of runs.
    pub fn most_runs(&self) -> usize {
        self.matching().most_runs() + self.members as usize
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
    let mut estimates = notifications::estimates(&events, all);
    estimates.extend(fetches::estimates(&events, all, shape));
    estimates.extend(presence::estimates(&events, roster(all), trained, shape));
    estimates.extend(contents::estimates(&events, all, scenario));
    estimates.extend(links::estimates(&events, all, scenario, shape));
    estimates
}

impl Calibration<'_> {
    fn matching(&self) -> HistoryMatching<'_> {
        let (space, option, points, seed) = (self.space, self.option, self.points, self.seed);
        HistoryMatching { space, option, points, seed }
    }

    /// Matches the keys that are not identified on the training days; `None` if it was stopped. Each run draws its own
    /// values of the estimates, so that the variance of runs includes what is not known of them.
    fn matched(
        &self,
        estimates: &[Estimate],
        training: &BTreeMap<LogDay, &Day>,
        scope: Scope<'_>,
        course: &Course<'_>,
    ) -> Result<Option<History>, CalibrationError> {
        let observed = average(training.values().copied());
        let run = |first: usize, points: &[Vec<String>]| {
            let mut texts = Vec::new();
            for (place, values) in points.iter().enumerate() {
                for nth in 0..RUNS {
                    let number = u32::try_from((first + place) * RUNS + nth).expect("few points");
                    let values: Vec<(&str, &str)> = self
                        .space
                        .iter()
                        .map(|factor| factor.key.as_str())
                        .zip(values.iter().map(String::as_str))
                        .collect();
                    let number = MATCHING + number;
                    texts.push((number, self.member(estimates, number, &values, "")?));
                }
            }
            let texts = texts.iter().map(|(number, text)| (*number, text)).collect();
            let Some(runs) = self.run(texts, scope, course)? else { return Ok(None) };
            let averages =
                |run: &RunDays| average(training.keys().filter_map(|day| run.get(&day.day)));
            let of_points = runs.chunks(RUNS).map(|runs| runs.iter().map(averages).collect());
            Ok(Some(of_points.collect()))
        };
        self.matching().carry_out(&observed, run).map_err(|error| match error {
            MatchError::Design(cause) => CalibrationError::Design(cause),
            MatchError::Run(cause) => cause,
        })
    }

    /// The overlay of the best values.
    fn best(
        &self,
        estimates: &[Estimate],
        history: Option<&History>,
        trained: usize,
    ) -> Result<String, CalibrationError> {
        let mut remark = format!(
            "Estimated by updraft calibrate from {trained} days of logs. Each key: the estimate, its interval, the method \
             and the evidence."
        );
        let mut values = Vec::new();
        if let Some(history) = history {
            for line in history_told(history) {
                remark.push('\n');
                remark.push_str(&line);
            }
            if !history.keeps_own() {
                values = history.best().map_or_else(Vec::new, |best| values_of(history, best));
            }
        }
        let matched = MatchedValues { values: &values, scenario: &self.scenario.toml };
        overlay(estimates, matched, &remark, Choice::Best).map_err(CalibrationError::Unwritable)
    }

    /// Plausible overlays, each with separate draws of the estimates and with the values of a plausible point.
    fn ensemble(
        &self,
        estimates: &[Estimate],
        history: Option<&History>,
    ) -> Result<Vec<String>, CalibrationError> {
        let points: Vec<&MatchedPoint> =
            history.map_or_else(Vec::new, |history| history.represented());
        let member = |number: u32| {
            let remark = format!("Plausible values, {} of {}.", number + 1, self.members);
            // Spread over all points, in turn if there are fewer.
            let (place, count, members) = (number as usize, points.len(), self.members as usize);
            let place =
                if count > members { place * count / members } else { place % count.max(1) };
            let values = match (history, points.get(place)) {
                (Some(history), Some(point)) => values_of(history, point),
                _ => Vec::new(),
            };
            self.member(estimates, number, &values, &remark)
        };
        (0..self.members).map(member).collect()
    }

    /// The overlay of the plausible values number `number`, with these matched ones.
    fn member(
        &self,
        estimates: &[Estimate],
        number: u32,
        values: &[(&str, &str)],
        remark: &str,
    ) -> Result<String, CalibrationError> {
        let streams = Streams::new(self.seed, 0);
        let mut nth = 0;
        let mut uniform = || {
            nth += 1;
            share(streams.draw(Purpose::Calibration, number, nth).bits())
        };
        let matched = MatchedValues { values, scenario: &self.scenario.toml };
        overlay(estimates, matched, remark, Choice::Drawn(&mut uniform))
            .map_err(CalibrationError::Unwritable)
    }

    /// The days of one run with each overlay, with the random numbers of its replication; `None` if it was stopped.
    fn run(
        &self,
        overlays: Vec<(u32, &String)>,
        scope: Scope<'_>,
        course: &Course<'_>,
    ) -> Result<Option<Vec<RunDays>>, CalibrationError> {
        let one = |(replication, text): (u32, &String)| {
            let scenario = (self.resolve)(text)
                .map_err(|problems| CalibrationError::Overlay(text.clone(), Box::new(problems)))?;
            let days = self.simulate(&scenario, replication, scope, course.stop);
            (course.tell)(course.done.fetch_add(1, Ordering::Relaxed) + 1);
            Ok(days)
        };
        let all: Result<Vec<_>, CalibrationError> =
            course.pool.install(|| overlays.into_par_iter().with_max_len(1).map(one).collect());
        Ok(all?.into_iter().collect())
    }

    /// The days of one run; `None` if `stop` was set.
    fn simulate(
        &self,
        scenario: &Scenario,
        replication: u32,
        Scope { shape, logged }: Scope<'_>,
        stop: &AtomicBool,
    ) -> Option<RunDays> {
        // Different from the random numbers of the scenario's own runs, which may have written the logs.
        let seed = self.seed ^ 0x63_61_6c_69_62_72_61_74;
        let options = vec![self.option];
        let experiment = Experiment {
            scenario,
            options,
            replications: 1,
            seed,
            keeps_agents: false,
            ensemble: &[],
            threads: 1,
        };
        let log = experiment.event_log(self.option, replication, stop)?;
        let company = scenario.sample(&Streams::new(seed, replication - 1)).company;
        let sites = company.agents.sites().collect();
        let days = cells::days(&observed(&log, &sites), shape, logged);
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

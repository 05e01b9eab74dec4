//! How many replications are made: a fixed number, until a mean is precise, or until the best option is known.
//!
//! A rule reads results in the order of replications and returns what it needs next, which runs in parallel. Its decision
//! depends only on the runs.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::estimates::value_of;
use super::ranking_and_selection::{Fate, Selection, SelectionRule, select};
use super::replicate::{Experiment, Progress};
use super::sequential_stopping::{LOOK_AHEAD, MINIMUM, Next, Precision, PrecisionRule, Stop};
use super::threads::ThreadsError;
use crate::measure::run::{Metric, RunMeasurements};
use crate::model::metric::Better;
use crate::model::settings::TopologyOption;

/// The rule that decides the number of replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sampling {
    /// The experiment's fixed number.
    Fixed,
    /// Until the mean of this metric is precise under all options.
    UntilPrecise(Metric, PrecisionRule),
    /// Until the best option by this metric is known.
    UntilSelected(Metric, SelectionRule),
}

/// Runs, and the decision on their number.
#[derive(Debug)]
pub struct Sampled {
    /// The runs that are finished, ordered by option and then replication.
    pub runs: Vec<RunMeasurements>,
    /// The number of runs missing because of an interruption. If a rule decides, only the next ones are known: there
    /// may be more.
    pub missing: usize,
    /// The decision, if no run is missing.
    pub decision: Decision,
}

/// The rule that decided the number of replications, with its parameters and result. Numbers that are not integers are
/// texts, so that they read back exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Decision {
    /// A fixed number was requested.
    #[default]
    Fixed,
    /// The rule of Hoad, Robinson and Davies.
    Precision {
        /// The metric whose mean was to be precise.
        metric: String,
        /// Half the width of its interval, in percent of the mean.
        percent: String,
        /// The minimum number of replications.
        at_least: u32,
        /// The number of further replications for which it had to stay precise.
        look_ahead: u32,
        /// The maximum number of replications.
        at_most: u32,
        /// The most events of all replications, where they bound the replications; `None`: they do not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most_events: Option<u64>,
        /// Why it ended.
        ended_by: EndedBy,
        /// The number of replications from which on all means were precise.
        precise_from: Option<u32>,
    },
    /// The procedure KN of Kim and Nelson.
    Selection {
        /// The metric.
        metric: String,
        /// The probability of a correct selection, in percent.
        percent: String,
        /// The smallest relevant difference, in the metric's unit.
        indifference: String,
        /// Replications before the first comparison.
        first_stage: u32,
        /// Replications between comparisons.
        step: u32,
        /// The maximum number of replications of an option.
        at_most: u32,
        /// The best option, if it was found.
        best: Option<String>,
        /// The best option, or the leader at the end.
        leader: Option<String>,
        /// The outcome of each option.
        options: Vec<SelectedOption>,
    },
}

/// Why the rule of precision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// The means are precise.
    Precision,
    /// The maximum number of replications was reached.
    Cap,
    /// Some replication has no value, so that the mean is undefined.
    Never,
}

/// The outcome of an option in a selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedOption {
    /// Its name.
    pub option: String,
    /// Its outcome.
    pub fate: Fate,
    /// The number of replications.
    pub replications: u32,
    /// Whether it is practically equal to the leader.
    pub is_close: bool,
}

/// Why there are no results.
enum Halt {
    /// It was interrupted; this many of the requested runs are missing.
    Interrupted(usize),
    NoThreads(ThreadsError),
}

/// The runs in the order in which a rule requests them.
struct Waves<'a> {
    experiment: &'a Experiment<'a>,
    /// The runs of each option.
    runs: Vec<Vec<RunMeasurements>>,
    /// Runs from a checkpoint that have not been requested yet.
    done: Vec<RunMeasurements>,
    stop: &'a AtomicBool,
    tell: &'a (dyn Fn(Progress) + Sync),
}

impl Experiment<'_> {
    /// The number of runs that is known before the first one; a rule may request any number.
    pub fn count_by(&self, sampling: &Sampling) -> usize {
        match sampling {
            Sampling::Fixed => self.plan().len(),
            Sampling::UntilPrecise(..) | Sampling::UntilSelected(..) => 0,
        }
    }

    /// The runs that `sampling` requests, or those that are finished when `stop` is set; runs that are `done` are
    /// reused.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn sample(
        &self,
        sampling: &Sampling,
        done: Vec<RunMeasurements>,
        stop: &AtomicBool,
        tell: &(dyn Fn(Progress) + Sync),
    ) -> Result<Sampled, ThreadsError> {
        let runs = vec![Vec::new(); self.options.len()];
        let mut waves = Waves { experiment: self, runs, done, stop, tell };
        let decided = match sampling {
            Sampling::Fixed => waves.fixed(),
            Sampling::UntilPrecise(metric, rule) => waves.until_precise(*metric, *rule),
            Sampling::UntilSelected(metric, rule) => waves.until_selected(*metric, rule),
        };
        let (decision, missing) = match decided {
            Ok(decision) => (decision, 0),
            Err(Halt::Interrupted(missing)) => (Decision::Fixed, missing),
            Err(Halt::NoThreads(error)) => return Err(error),
        };
        let runs = waves.runs.into_iter().flatten().collect();
        Ok(Sampled { runs, missing, decision })
    }
}

impl Waves<'_> {
    fn fixed(&mut self) -> Result<Decision, Halt> {
        let all: Vec<usize> = (0..self.runs.len()).collect();
        self.make(&all, self.experiment.replications)?;
        Ok(Decision::Fixed)
    }

    fn until_precise(&mut self, metric: Metric, rule: PrecisionRule) -> Result<Decision, Halt> {
        let all: Vec<usize> = (0..self.runs.len()).collect();
        let take = |waves: &mut Self, precision: &mut Precision, more: u32| {
            let values = waves.go_on(&all, more, metric)?;
            for nth in 0..more as usize {
                let of_each: Vec<_> = values.iter().map(|values| values[nth]).collect();
                precision.add(&of_each);
            }
            Ok(())
        };
        let mut precision = Precision::new(rule, all.len());
        if rule.events.is_some() {
            take(self, &mut precision, 1)?;
            let each = self.runs.iter().flatten().map(|run| run.work.events).sum();
            precision.bound_by_events(each);
        }
        let stop = loop {
            match precision.next() {
                Next::Stop(stop) => break stop,
                Next::More(more) => take(self, &mut precision, more)?,
            }
        };
        let (ended_by, precise_from) = match stop {
            Stop::Precise(from) => (EndedBy::Precision, Some(from)),
            Stop::Cap => (EndedBy::Cap, None),
            Stop::Never => (EndedBy::Never, None),
        };
        Ok(Decision::Precision {
            metric: metric.name.into(),
            percent: rule.percent.to_string(),
            at_least: MINIMUM,
            look_ahead: LOOK_AHEAD,
            at_most: precision.rule().most,
            at_most_events: rule.events,
            ended_by,
            precise_from,
        })
    }

    fn until_selected(&mut self, metric: Metric, rule: &SelectionRule) -> Result<Decision, Halt> {
        let sign = if metric.better == Better::More { -1.0 } else { 1.0 };
        let selection = select(rule, self.runs.len(), |left, more| {
            let mut values = self.go_on(left, more, metric)?;
            for value in values.iter_mut().flatten().flatten() {
                *value *= sign;
            }
            Ok(values)
        })?;
        Ok(self.decision(metric, rule, &selection))
    }

    fn decision(&self, metric: Metric, rule: &SelectionRule, selection: &Selection) -> Decision {
        let name = |place: usize| self.experiment.options[place].name().to_string();
        let became =
            |(place, system): (usize, &super::ranking_and_selection::System)| SelectedOption {
                option: name(place),
                fate: system.fate,
                replications: system.replications,
                is_close: system.is_close,
            };
        Decision::Selection {
            metric: metric.name.into(),
            percent: rule.percent.to_string(),
            indifference: rule.indifference.to_string(),
            first_stage: rule.first_stage,
            step: rule.step,
            at_most: rule.most,
            best: selection.best.map(name),
            leader: selection.leader.map(name),
            options: selection.systems.iter().enumerate().map(became).collect(),
        }
    }

    /// Makes `more` further replications of the options at these indices, and returns their values of `metric`.
    fn go_on(
        &mut self,
        places: &[usize],
        more: u32,
        metric: Metric,
    ) -> Result<Vec<Vec<Option<f64>>>, Halt> {
        let before: Vec<usize> = places.iter().map(|place| self.runs[*place].len()).collect();
        self.make(places, more)?;
        let values = |(place, before): (&usize, usize)| {
            let new = &self.runs[*place][before..];
            new.iter().map(|run| value_of(run, metric.name)).collect()
        };
        Ok(places.iter().zip(before).map(values).collect())
    }

    /// Makes `more` further replications of the options at these indices. If it is interrupted, finished ones are kept.
    fn make(&mut self, places: &[usize], more: u32) -> Result<(), Halt> {
        let options = &self.experiment.options;
        let of_option = |place: &usize| {
            let made = u32::try_from(self.runs[*place].len()).unwrap_or(u32::MAX);
            let option: TopologyOption = options[*place];
            (made + 1..=made + more).map(move |replication| (option, replication))
        };
        let plan: Vec<_> = places.iter().flat_map(of_option).collect();
        let is_asked = |run: &RunMeasurements| plan.contains(&(run.option, run.replication));
        let (done, later) = std::mem::take(&mut self.done).into_iter().partition(is_asked);
        self.done = later;
        let before: usize = self.runs.iter().map(Vec::len).sum();
        let tell = |progress: Progress| {
            (self.tell)(Progress { run: before + progress.run, ..progress });
        };
        let made = self.experiment.run_these(&plan, done, self.stop, &tell);
        let made = made.map_err(Halt::NoThreads)?;
        let missing = plan.len() - made.len();
        for run in made {
            let place = options.iter().position(|option| *option == run.option);
            self.runs[place.expect("one of these was asked for")].push(run);
        }
        if missing > 0 { Err(Halt::Interrupted(missing)) } else { Ok(()) }
    }
}

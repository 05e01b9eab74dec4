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

/// What decides how many replications are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sampling {
    /// The number of the experiment.
    Fixed,
    /// The mean of this metric is to be precise under all options.
    UntilPrecise(Metric, PrecisionRule),
    /// The option that is best by this metric is to be found.
    UntilSelected(Metric, SelectionRule),
}

/// Runs, and how it came that there are so many.
#[derive(Debug)]
pub struct Sampled {
    /// The runs that are finished, ordered by option and then replication.
    pub runs: Vec<RunMeasurements>,
    /// How many are missing because it was interrupted. Of those that a rule decides about it is known
    /// of the next ones only: there may be more.
    pub missing: usize,
    /// What was decided, if none is missing.
    pub decision: Decision,
}

/// What decided how many replications were made, and how. All numbers that are not whole are texts,
/// so that they read back as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Decision {
    /// It was asked for so many.
    #[default]
    Fixed,
    /// The rule of Hoad, Robinson and Davies.
    Precision {
        /// Of which metric the mean was to be precise.
        metric: String,
        /// Half the width of its interval, in percent of it.
        percent: String,
        /// The fewest replications.
        at_least: u32,
        /// For how many more it had to stay precise.
        look_ahead: u32,
        /// The most replications.
        at_most: u32,
        /// The most events of all replications, where they bound the replications; `None`: they do not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most_events: Option<u64>,
        /// Why it ended.
        ended_by: EndedBy,
        /// From how many replications on all means were precise.
        precise_from: Option<u32>,
    },
    /// The procedure KN of Kim and Nelson.
    Selection {
        /// By which metric.
        metric: String,
        /// The probability of being right, in percent.
        percent: String,
        /// The smallest difference that matters, in the metric's unit.
        indifference: String,
        /// Replications before the first look.
        first_stage: u32,
        /// Replications from look to look.
        step: u32,
        /// The most replications of an option.
        at_most: u32,
        /// The best option, if it was found.
        best: Option<String>,
        /// That, or the one that was ahead at the end.
        leader: Option<String>,
        /// What became of each option.
        options: Vec<SelectedOption>,
    },
}

/// Why the rule of precision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// It is precise.
    Precision,
    /// There are as many replications as there may be.
    Cap,
    /// Some replication has no value, so that there is no mean.
    Never,
}

/// What became of an option in a selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedOption {
    /// Its name.
    pub option: String,
    /// How it ended.
    pub fate: Fate,
    /// After how many replications.
    pub replications: u32,
    /// Whether it is practically equal to the leader.
    pub is_close: bool,
}

/// Why there are no results.
enum Halt {
    /// It was interrupted; so many of the runs that were asked for are missing.
    Interrupted(usize),
    NoThreads(ThreadsError),
}

/// What is run in the order in which a rule asks for it.
struct Waves<'a> {
    experiment: &'a Experiment<'a>,
    /// The runs of each option.
    runs: Vec<Vec<RunMeasurements>>,
    /// What was done before, and has not been asked for yet.
    done: Vec<RunMeasurements>,
    stop: &'a AtomicBool,
    tell: &'a (dyn Fn(Progress) + Sync),
}

impl Experiment<'_> {
    /// How many runs are known to be made before the first; a rule may want any number.
    pub fn count_by(&self, sampling: &Sampling) -> usize {
        match sampling {
            Sampling::Fixed => self.plan().len(),
            Sampling::UntilPrecise(..) | Sampling::UntilSelected(..) => 0,
        }
    }

    /// As many runs as `sampling` wants, or those that are finished when `stop` is raised; what is
    /// `done` of them is taken as it is.
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

    /// Makes `more` further replications of the options at these places, and gives their values of
    /// `metric`.
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

    /// Makes `more` further replications of the options at these places. If it is interrupted, those
    /// that are finished are kept.
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

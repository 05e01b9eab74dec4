//! A sensitivity method applied to the factors of a scenario.

use std::collections::BTreeMap;
use std::fmt;

use super::axis::Axis;
use super::morris::Trajectories;
use super::variance::Samples;
use super::{Index, Number};
use crate::experiment::sweep::{Design, Factor};
use crate::model::settings::TopologyOption;
use crate::random::Streams;

/// The method of a sensitivity analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Elementary effects along this many trajectories.
    Morris(u32),
    /// Shares of the variance, from this many rows of two samples.
    Sobol(u32),
}

/// A study: its points, and their roles.
#[derive(Debug)]
pub struct Study {
    /// The method.
    pub method: Method,
    /// The factors.
    pub axes: Vec<Axis>,
    plan: Plan,
    /// The point of the design for each point of the method: methods repeat points.
    places: Vec<usize>,
}

#[derive(Debug)]
enum Plan {
    Morris(Trajectories),
    Sobol(Samples),
}

/// Why a study is impossible.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StudyError {
    /// No key is varied.
    Empty,
    /// A key is varied twice.
    Twice(String),
    /// A key has only one level.
    OneLevel(String),
    /// There are more points than the maximum.
    TooManyPoints,
}

impl fmt::Display for StudyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("nothing is varied: add --vary KEY=LOW..HIGH or --assumptions")
            }
            Self::Twice(key) => write!(f, "`{key}` is varied twice"),
            Self::OneLevel(key) => write!(f, "`{key}` has one level only: expected at least two"),
            Self::TooManyPoints => write!(f, "more than {MOST_POINTS} points"),
        }
    }
}

impl std::error::Error for StudyError {}

/// The maximum number of points; more are treated as a typing error.
const MOST_POINTS: usize = 1_000_000;

/// The findings on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The factor, by its index.
    pub factor: usize,
    /// The findings of the method.
    pub index: Index,
}

impl Method {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Morris(_) => "morris",
            Self::Sobol(_) => "sobol",
        }
    }

    /// The method named `name`, with this many comparisons.
    pub fn named(name: &str, comparisons: u32) -> Option<Self> {
        [Self::Morris(comparisons), Self::Sobol(comparisons)]
            .into_iter()
            .find(|at| at.name() == name)
    }

    /// The names of its indices, in the order of [`Index::numbers`].
    pub fn indices(self) -> &'static [&'static str] {
        match self {
            Self::Morris(_) => &["mu", "mu_star", "sigma"],
            Self::Sobol(_) => &["S1", "ST"],
        }
    }

    /// The position of the index by which factors are ranked: μ\*, or S\_T.
    pub fn rank(self) -> usize {
        1
    }

    /// The name of one comparison, which may have no value.
    pub fn comparisons(self) -> (u32, &'static str) {
        match self {
            Self::Morris(count) => (count, "trajectories"),
            Self::Sobol(count) => (count, "samples"),
        }
    }
}

impl Finding {
    /// The index by which `method` ranks.
    pub fn rank(&self, method: Method) -> Option<Number> {
        self.index.numbers[method.rank()]
    }
}

impl Study {
    /// The study of `factors` by `method`, and its points, each simulated under `options`. Random choices depend on
    /// `seed` only.
    ///
    /// # Errors
    /// If no key is varied, or if there are too many points.
    pub fn new(
        factors: Vec<Factor>,
        method: Method,
        options: &[TopologyOption],
        seed: u64,
    ) -> Result<(Self, Design), StudyError> {
        let keys: Vec<String> = factors.iter().map(|factor| factor.key.clone()).collect();
        if let Some((_, twice)) =
            keys.iter().enumerate().find(|(place, key)| keys[..*place].contains(key))
        {
            return Err(StudyError::Twice(twice.clone()));
        }
        let axis = |factor: Factor| {
            let key = factor.key.clone();
            Axis::new(factor).ok_or(StudyError::OneLevel(key))
        };
        let axes: Vec<Axis> = factors.into_iter().map(axis).collect::<Result<_, _>>()?;
        let count = u32::try_from(axes.len()).map_err(|_| StudyError::TooManyPoints)?;
        let runs = match method {
            _ if count == 0 => return Err(StudyError::Empty),
            Method::Morris(trajectories) => trajectories as usize * (axes.len() + 1),
            Method::Sobol(samples) => samples as usize * (axes.len() + 2),
        };
        if runs > MOST_POINTS {
            return Err(StudyError::TooManyPoints);
        }
        let streams = Streams::new(seed, 0);
        let (plan, written) = match method {
            Method::Morris(trajectories) => {
                let scales = axes.iter().map(|axis| axis.scale.clone()).collect();
                let plan = Trajectories::new(scales, trajectories, &streams);
                let level = |(axis, place): (&Axis, usize)| axis.grid[place].clone();
                let of = |point: Vec<usize>| axes.iter().zip(point).map(level).collect();
                let written: Vec<Vec<String>> = plan.points().into_iter().map(of).collect();
                (Plan::Morris(plan), written)
            }
            Method::Sobol(samples) => {
                let plan = Samples::new(count, samples, &streams);
                let level = |(axis, share): (&Axis, u64)| axis.factor.levels.at(share);
                let of = |point: Vec<u64>| axes.iter().zip(point).map(level).collect();
                let written: Vec<Vec<String>> = plan.points().into_iter().map(of).collect();
                (Plan::Sobol(plan), written)
            }
        };
        let (places, points) = distinct(written);
        Ok((Self { method, axes, plan, places }, Design::of(keys, points, options)))
    }

    /// The findings on each factor, where `outcome` yields the outcome at a point of the design. Factors without a
    /// number come first, because their influence is unknown: those that most often decide whether there is an outcome
    /// at all before the others. Then follow the others, the greatest index first.
    pub fn findings(&self, outcome: impl Fn(usize) -> Option<f64>) -> Vec<Finding> {
        let at = |place: usize| outcome(self.places[place]);
        let indices = match &self.plan {
            Plan::Morris(trajectories) => trajectories.indices(at),
            Plan::Sobol(samples) => samples.indices(at),
        };
        let finding = |(factor, index)| Finding { factor, index };
        let mut all: Vec<Finding> = indices.into_iter().enumerate().map(finding).collect();
        let size = |finding: &Finding| match finding.rank(self.method) {
            Some(number) => (0, number.value),
            None => (finding.index.never_by_key + 1, 0.0),
        };
        all.sort_by(|a, b| {
            let (a, b) = (size(a), size(b));
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
        });
        all
    }
}

/// The distinct points, and the index of each point among them.
fn distinct(written: Vec<Vec<String>>) -> (Vec<usize>, Vec<Vec<String>>) {
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut points = Vec::new();
    let place = |point: Vec<String>| {
        *known.entry(point).or_insert_with_key(|point| {
            points.push(point.clone());
            points.len() - 1
        })
    };
    (written.into_iter().map(place).collect(), points)
}

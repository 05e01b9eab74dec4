//! Designs: the points of a sweep.

use std::fmt;
use std::ops::RangeInclusive;

use super::condition::Condition;
use super::design_file::{DesignFile, DesignPoint};
use super::factor::{Factor, Levels};
use super::resolved_scenario::Run;
use super::{sample, sobol};
use crate::model::settings::TopologyOption;
use crate::random::Streams;

/// The points of an experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// The keys that differ between points.
    pub keys: Vec<String>,
    /// The points, in order.
    pub points: Vec<Point>,
    /// The applied conditions, and how many points each left out.
    pub conditions: Vec<Applied>,
}

/// A condition that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// As written.
    pub condition: String,
    /// The number of points that it left out, among those that met the previous ones.
    pub left_out: usize,
}

/// A point of a design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its number, from 1, unique in the whole design.
    pub number: usize,
    /// The value of each key, as it would be written.
    pub values: Vec<String>,
    /// The options simulated there.
    pub options: Vec<TopologyOption>,
}

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Every level of each factor with every level of all others; the last factor changes fastest.
    Factorial,
    /// A Latin hypercube with this many points.
    LatinHypercube(u32),
    /// A scrambled Sobol' sequence with this many points.
    Sobol(u32),
}

/// Why there is no design.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DesignError {
    /// No key is varied.
    Empty,
    /// A key is varied twice.
    Twice(String),
    /// A factorial needs levels, and this key has a range.
    NoLevels(String),
    /// There are more points than the maximum.
    TooManyPoints,
    /// There are more factors than the sequence has dimensions.
    TooManyFactors(usize),
    /// The conditions leave no point.
    NothingLeft(String),
    /// A condition cannot be applied to a point.
    Incomparable(String),
    /// A point that does not exist, and the number of points.
    NoSuchPoint(usize, usize),
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty design: no key is varied"),
            Self::Twice(key) => write!(f, "`{key}` is varied twice"),
            Self::NoLevels(key) => write!(
                f,
                "`{key}` has a range without a step: a factorial needs LOW..HIGH step STEP or a \
                 list, a range without steps needs --sample"
            ),
            Self::TooManyPoints => write!(f, "more than {MOST_POINTS} points"),
            Self::TooManyFactors(count) => write!(
                f,
                "{count} factors: a Sobol' sequence has at most {} here; a Latin hypercube any \
                 number",
                sobol::DIMENSIONS
            ),
            Self::NothingLeft(condition) => {
                write!(f, "`{condition}` leaves no point")
            }
            Self::Incomparable(why) => f.write_str(why),
            Self::NoSuchPoint(number, count) => {
                write!(f, "there is no point {number}: they are numbered from 1 to {count}")
            }
        }
    }
}

impl std::error::Error for DesignError {}

/// The maximum number of points; more are treated as a typing error.
const MOST_POINTS: usize = 1_000_000;

impl Design {
    /// The points of `factors`, each simulated under `options`. Random choices depend on `seed` only.
    ///
    /// # Errors
    /// If no key is varied, or if there are too many points.
    pub fn new(
        factors: &[Factor],
        sampling: Sampling,
        options: &[TopologyOption],
        seed: u64,
    ) -> Result<Self, DesignError> {
        let keys: Vec<String> = factors.iter().map(|factor| factor.key.clone()).collect();
        if let Some((_, twice)) =
            keys.iter().enumerate().find(|(place, key)| keys[..*place].contains(key))
        {
            return Err(DesignError::Twice(twice.clone()));
        }
        let count = u32::try_from(factors.len()).map_err(|_| DesignError::TooManyPoints)?;
        let streams = Streams::new(seed, 0);
        let values = match sampling {
            Sampling::Factorial => factorial(factors)?,
            Sampling::LatinHypercube(points) | Sampling::Sobol(points)
                if points as usize > MOST_POINTS =>
            {
                return Err(DesignError::TooManyPoints);
            }
            Sampling::LatinHypercube(points) => {
                levels(factors, &sample::latin_hypercube(count, points, &streams))
            }
            Sampling::Sobol(_) if factors.len() > sobol::DIMENSIONS => {
                return Err(DesignError::TooManyFactors(factors.len()));
            }
            Sampling::Sobol(points) => levels(factors, &sample::sobol(count, points, &streams)),
        };
        Self::of(keys, values, options).checked()
    }

    /// The design of points with these values, each simulated under `options`.
    pub(in crate::experiment) fn of(
        keys: Vec<String>,
        values: impl IntoIterator<Item = Vec<String>>,
        options: &[TopologyOption],
    ) -> Self {
        let point = |(number, values)| Point { number, values, options: options.to_vec() };
        let points = (1..).zip(values).map(point).collect();
        Self { keys, points, conditions: Vec::new() }
    }

    /// The points that meet all of `conditions`, renumbered. A sample is not refilled: the rest is as even as the
    /// sample was.
    ///
    /// # Errors
    /// If a value cannot be compared, or if no point is left.
    pub fn meeting(mut self, conditions: &[Condition]) -> Result<Self, DesignError> {
        for condition in conditions {
            let before = self.points.len();
            let mut left = Vec::new();
            for point in self.points {
                let holds = condition.holds(&point.values).map_err(|why| {
                    let number = point.number;
                    DesignError::Incomparable(format!("`{condition}`: point {number}: {why}"))
                })?;
                left.extend(holds.then_some(point));
            }
            if left.is_empty() {
                return Err(DesignError::NothingLeft(condition.to_string()));
            }
            let (condition, left_out) = (condition.to_string(), before - left.len());
            self.conditions.push(Applied { condition, left_out });
            self.points = left;
        }
        for (number, point) in (1..).zip(&mut self.points) {
            point.number = number;
        }
        Ok(self)
    }

    /// The points with these numbers, which they keep.
    ///
    /// # Errors
    /// If a number does not exist.
    pub fn only(mut self, numbers: &[RangeInclusive<usize>]) -> Result<Self, DesignError> {
        let count = self.points.len();
        let is_there = |number: &usize| (1..=count).contains(number);
        let mut ends = numbers.iter().flat_map(|span| [*span.start(), *span.end()]);
        if let Some(number) = ends.find(|number| !is_there(number)) {
            return Err(DesignError::NoSuchPoint(number, count));
        }
        self.points.retain(|point| numbers.iter().any(|span| span.contains(&point.number)));
        self.checked()
    }

    /// The points of a file; those without options are simulated under `options`.
    ///
    /// # Errors
    /// If there are too many points.
    pub fn written(file: &DesignFile, options: &[TopologyOption]) -> Result<Self, DesignError> {
        if file.points.len() > MOST_POINTS {
            return Err(DesignError::TooManyPoints);
        }
        let point = |(number, point): (usize, &DesignPoint)| Point {
            number,
            values: point.values.clone(),
            options: point.options.clone().unwrap_or_else(|| options.to_vec()),
        };
        let points = (1..).zip(&file.points).map(point).collect();
        Self { keys: file.keys.clone(), points, conditions: Vec::new() }.checked()
    }

    /// The design, if it is not empty.
    fn checked(self) -> Result<Self, DesignError> {
        let options = self.points.iter().map(|point| point.options.len()).sum::<usize>();
        let varies = !self.keys.is_empty() || options > 1;
        if options == 0 || !varies { Err(DesignError::Empty) } else { Ok(self) }
    }

    /// The number of runs.
    pub fn count_runs(&self, replications: u32) -> u128 {
        let of_points: u128 = self.points.iter().map(|point| point.options.len() as u128).sum();
        of_points * u128::from(replications)
    }

    /// All runs, with this many replications of each point under each of its options: by point, option and replication.
    pub fn runs(&self, replications: u32) -> Vec<Run> {
        let points = self.points.iter().enumerate();
        let options = points
            .flat_map(|(case, point)| point.options.iter().map(move |option| (case, *option)));
        let runs = |(case, option)| {
            (1..=replications).map(move |replication| Run { case, option, replication })
        };
        options.flat_map(runs).collect()
    }

    /// The number of the point of a run.
    pub fn number_of(&self, run: Run) -> usize {
        self.points[run.case].number
    }

    /// The settings of `point` (from 0), each key with its value.
    pub fn settings(&self, point: usize) -> Vec<(String, String)> {
        self.keys.iter().cloned().zip(self.points[point].values.iter().cloned()).collect()
    }
}

fn factorial(factors: &[Factor]) -> Result<Vec<Vec<String>>, DesignError> {
    let mut points = vec![Vec::new()];
    for factor in factors {
        let Levels::Listed(values) = &factor.levels else {
            return Err(DesignError::NoLevels(factor.key.clone()));
        };
        if points.len() * values.len() > MOST_POINTS {
            return Err(DesignError::TooManyPoints);
        }
        let with = |point: &Vec<String>, value: &String| {
            let mut longer = point.clone();
            longer.push(value.clone());
            longer
        };
        let each = points.iter().flat_map(|point| values.iter().map(move |value| (point, value)));
        points = each.map(|(point, value)| with(point, value)).collect();
    }
    Ok(points)
}

fn levels(factors: &[Factor], shares: &[Vec<u64>]) -> Vec<Vec<String>> {
    let point = |shares: &Vec<u64>| {
        factors.iter().zip(shares).map(|(factor, share)| factor.levels.at(*share)).collect()
    };
    shares.iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTION: [TopologyOption; 1] = [TopologyOption::Server];

    fn factors(texts: &[&str]) -> Vec<Factor> {
        texts.iter().map(|text| Factor::parse(text).unwrap()).collect()
    }

    fn values(texts: &[&str], sampling: Sampling) -> Vec<String> {
        let design = Design::new(&factors(texts), sampling, &OPTION, 1).unwrap();
        design.points.iter().map(|point| point.values.join(" ")).collect()
    }

    #[test]
    fn a_factorial_has_every_combination() {
        let texts = ["server.slots=1,2", "network.model=fluid,tcp"];
        assert_eq!(values(&texts, Sampling::Factorial), ["1 fluid", "1 tcp", "2 fluid", "2 tcp"]);
    }

    #[test]
    fn sampled_designs_stay_in_their_ranges() {
        let texts = ["server.slots=10..29", "network.model=fluid,tcp"];
        for sampling in [Sampling::LatinHypercube(20), Sampling::Sobol(16)] {
            let all = values(&texts, sampling);
            let slots: std::collections::BTreeSet<u32> =
                all.iter().map(|point| point.split(' ').next().unwrap().parse().unwrap()).collect();
            assert!(slots.iter().all(|slots| (10..=29).contains(slots)), "{all:?}");
            let tcp = all.iter().filter(|point| point.ends_with("tcp")).count();
            assert_eq!(tcp * 2, all.len(), "levels are balanced");
        }
        // Twenty levels, twenty strata: each level once.
        let mut all = values(&["server.slots=10..29"], Sampling::LatinHypercube(20));
        all.sort();
        assert!(all.into_iter().eq((10..=29).map(|slots| slots.to_string())));
    }

    #[test]
    fn conditions_leave_points_out_and_numbers_pick_some() {
        let texts = ["server.slots=1,2,3", "notification.threads=1,2,3"];
        let design = Design::new(&factors(&texts), Sampling::Factorial, &OPTION, 1).unwrap();
        let condition = |text| Condition::parse(text, &design.keys).unwrap();
        let all =
            [condition("server.slots >= notification.threads"), condition("server.slots < 3")];
        let met = design.clone().meeting(&all).unwrap();
        let told = |design: &Design| {
            let point = |at: &Point| format!("{}: {}", at.number, at.values.join(" "));
            design.points.iter().map(point).collect::<Vec<_>>()
        };
        assert_eq!(told(&met), ["1: 1 1", "2: 2 1", "3: 2 2"]);
        assert_eq!(met.conditions.iter().map(|at| at.left_out).collect::<Vec<_>>(), [3, 3]);
        assert_eq!(told(&met.clone().only(&[3..=3, 1..=1]).unwrap()), ["1: 1 1", "3: 2 2"]);
        assert_eq!(met.only(&[2..=4]), Err(DesignError::NoSuchPoint(4, 3)));
        let none =
            [condition("server.slots > 2"), condition("server.slots < notification.threads")];
        let error = design.meeting(&none).unwrap_err().to_string();
        assert!(error.contains("`server.slots < notification.threads`"), "{error}");
    }

    #[test]
    fn an_invalid_design_is_refused() {
        let refused = |texts: &[&str], sampling| {
            Design::new(&factors(texts), sampling, &OPTION, 1).unwrap_err()
        };
        assert_eq!(refused(&[], Sampling::Factorial), DesignError::Empty);
        assert_eq!(refused(&["server.slots=1..5"], Sampling::Sobol(0)), DesignError::Empty);
        let range = refused(&["server.slots=1..5"], Sampling::Factorial);
        assert_eq!(range, DesignError::NoLevels("server.slots".into()));
        let twice = refused(&["seed=1,2", "seed=3"], Sampling::Factorial);
        assert_eq!(twice, DesignError::Twice("seed".into()));
        let many = ["server.slots=1..2000 step 1", "server.report_buffer=1..1000 step 1"];
        assert_eq!(refused(&many, Sampling::Factorial), DesignError::TooManyPoints);
        let options = Design::new(&[], Sampling::Factorial, &TopologyOption::ALL, 1).unwrap();
        assert_eq!(options.points.len(), 1, "options alone are a design");
    }
}

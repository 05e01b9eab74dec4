//! Screening by elementary effects.
//!
//! M. D. Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33
//! (1991) 161–174; μ\*: F. Campolongo, J. Cariboni and A. Saltelli, "An effective screening design for
//! sensitivity analysis of large models", Environ. Model. Softw. 22 (2007) 1509–1518.

use super::resample::Resamples;
use super::{Index, Number};
use crate::experiment::intervals::{self, CONFIDENCE, mean};
use crate::random::{Purpose, Streams};

/// The levels of a factor, and their distances.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// The position of each level, from 0 to 1. An effect is the difference per whole range.
    Ordered(Vec<f64>),
    /// A number of words, which have no distance. An effect is the difference itself, the later in the list minus the
    /// earlier.
    Words(usize),
}

/// Trajectories: each starts at a random point and moves every factor once, in random order.
#[derive(Debug)]
pub struct Trajectories {
    scales: Vec<Scale>,
    all: Vec<Trajectory>,
    resamples: Resamples,
}

#[derive(Debug)]
struct Trajectory {
    start: Vec<usize>,
    /// The moves: factor and new level.
    moves: Vec<(usize, usize)>,
}

impl Scale {
    fn levels(&self) -> usize {
        match self {
            Self::Ordered(positions) => positions.len(),
            Self::Words(count) => *count,
        }
    }

    /// The start and end of a move. Numbers jump over half of the levels, by which all levels of an even grid are
    /// equally probable (Morris, §3); words jump to any other one.
    fn ends(&self, draw: impl Fn(u32) -> crate::random::Draw) -> (usize, usize) {
        let below = |nth, count: usize| {
            usize::try_from(draw(nth).below(count as u64)).expect("below a number of levels")
        };
        let levels = self.levels();
        match self {
            Self::Ordered(_) => {
                let jump = levels / 2;
                let low = below(0, levels - jump);
                if below(1, 2) == 0 { (low, low + jump) } else { (low + jump, low) }
            }
            Self::Words(_) => {
                let (from, to) = (below(0, levels), below(1, levels.saturating_sub(1).max(1)));
                (from, if to >= from && levels > 1 { to + 1 } else { to })
            }
        }
    }

    /// The elementary effect of a move with these outcomes at its ends.
    fn effect(&self, (from, before): (usize, f64), (to, after): (usize, f64)) -> f64 {
        match self {
            Self::Ordered(positions) => (after - before) / (positions[to] - positions[from]),
            Self::Words(_) if to > from => after - before,
            Self::Words(_) => before - after,
        }
    }
}

impl Trajectories {
    /// `count` trajectories over factors of these scales, each of at least two levels.
    pub fn new(scales: Vec<Scale>, count: u32, streams: &Streams) -> Self {
        let factors = u32::try_from(scales.len()).expect("a few factors");
        let trajectory = |number| {
            let draw = |nth| streams.draw(Purpose::Trajectory, number, nth);
            let mut order: Vec<usize> = (0..scales.len()).collect();
            for last in (1..factors).rev() {
                let other = draw(last).below(u64::from(last) + 1);
                order.swap(last as usize, usize::try_from(other).expect("a place"));
            }
            let ends: Vec<(usize, usize)> = (0..factors)
                .zip(&scales)
                .map(|(factor, scale)| scale.ends(|nth| draw(factors + 2 * factor + nth)))
                .collect();
            Trajectory {
                start: ends.iter().map(|(from, _)| *from).collect(),
                moves: order.into_iter().map(|factor| (factor, ends[factor].1)).collect(),
            }
        };
        let all: Vec<Trajectory> = (0..count).map(trajectory).collect();
        let resamples = Resamples::new(all.len(), streams);
        Self { scales, all, resamples }
    }

    /// The points, each as the level of every factor: on each trajectory one more than the number of factors.
    pub fn points(&self) -> Vec<Vec<usize>> {
        let mut points = Vec::new();
        for trajectory in &self.all {
            let mut point = trajectory.start.clone();
            points.push(point.clone());
            for (factor, to) in &trajectory.moves {
                point[*factor] = *to;
                points.push(point.clone());
            }
        }
        points
    }

    /// μ, μ\* and σ of each factor, where `outcome` yields the outcome at a point, by its index, and `None` if it has
    /// no value. Intervals of μ and μ\* are Student's over the trajectories, that of σ is a bootstrap over them.
    pub fn indices(&self, outcome: impl Fn(usize) -> Option<f64>) -> Vec<Index> {
        let mut effects = vec![Vec::new(); self.scales.len()];
        let mut turned = vec![0; self.scales.len()];
        for (number, trajectory) in self.all.iter().enumerate() {
            let first = number * (self.scales.len() + 1);
            for (place, (factor, to)) in trajectory.moves.iter().enumerate() {
                let (before, after) = (outcome(first + place), outcome(first + place + 1));
                turned[*factor] += usize::from(before.is_some() != after.is_some());
                let from = trajectory.start[*factor];
                effects[*factor].push(before.zip(after).map(|(before, after)| {
                    self.scales[*factor].effect((from, before), (*to, after))
                }));
            }
        }
        effects.iter().zip(turned).map(|(own, turned)| self.index(own, turned)).collect()
    }

    fn index(&self, effects: &[Option<f64>], never_by_key: usize) -> Index {
        let known: Vec<f64> = effects.iter().flatten().copied().collect();
        let never = effects.len() - known.len();
        let numbers = (never == 0 && !known.is_empty()).then(|| {
            let sizes: Vec<f64> = known.iter().map(|effect| effect.abs()).collect();
            let of = |values: &[f64]| Number {
                value: mean(values).unwrap_or_default(),
                ci95: intervals::of_mean(values, CONFIDENCE),
            };
            let mu_star = of(&sizes);
            let ci95 = mu_star.ci95.map(|(low, high)| (low.max(0.0), high));
            let picked =
                |rows: &[usize]| deviation(&rows.iter().map(|row| known[*row]).collect::<Vec<_>>());
            let sigma = deviation(&known)
                .map(|value| Number { value, ci95: self.resamples.interval(picked) });
            vec![Some(of(&known)), Some(Number { ci95, ..mu_star }), sigma]
        });
        Index { never, never_by_key, numbers: numbers.unwrap_or_else(|| vec![None; 3]) }
    }
}

/// The standard deviation of a sample.
fn deviation(values: &[f64]) -> Option<f64> {
    intervals::variance(values).map(f64::sqrt)
}

//! Sobol' indices: the share of a metric's variance due to a factor alone, and to the factor with its interactions.
//!
//! The design is that of A. Saltelli et al., "Variance based sensitivity analysis of model output. Design
//! and estimator for the total sensitivity index", Comput. Phys. Commun. 181 (2010) 259–270: two samples
//! A and B, and for each factor i a third one, `AB_i`, which is A with the column i of B.

use super::resample::Resamples;
use super::{Index, Number};
use crate::experiment::sweep::{SOBOL_DIMENSIONS, latin_hypercube, sobol_points};
use crate::random::Streams;

/// The points of an analysis of variance.
#[derive(Debug)]
pub struct Samples {
    /// A and B side by side, as shares of 2⁶⁴.
    rows: Vec<Vec<u64>>,
    factors: usize,
    resamples: Resamples,
}

/// The contributions of each row of one factor to the indices.
struct Parts {
    first: Vec<f64>,
    total: Vec<f64>,
}

/// The outcomes at A and B, less their mean.
struct Base {
    mean: f64,
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Samples {
    /// The maximum number of factors for the Sobol' sequence; with more, the samples are Latin hypercubes.
    pub const SOBOL_FACTORS: usize = SOBOL_DIMENSIONS / 2;

    /// `count` rows of A and of B for this many factors.
    pub fn new(factors: u32, count: u32, streams: &Streams) -> Self {
        let rows = if factors as usize <= Self::SOBOL_FACTORS {
            sobol_points(2 * factors, count, streams)
        } else {
            latin_hypercube(2 * factors, count, streams)
        };
        let resamples = Resamples::new(rows.len(), streams);
        Self { rows, factors: factors as usize, resamples }
    }

    /// The points: for each row A, B and the `AB_i`.
    pub fn points(&self) -> Vec<Vec<u64>> {
        let mut points = Vec::new();
        for row in &self.rows {
            let (a, b) = row.split_at(self.factors);
            points.extend([a.to_vec(), b.to_vec()]);
            points.extend((0..self.factors).map(|factor| {
                let mut mixed = a.to_vec();
                mixed[factor] = b[factor];
                mixed
            }));
        }
        points
    }

    /// S and S\_T of each factor, where `outcome` yields the outcome at a point, by its index, and `None` if it has no
    /// value. Intervals are a bootstrap over the rows.
    pub fn indices(&self, outcome: impl Fn(usize) -> Option<f64>) -> Vec<Index> {
        let of = |row: usize, which: usize| outcome(row * (self.factors + 2) + which);
        let rows = || 0..self.rows.len();
        let whole: Option<Vec<(f64, f64)>> = rows().map(|row| of(row, 0).zip(of(row, 1))).collect();
        let base = whole.filter(|pairs| varies(pairs)).map(|pairs| Base::new(&pairs));
        let index = |factor| {
            let triple = |row| Some((of(row, 0)?, of(row, 1)?, of(row, 2 + factor)?));
            let never = rows().filter(|row| triple(*row).is_none()).count();
            let turned = |row: &usize| of(*row, 0).is_some() != of(*row, 2 + factor).is_some();
            let never_by_key = rows().filter(turned).count();
            let mixed: Option<Vec<f64>> = rows().map(|row| of(row, 2 + factor)).collect();
            let numbers = base.as_ref().zip(mixed).map(|(base, mixed)| {
                let parts = base.parts(&mixed);
                [&parts.first, &parts.total].map(|part| self.share(base, part)).to_vec()
            });
            Index { never, never_by_key, numbers: numbers.unwrap_or_else(|| vec![None; 2]) }
        };
        (0..self.factors).map(index).collect()
    }

    /// The mean of `part` as a share of the variance.
    fn share(&self, base: &Base, part: &[f64]) -> Option<Number> {
        let all: Vec<usize> = (0..part.len()).collect();
        let value = base.share(part, &all)?;
        Some(Number { value, ci95: self.resamples.interval(|rows| base.share(part, rows)) })
    }
}

/// Whether the outcomes differ at all.
fn varies(pairs: &[(f64, f64)]) -> bool {
    let mut all = pairs.iter().flat_map(|(a, b)| [a, b]);
    let first = all.next();
    all.any(|value| Some(value) != first)
}

impl Base {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    fn new(pairs: &[(f64, f64)]) -> Self {
        let mean = pairs.iter().map(|(a, b)| a + b).sum::<f64>() / (2 * pairs.len()) as f64;
        Self {
            mean,
            a: pairs.iter().map(|(a, _)| a - mean).collect(),
            b: pairs.iter().map(|(_, b)| b - mean).collect(),
        }
    }

    /// The estimators: `f(B)·(f(AB_i) − f(A))` for the share of the factor alone (Saltelli et al. 2010, table 2 b; the
    /// mean is subtracted first, which reduces its variance), and `½(f(A) − f(AB_i))²` for the share with its
    /// interactions (M. J. W. Jansen, Comput. Phys. Commun. 117 (1999) 35–43).
    fn parts(&self, mixed: &[f64]) -> Parts {
        let steps = || self.a.iter().zip(mixed).map(|(a, mixed)| mixed - self.mean - a);
        Parts {
            first: self.b.iter().zip(steps()).map(|(b, step)| b * step).collect(),
            total: steps().map(|step| step * step / 2.0).collect(),
        }
    }

    /// The mean of `part` over `rows`, as a share of the variance there.
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    fn share(&self, part: &[f64], rows: &[usize]) -> Option<f64> {
        let count = rows.len() as f64;
        let mean = |of: &dyn Fn(usize) -> f64| rows.iter().map(|row| of(*row)).sum::<f64>() / count;
        let center = mean(&|row| f64::midpoint(self.a[row], self.b[row]));
        let squares = mean(&|row| f64::midpoint(self.a[row].powi(2), self.b[row].powi(2)));
        let variance = squares - center * center;
        (variance > 0.0).then(|| mean(&|row| part[row]) / variance)
    }
}

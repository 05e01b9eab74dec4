//! Bootstrap intervals.

use crate::random::{Purpose, Streams};

/// The number of resamples.
const RESAMPLES: u32 = 1_000;

/// Rows drawn with replacement, many times: the same for every index of a study, so that differences between indices
/// are not due to the resampling.
#[derive(Debug)]
pub(super) struct Resamples(Vec<Vec<usize>>);

impl Resamples {
    /// Resamples of `rows` rows.
    pub(super) fn new(rows: usize, streams: &Streams) -> Self {
        let size = u32::try_from(rows).expect("fewer rows than 2³²");
        let resample = |number| {
            let draws = streams.draws(Purpose::Resample, number);
            let place = |nth| draws.draw(nth).below(u64::from(size));
            (0..size).map(place).map(|place| usize::try_from(place).expect("a place")).collect()
        };
        Self((0..RESAMPLES).map(resample).collect())
    }

    /// The 95 % interval of `statistic`, which receives the rows of a resample: between the percentiles of its values
    /// (B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, §13.3). `None` if some resample has no
    /// value.
    pub(super) fn interval(
        &self,
        statistic: impl Fn(&[usize]) -> Option<f64>,
    ) -> Option<(f64, f64)> {
        let mut values: Vec<f64> =
            self.0.iter().map(|rows| statistic(rows)).collect::<Option<_>>()?;
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 40;
        Some((values[cut], values[values.len() - 1 - cut]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::intervals::{CONFIDENCE, mean, of_mean};

    #[test]
    fn the_interval_of_a_mean_is_about_students() {
        let values: Vec<f64> = (0..200).map(|row| f64::from(row * row % 211)).collect();
        let resamples = Resamples::new(values.len(), &Streams::new(5, 0));
        let of = |rows: &[usize]| mean(&rows.iter().map(|row| values[*row]).collect::<Vec<_>>());
        let (low, high) = resamples.interval(of).unwrap();
        let (expected_low, expected_high) = of_mean(&values, CONFIDENCE).unwrap();
        let width = expected_high - expected_low;
        assert!((low - expected_low).abs() < 0.1 * width, "{low} {expected_low}");
        assert!((high - expected_high).abs() < 0.1 * width, "{high} {expected_high}");
        assert_eq!(resamples.interval(|rows| (rows[0] > 3).then_some(1.0)), None);
    }
}

//! The test whether a model reproduces held-out days.

use std::collections::BTreeMap;

use super::cells::{Day, DayCell, Measure};
use super::shape::LogDay;
use crate::experiment::intervals;

/// The probability of refusing a correct model.
pub const SIGNIFICANCE: f64 = 0.05;
/// Differences beyond this number of standard deviations count as this many: some numbers rarely differ by very much, such
/// as a quantile near a gap, and one of them alone must not decide.
const MOST: f64 = 5.0;
/// The number of standard deviations from which on a difference is listed as a failure.
const FAR: f64 = 3.0;

/// A number of a held-out day, with the model's prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// The day.
    pub day: LogDay,
    /// The number.
    pub cell: DayCell,
    /// The value in the log.
    pub observed: f64,
    /// The mean over runs of the model.
    pub mean: f64,
    /// The 5 % quantile over runs.
    pub low: f64,
    /// The 95 % quantile over runs.
    pub high: f64,
    /// The distance of the log from the mean, in standard deviations.
    pub z: f64,
}

impl Held {
    /// Whether the log is within the 90 % band.
    pub fn is_inside(&self) -> bool {
        // An insignificant difference counts as inside.
        let slack = self.cell.measure.least_deviation(self.mean.abs());
        (self.low - slack..=self.high + slack).contains(&self.observed)
    }

    /// Whether the difference is large enough to be listed.
    pub fn is_far(&self) -> bool {
        !self.is_inside() && self.z.abs() >= FAR
    }
}

/// The verdict of the held-out days on a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The numbers, ordered by day.
    pub held: Vec<Held>,
    /// The probability that a run of the model is at least as far from the others as the log is; `None` if no day was
    /// held out.
    pub p_value: Option<f64>,
}

impl Verdict {
    /// Whether the model reproduces the days; `None` if no day was held out.
    pub fn reproduces(&self) -> Option<bool> {
        self.p_value.map(|p| p >= SIGNIFICANCE)
    }

    /// The share of numbers within the 90 % band.
    #[expect(clippy::cast_precision_loss, reason = "counts of numbers")]
    pub fn coverage(&self) -> Option<f64> {
        let inside = self.held.iter().filter(|held| held.is_inside()).count();
        (!self.held.is_empty()).then(|| inside as f64 / self.held.len() as f64)
    }

    /// The numbers with the largest differences, the worst first.
    pub fn failures(&self) -> Vec<&Held> {
        let mut far: Vec<&Held> = self.held.iter().filter(|held| held.is_far()).collect();
        far.sort_by(|one, other| other.z.abs().total_cmp(&one.z.abs()));
        far
    }
}

/// Compares `observed` days with runs of the model, each with its days by number.
///
/// Differences are from the mean of the runs, in standard deviations. The log is far if they are large as a whole, each
/// measure and group of sites with the same weight, so that a measure with hourly numbers counts no more than others; or if
/// one of them is large on every day. The distances of each run from the other runs give the distribution under chance; so
/// the test assumes no distribution, and the numbers may be dependent.
pub fn judge(observed: &BTreeMap<LogDay, Day>, runs: &[BTreeMap<u32, Day>]) -> Verdict {
    if observed.is_empty() || runs.len() < 3 {
        return Verdict::default();
    }
    let mut held = Vec::new();
    for (day, cells) in observed {
        for (cell, value) in cells {
            let others: Vec<f64> = values(runs, *day, *cell).collect();
            let Some(spread) = Spread::of(&others, cell.measure) else { continue };
            let (low, high) = band(others);
            let (day, cell, observed, mean) = (*day, *cell, *value, spread.mean);
            held.push(Held { day, cell, observed, mean, low, high, z: spread.z(*value) });
        }
    }
    if held.is_empty() {
        return Verdict::default();
    }
    let own = Distance::of(held.iter().map(|held| (held.cell, held.z)));
    let of_runs: Vec<Distance> =
        (0..runs.len()).map(|run| distance_of_run(&held, runs, run)).collect();
    Verdict { held, p_value: Some(share_as_far(own, &of_runs)) }
}

/// The distance of a run from the other runs, over the numbers that the log has.
fn distance_of_run(held: &[Held], runs: &[BTreeMap<u32, Day>], run: usize) -> Distance {
    let others: Vec<&BTreeMap<u32, Day>> =
        runs.iter().enumerate().filter(|(at, _)| *at != run).map(|(_, other)| other).collect();
    Distance::of(held.iter().filter_map(|held| {
        let value = runs[run].get(&held.day.day)?.get(&held.cell)?;
        let rest: Vec<f64> = others
            .iter()
            .filter_map(|other| other.get(&held.day.day)?.get(&held.cell).copied())
            .collect();
        Some((held.cell, Spread::of(&rest, held.cell.measure)?.z(*value)))
    }))
}

fn values(runs: &[BTreeMap<u32, Day>], day: LogDay, cell: DayCell) -> impl Iterator<Item = f64> {
    runs.iter().filter_map(move |run| run.get(&day.day)?.get(&cell).copied())
}

/// How far a log or a run is from the runs of the model, in two respects: a model may miss many numbers by a little, or one
/// by far.
#[derive(Clone, Copy, Debug)]
struct Distance {
    /// The sum over measures and groups of the mean squares of the differences, each at most [`MOST`].
    overall: f64,
    /// The largest difference of a number of whole days that is at least as large on every day, without a limit: what rarely
    /// differs by very much does so on one day.
    persistent: f64,
}

impl Distance {
    const RESPECTS: [fn(&Self) -> f64; 2] = [|of| of.overall, |of| of.persistent];

    fn of(all: impl Iterator<Item = (DayCell, f64)>) -> Self {
        let mut sums: BTreeMap<(Measure, usize), (f64, f64)> = BTreeMap::new();
        let mut least: BTreeMap<DayCell, f64> = BTreeMap::new();
        for (cell, z) in all {
            if cell.hour.is_none() {
                let own = least.entry(cell).or_insert(f64::INFINITY);
                *own = own.min(z.abs());
            }
            let sum = sums.entry((cell.measure, cell.group)).or_default();
            let z = z.clamp(-MOST, MOST);
            *sum = (sum.0 + z * z, sum.1 + 1.0);
        }
        Self {
            overall: sums.values().map(|(squares, count)| squares / count).sum(),
            persistent: least.into_values().fold(0.0, f64::max),
        }
    }
}

/// The share of the log and the runs that are at least as far as the log, each by its better rank in the two respects
/// (the nonparametric combination of dependent tests, Pesarin 2001): exact if the log is one more run of the model.
fn share_as_far(log: Distance, runs: &[Distance]) -> f64 {
    let all: Vec<Distance> = runs.iter().copied().chain([log]).collect();
    let rank = |of: &Distance, respect: fn(&Distance) -> f64| {
        all.iter().filter(|other| respect(other) >= respect(of)).count()
    };
    let best =
        |of: &Distance| Distance::RESPECTS.map(|respect| rank(of, respect)).into_iter().min();
    let own = best(&log);
    ratio(all.iter().filter(|of| best(of) <= own).count(), all.len())
}

/// The mean and the standard deviation over runs.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation of a further value, at least the insignificant difference.
    pub deviation: f64,
}

impl Spread {
    /// For `values`; `None` for fewer than two.
    #[expect(clippy::cast_precision_loss, reason = "counts of runs")]
    pub fn of(values: &[f64], measure: Measure) -> Option<Self> {
        let mean = intervals::mean(values)?;
        let variance = intervals::variance(values)? * (1.0 + 1.0 / values.len() as f64);
        let least = measure.least_deviation(mean.abs());
        Some(Self { mean, deviation: (variance + least * least).sqrt() })
    }

    /// The distance of `value`, in standard deviations.
    pub fn z(self, value: f64) -> f64 {
        (value - self.mean) / self.deviation
    }
}

/// The 5 % and the 95 % quantile.
fn band(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let cut = values.len() / 20;
    (values[cut], values[values.len() - 1 - cut])
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: DayCell = DayCell { measure: Measure::Notified, group: 0, hour: None };
    const DAY: LogDay = LogDay { window: 0, day: 2 };

    fn run(value: f64) -> BTreeMap<u32, Day> {
        BTreeMap::from([(2, Day::from([(CELL, value)]))])
    }

    fn judged(observed: f64, runs: impl Iterator<Item = f64>) -> Verdict {
        let runs: Vec<_> = runs.map(run).collect();
        judge(&BTreeMap::from([(DAY, Day::from([(CELL, observed)]))]), &runs)
    }

    #[test]
    fn a_day_among_the_runs_is_reproduced_and_one_beyond_them_is_not() {
        let fifty = || (0..50).map(|run| 10.0 + f64::from(run) / 10.0);
        let inside = judged(12.0, fifty());
        // Mean 12.45: 0.45 away. Runs at most 0.45 away are those from 12.0 to 12.9, ten of fifty.
        assert_eq!(inside.p_value.map(|p| (p * 51.0).round()), Some(43.0));
        assert_eq!((inside.reproduces(), inside.coverage()), (Some(true), Some(1.0)));
        let beyond = judged(30.0, fifty());
        assert_eq!(beyond.p_value.map(|p| (p * 51.0).round()), Some(1.0));
        assert_eq!((beyond.reproduces(), beyond.coverage()), (Some(false), Some(0.0)));
        assert_eq!(beyond.failures().len(), 1);
        // The band: the third of fifty from each end.
        assert_eq!((beyond.held[0].low, beyond.held[0].high), (10.2, 14.7));
    }

    #[test]
    fn a_rare_jump_of_one_number_does_not_hide_that_others_differ() {
        let cell = |measure| DayCell { measure, group: 0, hour: None };
        let [late, fetch] = [Measure::UpdateLate, Measure::FetchMedian].map(cell);
        let day = |at: f64, took: f64| Day::from([(late, at), (fetch, took)]);
        // One run in fifty is hours late; all fetches take from 30 to 35 s.
        let runs = (0..50).map(|run| {
            let at = if run == 7 { 60_000.0 } else { 40_000.0 };
            BTreeMap::from([(2, day(at, 30.0 + f64::from(run % 6)))])
        });
        let observed = BTreeMap::from([(DAY, day(40_000.0, 60.0))]);
        let verdict = judge(&observed, &runs.collect::<Vec<_>>());
        assert_eq!(verdict.reproduces(), Some(false), "{:?}", verdict.p_value);
    }

    #[test]
    fn one_number_that_differs_on_every_day_refuses_a_model_whose_runs_differ_on_one() {
        // Three of 150 numbers jump in each run, on one of two days; the last never does.
        let day = |jumps: std::ops::Range<usize>, last: f64| -> Day {
            let value = |group| if jumps.contains(&group) { 9.0 } else { 1.0 };
            let values = (0..150).map(value).chain([last]).enumerate();
            values.map(|(group, value)| (DayCell { group, ..CELL }, value)).collect()
        };
        let runs: Vec<_> = (0..50)
            .map(|run| BTreeMap::from([(2, day(3 * run..3 * run + 3, 1.0)), (3, day(0..0, 1.0))]))
            .collect();
        let reproduces = |last: f64| {
            let log = [2, 3].map(|number| (LogDay { window: 0, day: number }, day(0..0, last)));
            judge(&BTreeMap::from(log), &runs).reproduces()
        };
        assert_eq!((reproduces(1.0), reproduces(0.0)), (Some(true), Some(false)));
    }

    #[test]
    fn what_was_not_held_out_is_not_judged() {
        let nothing = judge(&BTreeMap::new(), &[run(1.0), run(2.0), run(3.0)]);
        assert_eq!((nothing.reproduces(), nothing.coverage()), (None, None));
        // A number that no run has is ignored, too.
        let other = BTreeMap::from([(LogDay { window: 0, day: 9 }, Day::from([(CELL, 1.0)]))]);
        assert_eq!(judge(&other, &[run(1.0), run(2.0), run(3.0)]).reproduces(), None);
    }
}

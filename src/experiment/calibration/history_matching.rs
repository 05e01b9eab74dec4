//! History matching of keys that logs do not identify: values with which runs cannot come near the training days are left
//! out, in waves, until the space of the others shrinks no more (I. Vernon, M. Goldstein and R. G. Bower, Bayesian
//! Analysis 5, 2010, 619–670; runs are fast, so no emulator is needed).

use std::collections::BTreeMap;

use super::cells::{Day, DayCell};
use super::match_space::{has, narrowed, share_left};
use crate::experiment::intervals;
use crate::experiment::sweep::{Design, DesignError, Factor, Sampling};
use crate::model::settings::TopologyOption;

/// A point is plausible if its implausibility is below this: three standard deviations, which 95 % of any unimodal
/// distribution do not exceed (F. Pukelsheim, The American Statistician 48, 1994, 88–91).
pub const CUT_OFF: f64 = 3.0;
/// The number of runs of each point.
pub const RUNS: usize = 2;
/// The maximum number of waves.
pub const MOST_WAVES: u32 = 5;
/// The number of plausible points from which on they show where the space ends.
const ENOUGH: usize = 8;
/// The number of waves without any plausible point after which none is expected.
const HOPELESS: u32 = 3;
/// The space shrinks if a wave leaves less than this of the ranges.
const SHRINKS: f64 = 0.9;
/// Without a plausible point, one in this many, the least implausible, represent the space.
const NEAREST: usize = 8;

/// The request.
#[derive(Clone, Debug)]
pub struct HistoryMatching<'a> {
    /// The keys with their values.
    pub space: &'a [Factor],
    /// The option under which the company runs.
    pub option: TopologyOption,
    /// The number of points of each wave.
    pub points: u32,
    /// Seed of the designs.
    pub seed: u64,
}

/// A tried point.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchedPoint {
    /// The wave, from 1.
    pub wave: u32,
    /// The number in its wave, from 1; 0: the scenario's own values.
    pub number: u32,
    /// The value of each key; none for the scenario's own values.
    pub values: Vec<String>,
    /// The greatest distance of a number of the logs from the mean of the runs, in standard deviations.
    pub implausibility: f64,
    /// That number; `None` if there was nothing to compare.
    pub worst: Option<DayCell>,
}

impl MatchedPoint {
    /// Whether it cannot be excluded.
    pub fn is_plausible(&self) -> bool {
        self.implausibility < CUT_OFF
    }
}

/// A wave.
#[derive(Clone, Debug)]
pub struct Wave {
    /// The values left of each key.
    pub left: Vec<Factor>,
    /// The share of the values of each key that is left.
    pub shares: Vec<f64>,
    /// The number of points.
    pub points: usize,
    /// The number of plausible ones.
    pub plausible: usize,
    /// The share of the whole space that is plausible.
    pub space_left: f64,
}

/// The result.
#[derive(Clone, Debug)]
pub struct History {
    /// The keys with all their values.
    pub space: Vec<Factor>,
    /// The waves.
    pub waves: Vec<Wave>,
    /// All points, by wave and number.
    pub points: Vec<MatchedPoint>,
}

impl History {
    /// The designed points with values in `space`.
    fn inside(&self, space: &[Factor]) -> Vec<&MatchedPoint> {
        let is_inside = |point: &&MatchedPoint| {
            point.number > 0
                && space.iter().zip(&point.values).all(|(factor, value)| has(factor, value))
        };
        self.points.iter().filter(is_inside).collect()
    }

    /// The points that represent the plausible values: those within what the last wave left; if none is plausible, the
    /// least implausible.
    pub fn represented(&self) -> Vec<&MatchedPoint> {
        let left = self.waves.last().map_or(&[][..], |wave| &wave.left);
        let mut plausible = self.inside(left);
        plausible.retain(|point| point.is_plausible());
        if !plausible.is_empty() {
            return plausible;
        }
        let designed = || self.points.iter().filter(|point| point.number > 0);
        let mut all: Vec<&MatchedPoint> = designed().collect();
        all.sort_by(|one, other| one.implausibility.total_cmp(&other.implausibility));
        all.truncate(all.len().div_ceil(NEAREST));
        all
    }

    /// The least implausible of these points.
    pub fn best(&self) -> Option<&MatchedPoint> {
        let all = self.represented().into_iter();
        all.min_by(|one, other| one.implausibility.total_cmp(&other.implausibility))
    }

    /// The scenario's own values in the last wave.
    pub fn own(&self) -> Option<&MatchedPoint> {
        self.points.iter().rfind(|point| point.number == 0)
    }

    /// Whether the scenario's own values are plausible.
    pub fn keeps_own(&self) -> bool {
        self.own().is_some_and(MatchedPoint::is_plausible)
    }

    /// Whether any point is plausible.
    pub fn has_plausible(&self) -> bool {
        self.points.iter().any(MatchedPoint::is_plausible)
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.space.iter().map(|factor| factor.key.as_str())
    }
}

/// Why there is no result.
#[derive(Debug)]
pub enum MatchError<E> {
    /// The design of a wave cannot be made.
    Design(DesignError),
    /// A run failed.
    Run(E),
}

impl HistoryMatching<'_> {
    /// The maximum number of runs.
    pub fn most_runs(&self) -> usize {
        let points = if self.space.is_empty() { 0 } else { self.points as usize + 1 };
        points * RUNS * MOST_WAVES as usize
    }

    /// Compares `observed`, the numbers of the training days, with runs. `run` receives the number of the first point
    /// among all waves, and the values of points; it returns for each the numbers of [`RUNS`] runs, or `None` if it was
    /// stopped.
    ///
    /// # Errors
    /// If there are too many keys, or if a run fails.
    pub fn carry_out<E>(
        &self,
        observed: &Day,
        mut run: impl FnMut(usize, &[Vec<String>]) -> Result<Option<Vec<Vec<Day>>>, E>,
    ) -> Result<Option<History>, MatchError<E>> {
        let mut space = self.space.to_vec();
        let mut history = History { space: space.clone(), waves: Vec::new(), points: Vec::new() };
        for wave in 1..=MOST_WAVES {
            let design = self.design(&space, wave).map_err(MatchError::Design)?;
            let values: Vec<Vec<String>> = std::iter::once(Vec::new())
                .chain(design.points.into_iter().map(|point| point.values))
                .collect();
            let Some(runs) = run(history.points.len(), &values).map_err(MatchError::Run)? else {
                return Ok(None);
            };
            let variances = variances(&runs);
            let point = |((number, values), runs): ((u32, Vec<String>), &Vec<Day>)| {
                let (implausibility, worst) = implausibility(observed, runs, &variances);
                MatchedPoint { wave, number, values, implausibility, worst }
            };
            let points: Vec<MatchedPoint> = (0..).zip(values).zip(&runs).map(point).collect();
            let shares = |of: &[Factor], whole: &[Factor]| -> Vec<f64> {
                let pairs = of.iter().zip(whole);
                pairs.map(|(left, whole)| share_left(&left.levels, &whole.levels)).collect()
            };
            let designed = points.len() - 1;
            let plausible = points[1..].iter().filter(|point| point.is_plausible()).count();
            let searched: f64 = shares(&space, self.space).iter().product();
            history.points.extend(points);
            let inside = history.inside(&space);
            let known = inside.iter().filter(|point| point.is_plausible()).count();
            let left = if known < ENOUGH { space.clone() } else { left(&space, &inside) };
            history.waves.push(Wave {
                shares: shares(&left, self.space),
                points: designed,
                plausible,
                space_left: searched * ratio(plausible, designed),
                left: left.clone(),
            });
            let shrinks = shares(&left, &space).iter().product::<f64>() < SHRINKS;
            let is_hopeless = known == 0 && wave >= HOPELESS;
            if is_hopeless || (known >= ENOUGH && !shrinks) {
                break;
            }
            space = left;
        }
        Ok(Some(history))
    }

    /// The points of a wave. Each wave has another digital shift.
    fn design(&self, space: &[Factor], wave: u32) -> Result<Design, DesignError> {
        let seed = self.seed.wrapping_add(u64::from(wave));
        Design::new(space, Sampling::Sobol(self.points), &[self.option], seed)
    }
}

/// The values that are left of each key with these points; all if none is plausible.
fn left(space: &[Factor], points: &[&MatchedPoint]) -> Vec<Factor> {
    let of = |(place, factor): (usize, &Factor)| {
        let values = |plausible: bool| -> Vec<&str> {
            let these = points.iter().filter(|point| point.is_plausible() == plausible);
            these.map(|point| point.values[place].as_str()).collect()
        };
        narrowed(factor, &values(true), &values(false))
    };
    space.iter().enumerate().map(of).collect()
}

/// The variance of each number from run to run, pooled over points.
fn variances(points: &[Vec<Day>]) -> BTreeMap<DayCell, f64> {
    let mut sums: BTreeMap<DayCell, (f64, f64)> = BTreeMap::new();
    for runs in points {
        for cell in runs.iter().flat_map(BTreeMap::keys).collect::<std::collections::BTreeSet<_>>()
        {
            let values = values(runs, *cell);
            if let Some(variance) = intervals::variance(&values) {
                let sum = sums.entry(*cell).or_default();
                let freedom = count(values.len()) - 1.0;
                *sum = (sum.0 + freedom * variance, sum.1 + freedom);
            }
        }
    }
    sums.into_iter().map(|(cell, (sum, freedom))| (cell, sum / freedom.max(1.0))).collect()
}

fn values(runs: &[Day], cell: DayCell) -> Vec<f64> {
    runs.iter().filter_map(|run| run.get(&cell).copied()).collect()
}

/// The greatest |observed − mean of the runs| / √(variance of that mean + variance of the observed day + discrepancy²).
///
/// The logs are one realisation, so their variance is that from run to run: the pooled one, or the point's own if that is
/// greater. The discrepancy that is allowed to any model is [`super::cells::Measure::least_deviation`].
fn implausibility(
    observed: &Day,
    runs: &[Day],
    pooled: &BTreeMap<DayCell, f64>,
) -> (f64, Option<DayCell>) {
    let mut worst = (0.0, None);
    for (cell, value) in observed {
        let values = values(runs, *cell);
        let Some(mean) = intervals::mean(&values) else { continue };
        let own = intervals::variance(&values).unwrap_or_default();
        let variance = own.max(pooled.get(cell).copied().unwrap_or_default());
        let allowed = cell.measure.least_deviation(mean.abs());
        let all = variance * (1.0 + 1.0 / count(values.len())) + allowed * allowed;
        let distance = (value - mean).abs() / all.sqrt();
        if distance > worst.0 {
            worst = (distance, Some(*cell));
        }
    }
    worst
}

/// The means of each number over days.
pub fn average<'a>(days: impl Iterator<Item = &'a Day>) -> Day {
    let mut sums: BTreeMap<DayCell, (f64, usize)> = BTreeMap::new();
    for (cell, value) in days.flatten() {
        let sum = sums.entry(*cell).or_default();
        *sum = (sum.0 + value, sum.1 + 1);
    }
    sums.into_iter().map(|(cell, (sum, days))| (cell, sum / count(days))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a count of runs")]
fn count(number: usize) -> f64 {
    number as f64
}

fn ratio(part: usize, whole: usize) -> f64 {
    count(part) / count(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::calibration::cells::Measure;
    use crate::random::{Purpose, Streams};

    const CELLS: [DayCell; 2] = [
        DayCell { measure: Measure::FetchMedian, group: 0, hour: None },
        DayCell { measure: Measure::Notified, group: 0, hour: None },
    ];

    fn space() -> Vec<Factor> {
        ["server.slots=10..1000 log", "server.overflow=queue,refuse"]
            .map(|text| Factor::parse(text).expect("a factor"))
            .to_vec()
    }

    /// A company in which agents wait for slots, so that a fetch takes 3,000 s over the number of slots, give or take 2 %,
    /// and which tells nothing of what happens beyond.
    fn company(slots: f64, chance: f64) -> Day {
        let noise = 1.0 + (chance - 0.5) / 25.0;
        Day::from([(CELLS[0], 3_000.0 / slots * noise), (CELLS[1], 1.0)])
    }

    fn matched(truth: f64, points: u32) -> History {
        let space = space();
        let asked =
            HistoryMatching { space: &space, option: TopologyOption::Server, points, seed: 7 };
        let streams = Streams::new(1, 0);
        let run = |first: usize, points: &[Vec<String>]| {
            let of = |(place, values): (usize, &Vec<String>)| {
                let slots = values.first().map_or(250.0, |slots| slots.parse().expect("a number"));
                let chance = |nth| {
                    let entity = u32::try_from(first + place).expect("few");
                    let bits = streams.draw(Purpose::Resample, entity, nth).bits() >> 32;
                    f64::from(u32::try_from(bits).expect("32 bits")) / f64::from(u32::MAX)
                };
                (0..2).map(|nth| company(slots, chance(nth))).collect()
            };
            Ok::<_, DesignError>(Some(points.iter().enumerate().map(of).collect()))
        };
        asked.carry_out(&company(truth, 0.5), run).expect("runs").expect("nothing stops it")
    }

    #[test]
    fn what_moves_the_numbers_narrows_around_the_truth_and_nothing_else_does() {
        let history = matched(40.0, 64);
        let last = history.waves.last().expect("a wave");
        assert!(history.waves.len() > 1, "{}", history.waves.len());
        let slots = last.left[0].levels.to_string();
        let (low, high) = slots.trim_end_matches(" log").split_once("..").expect("a range");
        let (low, high): (f64, f64) = (low.parse().expect("low"), high.parse().expect("high"));
        assert!((30.0..=40.0).contains(&low) && (40.0..=50.0).contains(&high), "{slots}");
        assert_eq!(last.left[1].levels.to_string(), "queue,refuse");
        assert!(last.space_left < 0.1 && last.shares[1] > 0.99, "{last:?}");
        assert!(!history.keeps_own() && history.has_plausible());
        let represented = history.represented();
        assert!(represented.len() > 8);
        assert!(represented.iter().all(|point| point.is_plausible() && point.number > 0));
        // Each wave leaves at most what the one before left.
        assert!(history.waves.windows(2).all(|two| two[1].space_left <= two[0].space_left + 0.02));
    }

    #[test]
    fn what_is_within_reach_of_everything_stays() {
        // From 500 slots on a fetch takes 6 s or less, and a difference of 1 s is none.
        let history = matched(1_000.0, 32);
        let high = history.waves.last().expect("a wave").left[0].levels.to_string();
        assert!(high.ends_with("..1000 log"), "{high}");
        assert_eq!(
            history.waves.last().map(|wave| wave.left[1].levels.to_string()),
            Some("queue,refuse".into())
        );
    }

    #[test]
    fn without_a_plausible_point_the_nearest_are_kept() {
        // No number of slots in the range is so slow.
        let history = matched(0.5, 32);
        assert!(!history.has_plausible() && history.waves.len() == 3);
        let nearest = history.represented();
        assert_eq!(nearest.len(), 12);
        let best = history.best().expect("a point");
        assert_eq!(best.worst, Some(CELLS[0]));
        assert!(best.values[0].parse::<u32>().expect("slots") < 20, "{best:?}");
    }

    #[test]
    fn the_mean_over_days_ignores_days_without_the_number() {
        let days = [Day::from([(CELLS[0], 2.0), (CELLS[1], 1.0)]), Day::from([(CELLS[0], 4.0)])];
        assert_eq!(average(days.iter()), Day::from([(CELLS[0], 3.0), (CELLS[1], 1.0)]));
    }
}

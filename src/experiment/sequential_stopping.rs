//! Sequential stopping: replications until a mean is precise enough.
//!
//! The rule is that of Hoad, Robinson and Davies (*Automated selection of the number of replications for a discrete-event
//! simulation*, J. Oper. Res. Soc. 61, 2010): continue until the half-width of the interval is at most a share of the
//! mean, and remains so for a few more replications. The rule reads results in the order of replications and returns how
//! many more it needs at least. These run in parallel, so the decision does not depend on the number of threads.

use super::intervals::{CONFIDENCE, half_width};

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrecisionRule {
    /// The required half width of the 95 % interval, in percent of the mean.
    pub percent: f64,
    /// The maximum number of replications.
    pub most: u32,
    /// The most events of all replications of all systems, counted as if each had those of the first; `None`:
    /// any number.
    pub events: Option<u64>,
}

impl PrecisionRule {
    /// What is done where nobody says how many replications: the precision tells times apart that the recommendation
    /// tells apart, and the bounds leave a comparison of 10,000 agents at some seconds.
    pub const AUTOMATIC: Self = Self { percent: 5.0, most: 20, events: Some(1_500_000) };

    /// The rule once it is known that a replication of all systems has so many events: at least one
    /// replication is made.
    #[must_use]
    pub fn of_events(self, each: u64) -> Self {
        let Some(events) = self.events else { return self };
        let within = u32::try_from(events / each.max(1)).unwrap_or(u32::MAX);
        Self { most: self.most.min(within.max(1)), ..self }
    }
}

/// The minimum number of replications.
pub const MINIMUM: u32 = 3;

/// The number of further replications for which it must stay precise, up to 100 replications; beyond, the percentage.
pub const LOOK_AHEAD: u32 = 5;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Make at least this many further replications.
    More(u32),
    /// Stop.
    Stop(Stop),
}

/// Why it was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// All means are precise from this number of replications on.
    Precise(u32),
    /// The maximum number of replications was reached.
    Cap,
    /// Some value was never reached: the mean is undefined.
    Never,
}

/// The state of the rule for the means of one or several systems.
#[derive(Clone, Debug)]
pub struct Precision {
    rule: PrecisionRule,
    systems: Vec<Moments>,
    count: u32,
    precise_from: Option<u32>,
    has_never: bool,
}

/// Mean and squared deviations of the values so far (B. P. Welford, *Technometrics* 4, 1962).
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64, count: u32) {
        let before = value - self.mean;
        self.mean += before / f64::from(count);
        self.squares += before * (value - self.mean);
    }

    /// Whether half the width of the interval is at most `share` of the mean.
    fn is_precise(&self, count: u32, share: f64) -> bool {
        let variance = self.squares / f64::from(count - 1);
        let half = half_width(count, variance, CONFIDENCE);
        half.is_some_and(|half| half <= share * self.mean.abs())
    }
}

/// The number of further replications for which it must stay precise, if it is from `count` on.
fn look_ahead(count: u32) -> u32 {
    LOOK_AHEAD * count.max(100) / 100
}

impl Precision {
    /// The rule before the first replication of `systems` systems.
    pub fn new(rule: PrecisionRule, systems: usize) -> Self {
        let systems = vec![Moments::default(); systems];
        Self { rule, systems, count: 0, precise_from: None, has_never: false }
    }

    /// Adds the next replication: a value of each system; `None`: never reached.
    pub fn add(&mut self, values: &[Option<f64>]) {
        self.count += 1;
        for (system, value) in self.systems.iter_mut().zip(values) {
            match value {
                Some(value) => system.add(*value, self.count),
                None => self.has_never = true,
            }
        }
        let (count, share) = (self.count, self.rule.percent / 100.0);
        let is_precise = |system: &Moments| system.is_precise(count, share);
        if count >= MINIMUM && !self.has_never && self.systems.iter().all(is_precise) {
            self.precise_from.get_or_insert(count);
        } else {
            self.precise_from = None;
        }
    }

    /// Bounds the replications, now that it is known that one has so many events.
    pub fn bound_by_events(&mut self, each: u64) {
        self.rule = self.rule.of_events(each);
    }

    /// The rule as it is carried out.
    pub fn rule(&self) -> PrecisionRule {
        self.rule
    }

    /// The number of replications so far.
    pub fn replications(&self) -> u32 {
        self.count
    }

    /// What to do next.
    pub fn next(&self) -> Next {
        let enough = match self.precise_from {
            _ if self.has_never => return Next::Stop(Stop::Never),
            Some(from) => from + look_ahead(from),
            None => {
                let earliest = MINIMUM.max(self.count + 1);
                earliest + look_ahead(earliest)
            }
        };
        match (self.precise_from, enough.min(self.rule.most).checked_sub(self.count)) {
            (Some(from), _) if self.count >= enough => Next::Stop(Stop::Precise(from)),
            (_, None | Some(0)) => Next::Stop(Stop::Cap),
            (_, Some(more)) => Next::More(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: PrecisionRule = PrecisionRule { percent: 10.0, most: 50, events: None };

    /// Continues with the values of one system until the rule stops.
    fn run(rule: PrecisionRule, value: impl Fn(u32) -> Option<f64>) -> (u32, Stop, Vec<u32>) {
        let mut precision = Precision::new(rule, 1);
        let mut waves = Vec::new();
        loop {
            match precision.next() {
                Next::Stop(stop) => return (precision.replications(), stop, waves),
                Next::More(more) => {
                    waves.push(more);
                    for _ in 0..more {
                        let value = value(precision.replications() + 1);
                        precision.add(&[value]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_constant_is_precise_at_once_and_checked_five_times_more() {
        assert_eq!(run(RULE, |_| Some(7.0)), (8, Stop::Precise(3), vec![8]));
        assert_eq!(run(RULE, |_| Some(0.0)), (8, Stop::Precise(3), vec![8]));
    }

    #[test]
    fn it_must_stay_precise() {
        let late = |at| move |nth| Some(if nth == at { 20.0 } else { 10.0 });
        let (count, stop, waves) = run(RULE, late(6));
        let Stop::Precise(from) = stop else { panic!("{stop:?}") };
        assert!(from > 6, "precise from 3 to 5 was chance");
        assert_eq!(count, from + 5);
        assert_eq!(waves[0], 8);
    }

    #[test]
    fn beyond_a_hundred_it_looks_further() {
        assert_eq!([3, 100, 119, 120, 1000].map(look_ahead), [5, 5, 5, 6, 50]);
    }

    #[test]
    fn the_cap_and_a_value_that_is_never_reached_stop_it() {
        let wild = |nth: u32| Some(if nth.is_multiple_of(2) { -1.0 } else { 1.0 });
        assert_eq!(run(RULE, wild), (50, Stop::Cap, vec![8, 6, 6, 6, 6, 6, 6, 6]));
        let few = PrecisionRule { most: 5, ..RULE };
        assert_eq!(run(few, |_| Some(7.0)), (5, Stop::Cap, vec![5]), "it was not seen to stay so");
        let never = |nth| Some(7.0).filter(|_| nth != 2);
        assert_eq!(run(RULE, never), (8, Stop::Never, vec![8]));
    }

    #[test]
    fn events_limit_the_replications_and_leave_one() {
        let rule = PrecisionRule { events: Some(1_000), ..RULE };
        // 1,000 / 3 = 333.3 and 1,000 / 300 = 3.3; the 50 of the rule bind before the former.
        assert_eq!(
            [0, 3, 300, 1_000, 1_001].map(|each| rule.of_events(each).most),
            [50, 50, 3, 1, 1]
        );
        assert_eq!(RULE.of_events(u64::MAX), RULE);
    }

    #[test]
    fn all_systems_must_be_precise() {
        let mut precision = Precision::new(RULE, 2);
        for nth in 1..=8 {
            precision.add(&[Some(7.0), Some(f64::from(nth))]);
        }
        assert_eq!(precision.next(), Next::More(6));
    }
}

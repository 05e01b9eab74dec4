//! The statistical claims, on models with known answers: intervals have their nominal coverage, also with the rule of
//! precision, and the selection finds the best with the promised probability.
//!
//! All random numbers are from the project's own streams with fixed seeds, so every count is the same each time.

#![expect(clippy::print_stdout, reason = "the counts are told with --nocapture")]

use statrs::distribution::{ContinuousCDF, Normal};
use updraft::experiment::intervals::{
    CONFIDENCE, mean, of_difference, of_mean, of_probability, of_quantile,
};
use updraft::experiment::ranking_and_selection::{Fate, Selection, SelectionRule, select};
use updraft::experiment::sequential_stopping::{Next, Precision, PrecisionRule, Stop};
use updraft::random::{Purpose, Streams};

/// Experiments of each kind: the share of 95 % has a standard deviation of 0.4 %.
const EXPERIMENTS: u32 = 4000;

/// Numbers of one experiment: a stream for each system, a draw for each replication.
struct Luck {
    streams: Streams,
    normal: Normal,
}

impl Luck {
    fn new(seed: u64, experiment: u32) -> Self {
        Self { streams: Streams::new(seed, experiment), normal: Normal::standard() }
    }

    /// Uniform between 0 and 1, neither included.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    fn uniform(&self, system: u32, nth: u32) -> f64 {
        let bits = self.streams.draw(Purpose::Answer, system, nth).bits() >> 11;
        (bits as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&self, system: u32, nth: u32) -> f64 {
        self.normal.inverse_cdf(self.uniform(system, nth))
    }

    fn exponential(&self, system: u32, nth: u32) -> f64 {
        -self.uniform(system, nth).ln()
    }
}

/// The share of experiments in which `holds` is true.
fn share_of(experiments: u32, holds: impl Fn(u32) -> bool) -> f64 {
    let times = (0..experiments).filter(|experiment| holds(*experiment)).count();
    f64::from(u32::try_from(times).expect("a count")) / f64::from(experiments)
}

fn holds((low, high): (f64, f64), truth: f64) -> bool {
    low <= truth && truth <= high
}

fn covers(what: &str, share: f64) {
    println!("{what}: {:.2} % of the intervals hold the truth", share * 100.0);
    assert!((0.93..=0.97).contains(&share), "{what}: {share}");
}

#[test]
fn the_interval_of_a_mean_holds_it() {
    for (seed, count) in [(11, 2), (12, 5), (13, 20)] {
        let share = share_of(EXPERIMENTS, |experiment| {
            let luck = Luck::new(seed, experiment);
            let values: Vec<f64> = (0..count).map(|nth| 40.0 + 9.0 * luck.normal(0, nth)).collect();
            holds(of_mean(&values, CONFIDENCE).expect("two values"), 40.0)
        });
        covers(&format!("t, {count} normal values"), share);
    }
    // For skewed values it is an approximation, which is good enough from about 50 on.
    let share = share_of(EXPERIMENTS, |experiment| {
        let luck = Luck::new(14, experiment);
        let values: Vec<f64> = (0..50).map(|nth| luck.exponential(0, nth)).collect();
        holds(of_mean(&values, CONFIDENCE).expect("two values"), 1.0)
    });
    covers("t, 50 exponential values", share);
}

#[test]
fn the_interval_of_a_paired_difference_holds_it_and_is_narrow() {
    let pairs = |experiment: u32| -> (Vec<f64>, Vec<f64>) {
        let luck = Luck::new(21, experiment);
        // Both share most of their variation.
        let of = |system: u32, shift: f64| {
            (0..10)
                .map(|nth| shift + 9.0 * luck.normal(0, nth) + luck.normal(system, nth))
                .collect()
        };
        (of(1, 43.0), of(2, 40.0))
    };
    let share = share_of(EXPERIMENTS, |experiment| {
        let (ours, theirs) = pairs(experiment);
        holds(of_difference(&ours, &theirs, CONFIDENCE).expect("two pairs"), 3.0)
    });
    covers("paired difference", share);
    let wider = share_of(EXPERIMENTS, |experiment| {
        let (ours, theirs) = pairs(experiment);
        let width = |(low, high): (f64, f64)| high - low;
        let paired = of_difference(&ours, &theirs, CONFIDENCE).map(width);
        of_mean(&ours, CONFIDENCE).map(width) > paired
    });
    assert!(wider > 0.99, "common luck cancels out: {wider}");
}

/// The probability that exactly `times` of `count` happen, each with probability `p`.
fn binomial(count: u32, times: u32, p: f64) -> f64 {
    let ways: f64 = (0..times).map(|at| f64::from(count - at) / f64::from(times - at)).product();
    ways * p.powi(times.cast_signed()) * (1.0 - p).powi((count - times).cast_signed())
}

#[test]
fn the_interval_of_a_quantile_covers_exactly_what_it_says() {
    for share in [0.5, 0.9, 0.25] {
        for count in (1..=120).chain([400]) {
            let below = |ranks: std::ops::Range<u32>| -> f64 {
                ranks.map(|times| binomial(count, times, share)).sum()
            };
            let Some(ranks) = of_quantile(count as usize, share, CONFIDENCE) else {
                // Even the least and the greatest together leave out too much on one side.
                let left_out = below(0..1).max(below(count..count + 1));
                assert!(left_out > 0.025, "{share} of {count}: {left_out}");
                continue;
            };
            let rank = |rank: usize| u32::try_from(rank).expect("a rank");
            let (low, high) = (rank(ranks.low), rank(ranks.high));
            let exact = below(low..high);
            assert!((exact - ranks.coverage).abs() < 1e-9, "{share} of {count}: {ranks:?} {exact}");
            assert!(exact >= 0.95, "{share} of {count}: {ranks:?}");
            // No narrower ranks would suffice.
            assert!(below(0..low + 1) > 0.025 && below(high - 1..count + 1) > 0.025, "{ranks:?}");
        }
    }
}

#[test]
fn the_interval_of_a_quantile_holds_it() {
    for (seed, share, count) in [(31, 0.5, 20), (32, 0.9, 40)] {
        let ranks = of_quantile(count as usize, share, CONFIDENCE).expect("enough values");
        let truth = -(1.0_f64 - share).ln();
        let found = share_of(EXPERIMENTS, |experiment| {
            let luck = Luck::new(seed, experiment);
            let mut values: Vec<f64> = (0..count).map(|nth| luck.exponential(0, nth)).collect();
            values.sort_by(f64::total_cmp);
            holds((values[ranks.low - 1], values[ranks.high - 1]), truth)
        });
        println!("quantile {share} of {count}: {found} for {}", ranks.coverage);
        assert!((found - ranks.coverage).abs() < 0.015, "{share}: {found} for {}", ranks.coverage);
    }
}

#[test]
fn the_interval_of_a_probability_holds_it() {
    for (seed, truth, count) in [(41, 0.5, 40), (42, 0.8, 60), (43, 0.95, 100)] {
        let interval = |times| of_probability(times, count, CONFIDENCE).expect("something tried");
        let exact: f64 = (0..=count)
            .filter(|times| holds(interval(*times), truth))
            .map(|times| binomial(count, times, truth))
            .sum();
        let found = share_of(EXPERIMENTS, |experiment| {
            let luck = Luck::new(seed, experiment);
            let times = (0..count).filter(|nth| luck.uniform(0, *nth) < truth).count();
            holds(interval(u32::try_from(times).expect("a count")), truth)
        });
        covers(&format!("Wilson, {truth} of {count}"), found);
        assert!((found - exact).abs() < 0.015, "{truth}: {found} for {exact}");
    }
}

/// Continues until the rule stops: the values, and the reason.
fn until_precise(rule: PrecisionRule, value: impl Fn(u32) -> f64) -> (Vec<f64>, Stop) {
    let mut precision = Precision::new(rule, 1);
    let mut values = Vec::new();
    loop {
        match precision.next() {
            Next::Stop(stop) => return (values, stop),
            Next::More(more) => {
                for _ in 0..more {
                    let nth = u32::try_from(values.len()).expect("a count");
                    values.push(value(nth));
                    precision.add(&[values.last().copied()]);
                }
            }
        }
    }
}

#[test]
fn the_interval_that_the_rule_of_precision_leaves_holds_the_mean() {
    for (seed, deviation, percent) in [(51, 0.3, 10.0), (52, 0.3, 5.0), (53, 0.1, 5.0)] {
        let rule = PrecisionRule { percent, most: 10_000, events: None };
        let run = |experiment: u32| {
            let luck = Luck::new(seed, experiment);
            until_precise(rule, |nth| 40.0 * (1.0 + deviation * luck.normal(0, nth)))
        };
        let share = share_of(EXPERIMENTS, |experiment| {
            let (values, stop) = run(experiment);
            let (low, high) = of_mean(&values, CONFIDENCE).expect("at least three");
            let (half, mean) = ((high - low) / 2.0, mean(&values).expect("at least three"));
            assert!(matches!(stop, Stop::Precise(_)) && half <= mean * percent / 100.0 + 1e-9);
            holds((low, high), 40.0)
        });
        covers(&format!("precision {percent} %, deviation {deviation}"), share);
    }
}

/// The end of the rule by its definition: the first replication from which on the interval is precise for the required
/// number of replications, and those.
fn ends_by_definition(percent: f64, value: impl Fn(u32) -> f64) -> (u32, u32) {
    let mut values = vec![value(0), value(1)];
    let mut is_precise = vec![false, false, false];
    loop {
        values.push(value(u32::try_from(values.len()).expect("a count")));
        let (low, high) = of_mean(&values, CONFIDENCE).expect("at least three");
        let mean = mean(&values).expect("at least three");
        is_precise.push((high - low) / 2.0 <= percent / 100.0 * mean.abs());
        let count = values.len();
        for from in 3..count {
            let ahead = if from > 100 { 5 * from / 100 } else { 5 };
            if from + ahead == count && is_precise[from..=count].iter().all(|at| *at) {
                let number = |count: usize| u32::try_from(count).expect("a count");
                return (number(from), number(count));
            }
        }
    }
}

/// It requests several replications at once; never one too many, and it does not pass over an end.
#[test]
fn the_rule_of_precision_ends_where_its_definition_does() {
    let mut counts = std::collections::BTreeSet::new();
    for experiment in 0..400 {
        let luck = Luck::new(54, experiment);
        // From 8 replications to some hundreds.
        let deviation = 0.05 + 0.5 * luck.uniform(1, 0);
        let value = |nth: u32| 40.0 * (1.0 + deviation * luck.normal(0, nth));
        let (values, stop) =
            until_precise(PrecisionRule { percent: 5.0, most: 10_000, events: None }, value);
        let (from, count) = ends_by_definition(5.0, value);
        assert_eq!((values.len(), stop), (count as usize, Stop::Precise(from)), "{experiment}");
        counts.insert(count);
    }
    assert!(counts.first() < Some(&15) && counts.last() > Some(&200), "{counts:?}");
}

/// Selects among systems with means `means`, whose separate variation has the deviations `own`, and whose shared
/// variation has the deviation `shared`.
fn selects(
    luck: &Luck,
    rule: &SelectionRule,
    means: &[f64],
    own: &[f64],
    shared: f64,
) -> Selection {
    let mut made = 0;
    let selection = select(rule, means.len(), |left, more| {
        let from = made;
        made += more;
        let value = |system: usize, nth: u32| {
            let stream = u32::try_from(system).expect("few systems") + 1;
            let common = shared * luck.normal(0, nth);
            Some(means[system] + common + own[system] * luck.normal(stream, nth))
        };
        let of = |system: &usize| (from..made).map(|nth| value(*system, nth)).collect();
        Ok::<_, ()>(left.iter().map(of).collect())
    });
    selection.expect("nothing stops it")
}

/// Selections of each kind: a share of 95 % has a standard deviation of 0.5 %.
const SELECTIONS: u32 = 2000;

const RULE: SelectionRule =
    SelectionRule { percent: 95.0, indifference: 1.0, first_stage: 10, step: 1, most: 100_000 };

#[test]
fn the_best_is_selected_as_often_as_asked() {
    let slippage = [1.0, 1.0, 0.0, 1.0];
    let alike = [3.0; 4];
    for (seed, what, rule, means, own, shared) in [
        (61, "slippage", RULE, slippage, alike, 0.0),
        (
            62,
            "slippage, looks at every fourth",
            SelectionRule { step: 4, ..RULE },
            slippage,
            alike,
            0.0,
        ),
        (63, "slippage, 80 %", SelectionRule { percent: 80.0, ..RULE }, slippage, alike, 0.0),
        (64, "slippage, common luck", RULE, slippage, alike, 9.0),
        (65, "slippage, deviations differ", RULE, slippage, [1.0, 5.0, 3.0, 2.0], 0.0),
        (66, "one after the other", RULE, [0.0, 1.0, 2.0, 3.0], alike, 3.0),
        (
            67,
            "a first stage of five",
            SelectionRule { first_stage: 5, ..RULE },
            slippage,
            alike,
            0.0,
        ),
    ] {
        let best = means.iter().position(|mean| *mean <= 0.0);
        let right = share_of(SELECTIONS, |experiment| {
            selects(&Luck::new(seed, experiment), &rule, &means, &own, shared).best == best
        });
        println!("{what}: the best in {:.2} %", right * 100.0);
        assert!(right >= rule.percent / 100.0, "{what}: {right}");
    }
}

#[test]
fn common_random_numbers_make_selection_cheaper() {
    let work = |shared: f64, own: f64| -> u32 {
        let systems = |experiment: u32| {
            let luck = Luck::new(71, experiment);
            selects(&luck, &RULE, &[1.0, 1.0, 0.0, 1.0], &[own; 4], shared).systems
        };
        (0..200).flat_map(systems).map(|system| system.replications).sum()
    };
    // The same variance, all separate or nearly all shared.
    let (apart, together) = (work(0.0, 3.0), work(8.0_f64.sqrt(), 1.0));
    println!("replications: {apart} with luck of one's own, {together} with common luck");
    assert!(together * 3 < apart);
}

#[test]
fn what_is_practically_equal_is_decided_and_said() {
    let close = share_of(SELECTIONS, |experiment| {
        let luck = Luck::new(81, experiment);
        let found = selects(&luck, &RULE, &[0.0, 0.1, 30.0], &[3.0; 3], 3.0);
        let [first, second, third] = found.systems.as_slice() else { panic!("three systems") };
        assert!(found.best < Some(2) && third.fate == Fate::Worse && !third.is_close);
        first.is_close && second.is_close
    });
    // A system that is eliminated last had unfavourable last values, so that it may look farther away than it is.
    println!("practically equal, and said so: {:.2} %", close * 100.0);
    assert!(close >= 0.75, "{close}");
}

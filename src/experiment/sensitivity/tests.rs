//! The methods on functions with known indices.

use std::f64::consts::PI;

use super::*;
use crate::random::Streams;

/// T. Ishigami and T. Homma (1990), with a = 7 and b = 0.1, of shares of its cube [−π, π]³.
fn ishigami(x: &[f64]) -> f64 {
    let at = |place: usize| -PI + 2.0 * PI * x[place];
    at(0).sin() + 7.0 * at(1).sin().powi(2) + 0.1 * at(2).powi(4) * at(0).sin()
}

/// First-order and total indices of Ishigami's function: Saltelli et al., *Global Sensitivity Analysis. The Primer*, 2008.
const ISHIGAMI: [(f64, f64); 3] = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];

/// I. M. Sobol's g function with these coefficients.
fn g(x: &[f64], a: &[f64]) -> f64 {
    x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
}

/// First-order and total indices of g: `V_i = 1 / (3 (1 + a_i)²)`, and the variance of the product.
fn g_indices(a: &[f64]) -> Vec<(f64, f64)> {
    let own: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
    let all: f64 = own.iter().map(|own| 1.0 + own).product();
    let variance = all - 1.0;
    own.iter().map(|own| (own / variance, own * all / (1.0 + own) / variance)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "shares of a cube")]
fn shares(point: &[u64]) -> Vec<f64> {
    point.iter().map(|share| *share as f64 / 2_f64.powi(64)).collect()
}

fn sobol(factors: u32, rows: u32, seed: u64, f: impl Fn(&[f64]) -> f64) -> Vec<Index> {
    let samples = Samples::new(factors, rows, &Streams::new(seed, 0));
    let outcomes: Vec<f64> = samples.points().iter().map(|point| f(&shares(point))).collect();
    samples.indices(|place| Some(outcomes[place]))
}

fn near(found: &[Index], expected: &[(f64, f64)], tolerance: f64) {
    for (factor, (index, (first, total))) in found.iter().zip(expected).enumerate() {
        for (which, (number, expected)) in index.numbers.iter().zip([first, total]).enumerate() {
            let value = number.unwrap().value;
            assert!((value - expected).abs() < tolerance, "{factor}, {which}: {value} {expected}");
        }
    }
}

#[test]
fn the_indices_of_ishigami_are_the_known_ones() {
    near(&sobol(3, 4096, 1, ishigami), &ISHIGAMI, 0.01);
    // Far from zero, where precision is lost without centring.
    near(&sobol(3, 4096, 1, |x| 1e6 + ishigami(x)), &ISHIGAMI, 0.01);
}

#[test]
fn the_indices_of_g_are_the_known_ones() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0];
    near(&sobol(6, 4096, 1, |x| g(x, &a)), &g_indices(&a), 0.02);
    // Enough factors for Latin hypercubes.
    let mut many = a.to_vec();
    many.extend([99.0; 8]);
    assert!(many.len() > Samples::SOBOL_FACTORS);
    near(&sobol(14, 4096, 1, |x| g(x, &many)), &g_indices(&many), 0.06);
}

/// How often the intervals of an index cover the true value, over many seeds.
#[expect(clippy::cast_precision_loss, reason = "a few hundred studies")]
fn coverage(studies: u64, of: impl Fn(u64) -> Vec<(Number, f64)>) -> Vec<f64> {
    let mut held: Vec<u64> = Vec::new();
    for seed in 1..=studies {
        let numbers = of(seed);
        held.resize(numbers.len(), 0);
        for (count, (number, truth)) in held.iter_mut().zip(numbers) {
            let (low, high) = number.ci95.expect("an interval");
            assert!(low <= high);
            *count += u64::from((low..=high).contains(&truth));
        }
    }
    held.into_iter().map(|count| count as f64 / studies as f64).collect()
}

#[test]
fn intervals_of_sobol_indices_hold_the_truth() {
    let shares = coverage(100, |seed| {
        let found = sobol(3, 128, seed, ishigami);
        let pair = |(index, (first, total)): (Index, (f64, f64))| {
            [(index.numbers[0].unwrap(), first), (index.numbers[1].unwrap(), total)]
        };
        found.into_iter().zip(ISHIGAMI).flat_map(pair).collect()
    });
    // 95 % of 100, less three standard deviations; the bootstrap of a net is conservative.
    assert!(shares.iter().all(|share| *share >= 0.88), "{shares:?}");
}

#[test]
fn without_variance_there_are_no_shares() {
    let found = sobol(2, 16, 1, |_| 0.1);
    let nothing = Index { never: 0, never_by_key: 0, numbers: vec![None, None] };
    assert_eq!(found, [nothing.clone(), nothing]);
}

#[test]
fn values_never_reached_are_counted_and_not_averaged() {
    let samples = Samples::new(2, 8, &Streams::new(1, 0));
    let sums: Vec<f64> = samples.points().iter().map(|point| shares(point).iter().sum()).collect();
    // Point 6 is the third of row 1: A with the first column of B.
    let found = samples.indices(|place| (place != 6).then(|| sums[place]));
    assert_eq!((found[0].never, found[1].never), (1, 0));
    assert_eq!((found[0].never_by_key, found[1].never_by_key), (1, 0));
    assert!(found[0].numbers == [None, None] && found[1].numbers.iter().all(Option::is_some));
    let found = samples.indices(|place| (place != 4).then(|| sums[place]));
    assert!(found.iter().all(|index| index.never == 1 && index.numbers == [None, None]));
}

const FOUR: [f64; 4] = [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0];

fn morris(factors: usize, count: u32, seed: u64, f: impl Fn(&[f64]) -> f64) -> Vec<Index> {
    let scales = vec![Scale::Ordered(FOUR.to_vec()); factors];
    let trajectories = Trajectories::new(scales, count, &Streams::new(seed, 0));
    let at = |point: &Vec<usize>| f(&point.iter().map(|level| FOUR[*level]).collect::<Vec<_>>());
    let outcomes: Vec<f64> = trajectories.points().iter().map(at).collect();
    trajectories.indices(|place| Some(outcomes[place]))
}

fn values(index: &Index) -> Vec<f64> {
    index.numbers.iter().map(|number| number.unwrap().value).collect()
}

#[test]
fn effects_of_a_plane_are_its_slopes() {
    let found = morris(3, 5, 1, |x| 7.0 + 3.0 * x[0] - 2.0 * x[1]);
    for (index, slope) in found.iter().zip([3.0_f64, -2.0, 0.0]) {
        for (value, expected) in values(index).into_iter().zip([slope, slope.abs(), 0.0]) {
            assert!((value - expected).abs() < 1e-9, "{value} {expected}");
        }
    }
}

/// x₀ + x₁x₂ + (x₃ − ½)²: one alone, two together, one that turns. On the grid of four levels x₂ is of
/// mean ½ and variance 5⁄36 where x₁ moves; the effect of x₃ is (x + x′ − 1), ±⅓.
const CURVED: [(f64, f64, f64); 4] =
    [(1.0, 1.0, 0.0), (0.5, 0.5, 0.372_678), (0.5, 0.5, 0.372_678), (0.0, 1.0 / 3.0, 1.0 / 3.0)];

fn curved(x: &[f64]) -> f64 {
    x[0] + x[1] * x[2] + (x[3] - 0.5).powi(2)
}

#[test]
fn effects_of_a_curved_function_are_the_known_ones() {
    let found = morris(4, 4000, 1, curved);
    for (index, (mu, mu_star, sigma)) in found.iter().zip(CURVED) {
        for (value, expected) in values(index).into_iter().zip([mu, mu_star, sigma]) {
            assert!((value - expected).abs() < 0.02, "{value} {expected}");
        }
    }
}

#[test]
fn intervals_of_elementary_effects_hold_the_truth() {
    let shares = coverage(300, |seed| {
        let found = morris(4, 20, seed, curved);
        let numbers = |which: usize, factor: usize| found[factor].numbers[which].unwrap();
        let (_, mu_star, sigma) = CURVED[1];
        vec![
            (numbers(0, 1), CURVED[1].0),
            (numbers(0, 3), 0.0),
            (numbers(1, 2), mu_star),
            (numbers(2, 1), sigma),
        ]
    });
    // 95 % of 300, less three standard deviations; a bootstrap of twenty is a little too narrow.
    assert!(shares[..3].iter().all(|share| *share >= 0.91), "{shares:?}");
    assert!(shares[3] >= 0.85, "{shares:?}");
}

#[test]
fn every_factor_moves_once_on_a_trajectory() {
    let scales =
        vec![Scale::Ordered(FOUR.to_vec()), Scale::Words(3), Scale::Ordered(vec![0.0, 1.0])];
    let trajectories = Trajectories::new(scales, 200, &Streams::new(1, 0));
    let points = trajectories.points();
    let mut starts = std::collections::BTreeMap::new();
    for trajectory in points.chunks(4) {
        let mut moved: Vec<usize> = trajectory
            .windows(2)
            .flat_map(|pair| (0..3).filter(|factor| pair[0][*factor] != pair[1][*factor]))
            .collect();
        *starts.entry((moved[0], trajectory[0][0])).or_insert(0) += 1;
        moved.sort_unstable();
        assert_eq!(moved, [0, 1, 2]);
        assert_eq!(trajectory[0][0].abs_diff(trajectory[3][0]), 2);
    }
    assert_eq!(starts.len(), 12, "any factor is first, at any level: {starts:?}");
}

#[test]
fn a_step_from_or_to_never_has_no_effect() {
    let scales = vec![Scale::Words(2); 2];
    let trajectories = Trajectories::new(scales, 6, &Streams::new(1, 0));
    let points = trajectories.points();
    // It is reached only with the first word of the first factor.
    let outcome = |place: usize| {
        (points[place][0] == 0).then_some(if points[place][1] == 0 { 10.0 } else { 16.0 })
    };
    let found = trajectories.indices(outcome);
    assert_eq!((found[0].never, found[0].never_by_key), (6, 6));
    assert_eq!((found[1].never_by_key, &found[0].numbers), (0, &vec![None; 3]));
    let whole = trajectories.indices(|place| Some(f64::from(u8::from(points[place][1] == 1))));
    assert_eq!(values(&whole[1])[..2], [1.0, 1.0], "the later word minus the earlier");
    assert_eq!(values(&whole[0]), [0.0, 0.0, 0.0]);
}

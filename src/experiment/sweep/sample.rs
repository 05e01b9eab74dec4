//! Sampled designs: points as fractions of 2⁶⁴ along each factor.

use super::sobol;
use crate::random::{Purpose, Streams};

/// A Latin hypercube: along each factor one point in each of `points` equal strata, at a random position in it (McKay,
/// Beckman and Conover, Technometrics 21 (1979) 239–245).
pub(in crate::experiment) fn latin_hypercube(
    factors: u32,
    points: u32,
    streams: &Streams,
) -> Vec<Vec<u64>> {
    let columns: Vec<Vec<u64>> = (0..factors)
        .map(|factor| {
            let draw = |nth| streams.draw(Purpose::LatinHypercube, factor, nth);
            let mut strata: Vec<u32> = (0..points).collect();
            for last in (1..points).rev() {
                let other = draw(last).below(u64::from(last) + 1);
                strata.swap(last as usize, usize::try_from(other).expect("a place"));
            }
            let place = |(point, stratum): (u32, &u32)| {
                let inside = u128::from(draw(points + point).bits());
                let share = ((u128::from(*stratum) << 64) + inside) / u128::from(points);
                u64::try_from(share).expect("below one")
            };
            (0..).zip(&strata).map(place).collect()
        })
        .collect();
    rows(&columns, points)
}

/// The first `points` of the Sobol' sequence, each factor with a random digital shift (which keeps the net, and avoids
/// a point at zero).
pub(in crate::experiment) fn sobol(factors: u32, points: u32, streams: &Streams) -> Vec<Vec<u64>> {
    let columns: Vec<Vec<u64>> = (0..factors)
        .map(|factor| {
            let directions = sobol::directions(factor as usize);
            let shift = streams.draw(Purpose::SobolShift, factor, 0).bits();
            let share = |index| (u64::from(sobol::number(&directions, index)) << 32) ^ shift;
            (0..points).map(share).collect()
        })
        .collect();
    rows(&columns, points)
}

fn rows(columns: &[Vec<u64>], points: u32) -> Vec<Vec<u64>> {
    let row = |point: usize| columns.iter().map(|column| column[point]).collect();
    (0..points as usize).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_hypercube_meets_each_stratum_once() {
        let points = latin_hypercube(5, 37, &Streams::new(3, 0));
        for factor in 0..5 {
            let mut strata: Vec<u128> =
                points.iter().map(|point| (u128::from(point[factor]) * 37) >> 64).collect();
            assert!(!strata.is_sorted(), "factor {factor} is in random order");
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..37), "factor {factor}");
        }
        assert_ne!(points, latin_hypercube(5, 37, &Streams::new(4, 0)));
    }

    #[test]
    fn a_shifted_sobol_sequence_is_still_stratified_and_grows() {
        let points = sobol(6, 64, &Streams::new(3, 0));
        for factor in 0..6 {
            let mut strata: Vec<u64> = points.iter().map(|point| point[factor] >> 58).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..64), "factor {factor}");
        }
        let more = sobol(6, 128, &Streams::new(3, 0));
        assert_eq!(more[..64], points, "more points leave the first where they are");
        assert_ne!(points, sobol(6, 64, &Streams::new(4, 0)));
    }
}

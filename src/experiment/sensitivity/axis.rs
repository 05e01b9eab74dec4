//! A factor as a numeric axis of a design.

use super::morris::Scale;
use crate::experiment::sweep::{Factor, Levels, Spacing};

/// The number of levels of a range for elementary effects (Morris 1991, §3: an even number).
const GRID: u64 = 4;

/// A factor and its levels for elementary effects.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The factor.
    pub factor: Factor,
    /// The levels as written.
    pub grid: Vec<String>,
    /// Their distances.
    pub scale: Scale,
}

impl Axis {
    /// The axis of `factor`; `None` if it has only one level.
    pub fn new(factor: Factor) -> Option<Self> {
        let (grid, scale) = match &factor.levels {
            Levels::Listed(words) => (words.clone(), Scale::Words(words.len())),
            Levels::Range { .. } => {
                let level = |place: u64| factor.levels.at(u64::MAX / (GRID - 1) * place);
                let mut grid: Vec<String> = (0..GRID).map(level).collect();
                grid.dedup();
                let positions = grid.iter().map(|level| position(&factor.levels, level)).collect();
                (grid, Scale::Ordered(positions))
            }
        };
        (grid.len() > 1).then_some(Self { factor, grid, scale })
    }
}

/// The position of a level in a range, from 0 to 1: rounded levels are not evenly spaced.
#[expect(clippy::cast_precision_loss, reason = "a share of a range")]
fn position(levels: &Levels, level: &str) -> f64 {
    let Levels::Range { key, from, to, spacing } = levels else { return 0.0 };
    let at = key.quantity(level).expect("a level that the range wrote") as f64;
    let (from, to) = (*from as f64, *to as f64);
    match spacing {
        Spacing::Linear => (at - from) / (to - from),
        Spacing::Logarithmic => (at / from).ln() / (to / from).ln(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(text: &str) -> Option<Axis> {
        Axis::new(Factor::parse(text).unwrap())
    }

    /// The positions of the levels, in thirds, if they are multiples of a third.
    fn thirds(scale: &Scale) -> Vec<i32> {
        let Scale::Ordered(positions) = scale else { panic!("a range is ordered") };
        let at = |position: &f64| {
            (0..=3).find(|third| (position * 3.0 - f64::from(*third)).abs() < 1e-9)
        };
        positions.iter().filter_map(at).collect()
    }

    #[test]
    fn ranges_have_four_levels_from_end_to_end() {
        let slots = axis("server.slots=100..400").unwrap();
        assert_eq!(slots.grid, ["100", "200", "300", "400"]);
        assert_eq!(thirds(&slots.scale), [0, 1, 2, 3]);
        let rate = axis("site.b.bandwidth=1 Mbit/s..8 Mbit/s log").unwrap();
        assert_eq!(rate.grid, ["1 Mbit/s", "2 Mbit/s", "4 Mbit/s", "8 Mbit/s"]);
        assert_eq!(thirds(&rate.scale), [0, 1, 2, 3]);
    }

    #[test]
    fn few_counts_are_few_levels_where_they_are() {
        let few = axis("notification.attempts=2..3").unwrap();
        assert_eq!((few.grid.join(" "), few.scale), ("2 3".into(), Scale::Ordered(vec![0.0, 1.0])));
        let three = axis("notification.attempts=1..3").unwrap();
        assert_eq!(three.scale, Scale::Ordered(vec![0.0, 0.5, 1.0]));
        assert!(axis("server.slots=7..7").is_none() && axis("server.slots=7").is_none());
        assert_eq!(axis("network.model=fluid,tcp").unwrap().scale, Scale::Words(2));
    }
}

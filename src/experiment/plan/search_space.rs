//! The sites that may have Update Agents, and the placements.

use super::placement::Place;

/// The number of Update Agents at each place.
pub type Numbers = Vec<u32>;

/// What the search adds or leaves out at once: a place, and a number of Update Agents there.
pub(super) type Unit = (usize, u32);

/// The search space.
#[derive(Debug)]
pub struct SearchSpace<'a> {
    /// The places that may have Update Agents.
    pub places: &'a [Place],
    /// The number of agents that each can serve at once.
    pub capacity: u64,
    /// The maximum number of Update Agents.
    pub most: u32,
    /// Whether each needs a second one beside it, because any one may be off.
    pub in_pairs: bool,
}

impl SearchSpace<'_> {
    /// All placements of `count` Update Agents; `None` if there are more than `limit`.
    pub(super) fn placements(&self, count: u32, limit: usize) -> Option<Vec<Numbers>> {
        let mut begun: Vec<Numbers> = vec![Vec::new()];
        let mut room: u64 = self.places.iter().map(|place| u64::from(place.room)).sum();
        for place in self.places {
            room -= u64::from(place.room);
            let with = |begun: &Numbers| {
                let left = count - begun.iter().sum::<u32>();
                let least = u32::try_from(u64::from(left).saturating_sub(room)).unwrap_or(left);
                let begun = begun.clone();
                (least..=left.min(place.room)).map(move |here| [&begun[..], &[here]].concat())
            };
            // Every prefix can be completed, so their number does not exceed that of all placements.
            begun = begun.iter().flat_map(with).take(limit + 1).collect();
            if begun.len() > limit {
                return None;
            }
        }
        Some(begun)
    }

    /// A unit for each place of a ranking: one Update Agent, or two if they are needed in pairs, as far as there is room.
    pub(super) fn units(&self, ranking: &[usize]) -> Vec<Unit> {
        let mut room: Vec<u32> = self.places.iter().map(|place| place.room).collect();
        let (mut left, mut units) = (self.most, Vec::new());
        for place in ranking {
            let number = (if self.in_pairs { 2 } else { 1 }).min(room[*place]).min(left);
            if number > 0 {
                units.push((*place, number));
            }
            room[*place] -= number;
            left -= number;
        }
        units
    }

    /// All of `units`.
    pub(super) fn sum(&self, units: &[Unit]) -> Numbers {
        let mut numbers = vec![0; self.places.len()];
        for (place, number) in units {
            numbers[*place] += number;
        }
        numbers
    }

    /// The first `count` of `order`.
    pub fn first(&self, order: &[usize], count: usize) -> Numbers {
        let mut numbers = vec![0; self.places.len()];
        for place in &order[..count] {
            numbers[*place] += 1;
        }
        numbers
    }

    /// One more than `numbers`: the next of `order` after all present ones, or else the first that is missing.
    pub fn one_more(&self, order: &[usize], numbers: &Numbers) -> Option<Numbers> {
        let mut left = numbers.clone();
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        for place in order {
            if left[*place] == 0 {
                behind.push(*place);
            } else {
                left[*place] -= 1;
                before.append(&mut behind);
            }
        }
        let next = behind.first().or(before.first())?;
        let mut more = numbers.clone();
        more[*next] += 1;
        Some(more)
    }
}

//! Search for the cheapest placement that passes.
//!
//! It begins with the smallest placement that passes. Then the placements of the ranking by cost are tried, of 1, 2, 4, …
//! Update Agents and of numbers beside the cheapest of these; then single Update Agents are added, dropped and moved as
//! long as that is cheaper. The cost of a placement is at least that of its Update Agents and of the bandwidth of all
//! links: what cannot be cheaper is not simulated, and if the rest is small, all of it is tried.

use super::load_attribution::LoadAttribution;
use super::ranking::greatest;
use super::search::TrialOutcome;
use super::search_space::{Numbers, SearchSpace};
use super::trial::Halt;

/// The number of places at which each kind of change is tried.
const CHOICES: usize = 4;

/// The maximum number of placements that are enumerated to prove that none is cheaper.
const PLACEMENTS: usize = 512;

/// What placements cost at least.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// What is the same for all placements.
    pub fixed: f64,
    /// What each Update Agent adds.
    pub update_agent: f64,
}

impl Floor {
    fn of(self, count: u32) -> f64 {
        self.fixed + f64::from(count) * self.update_agent
    }
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cheapest {
    /// The cost of the cheapest that passed, and its numbers.
    pub best: Option<(f64, Numbers)>,
    /// Whether every placement that could be cheaper was tried.
    pub is_complete: bool,
    /// Why it ended early.
    pub halt: Option<Halt>,
}

impl SearchSpace<'_> {
    /// Searches for a placement cheaper than `below` that passes `trial`, from `start`, which passes.
    pub fn cheapest(
        &self,
        start: &Numbers,
        (floor, below): (Floor, f64),
        trial: impl FnMut(&Numbers) -> Result<TrialOutcome, Halt>,
    ) -> Cheapest {
        let found = Cheapest::default();
        let mut search = CheapestSearch { space: self, trial, floor, below, found };
        search.found.halt = search.look(start).err();
        search.found
    }
}

struct CheapestSearch<'g, F> {
    space: &'g SearchSpace<'g>,
    trial: F,
    floor: Floor,
    below: f64,
    found: Cheapest,
}

impl<F: FnMut(&Numbers) -> Result<TrialOutcome, Halt>> CheapestSearch<'_, F> {
    /// What a better candidate must cost less than.
    fn limit(&self) -> f64 {
        self.found.best.as_ref().map_or(self.below, |best| best.0)
    }

    /// Whether the candidate is better than the best so far; if so, it is the best.
    fn is_better(&mut self, numbers: &Numbers) -> Result<bool, Halt> {
        let count = numbers.iter().sum::<u32>();
        if count > self.space.most || self.floor.of(count) >= self.limit() {
            return Ok(false);
        }
        let outcome = (self.trial)(numbers)?;
        let better = outcome.cost.filter(|cost| outcome.passed && *cost < self.limit());
        if let Some(cost) = better {
            self.found.best = Some((cost, numbers.clone()));
        }
        Ok(better.is_some())
    }

    fn look(&mut self, start: &Numbers) -> Result<(), Halt> {
        self.is_better(start)?;
        let base = (self.trial)(&vec![0; self.space.places.len()])?.costly;
        let space = self.space;
        let order = base.rank(space.places, space.capacity, space.most);
        let with = |count: usize| {
            let first = space.first(&order, count);
            let both = first.iter().zip(start).map(|(first, start)| *first.max(start)).collect();
            [first, both]
        };
        let mut lengths: Vec<usize> = std::iter::successors(Some(1), |at| Some(2 * at))
            .take_while(|at| *at < order.len())
            .collect();
        lengths.push(order.len());
        let ladder: Vec<[Numbers; 2]> = lengths.iter().map(|count| with(*count)).collect();
        let mut least = 0;
        for (candidates, length) in ladder.iter().zip(&lengths) {
            for numbers in candidates {
                if self.is_better(numbers)? {
                    least = *length;
                }
            }
        }
        let mut step = least / 2;
        while step > 0 {
            let near = [least.saturating_sub(step), (least + step).min(order.len())];
            let mut better = None;
            for length in near {
                let [first, both] = with(length);
                if self.is_better(&first)? | self.is_better(&both)? {
                    better = Some(length);
                }
            }
            least = better.unwrap_or(least);
            step /= 2;
        }
        self.descend(&base)?;
        self.complete()
    }

    /// Adds, drops and moves single Update Agents as long as that is better.
    fn descend(&mut self, base: &LoadAttribution) -> Result<(), Halt> {
        while let Some((_, numbers)) = self.found.best.clone() {
            let mut is_better = false;
            for next in self.beside(base, &numbers) {
                if self.is_better(&next)? {
                    is_better = true;
                    break;
                }
            }
            if !is_better {
                break;
            }
        }
        Ok(())
    }

    /// The placements beside `numbers`: without an Update Agent that helps little, with one more where the load is
    /// great, and both.
    fn beside(&self, base: &LoadAttribution, numbers: &Numbers) -> Vec<Numbers> {
        let SearchSpace { places, capacity, .. } = *self.space;
        let mut benefits = base.benefits(places, numbers, capacity);
        let mut more = Vec::new();
        while more.len() < CHOICES {
            let Some(place) = greatest(&benefits).filter(|place| benefits[*place] > 0.0) else {
                break;
            };
            benefits[place] = 0.0;
            more.push(place);
        }
        let help = |place: usize| {
            let mut fewer = numbers.clone();
            fewer[place] -= 1;
            (base.benefits(places, &fewer, capacity)[place], place)
        };
        let mut fewer: Vec<(f64, usize)> =
            (0..places.len()).filter(|place| numbers[*place] > 0).map(help).collect();
        fewer.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        fewer.truncate(CHOICES);
        let changed = |less: Option<usize>, more: Option<usize>| {
            let mut numbers = numbers.clone();
            if let Some(place) = less {
                numbers[place] -= 1;
            }
            if let Some(place) = more {
                numbers[place] += 1;
            }
            numbers
        };
        let dropped = fewer.iter().map(|(_, less)| changed(Some(*less), None));
        let added = more.iter().map(|more| changed(None, Some(*more)));
        let moved = fewer
            .iter()
            .flat_map(|(_, less)| more.iter().map(|more| changed(Some(*less), Some(*more))));
        dropped.chain(added).chain(moved).collect()
    }

    /// Tries every placement that could be cheaper, as long as these are few.
    fn complete(&mut self) -> Result<(), Halt> {
        let mut left = PLACEMENTS;
        for count in 0..=self.space.most {
            if self.floor.of(count) >= self.limit() {
                break;
            }
            let Some(all) = self.space.placements(count, left) else { return Ok(()) };
            if all.is_empty() {
                break;
            }
            left -= all.len();
            for numbers in all {
                self.is_better(&numbers)?;
            }
        }
        self.found.is_complete = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::load_attribution::{Offload, SiteLoad};
    use super::super::placement::{Place, places};
    use super::super::ranking::tests::four_places;
    use super::*;

    /// Each place costs 10 unless it is served; an Update Agent costs 4. The target needs one at the last place.
    fn trial(
        places: &[Place],
        prices: [f64; 4],
    ) -> impl FnMut(&Numbers) -> Result<TrialOutcome, Halt> + '_ {
        move |numbers| {
            let unserved: f64 =
                numbers.iter().zip(prices).filter(|(number, _)| **number == 0).map(|at| at.1).sum();
            let count = f64::from(numbers.iter().sum::<u32>());
            let loads = vec![SiteLoad { offload: Offload::OfServer, of_place: prices.to_vec() }];
            let bottleneck = (0..places.len()).collect();
            let costly = LoadAttribution { loads, bottleneck };
            Ok(TrialOutcome {
                passed: numbers[3] > 0,
                share: 1.0,
                excess: 0.0,
                attribution: costly.clone(),
                cost: Some(100.0 + 4.0 * count + unserved),
                costly,
            })
        }
    }

    #[test]
    fn what_is_worth_its_price_is_added() {
        let places = places(&four_places());
        let space = SearchSpace { places: &places, capacity: 250, most: 100, in_pairs: false };
        let floor = Floor { fixed: 100.0, update_agent: 4.0 };
        // At the hub an Update Agent saves 10, at the first store 3: it is not worth 4. The last is required.
        let prices = [0.0, 10.0, 3.0, 1.0];
        let found =
            space.cheapest(&vec![0, 0, 0, 1], (floor, f64::INFINITY), trial(&places, prices));
        assert_eq!(found.best, Some((100.0 + 8.0 + 3.0, vec![0, 1, 0, 1])));
        assert!(found.is_complete && found.halt.is_none());
        // A rival below the floor leaves nothing to search.
        let none = space.cheapest(&vec![0, 0, 0, 1], (floor, 100.0), trial(&places, prices));
        assert_eq!((none.best, none.is_complete), (None, true));
    }
}

//! Search for the smallest number that passes: doubling, bisection along a ranking, then exchanges.
//!
//! All candidates are simulated on the same days (common random numbers), so differences are due to the candidates. More
//! Update Agents usually help, so the number is bisected; a smaller placement is then searched by moving one Update Agent
//! at a time. Too many Update Agents do harm (UAG-6), so numbers are tried in ascending order.

use std::collections::BTreeSet;

use super::load_attribution::LoadAttribution;
use super::ranking::greatest;
use super::search_space::{Numbers, SearchSpace, Unit};
use super::trial::Halt;

/// The ranking's best placement is tried without its halves, quarters and so on, down to this many parts.
const PARTS: usize = 16;

/// The number of unsuccessful moves after which the search for a better placement ends.
const MOVES: u32 = 6;

/// The maximum number of smaller placements that are enumerated to prove that none passes.
const PLACEMENTS: usize = 64;

/// The result of a trial.
#[derive(Clone, Debug)]
pub struct TrialOutcome {
    /// Whether it passed.
    pub passed: bool,
    /// The share of its days on which it met the targets.
    pub share: f64,
    /// Its distance from passing; smaller is closer.
    pub excess: f64,
    /// The loads on its first days.
    pub attribution: LoadAttribution,
    /// The mean cost of a year, if the scenario has prices.
    pub cost: Option<f64>,
    /// The loads that cost.
    pub costly: LoadAttribution,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The smallest candidate that passed.
    pub best: Option<Numbers>,
    /// The lower bound: every smaller placement was tried, and failed.
    pub bound: u32,
    /// The ranking of places, for adding further ones.
    pub order: Vec<usize>,
    /// Why it ended early: `best` may not be the smallest then.
    pub halt: Option<Halt>,
}

impl SearchSpace<'_> {
    /// Searches for the smallest candidate that passes `trial`, which may be called repeatedly for one candidate.
    pub fn search(&self, trial: impl FnMut(&Numbers) -> Result<TrialOutcome, Halt>) -> Found {
        let (found, units, nearest) = (Found::default(), Vec::new(), (f64::INFINITY, 0));
        let mut search = Search { space: self, trial, found, units, nearest };
        let looked = search.look().and_then(|()| search.complete());
        search.found.halt = looked.err();
        search.found
    }
}

struct Search<'g, F> {
    space: &'g SearchSpace<'g>,
    trial: F,
    found: Found,
    /// The ranking.
    units: Vec<Unit>,
    /// The least excess among prefixes of the ranking that failed, and their length.
    nearest: (f64, usize),
}

impl<F: FnMut(&Numbers) -> Result<TrialOutcome, Halt>> Search<'_, F> {
    /// Whether the candidates pass; if so, they are the best so far.
    fn passes(&mut self, numbers: Numbers) -> Result<bool, Halt> {
        let passed = (self.trial)(&numbers)?.passed;
        if passed {
            self.found.best = Some(numbers);
        }
        Ok(passed)
    }

    fn look(&mut self) -> Result<(), Halt> {
        let none = vec![0; self.space.places.len()];
        if self.passes(none.clone())? {
            return Ok(());
        }
        let base = (self.trial)(&none)?.attribution;
        self.found.bound = 1;
        let SearchSpace { places, capacity, most, .. } = *self.space;
        self.units = self.space.units(&base.rank(places, capacity, most));
        let single = |(place, number): &Unit| std::iter::repeat_n(*place, *number as usize);
        self.found.order = self.units.iter().flat_map(single).collect();
        let passes = self.double()?;
        if let Some((mut low, mut high)) = passes {
            while high - low > 1 {
                let middle = low.midpoint(high);
                let (passed, _) = self.first(middle)?;
                *(if passed { &mut high } else { &mut low }) = middle;
            }
            self.leave_out(high)?;
        } else {
            // Some of the closest may be superfluous or misplaced.
            let near = self.leave_out(self.nearest.1)?;
            if self.found.best.is_none() && !self.exchange(&base, near)? {
                return Ok(());
            }
        }
        // Below the ranking's smallest: in growing steps while they succeed.
        let mut step = 1;
        while step > 0 {
            let mut fewer = self.found.best.clone().unwrap_or_default();
            for _ in 0..step {
                fewer = self.without_least(&base, &fewer);
            }
            step = match (self.exchange(&base, fewer)?, step) {
                (true, _) => 2 * step,
                (false, 1) => 0,
                (false, _) => 1,
            };
        }
        Ok(())
    }

    /// A length of a prefix of the ranking that passes, and one below it that does not: the first of 1, 2, 4, … or all,
    /// or else one between these.
    fn double(&mut self) -> Result<Option<(usize, usize)>, Halt> {
        let all = self.units.len();
        let mut failed = vec![(0, f64::INFINITY)];
        let mut count = 1;
        while count <= all {
            let (passed, excess) = self.first(count)?;
            if passed {
                return Ok(failed.last().map(|(low, _)| (*low, count)));
            }
            failed.push((count, excess));
            count = if count < all { all.min(2 * count) } else { all + 1 };
        }
        self.between(&failed)
    }

    /// The same between lengths that `failed`, in order, with their excess: because too many harm (UAG-6), the excess
    /// is least somewhere in between, and the search narrows in on it.
    fn between(&mut self, failed: &[(usize, f64)]) -> Result<Option<(usize, usize)>, Halt> {
        let (mut least, mut middle) = self.nearest;
        let below = failed.iter().rev().find(|(count, _)| *count < middle);
        let above = failed.iter().find(|(count, _)| *count > middle);
        let mut low = below.map_or(0, |(count, _)| *count);
        let mut high = above.map_or(middle, |(count, _)| *count);
        while high - low > 2 {
            let is_below = middle - low > high - middle;
            let next = if is_below { low.midpoint(middle) } else { middle.midpoint(high) };
            let (passed, excess) = self.first(next)?;
            if passed {
                return Ok(Some((if is_below { low } else { middle }, next)));
            }
            let is_nearer = excess < least;
            match (is_nearer, is_below) {
                (true, true) => high = middle,
                (true, false) => low = middle,
                (false, true) => low = next,
                (false, false) => high = next,
            }
            if is_nearer {
                (least, middle) = (excess, next);
            }
        }
        Ok(None)
    }

    /// Whether a prefix of the ranking passes, and its excess.
    fn first(&mut self, count: usize) -> Result<(bool, f64), Halt> {
        let numbers = self.space.sum(&self.units[..count]);
        let TrialOutcome { passed, excess, .. } = (self.trial)(&numbers)?;
        if passed {
            self.found.best = Some(numbers);
        } else if excess < self.nearest.0 {
            self.nearest = (excess, count);
        }
        Ok((passed, excess))
    }

    /// Tries every placement smaller than the best, or if there is none, of any size, as long as these are few: the
    /// smallest first.
    fn complete(&mut self) -> Result<(), Halt> {
        let best = self.found.best.as_ref().map(|best| best.iter().sum::<u32>());
        let most = best.map_or(self.space.most, |best| best.saturating_sub(1));
        let mut left = PLACEMENTS;
        for count in 1..=most {
            let Some(all) = self.space.placements(count, left) else { return Ok(()) };
            left -= all.len();
            for numbers in all {
                if self.passes(numbers)? {
                    return Ok(());
                }
            }
            self.found.bound = count + 1;
        }
        Ok(())
    }

    /// Delta debugging: drops parts of the first `count` of the ranking while the rest passes (A. Zeller and R.
    /// Hildebrandt, *Simplifying and isolating failure-inducing input*, IEEE TSE 28, 2002), or, if nothing passes,
    /// while the rest is closer to passing; returns what is kept.
    fn leave_out(&mut self, count: usize) -> Result<Numbers, Halt> {
        let mut kept = self.units[..count].to_vec();
        let (_, mut least) = self.first(count)?;
        let mut parts = 1;
        let mut size = kept.len();
        while size > 1 && parts < PARTS {
            parts *= 2;
            size = kept.len().div_ceil(parts);
            let mut begin = 0;
            while begin < kept.len() {
                let end = kept.len().min(begin + size);
                let rest = [&kept[..begin], &kept[end..]].concat();
                let numbers = self.space.sum(&rest);
                let excess = (self.trial)(&numbers)?.excess;
                let has_none = self.found.best.is_none();
                if self.passes(numbers)? || has_none && excess < least {
                    (kept, least) = (rest, excess);
                } else {
                    begin = end;
                }
            }
        }
        Ok(self.space.sum(&kept))
    }

    /// Moves Update Agents one at a time from where they help least to where the load is greatest, until the targets
    /// are met; returns whether they were.
    fn exchange(&mut self, base: &LoadAttribution, mut numbers: Numbers) -> Result<bool, Halt> {
        let SearchSpace { places, capacity, .. } = *self.space;
        if numbers.iter().all(|number| *number == 0) {
            // The empty placement was tried first, and has nothing to move.
            return Ok(false);
        }
        let mut tried = BTreeSet::new();
        let mut excess = f64::INFINITY;
        let mut vain = 0;
        let mut next = numbers.clone();
        while vain < MOVES && tried.insert(next.clone()) {
            let outcome = (self.trial)(&next)?;
            if outcome.passed {
                self.found.best = Some(next);
                return Ok(true);
            }
            if outcome.excess < excess {
                (excess, vain) = (outcome.excess, 0);
                numbers.clone_from(&next);
            } else {
                vain += 1;
            }
            let attribution = (self.trial)(&numbers)?.attribution;
            // The better moves were tried before, without success.
            let mut benefits = attribution.benefits(places, &numbers, capacity);
            let fewer = self.without_least(base, &numbers);
            next.clone_from(&numbers);
            while let Some(place) = greatest(&benefits).filter(|place| benefits[*place] > 0.0) {
                next.clone_from(&fewer);
                next[place] += 1;
                if !tried.contains(&next) {
                    break;
                }
                benefits[place] = 0.0;
            }
        }
        Ok(false)
    }

    /// One Update Agent fewer: without the one that helped least.
    fn without_least(&self, base: &LoadAttribution, numbers: &Numbers) -> Numbers {
        let SearchSpace { places, capacity, .. } = *self.space;
        let help = |place: usize| {
            let mut fewer = numbers.clone();
            fewer[place] -= 1;
            (base.benefits(places, &fewer, capacity)[place], fewer)
        };
        let standing = (0..places.len()).rev().filter(|place| numbers[*place] > 0);
        let least = standing.map(help).min_by(|(a, _), (b, _)| a.total_cmp(b));
        least.map_or_else(|| numbers.clone(), |(_, fewer)| fewer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::load_attribution::{Offload, SiteLoad};
    use super::super::placement::{Place, places, served_from};
    use super::*;

    /// Headquarters with `hubs` hubs of `below` sites each, ten agents everywhere.
    fn tree(hubs: usize, below: usize) -> Vec<Place> {
        let network = crate::scenario::Scenario::parse(
            &format!(
                "name = \"x\"\nduration = \"1 h\"\n[headquarters]\nagents = 10\ninternet_bandwidth = \"10 Mbit/s\"\n[[site]]\nname = \"hub\"\n\
                 count = {hubs}\nagents = 10\nbandwidth = \"1 Mbit/s\"\nsubnet = \"10.0.0.0/9\"\nsite_prefix = 16\n\
                 [[site]]\nname = \"store\"\nvia = \"hub\"\ncount = {}\nagents = 10\nbandwidth = \"1 Mbit/s\"\n\
                 [[release]]\nname = \"r\"\nat = \"10 min\"\ncomponents = [\"Virus Pattern\"]\n",
                hubs * below
            ),
            "x.toml",
            &crate::scenario::Overrides::default(),
        );
        places(&network.expect("a scenario"))
    }

    /// A company in which a site is late unless its Update Agent is close enough: the links of the sites `thin` are the
    /// bottlenecks.
    fn company<'a>(
        places: &'a [Place],
        thin: &'a [usize],
        allowed: f64,
    ) -> impl FnMut(&Numbers) -> Result<TrialOutcome, Halt> + 'a {
        move |numbers| {
            let from = served_from(places, numbers);
            let crosses = |place: usize, link: usize| {
                let mut at = Some(place);
                std::iter::from_fn(|| {
                    let now = at.filter(|now| from[place] != Some(*now))?;
                    at = places[now].above;
                    Some(now)
                })
                .any(|now| now == link)
            };
            let late = |place: usize| thin.iter().any(|link| crosses(place, *link));
            let lateness: Vec<f64> =
                (0..places.len()).map(|place| if late(place) { 1000.0 } else { 10.0 }).collect();
            let bottleneck = (0..places.len())
                .map(|place| thin.iter().copied().find(|link| crosses(place, *link)).unwrap_or(0))
                .collect();
            let excess = lateness.iter().sum::<f64>() - allowed;
            let of_place = lateness.iter().map(|late| late * late / 1000.0).collect();
            let loads = vec![SiteLoad { offload: Offload::OfBottleneck, of_place }];
            let attribution = LoadAttribution { loads, bottleneck };
            let (cost, costly) = (None, LoadAttribution::nothing(places.len()));
            let passed = excess <= 0.0;
            let share = f64::from(u8::from(passed));
            Ok(TrialOutcome { passed, share, excess, attribution, cost, costly })
        }
    }

    /// The fewest that pass, by enumerating all sets of places.
    fn exhaustive(
        places: &[Place],
        mut trial: impl FnMut(&Numbers) -> Result<TrialOutcome, Halt>,
    ) -> u32 {
        (0_u32..1 << places.len())
            .filter(|set| {
                let numbers = (0..places.len()).map(|place| set >> place & 1).collect();
                trial(&numbers).is_ok_and(|outcome| outcome.passed)
            })
            .map(u32::count_ones)
            .min()
            .expect("one everywhere is enough")
    }

    #[test]
    fn it_finds_what_an_exhaustive_search_finds() {
        let places = tree(3, 3);
        assert_eq!(places.len(), 13);
        for (thin, allowed) in [
            (vec![], 130.0),
            (vec![1], 130.0),
            (vec![1, 2, 3], 130.0),
            (vec![4, 5, 6], 130.0),
            (vec![1, 4, 5, 12], 130.0),
            (vec![1, 4, 5, 12], 1200.0),
            (vec![1, 2, 7, 8, 9, 10], 3200.0),
            ((1..13).collect(), 130.0),
        ] {
            let space = SearchSpace { places: &places, capacity: 250, most: 100, in_pairs: false };
            let found = space.search(company(&places, &thin, allowed));
            let best = found.best.expect("one everywhere is enough");
            let fewest = exhaustive(&places, company(&places, &thin, allowed));
            assert_eq!(best.iter().sum::<u32>(), fewest, "{thin:?}, {allowed}: {best:?}");
        }
    }

    #[test]
    fn it_reports_when_nothing_passes_and_when_the_budget_is_exhausted() {
        let places = tree(1, 2);
        let space = SearchSpace { places: &places, capacity: 250, most: 100, in_pairs: false };
        let found = space.search(company(&places, &[1], 1.0));
        assert_eq!((found.best, found.halt), (None, None));
        let mut left = 2;
        let mut trial = company(&places, &[1, 2], 40.0);
        let found = space.search(|numbers| {
            left -= 1;
            if left < 0 { Err(Halt::BudgetSpent) } else { trial(numbers) }
        });
        assert_eq!(found.halt, Some(Halt::BudgetSpent));
    }

    #[test]
    fn units_are_pairs_as_far_as_there_is_room() {
        let mut places = tree(1, 2);
        places[2].room = 1;
        let units = |most, in_pairs| {
            let space = SearchSpace { places: &places, capacity: 250, most, in_pairs };
            space.units(&[1, 2, 3])
        };
        assert_eq!(units(100, false), [(1, 1), (2, 1), (3, 1)]);
        assert_eq!(units(100, true), [(1, 2), (2, 1), (3, 2)]);
        assert_eq!(units(4, true), [(1, 2), (2, 1), (3, 1)]);
    }

    #[test]
    fn what_does_nothing_for_the_targets_is_left_out() {
        let places = tree(3, 3);
        // The loads indicate the hubs, but only two stores decide.
        let misled = |numbers: &Numbers| {
            let mut outcome = company(&places, &[1, 2, 3], 130.0)(numbers)?;
            outcome.passed = numbers[5] > 0 && numbers[11] > 0;
            outcome.excess = f64::from(2 - u8::from(numbers[5] > 0) - u8::from(numbers[11] > 0));
            Ok(outcome)
        };
        let space = SearchSpace { places: &places, capacity: 250, most: 100, in_pairs: false };
        let found = space.search(misled);
        let best = found.best.expect("all of them do");
        assert!(best.iter().sum::<u32>() <= 3, "{best:?}");
        let more = space.one_more(&found.order, &best).expect("there are others");
        assert_eq!(more.iter().sum::<u32>(), 1 + best.iter().sum::<u32>());
        let all: Numbers = found.order.iter().fold(vec![0; places.len()], |mut all, place| {
            all[*place] += 1;
            all
        });
        assert_eq!(space.one_more(&found.order, &all), None);
    }

    #[test]
    fn the_ranking_omits_places_without_room_or_need() {
        let places = tree(1, 2);
        let outcome = company(&places, &[1], 0.0)(&vec![0; places.len()]).expect("no end");
        // The hub's link is slow: the hub comes first, then the remaining places, without duplicates.
        let order = outcome.attribution.rank(&places, 250, 100);
        assert_eq!(order[0], 1);
        assert!(order.len() <= places.len(), "{order:?}");
    }
}

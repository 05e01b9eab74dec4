//! The smallest number of Update Agents that meets a target, and their sites.
//!
//! A *day* is one replication. A candidate passes if every target is met on the required share of days. The search
//! compares all candidates on the same few days; its result is then verified on days that the search has not used, which
//! removes the selection bias.

mod load_attribution;
mod placement;
mod ranking;
mod rules_of_thumb;
mod search;
mod search_space;
mod target;
mod trial;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

pub use load_attribution::{LoadAttribution, Offload, SiteLoad};
pub use placement::{
    Place, TooManyEntries, places, served_from, update_agents_at, with_update_agents_at,
};
pub use rules_of_thumb::{RULES_OF_THUMB, RuleOfThumb};
pub use search::{Found, TrialOutcome};
pub use search_space::{Numbers, SearchSpace};
pub use target::{Side, Target, contradiction};
use trial::{Candidate, Days, Trials};
pub use trial::{Halt, Probe, Trial};

use super::threads::{ThreadsError, pool};
use crate::experiment::intervals;
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// A setting of the levers: the scenario with them, without its Update Agents.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The keys of the levers and their values.
    pub levers: Vec<(String, String)>,
    /// The scenario with them.
    pub scenario: Scenario,
}

/// The request for a plan.
#[derive(Debug)]
pub struct Question<'a> {
    /// The settings, in order of preference.
    pub settings: &'a [Setting],
    /// The targets.
    pub targets: &'a [Target],
    /// The required share of days, from 0 to 1.
    pub confidence: f64,
    /// The maximum number of Update Agents.
    pub most: u32,
    /// The number of days of the search.
    pub days: u32,
    /// The number of fresh days of the validation.
    pub fresh_days: u32,
    /// The maximum number of runs of the search; the validation is extra.
    pub budget: u32,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of threads; 0: one for each core.
    pub threads: usize,
}

/// The result.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The sites.
    pub places: Vec<Place>,
    /// The plan that meets the targets; `None` if no candidate does.
    pub choice: Option<Choice>,
    /// The candidate closest to the targets, if none meets them.
    pub closest: Option<Closest>,
    /// The lower bound of the number of Update Agents: every placement with fewer was tried, under every setting, and
    /// failed on the days of the search.
    pub bound: u32,
    /// Every candidate, in order.
    pub probes: Vec<Probe>,
    /// The number of runs used.
    pub runs: u32,
    /// Why the search ended early, if it did: there may be a smaller plan, or a plan at all.
    pub halt: Option<Halt>,
}

/// A plan that meets the targets.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The setting, by its number.
    pub setting: usize,
    /// The number of Update Agents at each place.
    pub numbers: Numbers,
    /// The scenario with them.
    pub scenario: Scenario,
    /// The number of fresh days on which every target was met.
    pub met: u32,
    /// The number of fresh days.
    pub days: u32,
    /// The lower bound of the share of such days, at 95 % confidence.
    pub bound: f64,
}

/// The candidate that came closest to the targets.
#[derive(Clone, Debug)]
pub struct Closest {
    /// The setting, by its number.
    pub setting: usize,
    /// The number of Update Agents at each place.
    pub numbers: Numbers,
    /// The scenario with them.
    pub scenario: Scenario,
    /// Its trial.
    pub probe: Probe,
    /// Its greatest excess over a target, relative to the target.
    excess: f64,
}

impl Closest {
    /// Whether this is closer than `other`: it failed only in the validation, met the targets on a greater share of
    /// days, or missed them by less.
    fn is_closer_than(&self, other: &Self) -> bool {
        let of = |it: &Self| {
            let share = f64::from(it.probe.met) / f64::from(it.probe.days.max(1));
            [f64::from(u8::from(it.probe.fresh)), share, -it.excess]
        };
        of(self).partial_cmp(&of(other)).is_some_and(std::cmp::Ordering::is_gt)
    }
}

/// The method of planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A search in which candidates are simulated.
    Simulation,
    /// The vendors' rules of thumb, each of which is simulated.
    Formula,
}

/// Replications below this number are search days, those above are fresh days.
const FIRST_FRESH: u32 = 1_001;

impl Question<'_> {
    /// Computes the plan by `method`.
    ///
    /// # Errors
    /// If the threads cannot be started.
    pub fn answer(
        &self,
        method: Method,
        stop: &AtomicBool,
        tell: &(dyn Fn(&Probe) + Sync),
    ) -> Result<Plan, ThreadsError> {
        let pool = pool(self.threads)?;
        let trials = Trials {
            targets: self.targets,
            seed: self.seed,
            budget: self.budget,
            stop,
            tell,
            pool,
            used: 0,
            probes: Vec::new(),
        };
        let places = places(&self.settings[0].scenario);
        let bounds = vec![0; self.settings.len()];
        let (known, closest) = (BTreeMap::new(), None);
        let mut asked =
            Asked { question: self, trials, places: &places, known, closest, bounds, blocks: 0 };
        let (choice, halt) = match method {
            Method::Simulation => asked.look(),
            Method::Formula => asked.follow_rules(),
        };
        let Asked { trials: Trials { probes, used: runs, .. }, closest, bounds, .. } = asked;
        let closest = closest.filter(|_| choice.is_none());
        let bound = bounds.into_iter().min().unwrap_or_default();
        Ok(Plan { places, choice, closest, bound, probes, runs, halt })
    }
}

struct Asked<'a> {
    question: &'a Question<'a>,
    trials: Trials<'a>,
    places: &'a [Place],
    /// The results of the candidates on the days of the search: none is simulated twice.
    known: BTreeMap<(usize, Numbers), TrialOutcome>,
    closest: Option<Closest>,
    /// The lower bound under each setting.
    bounds: Vec<u32>,
    /// The number of sets of fresh days used: a set that failed a candidate is not fresh for the next.
    blocks: u32,
}

impl Asked<'_> {
    fn look(&mut self) -> (Option<Choice>, Option<Halt>) {
        let mut choice: Option<Choice> = None;
        for setting in 0..self.question.settings.len() {
            let most = choice.as_ref().map_or(self.question.most, |best| count(&best.numbers) - 1);
            match self.at(setting, most, choice.is_some()) {
                Ok((better, halt)) => {
                    choice = better.or(choice);
                    if halt.is_some() {
                        return (choice, halt);
                    }
                }
                Err(halt) => return (choice, Some(halt)),
            }
            if choice.as_ref().is_some_and(|best| count(&best.numbers) == 0) {
                break;
            }
        }
        (choice, None)
    }

    /// The placements of the rules of thumb, and their results on the same days; the one with the fewest Update Agents
    /// that passes is chosen.
    fn follow_rules(&mut self) -> (Option<Choice>, Option<Halt>) {
        let mut choice: Option<Choice> = None;
        for rule in &RULES_OF_THUMB {
            let numbers = rule.numbers(self.places);
            self.blocks = 0;
            match self.prove(0, &numbers, Some(rule.name)) {
                Err(halt) => return (choice, Some(halt)),
                Ok(None) => {}
                Ok(Some(found)) => {
                    let is_smaller = |best: &Choice| count(&found.numbers) < count(&best.numbers);
                    if choice.as_ref().is_none_or(is_smaller) {
                        choice = Some(found);
                    }
                }
            }
        }
        (choice, None)
    }

    /// The smallest plan of at most `most` Update Agents at `setting`. If there is a `rival` with one more, first
    /// checks whether `most` would pass at all.
    fn at(
        &mut self,
        setting: usize,
        most: u32,
        has_rival: bool,
    ) -> Result<(Option<Choice>, Option<Halt>), Halt> {
        let scenario = &self.question.settings[setting].scenario;
        let has_agents = matches!(scenario.option, TopologyOption::ServerUa | TopologyOption::Ua);
        let capacity = u64::from(scenario.settings.update_agent.capacity);
        let most = if has_agents { most } else { 0 };
        let space = SearchSpace { places: self.places, capacity, most };
        if has_rival && most > 0 {
            let base = self.trial(setting, &vec![0; self.places.len()])?;
            let order = base.attribution.rank(self.places, capacity, most);
            if !base.passed && !self.trial(setting, &space.first(&order, order.len()))?.passed {
                self.bounds[setting] = 1;
                return Ok((None, None));
            }
        }
        let found = space.search(|numbers| self.trial(setting, numbers));
        self.bounds[setting] = found.bound;
        let Some(mut numbers) = found.best else { return Ok((None, found.halt)) };
        loop {
            if let Some(choice) = self.prove(setting, &numbers, None)? {
                return Ok((Some(choice), found.halt));
            }
            // It passed by chance: try one more.
            loop {
                let Some(more) = space.one_more(&found.order, &numbers) else {
                    return Ok((None, found.halt));
                };
                numbers = more;
                if self.trial(setting, &numbers)?.passed {
                    break;
                }
            }
        }
    }

    /// The days of the search.
    fn trial(&mut self, setting: usize, numbers: &Numbers) -> Result<TrialOutcome, Halt> {
        let key = (setting, numbers.clone());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let Some(scenario) = self.scenario(setting, numbers) else {
            // A list that exceeds the product's maximum meets no target.
            let attribution = LoadAttribution::nothing(self.places.len());
            return Ok(TrialOutcome { passed: false, excess: f64::INFINITY, attribution });
        };
        let misses = share((1.0 - self.question.confidence) / 2.0, self.question.days);
        let days = Days { range: 1..self.question.days + 1, misses, fresh: false };
        let candidate = Candidate { setting, rule: None, scenario: &scenario };
        let trial = self.trials.run(candidate, &days)?;
        let Trial { passed, excess, .. } = trial;
        let (duration, targets) = (scenario.duration, self.question.targets);
        let attribution = LoadAttribution::of(&trial.runs, self.places, duration, targets);
        if !passed {
            self.miss(numbers, scenario, trial);
        }
        let outcome = TrialOutcome { passed, excess, attribution };
        self.known.insert(key, outcome.clone());
        Ok(outcome)
    }

    /// Keeps a candidate that missed the targets, if none came closer.
    fn miss(&mut self, numbers: &Numbers, scenario: Scenario, trial: Trial) {
        let Trial { probe, excess, .. } = trial;
        let (setting, numbers) = (probe.setting, numbers.clone());
        let missed = Closest { setting, numbers, scenario, probe, excess };
        if self.closest.as_ref().is_none_or(|closest| missed.is_closer_than(closest)) {
            self.closest = Some(missed);
        }
    }

    /// The validation on fresh days.
    fn prove(
        &mut self,
        setting: usize,
        numbers: &Numbers,
        rule: Option<&'static str>,
    ) -> Result<Option<Choice>, Halt> {
        let Some(scenario) = self.scenario(setting, numbers) else { return Ok(None) };
        let fresh = self.question.fresh_days;
        let first = FIRST_FRESH + self.blocks * fresh;
        self.blocks += 1;
        let misses = misses_allowed(self.question.confidence, fresh).unwrap_or_default();
        let days = Days { range: first..first + fresh, misses, fresh: true };
        let trial = self.trials.run(Candidate { setting, rule, scenario: &scenario }, &days)?;
        if !trial.passed {
            self.miss(numbers, scenario, trial);
            return Ok(None);
        }
        let Probe { met, days, .. } = trial.probe;
        let (numbers, bound) = (numbers.clone(), lower_bound(met, days));
        Ok(Some(Choice { setting, numbers, scenario, met, days, bound }))
    }

    fn scenario(&self, setting: usize, numbers: &Numbers) -> Option<Scenario> {
        with_update_agents_at(&self.question.settings[setting].scenario, self.places, numbers).ok()
    }
}

fn count(numbers: &Numbers) -> u32 {
    numbers.iter().sum()
}

/// The largest integer that is at most `share` of `days`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few days")]
fn share(share: f64, days: u32) -> u32 {
    (share * f64::from(days) + 1e-9) as u32
}

/// The lower bound, at 95 % confidence, of the probability of an event that happened `met` times in `days`.
fn lower_bound(met: u32, days: u32) -> f64 {
    // One-sided: the whole remaining probability is below.
    intervals::of_probability(met, days, 0.90).map_or(0.0, |(low, _)| low)
}

/// The number of `days` that may be missed so that the lower bound still reaches `confidence`; `None` if it does not
/// even with none missed: there are too few days to show it.
pub fn misses_allowed(confidence: f64, days: u32) -> Option<u32> {
    (0..=days).take_while(|misses| lower_bound(days - misses, days) >= confidence).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_needs_enough_days() {
        assert_eq!(misses_allowed(0.95, 51), None);
        assert_eq!(misses_allowed(0.95, 52), Some(0));
        assert_eq!(misses_allowed(0.95, 100), Some(1));
        assert_eq!(misses_allowed(0.5, 20), Some(6));
        assert_eq!((share(0.025, 20), share(0.05, 40)), (0, 2));
    }
}

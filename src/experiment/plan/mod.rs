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
pub use search::{Found, Outcome};
pub use search_space::{Numbers, SearchSpace};
pub use target::{Side, Target, contradiction};
use trial::{Candidate, Days, Trials};
pub use trial::{Halt, Probe, Trial};

use super::threads::{ThreadsError, pool};
use crate::experiment::intervals;
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// A setting of the levers: the scenario as it is with them, without its Update Agents.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The levers' keys and values.
    pub levers: Vec<(String, String)>,
    /// The scenario with them.
    pub scenario: Scenario,
}

/// What is asked for.
#[derive(Debug)]
pub struct Question<'a> {
    /// The settings, in the order of preference.
    pub settings: &'a [Setting],
    /// What must hold.
    pub targets: &'a [Target],
    /// On which share of days, from 0 to 1.
    pub confidence: f64,
    /// The most Update Agents.
    pub most: u32,
    /// Days of the search.
    pub days: u32,
    /// Fresh days of the proof.
    pub fresh_days: u32,
    /// The most runs of the search; the proof comes on top.
    pub budget: u32,
    /// Seed of all randomness.
    pub seed: u64,
    /// Threads; 0: one for each core.
    pub threads: usize,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The sites.
    pub places: Vec<Place>,
    /// What meets the targets; `None`: nothing that was tried.
    pub choice: Option<Choice>,
    /// What came closest to the targets, if nothing meets them.
    pub closest: Option<Closest>,
    /// The lower bound of the number of Update Agents: every placement of fewer was tried, under every
    /// setting, and failed on the days of the search.
    pub bound: u32,
    /// Every candidate that was tried, in order.
    pub probes: Vec<Probe>,
    /// Runs that were used.
    pub runs: u32,
    /// Why the search ended early, if it did: there may be a smaller plan, or one at all.
    pub halt: Option<Halt>,
}

/// What meets the targets.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The setting, by its number.
    pub setting: usize,
    /// How many Update Agents at each place.
    pub numbers: Numbers,
    /// The scenario with them.
    pub scenario: Scenario,
    /// Fresh days on which every target was met.
    pub met: u32,
    /// Fresh days.
    pub days: u32,
    /// The lower bound of the share of such days, with 95 % confidence.
    pub bound: f64,
}

/// What came closest to the targets and missed them.
#[derive(Clone, Debug)]
pub struct Closest {
    /// The setting, by its number.
    pub setting: usize,
    /// How many Update Agents at each place.
    pub numbers: Numbers,
    /// The scenario with them.
    pub scenario: Scenario,
    /// What became of it.
    pub probe: Probe,
    /// How far it was beyond the target that it missed by most, relative to that.
    excess: f64,
}

impl Closest {
    /// Whether this is closer than `other`: it went so far as to fail in the proof, met the targets on
    /// a greater share of days, or missed them by less.
    fn is_closer_than(&self, other: &Self) -> bool {
        let of = |it: &Self| {
            let share = f64::from(it.probe.met) / f64::from(it.probe.days.max(1));
            [f64::from(u8::from(it.probe.fresh)), share, -it.excess]
        };
        of(self).partial_cmp(&of(other)).is_some_and(std::cmp::Ordering::is_gt)
    }
}

/// How a plan is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By a search in which candidates are simulated.
    Simulation,
    /// By the vendors' rules of thumb; each is followed, and simulated.
    Formula,
}

/// Search days are replications below this, fresh ones above.
const FIRST_FRESH: u32 = 1_001;

impl Question<'_> {
    /// Looks for the plan by `method`.
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
    /// What came of each candidate on the days of the search: none is simulated twice.
    known: BTreeMap<(usize, Numbers), Outcome>,
    closest: Option<Closest>,
    /// The lower bound under each setting.
    bounds: Vec<u32>,
    /// How many sets of fresh days have been used: a set that failed a candidate is not fresh to
    /// the next.
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

    /// What each rule of thumb says, and what comes of it on the same days; the fewest Update Agents
    /// that do are chosen.
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

    /// The smallest plan of at most `most` Update Agents at `setting`. If there is a `rival` with one
    /// more, it is first looked whether `most` would do at all.
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
        let ground = SearchSpace { places: self.places, capacity, most };
        if has_rival && most > 0 {
            let base = self.trial(setting, &vec![0; self.places.len()])?;
            let order = base.attribution.rank(self.places, capacity, most);
            if !base.passed && !self.trial(setting, &ground.first(&order, order.len()))?.passed {
                self.bounds[setting] = 1;
                return Ok((None, None));
            }
        }
        let found = ground.search(|numbers| self.trial(setting, numbers));
        self.bounds[setting] = found.bound;
        let Some(mut numbers) = found.best else { return Ok((None, found.halt)) };
        loop {
            if let Some(choice) = self.prove(setting, &numbers, None)? {
                return Ok((Some(choice), found.halt));
            }
            // It was lucky: one more.
            loop {
                let Some(more) = ground.one_more(&found.order, &numbers) else {
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
    fn trial(&mut self, setting: usize, numbers: &Numbers) -> Result<Outcome, Halt> {
        let key = (setting, numbers.clone());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let Some(scenario) = self.scenario(setting, numbers) else {
            // A list that the product does not take meets nothing.
            let attribution = LoadAttribution::nothing(self.places.len());
            return Ok(Outcome { passed: false, excess: f64::INFINITY, attribution });
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
        let outcome = Outcome { passed, excess, attribution };
        self.known.insert(key, outcome.clone());
        Ok(outcome)
    }

    /// Keeps what missed the targets, if nothing else came closer.
    fn miss(&mut self, numbers: &Numbers, scenario: Scenario, trial: Trial) {
        let Trial { probe, excess, .. } = trial;
        let (setting, numbers) = (probe.setting, numbers.clone());
        let missed = Closest { setting, numbers, scenario, probe, excess };
        if self.closest.as_ref().is_none_or(|closest| missed.is_closer_than(closest)) {
            self.closest = Some(missed);
        }
    }

    /// The proof on fresh days.
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

/// The largest whole number of `days` in `share` of them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few days")]
fn share(share: f64, days: u32) -> u32 {
    (share * f64::from(days) + 1e-9) as u32
}

/// The lower bound, with 95 % confidence, of the probability of what happened `met` times in `days`.
fn lower_bound(met: u32, days: u32) -> f64 {
    // One-sided: all that is missing lies below.
    intervals::of_probability(met, days, 0.90).map_or(0.0, |(low, _)| low)
}

/// How many of `days` may be missed so that the lower bound still reaches `confidence`; `None` if none
/// and even then it does not: there are too few days to prove it.
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

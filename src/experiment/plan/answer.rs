//! The course of a plan: the search under each setting, the validation of its result, and the risk of other numbers.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::cheapest::Floor;
use super::confidence::{lower_bound, misses_allowed, share};
use super::load_attribution::LoadAttribution;
use super::outcome::{Choice, Closest, Plan};
use super::placement::{Place, places, with_backups_at, with_update_agents_at};
use super::question::{Goal, Method, Question};
use super::rules_of_thumb::RULES_OF_THUMB;
use super::search::TrialOutcome;
use super::search_space::{Numbers, SearchSpace};
use super::target::{Side, Target};
use super::trial::{Candidate, Days, Halt, Probe, Trial, Trials};
use crate::experiment::threads::{ThreadsError, pool};
use crate::measure::run::Metric;
use crate::model::ReleaseScope;
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// Replications below this number are search days, those above are fresh days.
const FIRST_FRESH: u32 = 1_001;

/// The maximum number of validations of the cheapest candidates under a setting: of those that missed a day of the search,
/// and of the others.
const VALIDATIONS: usize = 10;

/// The maximum number of numbers of Update Agents whose risk is measured.
const RISKS: usize = 9;

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
            bandwidth: None,
            probes: Vec::new(),
        };
        let places = places(&self.settings[0].scenario);
        let mut asked = Asked::new(self, trials, &places);
        let (choice, halt) = asked.answer(method);
        let Asked { trials: Trials { probes, used: runs, .. }, closest, bounds, .. } = &mut asked;
        let (probes, runs) = (std::mem::take(probes), *runs);
        let closest = closest.take().filter(|_| choice.is_none());
        let bound = bounds.iter().flatten().min().copied().unwrap_or_default();
        let (is_complete, risk) = (asked.is_complete, std::mem::take(&mut asked.risk));
        Ok(Plan { places, choice, closest, bound, is_complete, risk, probes, runs, halt })
    }
}

/// A plan with its cost on the days of the search.
type Priced = (f64, Choice);

/// A question that is being answered.
struct Asked<'a> {
    question: &'a Question<'a>,
    trials: Trials<'a>,
    places: &'a [Place],
    /// The results of the candidates on the days of the search: none is simulated twice.
    known: BTreeMap<(usize, Numbers), TrialOutcome>,
    closest: Option<Closest>,
    /// The lower bound under each setting; `None` if its option has no Update Agents, and fails without.
    bounds: Vec<Option<u32>>,
    /// Whether all placements that could be cheaper were tried, under each setting.
    is_complete: bool,
    /// The best placement of several numbers, on all days of the search.
    risk: Vec<Probe>,
    /// The number of sets of fresh days used: a set that failed a candidate is not fresh for the next.
    blocks: u32,
    /// The loads that cost, as targets that nothing meets.
    costly: Vec<Target>,
}

impl<'a> Asked<'a> {
    fn new(question: &'a Question<'a>, trials: Trials<'a>, places: &'a [Place]) -> Self {
        let nothing = |name| Target {
            metric: Metric::named(name).expect("a metric"),
            release: ReleaseScope::Worst,
            side: Side::AtMost,
            limit: -1.0,
        };
        let (known, closest, risk) = (BTreeMap::new(), None, Vec::new());
        let bounds = vec![Some(0); question.settings.len()];
        let costly = ["wan_bytes", "exposure_agent_hours"].map(nothing).into();
        let (is_complete, blocks) = (question.goal == Goal::Cheapest, 0);
        Self { question, trials, places, known, closest, bounds, is_complete, risk, blocks, costly }
    }

    fn answer(&mut self, method: Method) -> (Option<Choice>, Option<Halt>) {
        let (choice, halt) = match (method, self.question.goal) {
            (Method::Formula, _) => self.follow_rules(),
            (Method::Simulation, Goal::Fewest) => self.look(),
            (Method::Simulation, Goal::Cheapest) => self.look_for_cheapest(),
        };
        if halt == Some(Halt::Interrupted) || method == Method::Formula {
            return (choice, halt);
        }
        let risk = self.measure_risk(choice.as_ref(), halt.is_some());
        (choice, halt.or(risk.err()))
    }

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

    fn look_for_cheapest(&mut self) -> (Option<Choice>, Option<Halt>) {
        let mut best: Option<Priced> = None;
        for setting in 0..self.question.settings.len() {
            let below = best.as_ref().map_or(f64::INFINITY, |best| best.0);
            match self.cheapest_at(setting, below) {
                Ok((better, halt)) => {
                    best = better.or(best);
                    if halt.is_some() {
                        return (best.map(|best| best.1), halt);
                    }
                }
                Err(halt) => return (best.map(|best| best.1), Some(halt)),
            }
        }
        (best.map(|best| best.1), None)
    }

    /// The placements of the rules of thumb, and their results on the same days; the one with the fewest Update Agents
    /// that passes is chosen, or the cheapest.
    fn follow_rules(&mut self) -> (Option<Choice>, Option<Halt>) {
        let mut choice: Option<Choice> = None;
        for rule in &RULES_OF_THUMB {
            let numbers = rule.numbers(self.places);
            self.blocks = 0;
            match self.prove(0, &numbers, Some(rule.name)) {
                Err(halt) => return (choice, Some(halt)),
                Ok(None) => {}
                Ok(Some(found)) => {
                    let is_better = |best: &Choice| match self.question.goal {
                        Goal::Fewest => count(&found.numbers) < count(&best.numbers),
                        Goal::Cheapest => found.cost < best.cost,
                    };
                    if choice.as_ref().is_none_or(is_better) {
                        choice = Some(found);
                    }
                }
            }
        }
        (choice, None)
    }

    /// Whether the option of a setting has Update Agents.
    fn has_agents(&self, setting: usize) -> bool {
        let option = self.question.settings[setting].scenario.option;
        matches!(option, TopologyOption::ServerUa | TopologyOption::Ua)
    }

    /// Every placement of fewer than `bound` failed at a setting.
    fn set_bound(&mut self, setting: usize, bound: u32) {
        self.bounds[setting] = Some(bound).filter(|bound| *bound == 0 || self.has_agents(setting));
    }

    /// The placements that are possible under a setting, of at most `most` Update Agents.
    fn space(&self, setting: usize, most: u32) -> SearchSpace<'a> {
        let scenario = &self.question.settings[setting].scenario;
        let has_agents = self.has_agents(setting);
        let capacity = u64::from(scenario.settings.update_agent.capacity);
        let in_pairs = self.question.survival.of_update_agents;
        SearchSpace {
            places: self.places,
            capacity,
            most: if has_agents { most } else { 0 },
            in_pairs,
        }
    }

    /// The smallest plan of at most `most` Update Agents at `setting`. If there is a `rival` with one more, first
    /// checks whether `most` would pass at all.
    fn at(
        &mut self,
        setting: usize,
        most: u32,
        has_rival: bool,
    ) -> Result<(Option<Choice>, Option<Halt>), Halt> {
        let space = self.space(setting, most);
        let SearchSpace { capacity, most, .. } = space;
        if has_rival && most > 0 {
            let base = self.trial(setting, &vec![0; self.places.len()])?;
            let units = space.units(&base.attribution.rank(self.places, capacity, most));
            if !base.passed && !self.trial(setting, &space.sum(&units))?.passed {
                self.set_bound(setting, 1);
                return Ok((None, None));
            }
        }
        let found = space.search(|numbers| self.trial(setting, numbers));
        self.set_bound(setting, found.bound);
        let Some(fewest) = found.best else { return Ok((None, found.halt)) };
        let choice = self.prove(setting, &fewest, None)?;
        if choice.is_some() || found.halt.is_some() {
            return Ok((choice, found.halt));
        }
        // It passed by chance, which is less likely for one that misses no day.
        let sure = space.search(|numbers| {
            let outcome = self.trial(setting, numbers)?;
            Ok(TrialOutcome { passed: outcome.share >= 1.0, ..outcome })
        });
        let mut next = sure.best;
        while let Some(numbers) = next {
            if numbers != fewest && self.trial(setting, &numbers)?.passed {
                let choice = self.prove(setting, &numbers, None)?;
                if choice.is_some() {
                    return Ok((choice, sure.halt));
                }
            }
            next = space.one_more(&sure.order, &numbers);
        }
        Ok((None, sure.halt))
    }

    /// The cheapest plan at `setting` that costs less than `below`, and its cost on the days of the search.
    fn cheapest_at(
        &mut self,
        setting: usize,
        below: f64,
    ) -> Result<(Option<Priced>, Option<Halt>), Halt> {
        let space = self.space(setting, self.question.most);
        let base = vec![0; self.places.len()];
        self.trial(setting, &base)?;
        let floor = self.floor(setting);
        if floor.fixed >= below {
            return Ok((None, None));
        }
        let fewest = space.search(|numbers| self.trial(setting, numbers));
        self.set_bound(setting, fewest.bound);
        let Some(start) = fewest.best else {
            self.is_complete = false;
            return Ok((None, fewest.halt));
        };
        let found = space.cheapest(&start, (floor, below), |numbers| self.trial(setting, numbers));
        self.is_complete &= found.is_complete;
        let halt = fewest.halt.or(found.halt);
        // All that passed, the cheapest first: one may have passed by chance.
        let passed =
            self.known.iter().filter(|((at, _), outcome)| *at == setting && outcome.passed);
        let priced = |((_, numbers), of): (&(usize, Numbers), &TrialOutcome)| {
            Some((of.cost?, numbers.clone(), of.share >= 1.0))
        };
        let mut passed: Vec<(f64, Numbers, bool)> = passed.filter_map(priced).collect();
        passed.retain(|(cost, ..)| *cost < below);
        passed.sort_by(|a, b| a.0.total_cmp(&b.0).then(count(&a.1).cmp(&count(&b.1))));
        let mut validations = [0; 2];
        for (cost, numbers, met_all) in passed {
            let validations = &mut validations[usize::from(met_all)];
            if *validations == VALIDATIONS {
                continue;
            }
            *validations += 1;
            if let Some(choice) = self.prove(setting, &numbers, None)? {
                return Ok((Some((cost, choice)), halt));
            }
            // One that passed by chance leaves open which is the cheapest.
            self.is_complete = false;
        }
        Ok((None, halt))
    }

    /// What a placement at `setting` costs at least.
    fn floor(&self, setting: usize) -> Floor {
        let prices = self.question.settings[setting].scenario.cost.unwrap_or_default();
        let fixed = self.trials.bandwidth.unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a price")]
        let update_agent = prices.update_agent as f64 / 1000.0;
        Floor { fixed, update_agent }
    }

    /// The days of the search.
    fn trial(&mut self, setting: usize, numbers: &Numbers) -> Result<TrialOutcome, Halt> {
        let key = (setting, numbers.clone());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let nothing = LoadAttribution::nothing(self.places.len());
        let Some(scenario) = self.scenario(setting, numbers) else {
            // A list that exceeds the product's maximum meets no target.
            return Ok(TrialOutcome {
                passed: false,
                share: 0.0,
                excess: f64::INFINITY,
                attribution: nothing.clone(),
                cost: None,
                costly: nothing,
            });
        };
        let misses = share(1.0 - self.question.confidence, self.question.days);
        let range = 1..self.question.days + 1;
        let days = Days { range, misses, fresh: false, is_limited: true };
        let trial = self.try_candidate((setting, None), numbers, &scenario, &days)?;
        let passed = trial.passed;
        let (duration, targets) = (scenario.duration, self.question.targets);
        let of = |targets| LoadAttribution::of(&trial.runs, self.places, duration, targets);
        let attribution = if targets.is_empty() { nothing.clone() } else { of(targets) };
        let costly = if scenario.cost.is_some() { of(&self.costly) } else { nothing };
        let Probe { cost, excess, .. } = trial.probe;
        let share = trial.probe.share();
        if !passed {
            self.miss(numbers, scenario, trial);
        }
        let outcome = TrialOutcome { passed, share, excess, attribution, cost, costly };
        self.known.insert(key, outcome.clone());
        Ok(outcome)
    }

    fn try_candidate(
        &mut self,
        (setting, rule): (usize, Option<&'static str>),
        numbers: &Numbers,
        scenario: &Scenario,
        days: &Days,
    ) -> Result<Trial, Halt> {
        let outages = self.question.survival.outages(scenario, self.places);
        let plausible = self.question.settings[setting].ensemble.iter();
        let ensemble: Vec<Scenario> =
            plausible.filter_map(|scenario| self.placed(scenario, numbers)).collect();
        let (ensemble, outages) = (&ensemble[..], &outages[..]);
        let candidate = Candidate { setting, rule, numbers, scenario, ensemble, outages };
        self.trials.run(candidate, days)
    }

    /// Keeps a candidate that missed the targets, if none came closer.
    fn miss(&mut self, numbers: &Numbers, scenario: Scenario, trial: Trial) {
        let Trial { probe, days: days_in_order, .. } = trial;
        if self.closest.as_ref().is_none_or(|closest| probe.is_closer_than(&closest.probe)) {
            let (setting, numbers) = (probe.setting, numbers.clone());
            self.closest = Some(Closest { setting, numbers, scenario, probe, days_in_order });
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
        let days = Days { range: first..first + fresh, misses, fresh: true, is_limited: false };
        let trial = self.try_candidate((setting, rule), numbers, &scenario, &days)?;
        if !trial.passed {
            self.miss(numbers, scenario, trial);
            return Ok(None);
        }
        let Trial { probe: Probe { met, days, cost, .. }, days: days_in_order, .. } = trial;
        let (numbers, bound) = (numbers.clone(), lower_bound(met, days));
        Ok(Some(Choice { setting, numbers, scenario, met, days, bound, days_in_order, cost }))
    }

    /// Measures the risk of several numbers of Update Agents under the setting of the answer: the best placement of
    /// each number that the search tried, on all of its days; if the budget `is_spent`, only of those whose days are all
    /// known.
    fn measure_risk(&mut self, choice: Option<&Choice>, is_spent: bool) -> Result<(), Halt> {
        let closest = self.closest.as_ref().map(|closest| (closest.setting, &closest.numbers));
        let answer = choice.map(|choice| (choice.setting, &choice.numbers)).or(closest);
        let Some((setting, answer)) = answer.map(|(setting, at)| (setting, at.clone())) else {
            return Ok(());
        };
        let mut best: BTreeMap<u32, (Numbers, [f64; 4])> = BTreeMap::new();
        for ((at, numbers), outcome) in &self.known {
            let (number, rank) = (count(numbers), rank(outcome, self.question.goal));
            let is_best = best.get(&number).is_none_or(|(_, other)| rank < *other);
            if *at == setting && is_best {
                best.insert(number, (numbers.clone(), rank));
            }
        }
        best.insert(count(&answer), (answer.clone(), [0.0; 4]));
        let numbers: Vec<u32> = best.keys().copied().collect();
        for number in chosen(&numbers, count(&answer)) {
            let (numbers, _) = &best[&number];
            let probe = match self.known_probe(setting, numbers) {
                None if !is_spent => self.whole_probe(setting, numbers)?,
                known => known,
            };
            self.risk.extend(probe);
        }
        Ok(())
    }

    /// A candidate that was tried on all days of the search.
    fn known_probe(&self, setting: usize, numbers: &Numbers) -> Option<Probe> {
        let days = self.question.days;
        let is_it = |probe: &&Probe| {
            probe.setting == setting
                && probe.numbers == *numbers
                && !probe.fresh
                && probe.days == days
        };
        self.trials.probes.iter().find(is_it).cloned()
    }

    /// Tries a candidate on all days of the search, whether it passes or not.
    fn whole_probe(&mut self, setting: usize, numbers: &Numbers) -> Result<Option<Probe>, Halt> {
        let Some(scenario) = self.scenario(setting, numbers) else { return Ok(None) };
        let range = 1..self.question.days + 1;
        let all = Days { range, misses: u32::MAX, fresh: false, is_limited: false };
        Ok(Some(self.try_candidate((setting, None), numbers, &scenario, &all)?.probe))
    }

    fn scenario(&self, setting: usize, numbers: &Numbers) -> Option<Scenario> {
        self.placed(&self.question.settings[setting].scenario, numbers)
    }

    /// `scenario` with these Update Agents; `None` if the list would be too long, which does not depend on values.
    fn placed(&self, scenario: &Scenario, numbers: &Numbers) -> Option<Scenario> {
        let place = if self.question.survival.of_update_agents {
            with_backups_at
        } else {
            with_update_agents_at
        };
        place(scenario, self.places, numbers).ok()
    }
}

/// The rank of a placement among those of as many Update Agents, the best first: one that passed, of these the cheaper one
/// if the cheapest is sought; then the one that met the targets on more days, or missed them by less.
fn rank(outcome: &TrialOutcome, goal: Goal) -> [f64; 4] {
    let failed = f64::from(u8::from(!outcome.passed));
    let cost = outcome.cost.filter(|_| outcome.passed && goal == Goal::Cheapest);
    [failed, cost.unwrap_or_default(), -outcome.share, outcome.excess]
}

fn count(numbers: &Numbers) -> u32 {
    numbers.iter().sum()
}

/// At most [`RISKS`] of `numbers`, which ascend: the first, those nearest to `answer`, and others evenly spread.
fn chosen(numbers: &[u32], answer: u32) -> Vec<u32> {
    if numbers.len() <= RISKS {
        return numbers.to_vec();
    }
    let place = numbers.iter().position(|number| *number == answer).unwrap_or_default();
    let mut places: Vec<usize> = [0, place.saturating_sub(1), place, place + 1].into();
    let last = numbers.len().saturating_sub(1);
    let spread = RISKS - places.len();
    places.extend((1..=spread).map(|nth| last * nth / spread));
    places.retain(|place| *place <= last);
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|place| numbers[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_placement_met_the_targets_on_most_days() {
        let outcome = |passed, share, excess, cost| {
            let nothing = || LoadAttribution::nothing(1);
            let (attribution, costly) = (nothing(), nothing());
            TrialOutcome { passed, share, excess, attribution, cost: Some(cost), costly }
        };
        let seldom = outcome(false, 0.2, 0.1, 1.0);
        let often = outcome(false, 0.8, 5.0, 2.0);
        let dear = outcome(true, 1.0, 0.0, 4.0);
        let cheap = outcome(true, 0.95, 0.1, 3.0);
        let order = |goal| {
            let mut all = [&seldom, &often, &dear, &cheap];
            all.sort_by(|a, b| rank(a, goal).partial_cmp(&rank(b, goal)).expect("numbers"));
            all.map(|outcome| outcome.cost)
        };
        assert_eq!(order(Goal::Fewest), [4.0, 3.0, 2.0, 1.0].map(Some));
        assert_eq!(order(Goal::Cheapest), [3.0, 4.0, 2.0, 1.0].map(Some));
    }

    #[test]
    fn risk_is_measured_around_the_answer() {
        assert_eq!(chosen(&[0, 1, 2, 3], 2), [0, 1, 2, 3]);
        assert_eq!(chosen(&[0], 0), [0]);
        let many: Vec<u32> = (0..100).collect();
        assert_eq!(chosen(&many, 40), [0, 19, 39, 40, 41, 59, 79, 99]);
    }
}

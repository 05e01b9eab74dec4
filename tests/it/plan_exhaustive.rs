//! `updraft plan` finds the minimum number of Update Agents, whatever the target is about: on companies small enough to
//! try every set of sites.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use updraft::experiment::Experiment;
use updraft::experiment::plan::{
    Goal, Method, Plan, Question, Setting, Survival, Target, places, with_backups_at,
    with_update_agents_at,
};
use updraft::measure::run::RunMeasurements;
use updraft::model::fault::FaultKind;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Breakdown, BrokenPart, Overrides, Scenario, When};
use updraft::units::SimTime;

/// Days of the search.
const DAYS: u32 = 4;

/// The companies.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=6;

/// A metric of each type of load, including the fallback's.
const METRICS: [&str; 7] = [
    "protected_p95_s",
    "exposure_agent_hours",
    "wan_bytes",
    "server_egress_bytes",
    "server_egress_peak_bps",
    "server_active_transfers_peak",
    "server_requests",
];

/// A linear congruential generator (D. E. Knuth, *The Art of Computer Programming*, vol. 2, MMIX's).
struct Luck(u64);

impl Luck {
    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        values[usize::try_from(self.0 >> 33).expect("31 bits") % values.len()]
    }
}

/// Headquarters, a hub with two stores below, and three branches, all drawn.
fn company(seed: u64) -> Scenario {
    let all =
        [("hub", ""), ("store-a", "hub"), ("store-b", "hub"), ("x", ""), ("y", ""), ("z", "")];
    company_of(seed, &all, "")
}

fn company_of(seed: u64, sites: &[(&str, &str)], more: &str) -> Scenario {
    let mut luck = Luck(seed);
    let mut text = String::from(
        "name = \"small\"\nstart = \"Mon 10:00\"\nduration = \"3 h\"\n\
         [headquarters]\nagents = 5\ninternet_bandwidth = \"100 Mbit/s\"\nserver_nic = \"300 Mbit/s\"\n\
         [[release]]\nname = \"monday\"\nat = \"Mon 10:15\"\ncomponents = [\"Virus Pattern\"]\n",
    );
    let _ = writeln!(text, "[agents]\nreleases_behind = {}", luck.one_of(&["20", "5", "[1, 30]"]));
    for (name, via) in sites {
        let _ = writeln!(
            text,
            "[[site]]\nname = \"{name}\"\nagents = {}\nbandwidth = \"{} Mbit/s\"",
            luck.one_of(&[2, 5, 8, 12]),
            luck.one_of(&[2, 4, 8, 50])
        );
        if !via.is_empty() {
            let _ = writeln!(text, "via = \"{via}\"");
        }
    }
    text.push_str(more);
    Scenario::parse(&text, "small.toml", &Overrides::default())
        .unwrap_or_else(|all| panic!("{all}"))
}

/// The results of every set of sites with one Update Agent each, and its size.
fn all_sets(scenario: &Scenario) -> Vec<(u32, Vec<RunMeasurements>)> {
    let places = places(scenario);
    let outcome = |set: u32| {
        let numbers: Vec<u32> = (0..places.len()).map(|place| set >> place & 1).collect();
        let candidate = with_update_agents_at(scenario, &places, &numbers).expect("a short list");
        (set.count_ones(), runs(&candidate))
    };
    (0..1 << places.len()).map(outcome).collect()
}

/// The same for every placement of at most `most` Update Agents, of which a site may have two: every day without an
/// outage, and with each of them off in turn.
fn all_with_outages(scenario: &Scenario, most: u32) -> Vec<(u32, Vec<RunMeasurements>)> {
    let places = places(scenario);
    let all = 3_u32.pow(u32::try_from(places.len()).expect("few"));
    let numbers = |code: u32| -> Vec<u32> {
        (0..).map(|place| code / 3_u32.pow(place) % 3).take(places.len()).collect()
    };
    let outcome = |numbers: Vec<u32>| {
        let candidate = with_backups_at(scenario, &places, &numbers).expect("a short list");
        let mut runs = runs(&candidate);
        for agent in &candidate.update_agents {
            let mut without = candidate.clone();
            let at = BrokenPart::UpdateAgent(agent.name.clone());
            let (from, until) = (SimTime::START, SimTime::START + scenario.duration);
            let when = When::Once { from, until };
            without.faults.push(Breakdown { at, kind: FaultKind::Down, when });
            runs.extend(self::runs(&without));
        }
        (numbers.iter().sum(), runs)
    };
    let few = (0..all).map(numbers).filter(|numbers| numbers.iter().sum::<u32>() <= most);
    few.map(outcome).collect()
}

/// The days of the search.
fn runs(scenario: &Scenario) -> Vec<RunMeasurements> {
    let experiment = Experiment {
        scenario,
        options: vec![TopologyOption::ServerUa],
        replications: DAYS,
        seed: scenario.seed,
        keeps_agents: false,
        ensemble: &[],
        threads: 0,
    };
    let runs = experiment.run(&AtomicBool::new(false), &|_| {}).expect("threads");
    runs.expect("nobody stops it")
}

/// Limits that some number of Update Agents meets and one fewer does not: half-way between what both
/// can do at best.
fn limits(metric: &str, sets: &[(u32, Vec<RunMeasurements>)]) -> Vec<(u32, Target)> {
    let any = Target::parse(&format!("{metric} <= 0")).expect("a target");
    let worst = |runs: &[RunMeasurements]| {
        let value = |run| any.value(run).unwrap_or(f64::INFINITY);
        runs.iter().map(value).fold(f64::NEG_INFINITY, f64::max)
    };
    let most = sets.iter().map(|(size, _)| *size).max().expect("some set");
    let mut best = vec![f64::INFINITY; most as usize + 1];
    for (size, runs) in sets {
        let best = &mut best[*size as usize];
        *best = best.min(worst(runs));
    }
    let mut limits = Vec::new();
    let mut so_far = best[0];
    for (size, value) in (0..).zip(best).skip(1) {
        // Not if chance decides between two numbers.
        if value < 0.98 * so_far && so_far.is_finite() {
            limits.push((size, Target { limit: value.midpoint(so_far), ..any.clone() }));
        }
        so_far = so_far.min(value);
    }
    limits
}

fn plan(scenario: &Scenario, goal: Goal, survival: Survival, targets: &[Target]) -> Plan {
    let settings =
        [Setting { levers: Vec::new(), scenario: scenario.clone(), ensemble: Vec::new() }];
    let question = Question {
        settings: &settings,
        goal,
        survival,
        targets,
        // None of the days of the search may be missed.
        confidence: 0.78,
        most: 100,
        days: DAYS,
        fresh_days: 10,
        budget: 10_000,
        seed: scenario.seed,
        threads: 0,
    };
    let plan = question.answer(Method::Simulation, &AtomicBool::new(false), &|_| {});
    plan.expect("threads")
}

/// The fewest that the search found to meet the target on all of its days; the validation on fresh days depends on
/// random numbers that the sets do not share.
fn found(scenario: &Scenario, survival: Survival, target: Target) -> Option<u32> {
    let plan = plan(scenario, Goal::Fewest, survival, &[target]);
    let passed = plan.probes.iter().filter(|probe| !probe.fresh && probe.met == DAYS);
    passed.map(|probe| probe.update_agents).min()
}

#[test]
fn it_finds_the_fewest_for_targets_of_each_kind() {
    let mut asked = vec![0; METRICS.len()];
    let mut wrong = Vec::new();
    for seed in SEEDS {
        let scenario = company(seed);
        let sets = all_sets(&scenario);
        for (metric, asked) in METRICS.iter().zip(&mut asked) {
            for (size, target) in limits(metric, &sets) {
                *asked += 1;
                let found = found(&scenario, Survival::default(), target.clone());
                if found != Some(size) {
                    wrong.push(format!("company {seed}: {target}: {found:?}, not {size}"));
                }
            }
        }
    }
    let never: Vec<_> = METRICS.iter().zip(asked).filter(|(_, asked)| *asked == 0).collect();
    assert!(never.is_empty(), "not asked at all: {never:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Headquarters, a hub with a store below, and two branches.
const FOUR_SITES: [(&str, &str); 4] = [("hub", ""), ("store", "hub"), ("x", ""), ("y", "")];

#[test]
fn with_any_one_off_it_finds_the_fewest_that_survive() {
    let survival = Survival { of_update_agents: true, of_links: false };
    let mut asked = 0;
    let mut wrong = Vec::new();
    for seed in 1..=2 {
        let scenario = company_of(seed, &FOUR_SITES, "");
        let sets = all_with_outages(&scenario, 4);
        for metric in ["protected_p95_s", "exposure_agent_hours", "server_egress_bytes"] {
            for (size, target) in limits(metric, &sets) {
                asked += 1;
                let found = found(&scenario, survival, target.clone());
                if found != Some(size) {
                    wrong.push(format!("company {seed}: {target}: {found:?}, not {size}"));
                }
            }
        }
    }
    assert!(asked > 4, "{asked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A pair at each of three places is enough. Pairs at all six are too many (UAG-6), and a place with only one of a pair
/// is as one without.
#[test]
fn with_any_one_off_pairs_are_kept_together() {
    let text = "name = \"pairs\"\nduration = \"8 h\"\nstart = \"Mon 06:00\"\n\
        [headquarters]\nagents = 20\ninternet_bandwidth = \"100 Mbit/s\"\n\
        [[site]]\nname = \"a\"\nagents = 30\nbandwidth = \"2 Mbit/s\"\n\
        [[site]]\nname = \"b\"\nagents = 30\nbandwidth = \"4 Mbit/s\"\n\
        [[site]]\nname = \"hub\"\nagents = 10\nbandwidth = \"2 Mbit/s\"\n\
        [[site]]\nname = \"c\"\nvia = \"hub\"\ncount = 2\nagents = 15\nbandwidth = \"10 Mbit/s\"\n\
        [agents]\nreleases_behind = 20\n\
        [[release]]\nname = \"r\"\nat = \"Mon 07:00\"\ncomponents = [\"Virus Pattern\"]\n";
    let scenario = Scenario::parse(text, "pairs.toml", &Overrides::default());
    let scenario = scenario.unwrap_or_else(|all| panic!("{all}"));
    let survival = Survival { of_update_agents: true, of_links: false };
    let target = Target::parse("protected_p95_s <= 30 min").expect("a target");
    assert_eq!(found(&scenario, survival, target), Some(6));
}

#[test]
fn it_finds_the_cheapest_with_and_without_a_target() {
    let mut numbers = Vec::new();
    for seed in 1..=6_u64 {
        let price = [20, 60, 120][usize::try_from(seed % 3).expect("small")];
        let prices = format!(
            "[cost]\nupdate_agent_per_year = {price}\nper_gb = 0.5\nper_agent_hour = 0.02\nruns_per_year = 365\n"
        );
        let scenario = company_of(seed, &FOUR_SITES, &prices);
        let sets = all_sets(&scenario);
        let cost = |runs: &[RunMeasurements]| {
            let sum: f64 = runs.iter().filter_map(|run| run.value("cost_per_year")).sum();
            sum / f64::from(DAYS)
        };
        let targets = limits("protected_p95_s", &sets).into_iter().map(|(_, target)| vec![target]);
        for targets in std::iter::once(Vec::new()).chain(targets) {
            let is_met = |run: &RunMeasurements| targets.iter().all(|target| target.is_met_by(run));
            let passing = sets.iter().filter(|(_, runs)| runs.iter().all(is_met));
            let least = passing.map(|(_, runs)| cost(runs)).min_by(f64::total_cmp);
            let least = least.expect("some set meets it");
            let plan = plan(&scenario, Goal::Cheapest, Survival::default(), &targets);
            let passed = plan.probes.iter().filter(|probe| !probe.fresh && probe.met == DAYS);
            let best =
                passed.min_by(|a, b| a.cost.partial_cmp(&b.cost).expect("costs")).expect("a plan");
            let found = best.cost.expect("prices");
            // The sets have at most one Update Agent at a site.
            let is_a_set = best.numbers.iter().all(|number| *number < 2);
            let equal = (found - least).abs() < 1e-6;
            assert!(
                equal || found < least && !is_a_set,
                "company {seed}, {targets:?}: {found}, not {least}"
            );
            assert!(plan.is_complete || found <= least, "company {seed}");
            numbers.push(best.update_agents);
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert!(
        numbers.len() > 2,
        "the cheapest have {numbers:?} Update Agents: one number says little"
    );
}

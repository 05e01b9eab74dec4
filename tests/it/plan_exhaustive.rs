//! `updraft plan` finds the minimum number of Update Agents, whatever the target is about: on companies small enough to
//! try every set of sites.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use updraft::experiment::Experiment;
use updraft::experiment::plan::{Method, Question, Setting, Target, places, with_update_agents_at};
use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

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
    let mut luck = Luck(seed);
    let mut text = String::from(
        "name = \"small\"\nstart = \"Mon 10:00\"\nduration = \"3 h\"\n\
         [headquarters]\nagents = 5\ninternet_bandwidth = \"100 Mbit/s\"\nserver_nic = \"300 Mbit/s\"\n\
         [[release]]\nname = \"monday\"\nat = \"Mon 10:15\"\ncomponents = [\"Virus Pattern\"]\n",
    );
    let _ = writeln!(text, "[agents]\nreleases_behind = {}", luck.one_of(&["20", "5", "[1, 30]"]));
    let sites =
        [("hub", ""), ("store-a", "hub"), ("store-b", "hub"), ("x", ""), ("y", ""), ("z", "")];
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
    Scenario::parse(&text, "small.toml", &Overrides::default())
        .unwrap_or_else(|all| panic!("{all}"))
}

/// The results of every set of sites with one Update Agent each, and its size.
fn all_sets(scenario: &Scenario) -> Vec<(u32, Vec<RunMeasurements>)> {
    let places = places(scenario);
    let outcome = |set: u32| {
        let numbers: Vec<u32> = (0..places.len()).map(|place| set >> place & 1).collect();
        let candidate = with_update_agents_at(scenario, &places, &numbers).expect("a short list");
        let experiment = Experiment {
            scenario: &candidate,
            options: vec![TopologyOption::ServerUa],
            replications: DAYS,
            seed: scenario.seed,
            keeps_agents: false,
            threads: 0,
        };
        let runs = experiment.run(&AtomicBool::new(false), &|_| {}).expect("threads");
        (set.count_ones(), runs.expect("nobody stops it"))
    };
    (0..1 << places.len()).map(outcome).collect()
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

/// The fewest that the search found to meet the target on all of its days; the validation on fresh days depends on
/// random numbers that the sets do not share.
fn found(scenario: &Scenario, target: Target) -> Option<u32> {
    let settings = [Setting { levers: Vec::new(), scenario: scenario.clone() }];
    let question = Question {
        settings: &settings,
        targets: &[target],
        confidence: 0.6,
        most: 100,
        days: DAYS,
        fresh_days: 30,
        budget: 10_000,
        seed: scenario.seed,
        threads: 0,
    };
    let plan = question.answer(Method::Simulation, &AtomicBool::new(false), &|_| {});
    let plan = plan.expect("threads");
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
                let found = found(&scenario, target.clone());
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

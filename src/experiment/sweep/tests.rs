//! Plans and their evaluation, on a scenario of a few agents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::experiment::Experiment;
use crate::model::settings::TopologyOption;
use crate::scenario::{Overrides, Template};

const TEXT: &str = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                    internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"b\"\ncount = 2\n\
                    agents = [3, 9]\nbandwidth = \"1 Mbit/s\"\nupdate_agents = 1\n[[release]]\n\
                    name = \"r\"\nat = \"2 min\"\ncomponents = [\"Virus Pattern\"]\n";

fn plan(factors: &[&str], options: &[TopologyOption], replications: u32) -> SweepPlan {
    let template =
        Template { file: "small.toml".into(), text: TEXT.into(), set: Overrides::default() };
    let factors: Vec<Factor> = factors.iter().map(|text| Factor::parse(text).unwrap()).collect();
    let design = Design::new(&factors, Sampling::Factorial, options, 1).unwrap();
    SweepPlan { template, design, seed: 1, replications }
}

/// Stores everything, and counts the requests.
#[derive(Default)]
struct Notebook {
    known: Mutex<BTreeMap<RunId, Summary>>,
    recalled: AtomicUsize,
}

impl RunStore for Notebook {
    type Failure = String;

    fn recall(&self, id: &RunId) -> Option<Summary> {
        let found = self.known.lock().unwrap().get(id).cloned();
        self.recalled.fetch_add(usize::from(found.is_some()), Ordering::Relaxed);
        found
    }

    fn keep(&self, id: &RunId, summary: &Summary) -> Result<(), String> {
        match self.known.lock().unwrap().insert(id.clone(), summary.clone()) {
            None => Ok(()),
            Some(_) => Err("run twice".into()),
        }
    }
}

fn evaluate<M: RunStore<Failure: std::fmt::Debug>>(
    plan: &SweepPlan,
    runs: &[Run],
    threads: usize,
    memory: &M,
) -> Vec<Option<Summary>> {
    let cases = plan.cases().unwrap();
    let evaluation = Evaluation { cases: &cases, seed: plan.seed, threads, memory };
    evaluation.run(runs, &AtomicBool::new(false), &|_| {}).unwrap()
}

#[test]
fn an_evaluation_is_the_experiments_of_its_points() {
    let options = [TopologyOption::Server, TopologyOption::ServerUa];
    let plan = plan(&["server.slots=1,9"], &options, 2);
    let runs = plan.runs();
    let found = evaluate(&plan, &runs, 2, &NoStore);
    assert_eq!(found, evaluate(&plan, &runs, 1, &NoStore));
    let mut expected = Vec::new();
    for case in plan.cases().unwrap() {
        let experiment = Experiment {
            scenario: &case.scenario,
            options: options.to_vec(),
            replications: 2,
            seed: 1,
            keeps_agents: false,
            ensemble: &[],
            threads: 1,
        };
        let runs = experiment.run(&AtomicBool::new(false), &|_| {}).unwrap().unwrap();
        expected.extend(runs.into_iter().map(|run| Some(Summary::from(run))));
    }
    assert_eq!(found, expected);
}

#[test]
fn what_is_remembered_is_not_run_again() {
    let plan = plan(&["server.slots=1,9"], &[TopologyOption::Server], 3);
    let (runs, notebook) = (plan.runs(), Notebook::default());
    let some = evaluate(&plan, &runs[1..4], 2, &notebook);
    assert_eq!(notebook.recalled.load(Ordering::Relaxed), 0);
    let all = evaluate(&plan, &runs, 2, &notebook);
    assert_eq!(notebook.recalled.load(Ordering::Relaxed), 3);
    assert_eq!(all[1..4], some);
    assert_eq!(all, evaluate(&plan, &runs, 2, &NoStore));
}

#[test]
fn a_stopped_evaluation_keeps_what_was_over() {
    let plan = plan(&["server.slots=1,9"], &[TopologyOption::Server], 3);
    let (runs, notebook) = (plan.runs(), Notebook::default());
    let (cases, stop) = (plan.cases().unwrap(), AtomicBool::new(false));
    let evaluation = Evaluation { cases: &cases, seed: 1, threads: 1, memory: &notebook };
    let after_two = |known: usize| stop.store(known >= 2, Ordering::Relaxed);
    let found = evaluation.run(&runs, &stop, &after_two).unwrap();
    let over = found.iter().flatten().count();
    assert_eq!((over, notebook.known.lock().unwrap().len()), (2, 2));
    assert_eq!(evaluate(&plan, &runs, 1, &notebook), evaluate(&plan, &runs, 1, &NoStore));
}

#[test]
fn shards_are_even_and_leave_nothing_out() {
    let plan = plan(&["server.slots=1..10 step 1"], &TopologyOption::ALL, 3);
    let (runs, cases) = (plan.runs(), plan.cases().unwrap());
    for of in [1, 2, 3, 7, 200] {
        let mut seen = BTreeSet::new();
        for number in 1..=of {
            let shard = Shard::new(number, of).unwrap();
            let own = shard.of(&runs, |run| cases[run.case].run_id(run, plan.seed));
            let even = runs.len() / of as usize;
            assert!((even..=even + 1).contains(&own.len()), "{shard}: {}", own.len());
            for run in own {
                assert!(seen.insert(run), "{run:?} is in two shards");
            }
        }
        assert!(seen.iter().eq(&runs), "{of} shards");
    }
    for wrong in ["0/3", "4/3", "1/0", "3", "a/b", "1/9999999"] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}

#[test]
fn a_sweep_is_known_by_its_hash() {
    let hash = |plan: &SweepPlan| plan.hash(&plan.cases().unwrap());
    let one = plan(&["server.slots=1,9"], &[TopologyOption::Server], 2);
    let other_file = SweepPlan {
        template: Template { file: "elsewhere.toml".into(), ..one.template.clone() },
        ..one.clone()
    };
    assert_eq!(hash(&one), hash(&other_file), "where the file lies does not matter");
    for other in [
        SweepPlan { seed: 2, ..one.clone() },
        SweepPlan { replications: 3, ..one.clone() },
        plan(&["server.slots=1,8"], &[TopologyOption::Server], 2),
        plan(&["server.slots=1,9"], &[TopologyOption::Ua], 2),
    ] {
        assert_ne!(hash(&one), hash(&other));
    }
}

#[test]
fn a_point_that_is_no_scenario_is_named() {
    let plan = plan(&["server.slots=1,-9"], &[TopologyOption::Server], 1);
    let error = plan.cases().unwrap_err();
    assert_eq!((error.point, error.settings[0].1.as_str()), (2, "-9"));
    assert!(error.problems.to_string().contains("negative"), "{}", error.problems);
}

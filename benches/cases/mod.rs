//! Typical work, in sizes that callgrind can count within seconds.

use std::hint::black_box;
use std::process::ExitCode;

use updraft::engine::{EventQueue, Ordered};
use updraft::experiment::{Experiment, estimates};
use updraft::ids::{ChannelId, ClassId, Column};
use updraft::model::settings::TopologyOption;
use updraft::network::{Method, Network};
use updraft::random::Streams;
use updraft::report::{AtomicDirectory, Record, Results};
use updraft::scenario::{Overrides, Scenario};
use updraft::units::{BitRate, Bytes, SimDuration};

use crate::shapes::paths;

/// A case: its name, and a function that prepares and then measures.
type Case = (&'static str, fn());

const CASES: [Case; 13] = [
    ("engine: hold of 10000 events", hold),
    ("network: settlement on a star", || settle("star")),
    ("network: settlement on a tree", || settle("tree")),
    ("network: settlement on a mesh", || settle("mesh")),
    ("network: life of 10000 transfers", lives),
    ("scenario: read retail-chain", || read(include_str!("../../scenarios/retail-chain.toml"))),
    ("scenario: sample retail-chain", sample),
    ("run: branch-offices server", || run(BRANCHES, TENTH_OF_BRANCHES, TopologyOption::Server)),
    ("run: branch-offices server-ua", || {
        run(BRANCHES, TENTH_OF_BRANCHES, TopologyOption::ServerUa);
    }),
    ("run: campus ua", || run(CAMPUS, TENTH_OF_CAMPUS, TopologyOption::Ua)),
    ("run: retail-chain server-ua", || run(CHAIN, TENTH_OF_CHAIN, TopologyOption::ServerUa)),
    ("run: retail-chain direct", || run(CHAIN, TENTH_OF_CHAIN, TopologyOption::Direct)),
    ("report: folder with page and pictures", page),
];

const BRANCHES: &str = include_str!("../../scenarios/branch-offices.toml");
const CAMPUS: &str = include_str!("../../scenarios/campus.toml");
const CHAIN: &str = include_str!("../../scenarios/retail-chain.toml");

/// Keys that reduce a shipped scenario to a tenth.
type Tenth = &'static [(&'static str, &'static str)];

const TENTH_OF_BRANCHES: Tenth = &[("site.branch.count", "12")];
const TENTH_OF_CAMPUS: Tenth = &[("site.building.count", "1")];
const TENTH_OF_CHAIN: Tenth = &[("site.hub.count", "6"), ("site.store.count", "150")];

/// The names of all cases.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CASES.into_iter().map(|(name, _)| name)
}

/// Runs a case.
pub(crate) fn run_case(name: &str) -> ExitCode {
    match CASES.into_iter().find(|(known, _)| *known == name) {
        Some((_, case)) => {
            case();
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}

/// The part of a case that callgrind counts: it begins and ends with this function.
#[inline(never)]
pub(crate) fn measured<R>(work: impl FnOnce() -> R) -> R {
    black_box(work())
}

#[derive(Clone, Copy)]
struct Event(u32);

impl Ordered for Event {
    fn rank(&self) -> u64 {
        u64::from(self.0)
    }
}

fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn hold() {
    let mut queue = EventQueue::new();
    let mut state = 42;
    let mut span = move || SimDuration::from_nanos(next(&mut state) % 2_000_000_000);
    for id in 0..10_000 {
        queue.after(span(), Event(id));
    }
    measured(|| {
        for _ in 0..100_000 {
            queue.advance_to(queue.next_time());
            let event = queue.pop_due().expect("one is due");
            queue.after(span(), event);
        }
    });
}

fn network(shape: &str) -> (Network, Vec<ClassId>) {
    const WIDTH: u32 = 500;
    let rates = (0..WIDTH).map(|row| {
        let times = if row == 0 { u64::from(WIDTH) } else { 1 };
        BitRate::from_bits_per_sec(times * 1_000_000 + u64::from(row * 7919 % 1_000_003))
    });
    let capacities: Column<ChannelId, BitRate> = rates.collect();
    let mut network = Network::with_method(&capacities, Method::Automatic);
    let classes = paths(shape, WIDTH).iter().map(|path| network.class(path, None, 1)).collect();
    (network, classes)
}

fn settle(shape: &str) {
    let (mut network, classes) = network(shape);
    for &class in &classes {
        let _ = network.start(class, Bytes::new(1 << 60), 0);
    }
    network.settle();
    measured(|| {
        for turn in 0..100 {
            let id = network.start(classes[turn * 617 % classes.len()], Bytes::new(1 << 60), 0);
            network.settle();
            let _ = network.abort(id);
            network.settle();
        }
    });
}

fn lives() {
    let (mut network, classes) = network("tree");
    measured(|| {
        for (turn, class) in (0_u32..10_000).zip(classes.iter().cycle()) {
            let _ = network.start(*class, Bytes::new(100_000 * u64::from(1 + turn % 3)), turn);
            if turn >= 200 {
                let end = network.next_end();
                network.advance_to(end);
                while let Some(ended) = network.pop_ended() {
                    let _ = black_box(ended);
                }
            }
        }
    });
}

fn scenario(text: &str, tenth: Tenth) -> Scenario {
    let set = tenth.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    Scenario::parse(text, "scenario.toml", &Overrides(set))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn read(text: &str) {
    let _ = measured(|| scenario(text, &[]));
}

fn sample() {
    let scenario = scenario(CHAIN, &[]);
    let _ = measured(|| scenario.sample(&Streams::new(1, 0)));
}

fn experiment(scenario: &Scenario, option: TopologyOption) -> Experiment<'_> {
    Experiment {
        scenario,
        options: vec![option],
        replications: 1,
        seed: 1,
        keeps_agents: false,
        ensemble: &[],
        threads: 1,
    }
}

fn run(text: &str, tenth: Tenth, option: TopologyOption) {
    let scenario = scenario(text, tenth);
    // On this thread: callgrind counts each thread separately.
    let runs = measured(|| experiment(&scenario, option).run_on_this_thread(option, 1));
    assert!(runs.value("agents").is_some_and(|agents| agents > 100.0), "a tenth is not nothing");
}

fn page() {
    let scenario = scenario(BRANCHES, TENTH_OF_BRANCHES);
    let option = TopologyOption::ServerUa;
    let runs = [experiment(&scenario, option).run_on_this_thread(option, 1)];
    let record = Record::new(&scenario, vec!["updraft".into(), "run".into()], 1, 1);
    let estimates = estimates(&runs);
    let scenario = Some(&scenario);
    let results = Results { scenario, record: &record, runs: &runs, estimates: &estimates };
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("page-of-a-bench");
    let folder = AtomicDirectory::claim(&place).expect("a folder");
    measured(|| updraft::report::write(&results, folder)).expect("it can be written");
}

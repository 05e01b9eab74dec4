//! What `check` and `sweep --list` estimate before a run: events within 5 %, memory within 30 %.

use std::path::Path;

use updraft::experiment::{Effort, effort, memory, pilots, reduced};
use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};

/// The peaks of `compare SCENARIO --replications 1 --threads 1` and `--threads 2`, in KiB, by `/usr/bin/time -f %M`.
const PEAKS: [(&str, [u64; 2]); 13] = [
    ("behind-nat", [48_996, 49_720]),
    ("branch-offices", [67_288, 71_588]),
    ("campus", [51_940, 53_692]),
    ("ip-islands", [42_824, 42_244]),
    ("measured-week", [361_720, 362_460]),
    ("million-agents", [133_688, 244_572]),
    ("monday-morning", [47_468, 49_388]),
    ("nested-update-agents", [32_172, 33_072]),
    ("query-filter", [28_256, 28_456]),
    ("retail-chain", [237_508, 270_576]),
    ("server-outage", [45_564, 46_076]),
    ("smart-scan", [36_660, 36_592]),
    ("too-many-update-agents", [44_692, 46_016]),
];

/// Events of scenarios that are too large to run here, from `work` in `manifest.json` of the same commands.
const EVENTS: [(&str, [u64; 4]); 2] = [
    ("million-agents", [5_000_120, 5_001_118, 5_002_026, 6_000_023]),
    ("retail-chain", [153_067, 153_106, 161_340, 824_170]),
];

fn scenario(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let path = path.with_extension("toml");
    let text = std::fs::read_to_string(&path).expect("a shipped scenario");
    Scenario::parse(&text, name, &Overrides::default()).expect("it is valid")
}

/// A run of `scenario`, without a limit of time.
fn counted(scenario: &Scenario, option: TopologyOption) -> Effort {
    effort(scenario, option, &|| true).expect("nothing interrupts it")
}

/// The estimate of a run, as `check` makes it.
fn estimated(scenario: &Scenario, agents: u64, option: TopologyOption) -> Effort {
    let (divisor, half) = pilots(scenario, agents);
    let large = counted(&reduced(scenario, divisor), option);
    let small = half.map(|half| counted(&reduced(scenario, half), option));
    small.map_or(large, |small| large.extrapolated(small, agents))
}

fn assert_close(found: u64, expected: u64, percent: u64, what: &str) {
    let off = found.abs_diff(expected) * 100;
    assert!(off <= expected * percent, "{what}: {found} estimated, {expected} counted");
}

#[test]
fn events_and_memory_of_the_shipped_scenarios_are_as_estimated() {
    for (name, peaks) in PEAKS {
        let scenario = scenario(name);
        let drawn = scenario.sample(&Streams::new(scenario.seed, 0));
        let agents = drawn.company.agents.len() as u64;
        let known = EVENTS.iter().find(|(known, _)| *known == name).map(|(_, events)| events);
        let mut efforts = Vec::new();
        for (at, option) in TopologyOption::ALL.into_iter().enumerate() {
            let estimate = estimated(&scenario, agents, option);
            efforts.push(estimate);
            let is_piloted = pilots(&scenario, agents).1.is_some();
            let events = match known {
                Some(events) => events[at],
                None if is_piloted => counted(&scenario, option).events,
                None => estimate.events,
            };
            assert_close(estimate.events, events, 5, &format!("events of {name}, {option:?}"));
        }
        for (threads, peak) in [1, 2].into_iter().zip(peaks) {
            let bytes = memory(&efforts, drawn.wan.len() as u64, threads).count();
            assert_close(bytes, peak * 1024, 30, &format!("memory of {name}, {threads} threads"));
        }
    }
}

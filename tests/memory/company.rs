//! The memory of an agent and of a site: at the peak of a run, and before its first event.

use std::sync::atomic::AtomicBool;

use updraft::experiment::{DETAILED, Experiment};
use updraft::measure::lints;
use updraft::model::settings::TopologyOption;
use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Simulation;

use crate::counting::{allocations, alone, bytes, peak};

/// The shipped company of a million agents with other numbers of sites and of agents at each.
fn company(sites: u32, agents: u32) -> Scenario {
    let text = include_str!("../../scenarios/million-agents.toml");
    let mut set = vec![
        ("site.site.count".into(), sites.to_string()),
        ("site.site.agents".into(), agents.to_string()),
    ];
    if sites > 1_000 {
        // One Update Agent per site would exceed the maximum of the list of sources (SRC-2).
        set.push(("site.site.update_agents".into(), "0".into()));
        set.push(("site.site.site_prefix".into(), "24".into()));
    }
    Scenario::parse(text, "million-agents.toml", &Overrides(set))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The peak of a run, with all its measurements.
fn peak_of(scenario: &Scenario, option: TopologyOption) -> u64 {
    let experiment = Experiment {
        scenario,
        options: vec![option],
        replications: 1,
        seed: scenario.seed,
        keeps_agents: false,
        ensemble: &[],
        threads: 1,
    };
    let (runs, peak) = peak(|| experiment.run(&AtomicBool::new(false), &|_| {}));
    assert!(runs.expect("a thread").is_some());
    peak
}

#[test]
fn an_agent_costs_at_most_140_bytes_at_the_peak_of_a_run() {
    let _alone = alone();
    for option in TopologyOption::ALL {
        // Numbers of agents just below powers of two, as the million is.
        let [few, many] = [8, 64].map(|agents| peak_of(&company(1_000, agents), option));
        let cost = many.saturating_sub(few) / (56 * 1_000);
        let most = match option {
            TopologyOption::Server => 75,
            TopologyOption::ServerUa => 140,
            TopologyOption::Ua | TopologyOption::Direct => 110,
        };
        assert!(cost <= most, "{option:?}: {cost} bytes an agent");
    }
}

/// Allocations, and the peak, of everything before the first event.
fn set_up(scenario: &Scenario) -> (u64, u64) {
    let before = allocations();
    let ((), peak) = peak(|| {
        let streams = Streams::new(1, 0);
        let sampled = scenario.sample(&streams);
        let _ = lints(&sampled.company, &sampled.topology);
        let (company, topology) = (&sampled.company, &sampled.topology);
        for option in TopologyOption::ALL {
            let streams = Streams::new(1, 0);
            let _ = Simulation::new(company, topology, scenario.transport, option, streams);
        }
    });
    (allocations() - before, peak)
}

#[test]
fn before_the_first_event_no_agent_has_a_block_of_its_own() {
    let _alone = alone();
    let [few, many] = [10, 1_000].map(|agents| set_up(&company(1_000, agents)));
    // Columns grow by doubling: a few allocations more, and none per agent of a million.
    assert!(many.0 < few.0 + 2_000, "{} blocks for 10,000, {} for 1,000,000", few.0, many.0);
    // Under `direct` the events of all schedules are queued.
    assert!(many.1 < 65 * 1_000_000, "{} bytes", many.1);
}

#[test]
fn before_the_first_event_a_site_costs_the_same_among_many() {
    let _alone = alone();
    let sites = [100, 1_000].map(|sites| set_up(&company(sites, 10)));
    assert!(sites[1].0 < 12 * sites[0].0, "{} blocks, {} of ten times", sites[0].0, sites[1].0);
    let sites = [1_001, 10_010].map(|sites| set_up(&company(sites, 10)));
    assert!(sites[1].0 < 12 * sites[0].0, "{} blocks, {} of ten times", sites[0].0, sites[1].0);
    assert!(sites[1].1 < 12 * sites[0].1, "{} bytes, {} of ten times", sites[0].1, sites[1].1);
}

/// Bytes kept of this many replications of a small company.
fn kept(replications: u32) -> u64 {
    let text = include_str!("../../fuzz/corpus/scenario/1-tiny.toml");
    let scenario = Scenario::parse(text, "tiny.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let experiment = Experiment {
        scenario: &scenario,
        options: vec![TopologyOption::Server],
        replications,
        seed: scenario.seed,
        keeps_agents: true,
        ensemble: &[],
        threads: 1,
    };
    let before = bytes();
    let runs = experiment.run(&AtomicBool::new(false), &|_| {}).expect("a thread");
    let kept = bytes() - before;
    assert_eq!(runs.expect("nobody stops it").len(), replications as usize);
    kept
}

#[test]
fn a_replication_beyond_the_first_hundred_costs_the_same_few_bytes() {
    let _alone = alone();
    let _ = kept(1);
    let [none, some, more] = [DETAILED, DETAILED + 100, DETAILED + 300].map(kept);
    let (first, next) = ((some - none) / 100, (more - some) / 200);
    // 2,241 each.
    assert!(first <= 4_000 && next <= first + 100, "{first}, then {next} bytes a replication");
}

//! The waits of single agents add up to those of all: `updraft explain` and `waits.csv` name the same causes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use updraft::experiment::{AgentTrace, Experiment, Whom};
use updraft::measure::timeline::Reason;
use updraft::model::settings::TopologyOption;
use updraft::scenario::Scenario;

/// The cause, or the name of the group of causes that are sampled instead of followed.
fn kind(reason: Reason) -> &'static str {
    match reason {
        Reason::Slot | Reason::NoSlots | Reason::Thread | Reason::Batch | Reason::Order => "queue",
        Reason::SetUp | Reason::Link | Reason::LinkDown | Reason::RateCap => "transfer",
        reason => reason.name(),
    }
}

/// Agent-nanoseconds by cause and source; of causes that are sampled, by cause only.
type Waits = BTreeMap<(&'static str, String), u128>;

fn add(all: &mut Waits, reason: Reason, place: &str, nanos: u128) {
    let kind = kind(reason);
    let place = if matches!(kind, "queue" | "transfer") { "" } else { place };
    *all.entry((kind, place.to_owned())).or_default() += nanos;
}

/// Compares the waits of all agents of a company with the sum of those of each.
///
/// # Panics
/// If they differ.
pub(crate) fn agree(scenario: &Scenario, option: TopologyOption) {
    let experiment = Experiment {
        scenario,
        options: vec![option],
        replications: 1,
        seed: scenario.seed,
        keeps_agents: true,
        ensemble: &[],
        threads: 1,
    };
    let run = experiment.run_on_this_thread(option, 1);
    let mut of_all = Waits::new();
    for row in &run.waits {
        add(&mut of_all, row.cause, &row.place, row.agent_nanos);
    }
    let mut of_each = Waits::new();
    let segments: BTreeSet<&str> = run.agents.iter().map(|row| row.segment.as_str()).collect();
    for segment in segments {
        let whom = Whom::Segment(segment.into());
        let trace = AgentTrace { scenario, option, replication: 1, seed: scenario.seed, whom };
        let answer = trace.answer(&AtomicBool::new(false), &|_| {});
        for timeline in answer.expect("a site").expect("not stopped").timelines {
            for waited in timeline.waits {
                let place = waited.place.unwrap_or_default();
                add(&mut of_each, waited.reason, &place, waited.span.as_nanos().into());
            }
        }
    }
    of_each.retain(|_, nanos| *nanos > 0);
    assert_eq!(of_all, of_each, "law waits: all agents, and the sum of each");
}

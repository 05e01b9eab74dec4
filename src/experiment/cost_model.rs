//! Cost model: estimates a comparison from pilot runs with fewer agents.

use std::sync::atomic::{AtomicBool, Ordering};

use super::replicate::{DETAILED, Experiment};
use crate::measure::run::{LinkRow, RunMeasurements};
use crate::model::settings::TopologyOption;
use crate::scenario::{Group, Part, Scenario};
use crate::units::Bytes;

/// The cost of a run, measured or estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// The number of agents.
    pub agents: u64,
    /// Events handled.
    pub events: u64,
    /// The memory of its measurements until they are written.
    pub kept: Bytes,
}

impl Effort {
    /// The estimated cost for `agents` agents, from two pilots of which `self` is the larger: events are linear in the
    /// number of agents, and measurements are nearly independent of it.
    #[must_use]
    pub fn extrapolated(self, smaller: Self, agents: u64) -> Self {
        let more = self.agents.saturating_sub(smaller.agents).max(1);
        let growth = self.events.saturating_sub(smaller.events);
        let beyond = agents.saturating_sub(self.agents);
        let added = u128::from(growth) * u128::from(beyond) / u128::from(more);
        let events = self.events.saturating_add(u64::try_from(added).unwrap_or(u64::MAX));
        Self { agents, events, kept: self.kept }
    }
}

/// The size of a sample in which a link carried something, of a sample of a component and of one of the server, with
/// their part of tables, pictures and page; in bytes, fitted as [`memory`] is.
const LINK_SAMPLE: u64 = 434;
const COMPONENT_SAMPLE: u64 = 265;
const SERVER_SAMPLE: u64 = 1_761;

/// The memory of the measurements of a run until they are written.
fn kept(run: &RunMeasurements) -> Bytes {
    let used = |link: &LinkRow| link.utilization_per_mille.iter().filter(|part| **part > 0).count();
    let links: usize = run.links.iter().map(used).sum();
    let (components, server) = (run.components.len() as u64, run.server.len() as u64);
    let bytes = links as u64 * LINK_SAMPLE + components * COMPONENT_SAMPLE + server * SERVER_SAMPLE;
    Bytes::new(bytes)
}

/// The approximate number of agents of a pilot; a company that is not larger is run in full.
const PILOT: u64 = 1_000;

/// The divisors by which the pilots of `scenario`, whose company has `agents` agents, are smaller: of the larger pilot,
/// and of the smaller one unless the larger one is the company itself.
///
/// Every site keeps some agents, however many sites there are, so the pilots are chosen such that the larger one has at
/// least half as many agents again: the cost per agent cannot be estimated from two equal pilots.
pub fn pilots(scenario: &Scenario, agents: u64) -> (u64, Option<u64>) {
    let mut large = agents.div_ceil(PILOT).max(1);
    if large == 1 {
        return (1, None);
    }
    let small = 2 * large;
    let fewest = expected_agents(&reduced(scenario, small));
    while large > 1 && expected_agents(&reduced(scenario, large)) * 2 < fewest * 3 {
        large /= 2;
    }
    (large, (large > 1).then_some(small))
}

/// The mean number of agents of `scenario`.
fn expected_agents(scenario: &Scenario) -> u64 {
    scenario.groups.iter().map(expected_agents_of).fold(0, u64::saturating_add)
}

fn expected_agents_of(group: &Group) -> u64 {
    let shares: u128 = group.agents.iter().map(|part| u128::from(part.share)).sum();
    let middle = |part: &Part| u128::from(part.from).midpoint(u128::from(part.to));
    let all: u128 = group.agents.iter().map(|part| u128::from(part.share) * middle(part)).sum();
    u64::try_from(u128::from(group.count) * all / shares.max(1)).unwrap_or(u64::MAX)
}

/// `scenario` with one in `divisor` of its agents. A site keeps its Update Agents and two more, since its first agents
/// cost more events than further ones. The smallest groups, of at most a twentieth of the agents together, are kept: they
/// may be hubs, whose cost is not in proportion to their agents.
pub fn reduced(scenario: &Scenario, divisor: u64) -> Scenario {
    let mut reduced = scenario.clone();
    let mut left = expected_agents(scenario) / 20;
    let mut by_size: Vec<&mut Group> = reduced.groups.iter_mut().collect();
    by_size.sort_by_key(|group| expected_agents_of(group));
    for group in by_size {
        if let Some(rest) = left.checked_sub(expected_agents_of(group)) {
            left = rest;
            continue;
        }
        left = 0;
        let least = u64::from(group.update_agents) + 2;
        let fewer = |agents: u64| agents.min(agents.div_ceil(divisor).max(least));
        for part in &mut group.agents {
            *part = Part { share: part.share, from: fewer(part.from), to: fewer(part.to) };
        }
    }
    reduced
}

/// Runs `scenario` once under `option`; `None` if `has_patience` returned false before the end.
pub fn effort(
    scenario: &Scenario,
    option: TopologyOption,
    has_patience: &(dyn Fn() -> bool + Sync),
) -> Option<Effort> {
    let stop = AtomicBool::new(false);
    let experiment = Experiment {
        scenario,
        options: vec![option],
        replications: 1,
        seed: scenario.seed,
        keeps_agents: true,
        ensemble: &[],
        threads: 1,
    };
    let look = |_| stop.store(!has_patience(), Ordering::Relaxed);
    let run = experiment.run_one(0, option, 1, &stop, &look)?;
    Some(Effort { agents: run.agents.len() as u64, events: run.work.events, kept: kept(&run) })
}

/// The size of the program with its fonts and pictures, and of what a run has of each agent and of each direction of a
/// link while it is simulated; in bytes, fitted as [`memory`] is.
const PROGRAM: u64 = 32_000_000;
const AGENT: u64 = 80;
const LINK_DIRECTION: u64 = 14_000;

/// The estimated memory of runs of this cost over `links` links, of which `at_once` are simulated at the same time, and the
/// measurements of all are kept until the end. Fitted to the peaks of `compare` of the shipped scenarios with one and with
/// two threads, of which none is off by more than 25 %.
pub fn memory(efforts: &[Effort], links: u64, at_once: u64) -> Bytes {
    let agents = efforts.iter().map(|effort| effort.agents).max().unwrap_or(0);
    let running = agents * AGENT + 2 * links * LINK_DIRECTION;
    let kept: u64 = efforts.iter().map(|effort| effort.kept.count()).sum();
    Bytes::new(PROGRAM + at_once.saturating_mul(running).saturating_add(kept))
}

/// The additional memory of further replications of a comparison beyond [`memory`]: fitted to the peaks of `compare` of
/// a small company. Each run keeps its metrics and their rows of tables; each of the first [`DETAILED`] replications
/// also keeps its samples.
pub fn memory_of_replications(samples: u64, replications: u32) -> Bytes {
    let (of_run, of_sample) = (14_000, 900);
    let more = u64::from(replications.saturating_sub(1));
    let series =
        more.min(u64::from(DETAILED) - 1).saturating_mul(samples.saturating_mul(of_sample));
    // Four options.
    Bytes::new(series.saturating_add(more * of_run).saturating_mul(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_grow_with_the_agents_from_what_is_there_without_any() {
        let effort = |agents, events| Effort { agents, events, kept: Bytes::new(7) };
        let (small, large) = (effort(100, 1_300), effort(200, 2_300));
        assert_eq!(large.extrapolated(small, 1_000).events, 10_300);
        assert_eq!(large.extrapolated(small, 200), large);
        assert_eq!(large.extrapolated(large, 1_000).events, 2_300);
    }

    /// Measured by the peak of `compare` of a company of four agents and three links.
    #[test]
    fn memory_of_replications_is_within_a_factor_of_two_of_what_was_measured() {
        for (replications, samples, megabytes) in
            [(500, 3, 56), (2_500, 3, 169), (10, 1_800, 94), (60, 1_800, 423)]
        {
            let kept = Bytes::new(samples * SERVER_SAMPLE);
            let effort = Effort { agents: 4, events: 0, kept };
            let bytes = memory(&[effort; 4], 3, 1).count()
                + memory_of_replications(samples, replications).count();
            let expected = bytes / 1_000_000;
            assert!(
                expected <= 2 * megabytes && megabytes <= 2 * expected,
                "{expected} {megabytes}"
            );
        }
        assert_eq!(memory_of_replications(1_440, 1), Bytes::new(0));
        // Of the last replication of 100,000 only the metrics are kept.
        let [last, all] = [99_999, 100_000].map(|n| memory_of_replications(1_440, n).count());
        assert_eq!(all - last, 56_000);
    }
}

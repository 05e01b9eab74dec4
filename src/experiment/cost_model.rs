//! Cost model: estimates a comparison from pilot runs with fewer agents.

use std::sync::atomic::{AtomicBool, Ordering};

use super::replicate::{DETAILED, Experiment};
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
}

impl Effort {
    /// The estimated cost for `agents` agents, from two pilots of which `self` is the larger: events are linear in the
    /// number of agents.
    #[must_use]
    pub fn extrapolated(self, smaller: Self, agents: u64) -> Self {
        let more = self.agents.saturating_sub(smaller.agents).max(1);
        let growth = self.events.saturating_sub(smaller.events);
        let beyond = agents.saturating_sub(self.agents);
        let added = u128::from(growth) * u128::from(beyond) / u128::from(more);
        let events = self.events.saturating_add(u64::try_from(added).unwrap_or(u64::MAX));
        Self { agents, events }
    }
}

/// The approximate number of agents of a pilot; a company that is not larger is run in full.
const PILOT: u64 = 1_000;

/// The divisors by which the pilots of `scenario`, whose company has `agents` agents, are smaller: of the larger pilot,
/// and of the smaller one unless the larger one is the company itself.
///
/// Every site keeps an agent, however many sites there are, so the pilots are chosen such that the larger one has at
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
    let of_group = |group: &Group| {
        let shares: u128 = group.agents.iter().map(|part| u128::from(part.share)).sum();
        let middle = |part: &Part| u128::from(part.from).midpoint(u128::from(part.to));
        let all: u128 = group.agents.iter().map(|part| u128::from(part.share) * middle(part)).sum();
        u128::from(group.count) * all / shares.max(1)
    };
    u64::try_from(scenario.groups.iter().map(of_group).sum::<u128>()).unwrap_or(u64::MAX)
}

/// `scenario` with one in `divisor` of its agents; a site keeps one, and its Update Agents.
pub fn reduced(scenario: &Scenario, divisor: u64) -> Scenario {
    let mut reduced = scenario.clone();
    for group in &mut reduced.groups {
        let least = u64::from(group.update_agents).max(1);
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
        threads: 1,
    };
    let look = |_| stop.store(!has_patience(), Ordering::Relaxed);
    let run = experiment.run_one(0, option, 1, &stop, &look)?;
    Some(Effort { agents: run.agents.len() as u64, events: run.work.events })
}

/// The estimated memory of `compare` for a company of `agents` agents, with this many links and samples: fitted, to a
/// factor of two, to the peaks of the three scenarios of the README.
pub fn memory(agents: u64, links: u64, samples: u64) -> Bytes {
    let (of_program, of_agent, of_sample) = (15_000_000, 3_000, 30);
    // Two directions, four options.
    let series = links.saturating_mul(samples).saturating_mul(8 * of_sample);
    Bytes::new(agents.saturating_mul(of_agent).saturating_add(series).saturating_add(of_program))
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

/// The memory of runs of a company of `agents` agents, `at_once` of them concurrent, with this many links and samples:
/// a share of [`memory`] each.
pub fn memory_of_runs(agents: u64, links: u64, samples: u64, at_once: u64) -> Bytes {
    let of_program = memory(0, 0, 0).count();
    let of_one = (memory(agents, links, samples).count() - of_program) / 4;
    Bytes::new(of_program.saturating_add(of_one.saturating_mul(at_once)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_grow_with_the_agents_from_what_is_there_without_any() {
        let (small, large) =
            (Effort { agents: 100, events: 1_300 }, Effort { agents: 200, events: 2_300 });
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
            let bytes = memory(4, 3, samples).count()
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

    #[test]
    fn memory_is_within_a_factor_of_two_of_what_the_readme_lists() {
        let measured = [(6_000, 121, 1_440, 60), (8_000, 9, 1_440, 39), (30_000, 1_561, 720, 505)];
        for (agents, links, samples, megabytes) in measured {
            let expected = memory(agents, links, samples).count() / 1_000_000;
            assert!(
                expected <= 2 * megabytes && megabytes <= 2 * expected,
                "{expected} {megabytes}"
            );
        }
    }
}

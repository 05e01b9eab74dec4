//! Sampling of faults: those with fixed times as written, those with rates as drawn.

use std::collections::BTreeMap;

use super::Scenario;
use super::timeline::{Breakdown, BrokenPart, When};
use crate::ids::{Column, LinkId, SiteId};
use crate::model::company::{Site, UpdateAgent};
use crate::model::fault::{Fault, FaultAt};
use crate::random::{Purpose, Streams};
use crate::units::{SimDuration, SimTime};

impl Scenario {
    /// All faults of one replication.
    pub(super) fn faults(
        &self,
        sites: &Column<SiteId, Site>,
        written: &BTreeMap<String, LinkId>,
        update_agents: &[UpdateAgent],
        streams: &Streams,
    ) -> Vec<Fault> {
        let end = SimTime::START + self.duration;
        let mut faults = Vec::new();
        let links = sites.iter().map(|site| (site.name.as_str(), site.link));
        let links = links.chain(written.iter().map(|(name, link)| (name.as_str(), *link)));
        let agents = update_agents.iter().enumerate();
        let agents = agents.map(|(number, agent)| (agent.name.as_str(), number));
        let named = if self.faults.is_empty() {
            Named::default()
        } else {
            let others = self.other_sources.iter().enumerate();
            let others = others.map(|(number, other)| (other.name.as_str(), number));
            Named {
                links: links.collect(),
                update_agents: agents.collect(),
                others: others.collect(),
            }
        };
        for (number, written) in (0..).zip(&self.faults) {
            // An Update Agent for which no agent was drawn cannot fail.
            let Some(at) = part(written, &named) else { continue };
            let mut add = |from, until| faults.push(Fault { at, kind: written.kind, from, until });
            match written.when {
                When::Once { from, until } => add(from, until),
                When::ByRates { every, lasts } => {
                    for (from, until) in by_rates(number, (every, lasts), end, streams) {
                        add(from, until);
                    }
                }
            }
        }
        faults
    }
}

/// Failures from the start until `end`: alternating times to failure and to repair.
fn by_rates(
    number: u32,
    (every, lasts): (SimDuration, SimDuration),
    end: SimTime,
    streams: &Streams,
) -> Vec<(SimTime, SimTime)> {
    let mut now = SimTime::START;
    let mut all = Vec::new();
    // `timeline::read_faults` bounds their number.
    for nth in 0_u32.. {
        let draw = |odd| streams.draw(Purpose::Failure, number, 2 * nth + odd);
        let drawn = |odd, mean| draw(odd).exponential(mean);
        let from = now.saturating_add(drawn(0, every));
        if from >= end {
            break;
        }
        now = from.saturating_add(drawn(1, lasts));
        all.push((from, now));
    }
    all
}

/// The parts that faults affect, by name.
#[derive(Default)]
struct Named<'c> {
    links: BTreeMap<&'c str, LinkId>,
    update_agents: BTreeMap<&'c str, usize>,
    others: BTreeMap<&'c str, usize>,
}

fn part(written: &Breakdown, named: &Named<'_>) -> Option<FaultAt> {
    Some(match &written.at {
        BrokenPart::Server => FaultAt::Server,
        BrokenPart::ActiveUpdate => FaultAt::ActiveUpdate,
        BrokenPart::Proxy => FaultAt::Proxy,
        BrokenPart::SmartProtection => FaultAt::SmartProtection,
        BrokenPart::Agents => FaultAt::Agents,
        BrokenPart::OtherSource(name) => FaultAt::Other(*named.others.get(name.as_str())?),
        BrokenPart::UpdateAgent(name) => {
            FaultAt::UpdateAgent(*named.update_agents.get(name.as_str())?)
        }
        BrokenPart::LinkOf(name) | BrokenPart::Link(name) => {
            FaultAt::Link(*named.links.get(name.as_str())?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_last_until_the_end() {
        let (every, lasts) = (SimDuration::from_secs(1), SimDuration::from_secs(4));
        let end = SimTime::START + SimDuration::from_hours(48);
        let all = by_rates(0, (every, lasts), end, &Streams::new(1, 0));
        // 34,560 failures expected; the last one begins within a minute of the end.
        assert!((34_000..35_100).contains(&all.len()), "{}", all.len());
        assert!(end.since(all[all.len() - 1].0) < SimDuration::from_secs(60));
    }

    #[test]
    fn times_between_failures_have_their_means() {
        let hours = SimDuration::from_hours;
        let end = SimTime::START + hours(24 * 3_000);
        let all = by_rates(3, (hours(20), hours(4)), end, &Streams::new(9, 0));
        // 3,000 failures expected; four standard deviations are about 180.
        assert!((2_800..3_200).contains(&all.len()), "{}", all.len());
        let broken: u64 = all.iter().map(|(from, until)| until.since(*from).as_nanos()).sum();
        let mean = broken / all.len() as u64;
        assert!(mean.abs_diff(hours(4).as_nanos()) < hours(4).as_nanos() / 10, "{mean}");
        assert!(all.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    }
}

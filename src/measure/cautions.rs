//! Cautions: reasons to doubt the numbers of a run.

use super::run::{Caution, SourceKind};
use super::tallies::SourceTally;
use crate::model::settings::TopologyOption;

/// The inputs of the cautions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) option: TopologyOption,
    /// Whether 95 % of the agents were updated.
    pub(super) reaches_95: bool,
    /// The number of outdated agents that begin no further update, however long the scenario lasts.
    pub(super) stranded: u64,
    pub(super) up_to_date: u64,
    pub(super) population: u64,
    pub(super) slots_timed_out: u64,
    pub(super) refused: Refusals,
    /// The worst ratio, in hundredths, of simultaneous starts to a link's queue, if they exceeded it.
    pub(super) worst_burst: Option<u64>,
}

/// Refused requests, by what refused them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Refusals {
    update_agents: u64,
    for_disk: u64,
    server: u64,
    proxy: u64,
    others: u64,
}

impl Refusals {
    /// Adds those of a source.
    pub(super) fn add(&mut self, kind: SourceKind, of: &SourceTally) {
        self.proxy += of.refused_by_proxy;
        self.for_disk += of.refused_for_disk;
        let by_source = match kind {
            SourceKind::Server => &mut self.server,
            SourceKind::UpdateAgent => &mut self.update_agents,
            SourceKind::ActiveUpdate | SourceKind::Other => &mut self.others,
        };
        *by_source += of.refused - of.refused_by_proxy - of.refused_for_disk;
    }

    /// What refused, how often, and what helps.
    fn told(&self) -> [(u64, &'static str, &'static str); 5] {
        [
            (
                self.update_agents,
                "by Update Agents",
                "add Update Agents, or raise `update_agents.capacity`",
            ),
            (
                self.for_disk,
                "by Update Agents that lack disk space",
                "free disk space (`update_agents.free_disk`)",
            ),
            (
                self.server,
                "by the server",
                "raise `server.max_transfers`, let requests wait (`server.overflow = \"queue\"`) or add Update \
                 Agents",
            ),
            (self.proxy, "by the proxy", "raise `proxy.connections`"),
            (
                self.others,
                "by other update sources",
                "raise `other_source.connections`, or let requests wait (`other_source.overflow = \"queue\"`)",
            ),
        ]
    }
}

/// The ratio, in hundredths of a queue, from which on simultaneous starts cause tails that are not simulated.
const LOSES: u64 = 250;

/// The cautions of one run.
pub(super) fn cautions(seen: &Seen) -> Vec<Caution> {
    let name = seen.option.name();
    let mut all = Vec::new();
    if !seen.reaches_95 {
        let Seen { up_to_date, population, stranded, .. } = *seen;
        let reached = format!("{name}: {up_to_date} of {population} agents up to date");
        all.push(if (population - stranded) * 100 < population * 95 {
            Caution {
                name: "never-updated".into(),
                seen: format!("{reached}; {stranded} of the others begin no further update"),
                advice:
                    "a longer `duration` does not help: `waits.csv` has what they wait for, and \
                         --agents lists them"
                        .into(),
            }
        } else {
            Caution {
                name: "horizon-too-short".into(),
                seen: format!("{reached}, less than 95 %"),
                advice:
                    "increase `duration`, or list the agents that are not reached with --agents"
                        .into(),
            }
        });
    }
    if seen.slots_timed_out > 0 {
        all.push(Caution {
            name: "slots-timed-out".into(),
            seen: format!("{name}: {} of the server's slots timed out", seen.slots_timed_out),
            advice: "these agents were slow or switched off; see `server.slot_timeout`".into(),
        });
    }
    for (count, by, advice) in seen.refused.told() {
        if count > 0 {
            all.push(Caution {
                name: "requests-refused".into(),
                seen: format!("{name}: {count} requests were refused {by}"),
                advice: advice.into(),
            });
        }
    }
    // Below this ratio the model is accurate.
    if let Some(hundredths) = seen.worst_burst.filter(|at| *at >= LOSES) {
        let (whole, tenths) = (hundredths / 100, hundredths % 100 / 10);
        all.push(Caution {
            name: "synchronised-starts".into(),
            seen: format!(
                "{name}: transfers that began within one round trip exceeded a link's queue \
                 {whole}.{tenths} times; real TCP loses packets there and waits for time-outs"
            ),
            advice: "expect longer tails than simulated; spread the starts, limit \
                     `server.max_transfers` (slots limit only updates that the server starts) or add \
                     Update Agents"
                .into(),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_run_has_no_caution_and_each_trouble_has_one() {
        let quiet = Seen {
            option: TopologyOption::Server,
            reaches_95: true,
            stranded: 0,
            up_to_date: 10,
            population: 10,
            slots_timed_out: 0,
            refused: Refusals::default(),
            worst_burst: None,
        };
        let names = |seen| {
            cautions(&seen).iter().map(|caution| caution.name.to_string()).collect::<Vec<_>>()
        };
        assert!(names(quiet).is_empty());
        let troubled = Seen {
            reaches_95: false,
            slots_timed_out: 1,
            refused: Refusals { update_agents: 2, ..Refusals::default() },
            worst_burst: Some(262),
            ..quiet
        };
        let expected =
            ["horizon-too-short", "slots-timed-out", "requests-refused", "synchronised-starts"];
        assert_eq!(names(troubled), expected);
        assert!(cautions(&troubled)[3].seen.contains(" 2.6 times"));
        // Of ten agents, one may be late for good if more time is to bring 95 %, rounded down: none.
        let stranded = Seen { reaches_95: false, up_to_date: 9, stranded: 1, ..quiet };
        assert_eq!(names(stranded), ["never-updated"]);
        assert!(cautions(&stranded)[0].seen.ends_with("; 1 of the others begin no further update"));
    }

    #[test]
    fn refusals_are_told_with_the_key_of_what_refused() {
        let tally = |refused, refused_by_proxy, refused_for_disk| SourceTally {
            refused,
            refused_by_proxy,
            refused_for_disk,
            ..SourceTally::default()
        };
        for (kind, tally, count, key) in [
            (SourceKind::UpdateAgent, tally(3, 0, 0), 3, "`update_agents.capacity`"),
            (SourceKind::UpdateAgent, tally(4, 0, 4), 4, "`update_agents.free_disk`"),
            (SourceKind::Server, tally(5, 0, 0), 5, "`server.max_transfers`"),
            (SourceKind::Server, tally(6, 6, 0), 6, "`proxy.connections`"),
            (SourceKind::ActiveUpdate, tally(7, 7, 0), 7, "`proxy.connections`"),
            (SourceKind::Other, tally(8, 0, 0), 8, "`other_source.connections`"),
        ] {
            let mut refusals = Refusals::default();
            refusals.add(kind, &tally);
            let told: Vec<_> =
                refusals.told().into_iter().filter(|(count, ..)| *count > 0).collect();
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].0 == count && told[0].2.contains(key), "{told:?}");
        }
    }
}

//! Cautions: reasons to doubt the numbers of a run.

use super::run::Caution;
use crate::model::settings::TopologyOption;

/// The inputs of the cautions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) option: TopologyOption,
    /// Whether 95 % of the agents were updated.
    pub(super) reaches_95: bool,
    pub(super) up_to_date: u64,
    pub(super) population: u64,
    pub(super) slots_timed_out: u64,
    pub(super) refused: u64,
    /// The worst ratio, in hundredths, of simultaneous starts to a link's queue, if they exceeded it.
    pub(super) worst_burst: Option<u64>,
}

/// The ratio, in hundredths of a queue, from which on simultaneous starts cause tails that are not simulated.
const LOSES: u64 = 250;

/// The cautions of one run.
pub(super) fn cautions(seen: &Seen) -> Vec<Caution> {
    let name = seen.option.name();
    let mut all = Vec::new();
    if !seen.reaches_95 {
        let (up_to_date, population) = (seen.up_to_date, seen.population);
        all.push(Caution {
            name: "horizon-too-short".into(),
            seen: format!("{name}: {up_to_date} of {population} agents up to date, less than 95 %"),
            advice: "increase `duration`, or list the agents that are not reached with --agents"
                .into(),
        });
    }
    if seen.slots_timed_out > 0 {
        all.push(Caution {
            name: "slots-timed-out".into(),
            seen: format!("{name}: {} of the server's slots timed out", seen.slots_timed_out),
            advice: "these agents were slow or switched off; see `server.slot_timeout`".into(),
        });
    }
    if seen.refused > 0 {
        all.push(Caution {
            name: "requests-refused".into(),
            seen: format!("{name}: {} requests were refused", seen.refused),
            advice: "add Update Agents, or raise `update_agents.capacity`".into(),
        });
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
            up_to_date: 10,
            population: 10,
            slots_timed_out: 0,
            refused: 0,
            worst_burst: None,
        };
        let names = |seen| {
            cautions(&seen).iter().map(|caution| caution.name.to_string()).collect::<Vec<_>>()
        };
        assert!(names(quiet).is_empty());
        let troubled = Seen {
            reaches_95: false,
            slots_timed_out: 1,
            refused: 2,
            worst_burst: Some(262),
            ..quiet
        };
        let expected =
            ["horizon-too-short", "slots-timed-out", "requests-refused", "synchronised-starts"];
        assert_eq!(names(troubled), expected);
        assert!(cautions(&troubled)[3].seen.contains(" 2.6 times"));
    }
}

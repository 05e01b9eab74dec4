//! Conservation of bytes: every transfer from its first byte to its last, on every channel of its path.

use std::collections::BTreeMap;

use updraft::ids::{AgentId, ChannelId};
use updraft::model::fault::LinkFailure;
use updraft::network::{TransferId, WORK_PER_BYTE};
use updraft::simulation::tag::Tag;
use updraft::simulation::{Fact, Simulation};
use updraft::units::{Bytes, SimTime};

/// A transfer in progress.
#[derive(Clone, Debug)]
struct Entry {
    begun: SimTime,
    tag: Tag,
    size: Bytes,
    /// The agent of its round, if it belongs to one.
    agent: Option<AgentId>,
    path: Vec<ChannelId>,
    /// The bytes that it had moved when it was rerouted to this path.
    before: u128,
}

/// A transfer that is over: its start, and its purpose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Over {
    pub(crate) begun: SimTime,
    pub(crate) tag: Tag,
    pub(crate) agent: Option<AgentId>,
}

/// All transfers in progress, and the bytes of those that are over.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: BTreeMap<TransferId, Entry>,
    moved: BTreeMap<ChannelId, u128>,
    /// The tolerance of channels: the started byte of each transfer that was interrupted in the instant in which it was
    /// rerouted, whose last path is not visible.
    unplaced: u128,
}

/// The content of a fact about the end of a transfer: the agent, the bytes that arrived, and whether that was all.
fn told(fact: &Fact, report_size: Bytes) -> Option<(Whose, Bytes, bool)> {
    Some(match *fact {
        Fact::IndexFetched { agent, bytes, .. }
        | Fact::Fetched { agent, bytes, .. }
        | Fact::Mirrored { agent, bytes, .. } => (Whose::Round(agent), bytes, true),
        Fact::Interrupted { agent, bytes, .. } => (Whose::Round(agent), bytes, false),
        Fact::Reported { agent, .. } => (Whose::Report(agent), report_size, true),
        Fact::ServerFetched(bytes) => (Whose::Server, bytes, false),
        Fact::ReportLost { agent, bytes } => (Whose::Report(agent), bytes, false),
        Fact::SmartProtectionFetched(bytes) => (Whose::SmartProtection, bytes, false),
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Round(AgentId),
    Report(AgentId),
    Server,
    SmartProtection,
}

impl Ledger {
    /// Books an instant: transfers that are gone have moved what `facts` say, the others what the
    /// network says. Returns those that are over.
    ///
    /// # Panics
    /// If a transfer ends without a fact, or moved less or more than its fact says.
    pub(crate) fn book(&mut self, simulation: &Simulation<'_>, facts: &[Fact]) -> Vec<Over> {
        let now = simulation.now();
        let size_of_report = simulation.company().settings.server.report_size;
        let network = simulation.network();
        let live: BTreeMap<TransferId, _> =
            network.transfers().map(|transfer| (transfer.id, transfer)).collect();
        let mut told: Vec<_> =
            facts.iter().filter_map(|fact| told(fact, size_of_report)).map(Some).collect();
        let gone: Vec<TransferId> =
            self.entries.keys().filter(|id| !live.contains_key(id)).copied().collect();
        let mut over = Vec::new();
        let reroutes = simulation.company().settings.source.link_failure == LinkFailure::Reroute
            && facts.iter().any(|fact| matches!(fact, Fact::FaultBegan(_) | Fact::FaultEnded(_)));
        for id in gone {
            let entry = self.entries.remove(&id).expect("it is in the ledger");
            let whose = match (entry.tag, entry.agent) {
                (Tag::Report(agent), _) => Whose::Report(agent),
                (Tag::ServerStock, _) => Whose::Server,
                (Tag::SmartProtection, _) => Whose::SmartProtection,
                (Tag::Round(_), agent) => Whose::Round(agent.expect("a round is an agent's")),
            };
            let mut found = told.iter_mut().filter(|told| told.is_some_and(|told| told.0 == whose));
            let (_, bytes, whole) = found
                .next()
                .and_then(Option::take)
                .unwrap_or_else(|| panic!("law bytes: {now}: {entry:?} is gone without a word"));
            assert!(
                bytes <= entry.size && (!whole || bytes == entry.size),
                "law bytes: {now}: {bytes} are told of {entry:?}"
            );
            if reroutes && !whole {
                self.unplaced += WORK_PER_BYTE;
            }
            let done = u128::from(bytes.count()) * WORK_PER_BYTE;
            self.pass(&entry, done, now);
            over.push(Over { begun: entry.begun, tag: entry.tag, agent: entry.agent });
        }
        for (id, transfer) in live {
            let fresh = || Entry {
                begun: now,
                tag: Tag::from_number(transfer.tag),
                size: transfer.size,
                agent: None,
                path: transfer.path.to_vec(),
                before: 0,
            };
            let entry = self.entries.entry(id).or_insert_with(fresh);
            if entry.path != transfer.path {
                let old = entry.clone();
                entry.path = transfer.path.to_vec();
                entry.before = transfer.done;
                self.pass(&old, transfer.done, now);
            }
        }
        for agent in simulation.agents().ids() {
            if let Some(entry) =
                simulation.transfer_of(agent).and_then(|id| self.entries.get_mut(&id))
            {
                entry.agent = Some(agent);
            }
        }
        over
    }

    /// Adds the bytes that a transfer has moved since it was rerouted to its path to all channels of the path.
    fn pass(&mut self, entry: &Entry, done: u128, now: SimTime) {
        let moved = done.checked_sub(entry.before);
        let moved = moved.unwrap_or_else(|| panic!("law bytes: {now}: {entry:?} moved backward"));
        for channel in &entry.path {
            *self.moved.entry(*channel).or_default() += moved;
        }
    }

    /// Every channel has carried the work of its transfers, to the last unit.
    ///
    /// # Panics
    /// If a channel has not.
    pub(crate) fn balances(&self, simulation: &Simulation<'_>) {
        let network = simulation.network();
        let mut moved = self.moved.clone();
        for transfer in network.transfers() {
            let before = self.entries[&transfer.id].before;
            for channel in transfer.path {
                *moved.entry(*channel).or_default() += transfer.done - before;
            }
        }
        for channel in network.channels() {
            let (carried, moved) =
                (network.work_carried(channel), moved.get(&channel).copied().unwrap_or_default());
            assert!(
                carried.abs_diff(moved) <= self.unplaced,
                "law bytes: {}: {channel:?} carried {carried}, its transfers moved {moved}",
                simulation.now()
            );
        }
    }
}

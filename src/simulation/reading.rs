//! Read access to a run in progress, for explanations.

use crate::ids::{AgentId, SourceId};
use crate::model::component::KindSet;
use crate::network::TransferId;
use crate::policy::admission::{OwnStart, slots_at};
use crate::policy::notification::{Notifier, Target};
use crate::policy::reachability::NoWay;
use crate::policy::source_order::{Progress, SourceChoice, SourceView};
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::notifiers::number_of;
use crate::simulation::round::Stage;
use crate::simulation::run::Simulation;
use crate::simulation::state::Standpoint;
use crate::units::SimTime;

/// Why a notifier does not take the next record of its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockReason {
    /// All slots of the server are held (SRV-4).
    Slots,
    /// The server has no slot in any hour, so it never starts an update (SRV-4).
    NoSlots,
    /// All notifier threads are busy (NTF-8).
    Threads,
    /// The throttle's next batch is not due (SRV-7).
    Batch,
    /// Update Agents are notified first (NTF-6).
    Order,
}

/// The stage of an agent's round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// An attempt has failed; the agent will try its next source (SRC-8).
    TurnsElsewhere,
    /// It waits for a place at this source.
    Waits(SourceId),
    /// It has a place at this source.
    HasPlace(SourceId),
}

impl Simulation<'_> {
    /// The time of the next event; the present rates hold until then.
    pub fn next_moment(&mut self) -> SimTime {
        self.event_queue.next_time().min(self.network.next_end())
    }

    /// The stage of the agent's round, if it is in one.
    pub fn standing(&self, agent: AgentId) -> Option<Standing> {
        let round = self.rounds.get(self.agents[agent].round.get()?);
        Some(match round.stage {
            Stage::GivingUp => Standing::TurnsElsewhere,
            Stage::Waiting(_) => Standing::Waits(round.source),
            Stage::Index | Stage::Fetching(_) | Stage::Mirroring => {
                Standing::HasPlace(round.source)
            }
        })
    }

    /// Whether `agent` is a non-persistent desktop that waits while as many update as may.
    pub fn awaits_other_desktops(&self, agent: AgentId) -> bool {
        let (desktops, limit) = (&self.server.desktops, self.settings().server.image_updates);
        desktops.waiting.has(agent) && limit.is_some_and(|limit| !desktops.has_less_than(limit))
    }

    /// Whether `agent` waits for a slot of the server, and none is free.
    pub fn awaits_slot(&self, agent: AgentId) -> bool {
        self.server.slot_line.has(agent) && self.own_start() == OwnStart::Later
    }

    /// The transfer of the agent's round that is in progress.
    pub fn transfer_of(&self, agent: AgentId) -> Option<TransferId> {
        self.rounds.get(self.agents[agent].round.get()?).transfer
    }

    /// A notifier's view of `agent`.
    pub fn target_of(&self, notifier: Notifier, agent: AgentId) -> Target {
        self.target(number_of(notifier), agent)
    }

    /// The obstacle to a notifier's next record.
    pub fn block_reason(&self, notifier: Notifier) -> BlockReason {
        let settings = self.settings();
        let hour = self.company.calendar.hour(self.now());
        let number = match notifier {
            Notifier::Server => SERVER_NOTIFIER,
            Notifier::UpdateAgent(index) => index + 1,
        };
        let has_slots = notifier != Notifier::Server
            || self.server.slots_held < slots_at(&settings.server.slots, hour);
        if !has_slots && settings.server.slots.are_none() {
            BlockReason::NoSlots
        } else if !has_slots {
            BlockReason::Slots
        } else if self.queues[number].threads_busy() >= settings.notification.threads {
            BlockReason::Threads
        } else if settings.notification.batch.is_some() {
            BlockReason::Batch
        } else {
            BlockReason::Order
        }
    }

    /// The sources that `agent` would try for `wanted`, in order, and whether each is a fallback
    /// (SRC-1 to SRC-5), from this standpoint.
    pub fn source_plan(
        &self,
        at: Standpoint,
        agent: AgentId,
        wanted: KindSet,
    ) -> Vec<(SourceId, bool)> {
        let view = self.source_view_with(at, agent, wanted);
        let mut plan = Vec::new();
        let mut after = Progress::Begin;
        while let SourceChoice::Try { source, progress, .. } =
            self.source_policy.next_source(agent, &view, after)
        {
            let is_entry = matches!(progress, Progress::Entry(_));
            plan.push((self.source_id(source), view.list.is_some() && !is_entry));
            after = progress;
        }
        plan
    }

    /// Whether `source` and `agent` can never connect, because they use different versions of the Internet Protocol and
    /// there is no proxy (NET-1).
    pub fn speaks_other_family(&self, source: SourceId, agent: AgentId) -> bool {
        self.find_way(source, Some(agent)) == Err(NoWay::Family)
    }

    /// Whether `agent` has a list of sources instead of the standard source (SRC-1, SRC-2), from this standpoint.
    pub fn has_source_list(&self, at: Standpoint, agent: AgentId) -> bool {
        let SourceView { list, .. } = self.source_view_with(at, agent, KindSet::ALL);
        list.is_some()
    }
}

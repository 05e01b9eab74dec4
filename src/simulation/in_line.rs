//! Sequences of events at the server of which only the next one is in the event queue.

use std::collections::VecDeque;

use crate::ids::AgentId;
use crate::simulation::event::TimerGeneration;
use crate::units::SimTime;

/// The time-outs of the slots of agents, or of Update Agents, in their order. Obsolete ones are dropped, so that only
/// those of one instant are awaited in the event queue at a time; beside them are those that a shorter time-out makes
/// due before others in line.
#[derive(Debug, Default)]
pub(super) struct SlotTimeouts {
    pub(super) given: VecDeque<(SimTime, AgentId, TimerGeneration)>,
    /// The number that are awaited, all for one instant.
    pub(super) awaited: u32,
    pub(super) awaited_at: SimTime,
}

impl SlotTimeouts {
    /// Drops obsolete time-outs at the front.
    pub(super) fn forget(&mut self, is_live: impl Fn(AgentId, TimerGeneration) -> bool) {
        while self.given.front().is_some_and(|(_, agent, generation)| !is_live(*agent, *generation))
        {
            let _ = self.given.pop_front();
        }
    }
}

/// The reports waiting for the server's processor, which takes the same time for each: only the end of the current one
/// is in the event queue.
#[derive(Debug, Default)]
pub(super) struct ReportQueue {
    pub(super) is_busy: bool,
    /// The agents whose reports wait, the next one first.
    pub(super) waiting: VecDeque<AgentId>,
}

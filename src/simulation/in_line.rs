//! Sequences of events at the server of which only the next one is in the event queue.

use std::collections::VecDeque;

use crate::ids::AgentId;
use crate::simulation::event::TimerGeneration;
use crate::units::SimTime;

/// The time-outs of the slots, in their order, for one length of time-out. Obsolete ones are dropped, so that only
/// those of one instant are in the event queue at a time.
#[derive(Debug, Default)]
pub(super) struct SlotTimeouts {
    pub(super) given: VecDeque<(SimTime, AgentId, TimerGeneration)>,
    /// The number in the event queue, all for one instant.
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

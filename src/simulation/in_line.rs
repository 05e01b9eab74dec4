//! What happens at the server one after the other: of such lines only the next one is in the event queue.

use std::collections::VecDeque;

use crate::ids::AgentId;
use crate::simulation::event::TimerGeneration;
use crate::units::SimTime;

/// The time-outs of the slots given, in their order, for one length of time-out. Those that are of no
/// account any more are forgotten, so that those of at most one instant are awaited at a time.
#[derive(Debug, Default)]
pub(super) struct SlotTimeouts {
    pub(super) given: VecDeque<(SimTime, AgentId, TimerGeneration)>,
    /// How many are in the event queue, all for one instant.
    pub(super) awaited: u32,
    pub(super) awaited_at: SimTime,
}

impl SlotTimeouts {
    /// Forgets the first ones that do not matter any more.
    pub(super) fn forget(&mut self, is_live: impl Fn(AgentId, TimerGeneration) -> bool) {
        while self.given.front().is_some_and(|(_, agent, generation)| !is_live(*agent, *generation))
        {
            let _ = self.given.pop_front();
        }
    }
}

/// The reports before the server's processor, which takes the same time for each: only the end of the
/// one in process is in the event queue.
#[derive(Debug, Default)]
pub(super) struct ReportQueue {
    pub(super) is_busy: bool,
    /// Whose reports wait, the next one first.
    pub(super) waiting: VecDeque<AgentId>,
}

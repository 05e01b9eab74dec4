//! The non-persistent desktops that update, and those that wait until they may.

use std::collections::BTreeSet;

use crate::ids::AgentId;
use crate::simulation::slot_line::SlotLine;

/// The desktops that update, and those that wait until they may.
#[derive(Debug, Default)]
pub(super) struct DesktopLine {
    pub(super) updating: BTreeSet<AgentId>,
    pub(super) waiting: SlotLine,
    /// Whether another one may update now.
    pub(super) has_room: bool,
}

impl DesktopLine {
    /// Whether fewer than `limit` update.
    pub(super) fn has_less_than(&self, limit: u32) -> bool {
        u32::try_from(self.updating.len()).is_ok_and(|updating| updating < limit)
    }
}

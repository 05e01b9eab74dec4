//! The number of transfers of each agent, which numbers the draws for their shares.

use crate::ids::{AgentId, RowId};

/// The number of transfers of each agent so far, the server's last. Empty if transfers draw nothing.
#[derive(Debug)]
pub(super) struct TransferDraws(Vec<u32>);

impl TransferDraws {
    /// For `agents` agents.
    pub(super) fn of(agents: usize) -> Self {
        Self(vec![0; agents + 1])
    }

    /// For transfers without draws.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// The number of the next draw of `agent`, or of the server.
    pub(super) fn next(&mut self, agent: Option<AgentId>) -> u32 {
        let row = agent.map_or(self.0.len() - 1, RowId::index);
        self.0[row] += 1;
        self.0[row]
    }
}

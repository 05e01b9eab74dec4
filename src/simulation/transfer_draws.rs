//! How many transfers each agent has had, which numbers the draws for their shares.

use crate::ids::{AgentId, RowId};

/// Transfers of each agent so far, the server's last. Where transfers draw nothing there are none.
#[derive(Debug)]
pub(super) struct TransferDraws(Vec<u32>);

impl TransferDraws {
    /// Of so many agents.
    pub(super) fn of(agents: usize) -> Self {
        Self(vec![0; agents + 1])
    }

    /// Where nothing is drawn.
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

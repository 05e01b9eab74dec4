//! The purpose of a transfer, packed into the number that the network returns when it ends.

use crate::ids::AgentId;
use crate::simulation::round_id::RoundId;

/// The purpose of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A round's index file or contents.
    Round(RoundId),
    /// An agent's status report.
    Report(AgentId),
    /// The server's own update.
    ServerStock,
    /// The smart protection source's pattern.
    SmartProtection,
}

const REPORT: u32 = 1 << 31;
const SMART_PROTECTION: u32 = u32::MAX - 1;

impl Tag {
    /// The number: rounds, then reports, then the server.
    pub fn number(self) -> u32 {
        match self {
            Self::Round(round) => round.0,
            Self::Report(agent) => REPORT | agent.0,
            Self::ServerStock => u32::MAX,
            Self::SmartProtection => SMART_PROTECTION,
        }
    }

    /// The purpose that `number` encodes.
    pub fn from_number(number: u32) -> Self {
        match number {
            u32::MAX => Self::ServerStock,
            SMART_PROTECTION => Self::SmartProtection,
            report if report & REPORT != 0 => Self::Report(AgentId(report & !REPORT)),
            round => Self::Round(RoundId(round)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back_from_its_number() {
        for tag in [
            Tag::Round(RoundId(5)),
            Tag::Report(AgentId(5)),
            Tag::ServerStock,
            Tag::SmartProtection,
        ] {
            assert_eq!(Tag::from_number(tag.number()), tag);
        }
    }
}

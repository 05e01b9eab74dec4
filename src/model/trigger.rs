//! Why an agent begins an update, and what an administrator can order.

use crate::units::SimTime;

/// Why an agent began a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[repr(u8)]
pub enum Trigger {
    /// It was notified of an update (NTF-1, NTF-10).
    Notification,
    /// It was told to fetch its settings: *Notify All Agents* (NTF-11).
    NotifyAll,
    /// It was told to update by hand at the console (SCH-6).
    Manual,
    /// Its user chose *Update Now* (SCH-6).
    UpdateNow,
    /// It restarted and connected (NTF-4).
    Restart,
    /// Its schedule came due (SCH-2, SCH-3), or had been missed (SCH-5).
    Schedule,
    /// It polled the server, which cannot reach it (SRV-6, NET-3).
    Poll,
}

impl Trigger {
    /// What it is called in stories.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::NotifyAll => "notify all agents",
            Self::Manual => "manual update",
            Self::UpdateNow => "Update Now",
            Self::Restart => "restart",
            Self::Schedule => "schedule",
            Self::Poll => "poll",
        }
    }
}

/// What an administrator orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum CommandKind {
    /// The server updates now (SRV-1).
    UpdateServer,
    /// The server tells agents to update (SCH-6).
    UpdateAgents,
    /// Users choose *Update Now* (SCH-6).
    UpdateNow,
    /// The server has agents fetch their settings (NTF-11).
    NotifyAll,
    /// Agents scan by smart scan from now on (SPS-3).
    SwitchToSmartScan,
}

/// An order, when it is given, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Command {
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: CommandKind,
    /// The sites whose agents it is for, as rows from and up to; `None`: all.
    pub sites: Option<(u32, u32)>,
}

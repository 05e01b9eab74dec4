//! Why an agent begins an update, and the administrator's commands.

use crate::units::SimTime;

/// Why an agent began a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[repr(u8)]
pub enum Trigger {
    /// It was notified of an update (NTF-1, NTF-10).
    Notification,
    /// It was notified to fetch its settings: *Notify All Agents* (NTF-11).
    NotifyAll,
    /// It was notified by a manual update at the console (SCH-6).
    Manual,
    /// Its user chose *Update Now* (SCH-6).
    UpdateNow,
    /// It restarted and connected, or regained its lost connection (NTF-4).
    Restart,
    /// Its schedule came due (SCH-2), possibly by a notification (SCH-3), or had been missed (SCH-5).
    Schedule,
    /// It polled the server, which cannot reach it (SRV-6, NET-3).
    Poll,
    /// It tries again after it has found no source (SRC-5).
    Retry,
}

impl Trigger {
    /// Its name in timelines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::NotifyAll => "notify all agents",
            Self::Manual => "manual update",
            Self::UpdateNow => "Update Now",
            Self::Restart => "restart",
            Self::Schedule => "schedule",
            Self::Poll => "poll",
            Self::Retry => "retry",
        }
    }
}

/// The content of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Message {
    /// Fetch a new update (NTF-1, NTF-10).
    Update,
    /// Update by schedule (SCH-3).
    Scheduled,
    /// Update, by a command at the console (SCH-6).
    Manual,
    /// Fetch settings, by a command at the console (NTF-11).
    FetchSettings,
    /// Scan, after an update (NTF-5).
    ScanNow,
    /// Go back to the previous version, by a command at the console.
    RollBack,
}

impl Message {
    /// The trigger of the update that it begins, if any.
    pub const fn trigger(self) -> Option<Trigger> {
        match self {
            Self::Update => Some(Trigger::Notification),
            Self::Scheduled => Some(Trigger::Schedule),
            Self::Manual => Some(Trigger::Manual),
            Self::FetchSettings => Some(Trigger::NotifyAll),
            Self::ScanNow | Self::RollBack => None,
        }
    }

    /// Whether it is a command at the console.
    pub const fn is_order(self) -> bool {
        matches!(self, Self::Manual | Self::FetchSettings | Self::RollBack)
    }
}

/// A set of triggers, in the order in which they are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TriggerSet(u8);

impl TriggerSet {
    const ALL: [Trigger; 8] = [
        Trigger::Notification,
        Trigger::NotifyAll,
        Trigger::Manual,
        Trigger::UpdateNow,
        Trigger::Restart,
        Trigger::Schedule,
        Trigger::Poll,
        Trigger::Retry,
    ];

    /// Inserts `trigger`.
    pub fn insert(&mut self, trigger: Trigger) {
        self.0 |= 1 << trigger as u8;
    }

    /// Removes the first trigger.
    pub fn pop(&mut self) -> Option<Trigger> {
        let first = Self::ALL.into_iter().find(|trigger| self.0 & (1 << *trigger as u8) != 0)?;
        self.0 &= !(1 << first as u8);
        Some(first)
    }
}

/// A command of the administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum CommandKind {
    /// The server updates now (SRV-1).
    UpdateServer,
    /// The server notifies agents to update (SCH-6).
    UpdateAgents,
    /// Users choose *Update Now* (SCH-6).
    UpdateNow,
    /// The server notifies agents to fetch their settings (NTF-11).
    NotifyAll,
    /// Agents switch to smart scan (SPS-3).
    SwitchToSmartScan,
}

/// A command, its time, and the agents that it is for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Command {
    /// Its time.
    pub at: SimTime,
    /// The command.
    pub kind: CommandKind,
    /// The sites whose agents it is for, as a half-open range of rows; `None`: all.
    pub sites: Option<(u32, u32)>,
}

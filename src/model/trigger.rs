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
    /// It restarted and connected, or found its lost connection again (NTF-4).
    Restart,
    /// Its schedule came due (SCH-2), by which it may be told (SCH-3), or had been missed (SCH-5).
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

/// What a notification tells an agent to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Message {
    /// To fetch an update that has come out (NTF-1, NTF-10).
    Update,
    /// To update by its schedule (SCH-3).
    Scheduled,
    /// To update, by an order at the console (SCH-6).
    Manual,
    /// To fetch its settings, by an order at the console (NTF-11).
    FetchSettings,
    /// To scan, after an update (NTF-5).
    ScanNow,
    /// To go back to the version before, by an order at the console.
    RollBack,
}

impl Message {
    /// The trigger of the update that it begins, if it begins one.
    pub const fn trigger(self) -> Option<Trigger> {
        match self {
            Self::Update => Some(Trigger::Notification),
            Self::Scheduled => Some(Trigger::Schedule),
            Self::Manual => Some(Trigger::Manual),
            Self::FetchSettings => Some(Trigger::NotifyAll),
            Self::ScanNow | Self::RollBack => None,
        }
    }

    /// Whether it is an order at the console.
    pub const fn is_order(self) -> bool {
        matches!(self, Self::Manual | Self::FetchSettings | Self::RollBack)
    }
}

/// A set of triggers, in the order in which they are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TriggerSet(u8);

impl TriggerSet {
    const ALL: [Trigger; 7] = [
        Trigger::Notification,
        Trigger::NotifyAll,
        Trigger::Manual,
        Trigger::UpdateNow,
        Trigger::Restart,
        Trigger::Schedule,
        Trigger::Poll,
    ];

    /// Puts `trigger` into the set.
    pub fn insert(&mut self, trigger: Trigger) {
        self.0 |= 1 << trigger as u8;
    }

    /// Takes the first trigger out of the set.
    pub fn pop(&mut self) -> Option<Trigger> {
        let first = Self::ALL.into_iter().find(|trigger| self.0 & (1 << *trigger as u8) != 0)?;
        self.0 &= !(1 << first as u8);
        Some(first)
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

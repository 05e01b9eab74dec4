//! The causes of an agent's waits.

use crate::ids::{AgentId, ChannelId, SourceId};
use crate::network::Limit;
use crate::simulation::Simulation;
use crate::simulation::reading::BlockReason;
use crate::simulation::state::SERVER;
use crate::units::{BitRate, SimDuration};

/// Why an agent waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its computer is off.
    Off,
    /// The server has not checked for news yet (SRV-1).
    Look,
    /// The server has checked in vain: it, or its source, is out of service, or nothing leads there.
    OutOfReach,
    /// A source upstream has no news yet.
    Stock,
    /// It is held back until its wave of a release begins.
    Wave,
    /// Nothing triggers an update: no notification, restart, poll or schedule.
    Trigger,
    /// All slots of the server are held.
    Slot,
    /// The server has no slot in any hour: the wait never ends.
    NoSlots,
    /// As many non-persistent desktops update as may.
    Desktops,
    /// All notifier threads are busy.
    Thread,
    /// The throttle's next batch is not due.
    Batch,
    /// Update Agents are notified first.
    Order,
    /// A notifier is connecting to it.
    Connect,
    /// A notifier called it and it did not answer.
    NoAnswer,
    /// It waits for a retry of its notification.
    Repeat,
    /// Its source has no place.
    Place,
    /// An attempt has failed.
    Failure,
    /// Its connection to the source is being set up.
    SetUp,
    /// A link is the bottleneck of its transfer.
    Link,
    /// A link of its transfer is down.
    LinkDown,
    /// Its transfer is limited by the rate cap of its two ends.
    RateCap,
}

impl Reason {
    /// All causes.
    pub const ALL: [Self; 21] = [
        Self::Off,
        Self::Look,
        Self::OutOfReach,
        Self::Stock,
        Self::Wave,
        Self::Trigger,
        Self::Slot,
        Self::NoSlots,
        Self::Desktops,
        Self::Thread,
        Self::Batch,
        Self::Order,
        Self::Connect,
        Self::NoAnswer,
        Self::Repeat,
        Self::Place,
        Self::Failure,
        Self::SetUp,
        Self::Link,
        Self::LinkDown,
        Self::RateCap,
    ];

    /// The cause with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Its name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Look => "server-look",
            Self::OutOfReach => "out-of-reach",
            Self::Stock => "stock",
            Self::Wave => "wave",
            Self::Trigger => "trigger",
            Self::Slot => "slot",
            Self::NoSlots => "no-slots",
            Self::Desktops => "desktops",
            Self::Thread => "notifier-thread",
            Self::Batch => "throttle",
            Self::Order => "queue-order",
            Self::Connect => "connect",
            Self::NoAnswer => "connect-timeout",
            Self::Repeat => "repeat",
            Self::Place => "place",
            Self::Failure => "failed-attempt",
            Self::SetUp => "connection-setup",
            Self::Link => "link",
            Self::LinkDown => "link-down",
            Self::RateCap => "own-ceiling",
        }
    }

    /// Whether it applies only to an agent that lacks released content.
    pub(super) const fn is_idle(self) -> bool {
        matches!(
            self,
            Self::Off | Self::Look | Self::OutOfReach | Self::Stock | Self::Wave | Self::Trigger
        )
    }
}

impl From<BlockReason> for Reason {
    fn from(reason: BlockReason) -> Self {
        match reason {
            BlockReason::Slots => Self::Slot,
            BlockReason::NoSlots => Self::NoSlots,
            BlockReason::Threads => Self::Thread,
            BlockReason::Batch => Self::Batch,
            BlockReason::Order => Self::Order,
        }
    }
}

/// The source or link for which an agent waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Nowhere,
    Source(SourceId),
    Channel(ChannelId),
}

/// A cause with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    pub(super) reason: Reason,
    pub(super) place: Place,
}

impl Cause {
    pub(super) const fn nowhere(reason: Reason) -> Self {
        Self { reason, place: Place::Nowhere }
    }

    /// The rule that causes the wait; none if it is the network, or if no rule applies.
    pub(super) fn rule(self) -> Option<&'static str> {
        match self.reason {
            Reason::Off => Some("NET-5"),
            Reason::Look | Reason::OutOfReach => Some("SRV-1"),
            Reason::Stock if self.place == Place::Source(SERVER) => Some("SRV-1"),
            Reason::Stock => Some("NTF-10"),
            Reason::Slot | Reason::NoSlots => Some("SRV-4"),
            Reason::Thread | Reason::Connect | Reason::NoAnswer => Some("NTF-8"),
            Reason::Batch => Some("SRV-7"),
            Reason::Order => Some("NTF-6"),
            Reason::Repeat => Some("NTF-3"),
            Reason::Place => Some("UAG-1"),
            Reason::Failure => Some("SRC-8"),
            Reason::LinkDown => Some("NET-4"),
            Reason::Desktops
            | Reason::Wave
            | Reason::Trigger
            | Reason::SetUp
            | Reason::Link
            | Reason::RateCap => None,
        }
    }

    pub(super) const fn at(reason: Reason, source: SourceId) -> Self {
        Self { reason, place: Place::Source(source) }
    }

    /// What limits the transfer of `agent` from `source`.
    pub(super) fn of_transfer(
        simulation: &Simulation<'_>,
        agent: AgentId,
        source: SourceId,
    ) -> Self {
        let transfer = simulation.transfer_of(agent);
        match transfer.map_or(Limit::SetUp, |transfer| simulation.network().limit(transfer)) {
            Limit::SetUp => Self::at(Reason::SetUp, source),
            Limit::RateCap => Self::at(Reason::RateCap, source),
            Limit::Channel(channel) => {
                let is_down = simulation.network().capacity(channel) == BitRate::ZERO;
                let reason = if is_down { Reason::LinkDown } else { Reason::Link };
                Self { reason, place: Place::Channel(channel) }
            }
        }
    }
}

/// Durations by cause, without duplicates, in order of first occurrence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Waits(pub(super) Vec<(Cause, SimDuration)>);

impl Waits {
    pub(super) fn add(&mut self, cause: Cause, span: SimDuration) {
        match self.0.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, total)) => *total += span,
            None if span == SimDuration::ZERO => {}
            None => self.0.push((cause, span)),
        }
    }

    /// The time of `cause`.
    pub(super) fn of(&self, cause: Cause) -> SimDuration {
        let own = self.0.iter().find(|(known, _)| *known == cause);
        own.map_or(SimDuration::ZERO, |(_, span)| *span)
    }

    /// Attributes what has the cause `from` to `to`.
    pub(super) fn rename(&mut self, from: Cause, to: Cause) {
        let span = self.of(from);
        self.take(from, span);
        self.add(to, span);
    }

    /// Takes `span` away from the time of `cause`.
    pub(super) fn take(&mut self, cause: Cause, span: SimDuration) {
        for (_, total) in self.0.iter_mut().filter(|(known, _)| *known == cause) {
            *total = total.saturating_sub(span);
        }
        self.0.retain(|(_, total)| *total > SimDuration::ZERO);
    }

    /// Adds all of `others`.
    pub(super) fn add_all(&mut self, others: &Self) {
        for &(cause, span) in &others.0 {
            self.add(cause, span);
        }
    }

    pub(super) fn sum(&self) -> SimDuration {
        self.0.iter().fold(SimDuration::ZERO, |sum, (_, span)| sum + *span)
    }
}

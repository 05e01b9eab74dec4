//! Events: what will happen. The `event_queue` holds them, 8 bytes each.

use crate::engine::Ordered;
use crate::ids::{AgentId, ReleaseId};
use crate::simulation::notification_queue::RecordId;

/// The generation of an agent's live timer: an event with an older generation is stale and is dropped.
pub type TimerGeneration = u16;

/// A pending event. Events of one instant are handled in the order of this declaration, then by entity: contents are
/// released before agents check for them, computers are switched on or off before they communicate, and a session that
/// ends frees its place before another agent requests one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A release is published.
    ReleaseDue(ReleaseId),
    /// The vendor withdraws a release.
    ReleaseWithdrawn(ReleaseId),
    /// The administrator rolls a release back.
    ReleaseRolledBack(ReleaseId),
    /// A setting changes: its number among the changes.
    ChangeDue(u32),
    /// The next wave of a release may be due.
    WaveDue(ReleaseId),
    /// Another update source offers what `ActiveUpdate` offered its lag ago: its number.
    OtherSourceCopies(u32),
    /// Something breaks: the number of the fault.
    FaultBegins(u32),
    /// A fault is repaired: its number. A part with another fault in the same instant stays down.
    FaultEnds(u32),
    /// An agent's computer is switched on or off.
    PresenceChanges(AgentId),
    /// A report has been processed; the agent's slot is free (SRV-4, SRV-5).
    ReportProcessed(AgentId),
    /// A slot's time-out (SRV-4).
    SlotExpires(AgentId, TimerGeneration),
    /// The time-out of a session at a source (SRC-8).
    VisitExpires(AgentId, TimerGeneration),
    /// An hour begins, possibly with another number of slots (SRV-4).
    HourBegins,
    /// The server has generated its incrementals (DUP-5).
    IncrementalsGenerated,
    /// The server checks for a release (SRV-1).
    ServerLooks,
    /// The smart protection source checks for its pattern (SPS-1).
    SmartProtectionLooks,
    /// The administrator gives a command: its number.
    CommandDue(u32),
    /// The notification queue is emptied (NTF-9).
    QueueCleanup,
    /// An agent checks on its own schedule (SCH-2, SCH-3).
    AgentLooks(AgentId, TimerGeneration),
    /// An agent that cannot be notified polls the server (SRV-6).
    AgentPolls(AgentId, TimerGeneration),
    /// The next batch of the throttle may be sent (SRV-7): the number of the notifier.
    BatchDue(u32),
    /// A notifier thread has finished with an agent, which answered or not (NTF-8).
    NotificationEnds {
        /// The record of the notification.
        record: RecordId,
        /// Whether the agent answered.
        answered: bool,
    },
    /// The retry of an unanswered notification is due, or its record expires (NTF-3, NTF-7).
    RetryDue(RecordId),
    /// The server's wait for an Update Agent to obtain an update is over (NTF-10): its number.
    UpdateAgentWaitEnds(u32, TimerGeneration),
    /// An agent regains its lost connection to the server (NTF-4).
    ConnectionBack(AgentId),
    /// A failed attempt is over; the agent tries its next source (SRC-8).
    AttemptGivenUp(AgentId, TimerGeneration),
    /// An agent that found no source tries again (SRC-5).
    AgentRetries(AgentId),
}

impl Ordered for Event {
    fn rank(&self) -> u64 {
        let (phase, entity) = match *self {
            Self::ReleaseDue(release) => (0, release.0),
            Self::ReleaseWithdrawn(release) => (1, release.0),
            Self::ReleaseRolledBack(release) => (2, release.0),
            Self::ChangeDue(number) => (3, number),
            Self::WaveDue(release) => (4, release.0),
            Self::OtherSourceCopies(number) => (5, number),
            Self::FaultBegins(number) => (6, number),
            Self::FaultEnds(number) => (7, number),
            Self::PresenceChanges(agent) => (8, agent.0),
            Self::ReportProcessed(agent) => (9, agent.0),
            Self::SlotExpires(agent, _) => (10, agent.0),
            Self::VisitExpires(agent, _) => (11, agent.0),
            Self::HourBegins => (12, 0),
            Self::IncrementalsGenerated => (13, 0),
            Self::ServerLooks => (14, 0),
            Self::SmartProtectionLooks => (15, 0),
            Self::CommandDue(number) => (16, number),
            Self::QueueCleanup => (17, 0),
            Self::AgentLooks(agent, _) => (18, agent.0),
            Self::AgentPolls(agent, _) => (19, agent.0),
            Self::BatchDue(notifier) => (20, notifier),
            Self::NotificationEnds { record, .. } => (21, record.0),
            Self::RetryDue(record) => (22, record.0),
            Self::AttemptGivenUp(agent, _) => (23, agent.0),
            Self::UpdateAgentWaitEnds(number, _) => (24, number),
            Self::ConnectionBack(agent) => (25, agent.0),
            Self::AgentRetries(agent) => (26, agent.0),
        };
        phase << 32 | u64::from(entity)
    }

    fn lane(&self) -> Option<usize> {
        match self {
            Self::NotificationEnds { answered: true, .. } => Some(0),
            Self::NotificationEnds { answered: false, .. } => Some(1),
            Self::RetryDue(_) => Some(2),
            Self::ReportProcessed(_) => Some(3),
            _ => None,
        }
    }
}

const _: () = assert!(size_of::<Event>() == 8, "an event is 8 bytes");

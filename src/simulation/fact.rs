//! What has happened. Facts are never taken back; whoever measures, counts or explains reads these
//! and nothing else. They are told at the end of the instant, so an observer sees the state after
//! all of that instant; what must be known of the moment itself stands in the fact.

use crate::ids::{AgentId, ReleaseId, SourceId};
use crate::model::component::ContentKind;
use crate::policy::reports::ReportOutcome;
use crate::policy::source_order::AttemptFailure;
use crate::units::{Bytes, SimDuration, SimTime};

/// Why an agent began a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// It was notified (NTF-1, NTF-10).
    Notification,
    /// It restarted and connected (NTF-4).
    Restart,
    /// Its schedule came due (SCH-2, SCH-3), or had been missed (SCH-5).
    Schedule,
}

/// Something that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A release came out.
    Released(ReleaseId),
    /// The server has received an index file or contents from `ActiveUpdate`.
    ServerFetched(Bytes),
    /// The server has stocked a release and offers it (DUP-7); generating took `cpu` (DUP-5).
    ServerStocked {
        /// CPU time of generating incrementals.
        cpu: SimDuration,
    },
    /// An Update Agent has stocked a release and offers it (DUP-8).
    UpdateAgentStocked(SourceId),
    /// A computer was switched on.
    WentOn(AgentId),
    /// A computer was switched off.
    WentOff(AgentId),
    /// A notification went out and was answered or not (NTF-3).
    Notified {
        /// To whom.
        agent: AgentId,
        /// Which attempt, from 1.
        attempt: u8,
        /// Whether it was answered.
        answered: bool,
    },
    /// A notification was given up after the last attempt (NTF-3).
    NotificationGivenUp(AgentId),
    /// A record of the notification queue expired (NTF-7).
    NotificationExpired(AgentId),
    /// A slot timed out: the server counts the agent as not updated (SRV-4).
    SlotTimedOut(AgentId),
    /// An agent began a round.
    RoundBegan {
        /// Who.
        agent: AgentId,
        /// Why.
        trigger: Trigger,
    },
    /// An agent asked a source; `fallback` if that is not the first choice of its list (SRC-3).
    Asked {
        /// Who.
        agent: AgentId,
        /// Whom.
        source: SourceId,
        /// Whether it fell back to the server or `ActiveUpdate`.
        fallback: bool,
    },
    /// The source had no place: the agent waits there.
    Waits {
        /// Who.
        agent: AgentId,
        /// Where.
        source: SourceId,
    },
    /// A source took the agent in.
    Admitted {
        /// Who.
        agent: AgentId,
        /// Where.
        source: SourceId,
    },
    /// An attempt failed (SRC-8).
    AttemptFailed {
        /// Who.
        agent: AgentId,
        /// At which source.
        source: SourceId,
        /// Why.
        failure: AttemptFailure,
    },
    /// An agent has left its place at a source, served or not.
    Left {
        /// Who.
        agent: AgentId,
        /// From where.
        source: SourceId,
    },
    /// A source has served an agent to the end.
    Served {
        /// Who.
        agent: AgentId,
        /// By whom.
        source: SourceId,
    },
    /// An agent received a source's index file (CMP-6).
    IndexFetched {
        /// Who.
        agent: AgentId,
        /// From whom.
        source: SourceId,
        /// How much.
        bytes: Bytes,
    },
    /// A transfer to an agent was cut short after so many bytes.
    Interrupted {
        /// Who.
        agent: AgentId,
        /// From whom.
        source: SourceId,
        /// How much had arrived.
        bytes: Bytes,
    },
    /// An Update Agent received what it needs only to serve (DUP-8).
    Mirrored {
        /// Who.
        agent: AgentId,
        /// From whom.
        source: SourceId,
        /// How much.
        bytes: Bytes,
    },
    /// An agent received contents.
    Fetched {
        /// Who.
        agent: AgentId,
        /// From whom.
        source: SourceId,
        /// Which kind.
        kind: ContentKind,
        /// How much.
        bytes: Bytes,
        /// How many full files of components.
        full: u16,
        /// How many incrementals.
        incremental: u16,
    },
    /// An agent has every released content.
    UpToDate(AgentId),
    /// An agent's round found no source for something (SRC-5).
    Quit(AgentId),
    /// An agent's round is over.
    RoundEnded(AgentId),
    /// A status report reached the server (SRV-5).
    Reported {
        /// Whose.
        agent: AgentId,
        /// When it will be processed, and whether it found the buffer full.
        outcome: ReportOutcome,
    },
}

/// Whoever wants to know.
pub trait Observer {
    /// Told once for each fact, in order.
    fn observe(&mut self, at: SimTime, fact: Fact);
}

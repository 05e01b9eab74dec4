//! What has happened. Facts are never taken back; whoever measures, counts or explains reads these
//! and nothing else. They are told at the end of the instant, so an observer sees the state after
//! all of that instant; what must be known of the moment itself stands in the fact.

use crate::ids::{AgentId, ReleaseId, SourceId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::trigger::{Message, Trigger};
use crate::policy::attempt::AttemptFailure;
use crate::policy::notification::{Notifier, SkippedByOrder};
use crate::policy::reports::ReportOutcome;
use crate::units::{Bytes, SimDuration, SimTime};

/// Something that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A release came out.
    Released(ReleaseId),
    /// A release was withdrawn or rolled back: it counts no more.
    Recalled {
        /// Which.
        release: ReleaseId,
        /// How.
        how: Recall,
    },
    /// An agent has a release that is or will be recalled, and nothing newer in its place.
    TookRecalled {
        /// Who.
        agent: AgentId,
        /// Which.
        release: ReleaseId,
    },
    /// It has it no more.
    LeftRecalled {
        /// Who.
        agent: AgentId,
        /// Which.
        release: ReleaseId,
    },
    /// An agent went back to the version before a release, as the server told it.
    RolledBack {
        /// Who.
        agent: AgentId,
        /// Whether it had every released content until now.
        was_up_to_date: bool,
    },
    /// Something broke: the number of the fault.
    FaultBegan(u32),
    /// It was mended.
    FaultEnded(u32),
    /// The smart protection source has its pattern (SPS-1).
    SmartProtectionFetched(Bytes),
    /// The server has received an index file or contents from `ActiveUpdate`.
    ServerFetched(Bytes),
    /// The server has stocked a release and offers it (DUP-7); generating took `cpu` (DUP-5).
    ServerStocked {
        /// CPU time of generating incrementals.
        cpu: SimDuration,
    },
    /// An Update Agent has stocked a release and offers it (DUP-8).
    UpdateAgentStocked(SourceId),
    /// Another update source offers something else than before.
    OtherSourceStocked(SourceId),
    /// A computer was switched on.
    WentOn(AgentId),
    /// A computer was switched off.
    WentOff(AgentId),
    /// An agent's record entered a notification queue.
    Queued {
        /// For whom.
        agent: AgentId,
        /// Which attempt it will be, from 1.
        attempt: u8,
        /// Whose queue.
        by: Notifier,
        /// What the agent will be told.
        message: Message,
    },
    /// An order at the console passed an agent over (SCH-6, NTF-11).
    SkippedByOrder {
        /// Whom.
        agent: AgentId,
        /// Why.
        why: SkippedByOrder,
    },
    /// A notifier thread took an agent's record, and the server a slot for it (NTF-8, SRV-4).
    NotificationSent {
        /// Whose.
        agent: AgentId,
        /// Whose thread.
        by: Notifier,
        /// What the agent is told.
        message: Message,
    },
    /// A notification was answered or not (NTF-3).
    Notified {
        /// To whom.
        agent: AgentId,
        /// Which attempt, from 1.
        attempt: u8,
        /// By whom.
        by: Notifier,
        /// What the agent was to be told.
        message: Message,
        /// Whether it was answered.
        answered: bool,
    },
    /// A notification was given up after the last attempt (NTF-3).
    NotificationGivenUp(AgentId),
    /// A record of the notification queue expired (NTF-7).
    NotificationExpired(AgentId),
    /// A slot timed out: the server counts the agent as not updated (SRV-4).
    SlotTimedOut(AgentId),
    /// An agent that would begin by itself waits for a slot of the server (SRV-4).
    AwaitsSlot(AgentId),
    /// The notification queue was emptied of so many records (NTF-9).
    QueueCleaned {
        /// Whose queue.
        notifier: Notifier,
        /// How many records.
        records: u32,
    },
    /// An agent began a round.
    RoundBegan {
        /// Who.
        agent: AgentId,
        /// Why.
        trigger: Trigger,
        /// What it asks for.
        wanted: KindSet,
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
    /// An agent has a release: what it brought, and everything that was out at the start.
    HasRelease {
        /// Who.
        agent: AgentId,
        /// Which.
        release: ReleaseId,
    },
    /// An agent has a release no more: it needs something else since it scans otherwise (SPS-3).
    LostRelease {
        /// Who.
        agent: AgentId,
        /// Which.
        release: ReleaseId,
    },
    /// The server offers a release (SRV-1), or settings or programs came out there (SRV-3).
    ServerHasRelease(ReleaseId),
    /// An agent's round found no source for something (SRC-5).
    Quit {
        /// Who.
        agent: AgentId,
        /// Whether the agent lacks some of it; else there was nothing new to be had.
        is_missing: bool,
    },
    /// An agent scans by smart scan from now on (SPS-3).
    SwitchedScan {
        /// Who.
        agent: AgentId,
        /// Whether it had every released content until now.
        was_up_to_date: bool,
    },
    /// An agent began *Scan Now*, as the server told it after its update (NTF-5).
    ScanBegan(AgentId),
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

/// How a release is recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// The vendor withdrew it.
    Withdrawn,
    /// The administrator rolled it back.
    RolledBack,
}

/// Whoever wants to know.
pub trait Observer {
    /// Told once for each fact, in order.
    fn observe(&mut self, at: SimTime, fact: Fact);
}

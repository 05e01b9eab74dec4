//! Facts: what has happened. Facts are never taken back; all measurements and explanations are based on them alone.
//! Observers receive them at the end of the instant, and so see the state after the whole instant; data about the
//! moment itself must be part of the fact.

use crate::ids::{AgentId, PathId, ReleaseId, SiteId, SourceId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::trigger::{Message, Trigger};
use crate::policy::attempt::AttemptFailure;
use crate::policy::notification::{Notifier, SkippedByOrder};
use crate::policy::reports::ReportOutcome;
use crate::units::{Bytes, SimDuration, SimTime};

/// A fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A release was published.
    Released(ReleaseId),
    /// A release was withdrawn or rolled back: it no longer counts.
    Recalled {
        /// The release.
        release: ReleaseId,
        /// The type of recall.
        how: Recall,
    },
    /// An agent got a release that is or will be recalled, and has nothing newer in its place.
    TookRecalled {
        /// The agent.
        agent: AgentId,
        /// The release.
        release: ReleaseId,
    },
    /// It no longer has it.
    LeftRecalled {
        /// The agent.
        agent: AgentId,
        /// The release.
        release: ReleaseId,
    },
    /// A desktop was switched off and has the contents of its image again.
    ReturnedToImage(AgentId),
    /// An agent returned to the version before a release, as the server told it.
    RolledBack(AgentId),
    /// A setting changed: its number among the changes of the company.
    Changed(u32),
    /// An agent goes by other settings from now on: those after the first `edition` changes (NTF-11).
    TookSettings {
        /// The agent.
        agent: AgentId,
        /// The number of changes that they contain.
        edition: u16,
    },
    /// An agent is to get other contents, because of its new settings (CMP-7).
    ChangedScope(AgentId),
    /// A wave of a release began: its agents may get it.
    WaveBegan {
        /// The release.
        release: ReleaseId,
        /// The number of the wave, from 0.
        wave: u16,
    },
    /// An agent lacks only contents that it is held back from until its wave begins, or that is no longer so.
    AwaitsWave {
        /// The agent.
        agent: AgentId,
        /// Whether it is so now.
        now: bool,
    },
    /// An agent has other update sources: by new settings, or because it is at another site.
    SourcesChanged {
        /// The agent.
        agent: AgentId,
        /// The Update Agent that its list names first, by its number.
        first: Option<u32>,
        /// Its notifier.
        notifier: Option<Notifier>,
        /// The source whose news reaches it.
        news_from: Option<SourceId>,
    },
    /// An agent's user enabled or disabled its schedule (SCH-1).
    ScheduleSwitched {
        /// The agent.
        agent: AgentId,
        /// Whether it updates on its schedule from now on.
        on: bool,
    },
    /// A fault began: its number.
    FaultBegan(u32),
    /// A fault was repaired: its number.
    FaultEnded(u32),
    /// The smart protection source has its pattern (SPS-1).
    SmartProtectionFetched(Bytes),
    /// The server began its own update, or ended it.
    ServerUpdates(bool),
    /// The server checks in vain, because this source cannot be reached or the server itself is out of service; `None`: no
    /// longer.
    ServerChecksInVain(Option<SourceId>),
    /// The server has received an index file or contents from `ActiveUpdate`.
    ServerFetched(Bytes),
    /// The server has stored a release and offers it (DUP-7); generating took `cpu` (DUP-5).
    ServerStocked {
        /// CPU time of generating incrementals.
        cpu: SimDuration,
    },
    /// An Update Agent has stored a release and offers it (DUP-8).
    UpdateAgentStocked(SourceId),
    /// Another update source offers something else than before.
    OtherSourceStocked(SourceId),
    /// Whether a source lacks published content that it hosts, after this may have changed.
    SourceJudged {
        /// The source.
        source: SourceId,
        /// Whether it lacks some.
        is_behind: bool,
    },
    /// A computer was switched on.
    WentOn(AgentId),
    /// A computer that was switched on is at another site until it is switched off.
    CameUpAt {
        /// The agent.
        agent: AgentId,
        /// The site.
        site: SiteId,
    },
    /// A computer was switched off.
    WentOff(AgentId),
    /// An agent's record entered a notification queue.
    Queued {
        /// The agent.
        agent: AgentId,
        /// The number of the attempt, from 1.
        attempt: u8,
        /// The notifier whose queue it is.
        by: Notifier,
        /// The content of the notification.
        message: Message,
    },
    /// A command at the console skipped an agent (SCH-6, NTF-11).
    SkippedByOrder {
        /// The agent.
        agent: AgentId,
        /// The reason.
        why: SkippedByOrder,
    },
    /// A notifier thread took an agent's record, and for the server, a slot (NTF-8, SRV-4).
    NotificationSent {
        /// The agent.
        agent: AgentId,
        /// The notifier.
        by: Notifier,
        /// The content of the notification.
        message: Message,
    },
    /// A notification was answered or not (NTF-3).
    Notified {
        /// The agent.
        agent: AgentId,
        /// The number of the attempt, from 1.
        attempt: u8,
        /// The notifier.
        by: Notifier,
        /// The content of the notification.
        message: Message,
        /// Whether it was answered.
        answered: bool,
    },
    /// A notification was given up after the last attempt (NTF-3).
    NotificationGivenUp(AgentId),
    /// A record of the notification queue expired (NTF-7).
    NotificationExpired(AgentId),
    /// An agent that waited to be notified, or to begin an update, does so no longer.
    NoLongerTold {
        /// The agent.
        agent: AgentId,
        /// Why.
        why: NoLongerTold,
    },
    /// A slot timed out: the server counts the agent as not updated (SRV-4).
    SlotTimedOut(AgentId),
    /// An agent that starts an update on its own waits for a slot of the server (SRV-4).
    AwaitsSlot(AgentId),
    /// A non-persistent desktop waits, because as many of them update as may.
    AwaitsDesktops(AgentId),
    /// Records were removed from the notification queue by its clean-up (NTF-9).
    QueueCleaned {
        /// The notifier whose queue it is.
        notifier: Notifier,
        /// The number of records.
        records: u32,
    },
    /// An agent began a round.
    RoundBegan {
        /// The agent.
        agent: AgentId,
        /// The trigger.
        trigger: Trigger,
        /// The kinds of content that it requests.
        wanted: KindSet,
    },
    /// An agent requested a session at a source; `fallback` if that is not the first choice of its list (SRC-3).
    Asked {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
        /// Whether it fell back to the server or `ActiveUpdate`.
        fallback: bool,
    },
    /// The source had no place: the agent waits there.
    Waits {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
    },
    /// A source admitted the agent.
    Admitted {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
    },
    /// An attempt failed (SRC-8).
    AttemptFailed {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
        /// The reason.
        failure: AttemptFailure,
    },
    /// An agent left its place at a source, served or not.
    Left {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
    },
    /// A source served an agent completely.
    Served {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
    },
    /// An agent received a source's index file (CMP-6).
    IndexFetched {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
        /// The size.
        bytes: Bytes,
        /// The route of the transfer.
        path: Option<PathId>,
    },
    /// A transfer to an agent was interrupted after `bytes` bytes.
    Interrupted {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
        /// The bytes that had arrived.
        bytes: Bytes,
        /// The route of the transfer.
        path: Option<PathId>,
    },
    /// An Update Agent received content that it needs only to serve (DUP-8).
    Mirrored {
        /// The Update Agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
        /// The size.
        bytes: Bytes,
        /// The route of the transfer.
        path: Option<PathId>,
    },
    /// An agent received contents.
    Fetched {
        /// The agent.
        agent: AgentId,
        /// The source.
        source: SourceId,
        /// The kind of content.
        kind: ContentKind,
        /// The size.
        bytes: Bytes,
        /// The number of full files of components.
        full: u16,
        /// The number of incrementals.
        incremental: u16,
        /// The route of the transfer.
        path: Option<PathId>,
    },
    /// An agent has every released content that it is to get, and had not before.
    UpToDate(AgentId),
    /// An agent lacks some of it, and did not before.
    Outdated(AgentId),
    /// An agent has a release: its contents, and everything that was published before the start.
    HasRelease {
        /// The agent.
        agent: AgentId,
        /// The release.
        release: ReleaseId,
    },
    /// An agent no longer has a release, because it needs other content for its new scan method (SPS-3).
    LostRelease {
        /// The agent.
        agent: AgentId,
        /// The release.
        release: ReleaseId,
    },
    /// The server offers a release (SRV-1), or settings or programs were published there (SRV-3).
    ServerHasRelease(ReleaseId),
    /// An agent's round found no source for some content (SRC-5).
    Quit {
        /// The agent.
        agent: AgentId,
        /// Whether the agent lacks some of it; otherwise there was nothing new to fetch.
        is_missing: bool,
    },
    /// An agent scans by smart scan from now on (SPS-3).
    SwitchedScan(AgentId),
    /// An agent began *Scan Now*, as the server told it after its update (NTF-5).
    ScanBegan(AgentId),
    /// An agent's round is over.
    RoundEnded(AgentId),
    /// A status report does not reach the server, because a link, the proxy or the server fails.
    ReportLost {
        /// The agent.
        agent: AgentId,
        /// What had been transferred of it.
        bytes: Bytes,
    },
    /// A status report reached the server (SRV-5).
    Reported {
        /// The agent.
        agent: AgentId,
        /// When it will be processed, and whether it found the buffer full.
        outcome: ReportOutcome,
    },
}

/// Why an agent is not notified after all, or does not begin the update for which it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLongerTold {
    /// It has all that its notifier has (NTF-3).
    HasEverything,
    /// Its notifier is off, and another one takes its place (NTF-10).
    NotifierIsOff,
    /// Agents are no longer updated automatically (SRV-2).
    NotAutomatically,
}

/// The type of a recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// The vendor withdrew it.
    Withdrawn,
    /// The administrator rolled it back.
    RolledBack,
}

impl Fact {
    /// The same fact about the agent `places` further, if it is one of the facts that concern all agents at once.
    #[inline]
    pub(crate) fn of_neighbour(self, places: u32) -> Option<Self> {
        match self {
            Self::Queued { agent, attempt, by, message } => {
                Some(Self::Queued { agent: AgentId(agent.0 + places), attempt, by, message })
            }
            Self::UpToDate(agent) => Some(Self::UpToDate(AgentId(agent.0 + places))),
            Self::Outdated(agent) => Some(Self::Outdated(AgentId(agent.0 + places))),
            _ => None,
        }
    }
}

/// An observer of a run.
pub trait Observer {
    /// Called once for each fact, in order.
    fn observe(&mut self, at: SimTime, fact: Fact);

    /// The same for each of these facts.
    fn observe_all(&mut self, facts: &[(SimTime, Fact)]) {
        for (at, fact) in facts {
            self.observe(*at, *fact);
        }
    }

    /// The same for this fact and the same one about each of the next agents, `count` facts in all.
    fn observe_neighbours(&mut self, at: SimTime, fact: Fact, count: u32) {
        for next in (0..count).map_while(|places| fact.of_neighbour(places)) {
            self.observe(at, next);
        }
    }
}

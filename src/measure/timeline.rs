//! One agent's timeline (REP-3): when each step happened, what the agent waited for, the rule that decided, and the
//! alternatives that were not taken.

use std::fmt;

pub use super::track::NotTold;
pub use super::waiting::Reason;

use super::run::AgentRow;
use crate::model::change::Taken;
use crate::model::component::{ContentKind, KindSet, ScanMethod};
use crate::model::presence::Presence;
use crate::model::trigger::Trigger;
use crate::units::{Bytes, SimDuration, SimTime};

/// One agent's timeline (REP-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Its row of `agents.csv`.
    pub row: AgentRow,
    /// Its name as an Update Agent, if it serves others under this option.
    pub serves_as: Option<String>,
    /// Its scan method at the end.
    pub scan: ScanMethod,
    /// Its online pattern.
    pub presence: Presence,
    /// The number of daily releases that it was behind at the start.
    pub behind: u16,
    /// The time of the last release before the agent was up to date, or of the first one.
    pub released_at: SimTime,
    /// How long it lacked released content.
    pub outdated: SimDuration,
    /// The causes of waiting in that time, the longest first; their sum is that time.
    pub waits: Vec<Waited>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The waits before each step, one by one.
    pub spells: Vec<Spell>,
}

/// An uninterrupted wait for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Its start.
    pub from: SimTime,
    /// Its cause and duration.
    pub waited: Waited,
}

/// A wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// The cause.
    pub reason: Reason,
    /// The source, or the direction of a link.
    pub place: Option<String>,
    /// The duration.
    pub span: SimDuration,
    /// The rule that made it wait; none if it was the network, or if no rule applies.
    pub rule: Option<&'static str>,
}

/// A step of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its time.
    pub at: SimTime,
    /// The event.
    pub event: Event,
    /// The rules that decided it; none if nothing had to be decided.
    pub rules: Vec<&'static str>,
    /// The waits since the previous step.
    pub waits: Vec<Waited>,
}

/// An event of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A release was published.
    Released {
        /// Its name.
        release: String,
        /// Its contents: components by name, `settings`, `program`.
        contents: Vec<String>,
    },
    /// A release was withdrawn or rolled back.
    Recalled {
        /// Its name.
        release: String,
        /// Whether the vendor withdrew it; otherwise the administrator rolled it back.
        by_vendor: bool,
    },
    /// It got a release that is or will be withdrawn or rolled back.
    TookRecalled {
        /// Its name.
        release: String,
    },
    /// A setting changed.
    Changed {
        /// The change as written.
        what: String,
        /// Who has the new value, and when.
        taken: Taken,
        /// Whether the update source list changes, too, which agents have when they have fetched their settings.
        has_list: bool,
    },
    /// It has fetched its settings, and goes by them.
    TookSettings,
    /// It is to get other contents than before.
    ChangedScope,
    /// Its user enabled or disabled its schedule.
    ScheduleSwitched {
        /// Whether it is enabled.
        on: bool,
    },
    /// Its wave of a release began.
    WaveBegan {
        /// The release.
        release: String,
        /// The wave.
        wave: String,
    },
    /// It is held back from a release until its wave.
    AwaitsWave {
        /// The release.
        release: String,
        /// The wave.
        wave: String,
    },
    /// It returned to the version before a release.
    RolledBack,
    /// It was switched off and has the contents of its image again.
    ReturnedToImage,
    /// A source has stored a release and offers it.
    Stocked {
        /// The source.
        source: String,
    },
    /// Its notifier has news and does not notify it.
    NotTold(NotTold),
    /// A command at the console skipped it.
    SkippedByOrder(NotTold),
    /// Its computer was switched on.
    SwitchedOn,
    /// It is at another site until it is switched off.
    CameUpAt {
        /// The site.
        site: String,
    },
    /// Its computer was switched off.
    SwitchedOff,
    /// Its record entered a notification queue.
    Queued {
        /// The notifier whose queue it is.
        notifier: String,
        /// The number of the attempt, from 1.
        attempt: u8,
    },
    /// It was called by its notifier.
    Called {
        /// The number of the attempt, from 1.
        attempt: u8,
        /// Whether it answered.
        answered: bool,
        /// Whether the two use different versions of the Internet Protocol (NET-1).
        wrong_family: bool,
    },
    /// Its notifier gave it up after this number of attempts.
    GivenUp,
    /// Its record expired in the queue.
    Expired,
    /// Its report does not reach the server.
    ReportLost,
    /// It has what it was to be notified of again.
    NotToldAgain,
    /// It is no longer in the queue of its notifier, which is off.
    NotifierIsOff,
    /// It waited for an automatic update, and there are none any more.
    NoLongerUpdates,
    /// The queue was emptied, including its record.
    Cleaned,
    /// Its slot of the server timed out.
    SlotTimedOut,
    /// It would begin an update, and waits for a slot of the server.
    AwaitsSlot,
    /// A non-persistent desktop would begin an update, and as many of them update as may.
    AwaitsDesktops,
    /// It began a round.
    Began {
        /// The trigger.
        trigger: Trigger,
        /// The content kinds that it requests.
        wanted: KindSet,
        /// The sources that it may try, in order.
        sources: Vec<String>,
        /// Sources that it may not try.
        ruled_out: Vec<RuledOut>,
    },
    /// It requested a session at a source.
    Asked {
        /// The source.
        source: String,
        /// Whether that is a fallback beyond its list.
        fallback: bool,
        /// The sources that remain.
        remaining: Vec<String>,
    },
    /// The source had no place: it waits.
    WaitsAt {
        /// The source.
        source: String,
    },
    /// The attempt failed.
    Failed {
        /// The source.
        source: String,
        /// The cause.
        failure: &'static str,
        /// The sources that remain.
        remaining: Vec<String>,
    },
    /// It received an index file.
    Index {
        /// The source.
        source: String,
        /// The size.
        bytes: Bytes,
        /// Its route.
        way: Way,
    },
    /// It received contents.
    Received {
        /// The source.
        source: String,
        /// The kind of content.
        kind: ContentKind,
        /// The size.
        bytes: Bytes,
        /// The number of full files of components.
        full: u16,
        /// The number of incrementals.
        incremental: u16,
        /// Its route.
        way: Way,
    },
    /// It received content that it needs only to serve.
    Mirrored {
        /// The source.
        source: String,
        /// The size.
        bytes: Bytes,
        /// Its route.
        way: Way,
    },
    /// A transfer was interrupted.
    Interrupted {
        /// The source.
        source: String,
        /// The bytes that had arrived.
        bytes: Bytes,
        /// Its route.
        way: Way,
    },
    /// The round ended: there was nothing new.
    NothingNew,
    /// It has every released content.
    UpToDate,
    /// The round ended without a source for some content.
    Quit {
        /// Sources that it was not allowed to try.
        ruled_out: Vec<RuledOut>,
    },
    /// It scans by smart scan from now on.
    SwitchedScan,
    /// It began *Scan Now*.
    Scans,
    /// Its status report reached the server.
    Reported {
        /// Whether it found the buffer full.
        found_full: bool,
        /// When it has been processed.
        done: SimTime,
    },
    /// The scenario ended while it lacked released content.
    End,
}

/// The route of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The links in order of travel.
    pub hops: Vec<Hop>,
    /// Whether the timeline's last transfer from this source took another route, or none did.
    pub is_new: bool,
}

/// A link of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The name of the node where it begins.
    pub from: String,
    /// The name of the node where it ends.
    pub to: String,
    /// Its number among the links with these ends, from 1.
    pub number: u32,
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, number } = self;
        write!(f, "{from} → {to}")?;
        if *number > 1 { write!(f, " ({number})") } else { Ok(()) }
    }
}

/// A source that the agent may not try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledOut {
    /// The source.
    pub source: String,
    /// The rule that excludes it.
    pub rule: &'static str,
}

impl Event {
    /// Its name in results.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Released { .. } => "released",
            Self::Recalled { by_vendor: true, .. } => "withdrawn",
            Self::Recalled { by_vendor: false, .. } => "rolled-back-at-console",
            Self::TookRecalled { .. } => "took-recalled",
            Self::Changed { .. } => "changed",
            Self::TookSettings => "took-settings",
            Self::ChangedScope => "changed-scope",
            Self::ScheduleSwitched { on: true } => "schedule-enabled",
            Self::ScheduleSwitched { on: false } => "schedule-disabled",
            Self::WaveBegan { .. } => "wave-began",
            Self::AwaitsWave { .. } => "awaits-wave",
            Self::RolledBack => "rolled-back",
            Self::ReturnedToImage => "returned-to-image",
            Self::Stocked { .. } => "stocked",
            Self::NotTold(_) => "not-told",
            Self::SkippedByOrder(_) => "skipped-by-order",
            Self::SwitchedOn => "switched-on",
            Self::CameUpAt { .. } => "came-up-at",
            Self::SwitchedOff => "switched-off",
            Self::Queued { .. } => "queued",
            Self::Called { answered: true, .. } => "answered",
            Self::Called { answered: false, .. } => "unanswered",
            Self::GivenUp => "given-up",
            Self::Expired => "expired",
            Self::ReportLost => "report-lost",
            Self::NotToldAgain => "not-told-again",
            Self::NotifierIsOff => "notifier-is-off",
            Self::NoLongerUpdates => "no-longer-updates",
            Self::Cleaned => "queue-cleaned",
            Self::SlotTimedOut => "slot-timed-out",
            Self::AwaitsSlot => "awaits-slot",
            Self::AwaitsDesktops => "awaits-desktops",
            Self::Began { .. } => "round-began",
            Self::Asked { .. } => "asked",
            Self::WaitsAt { .. } => "waits",
            Self::Failed { .. } => "attempt-failed",
            Self::Index { .. } => "index-received",
            Self::Received { .. } => "received",
            Self::Mirrored { .. } => "mirrored",
            Self::Interrupted { .. } => "interrupted",
            Self::NothingNew => "nothing-new",
            Self::UpToDate => "up-to-date",
            Self::Quit { .. } => "quit",
            Self::SwitchedScan => "switched-scan",
            Self::Scans => "scan-began",
            Self::Reported { .. } => "reported",
            Self::End => "end",
        }
    }
}

impl NotTold {
    /// Its name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotDeployed => "automatic-update-off",
            Self::TriggerOff => "trigger-off",
            Self::BehindNat => "behind-nat",
            Self::Off => "off",
            Self::Independent => "independent",
        }
    }

    /// The rule.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::NotDeployed => "SRV-2",
            Self::TriggerOff => "NTF-1",
            Self::BehindNat => "NET-3",
            Self::Off | Self::Independent => "NTF-2",
        }
    }
}

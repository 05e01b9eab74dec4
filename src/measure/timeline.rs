//! One agent's story of its update (REP-3): when, what happened, how long it waited and for what,
//! which rule decided, and what was passed over.

pub use super::track::NotTold;
pub use super::waiting::Reason;

use super::run::AgentRow;
use crate::model::component::{ContentKind, KindSet, ScanMethod};
use crate::model::presence::Presence;
use crate::model::trigger::Trigger;
use crate::units::{Bytes, SimDuration, SimTime};

/// One agent's story (REP-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Its line of `agents.csv`.
    pub row: AgentRow,
    /// Its name as an Update Agent, if it serves others under this option.
    pub serves_as: Option<String>,
    /// How it scans at the end.
    pub scan: ScanMethod,
    /// When it is on.
    pub presence: Presence,
    /// How many daily releases it was behind at the start.
    pub behind: u16,
    /// When the first release came out.
    pub released_at: SimTime,
    /// How long it lacked something that had been released.
    pub outdated: SimDuration,
    /// What it waited for in that time, the longest first; together as long.
    pub waits: Vec<Waited>,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// What was waited for before each step, spell by spell.
    pub spells: Vec<Spell>,
}

/// A spell of waiting for one thing, without interruption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// When it began.
    pub from: SimTime,
    /// For what, and how long.
    pub waited: Waited,
}

/// A span of waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// For what.
    pub reason: Reason,
    /// At which source, or before which direction of a link.
    pub place: Option<String>,
    /// How long.
    pub span: SimDuration,
    /// The rule that made it wait; none where it was the network, or nobody.
    pub rule: Option<&'static str>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: SimTime,
    /// What.
    pub event: Event,
    /// The rules that decided it; none where nothing was to be decided.
    pub rules: Vec<&'static str>,
    /// What had been waited for since the step before.
    pub waits: Vec<Waited>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A release came out.
    Released {
        /// Its name.
        release: String,
        /// What it brings: components by name, `settings`, `program`.
        contents: Vec<String>,
    },
    /// A release was withdrawn or rolled back.
    Recalled {
        /// Its name.
        release: String,
        /// Whether the vendor withdrew it; else the administrator rolled it back.
        by_vendor: bool,
    },
    /// It has a release that is or will be withdrawn or rolled back.
    TookRecalled {
        /// Its name.
        release: String,
    },
    /// It went back to the version before a release.
    RolledBack,
    /// A source has stocked a release and offers it.
    Stocked {
        /// Which.
        source: String,
    },
    /// Its notifier has news and does not tell it.
    NotTold(NotTold),
    /// An order at the console passed it over.
    SkippedByOrder(NotTold),
    /// Its computer was switched on.
    SwitchedOn,
    /// Its computer was switched off.
    SwitchedOff,
    /// A record of it entered a notification queue.
    Queued {
        /// Whose.
        notifier: String,
        /// Which attempt, from 1.
        attempt: u8,
    },
    /// It was called.
    Called {
        /// Which attempt, from 1.
        attempt: u8,
        /// Whether it answered.
        answered: bool,
        /// Whether both speak different versions of the Internet Protocol (NET-1).
        wrong_family: bool,
    },
    /// Its notifier has given it up after so many attempts.
    GivenUp,
    /// Its record expired in the queue.
    Expired,
    /// The queue was emptied, its record with it.
    Cleaned,
    /// Its slot of the server timed out.
    SlotTimedOut,
    /// It would begin, and waits for a slot of the server.
    AwaitsSlot,
    /// It began a round.
    Began {
        /// Why.
        trigger: Trigger,
        /// What it asks for.
        wanted: KindSet,
        /// The sources that it may try, in order.
        sources: Vec<String>,
        /// Sources that it may not try.
        ruled_out: Vec<RuledOut>,
    },
    /// It asked a source.
    Asked {
        /// Which.
        source: String,
        /// Whether that is a fallback beyond its list.
        fallback: bool,
        /// The sources that remain.
        remaining: Vec<String>,
    },
    /// The source had no place: it waits there.
    WaitsAt {
        /// Which.
        source: String,
    },
    /// The attempt failed.
    Failed {
        /// At which source.
        source: String,
        /// Why.
        failure: &'static str,
        /// The sources that remain.
        remaining: Vec<String>,
    },
    /// It received an index file.
    Index {
        /// From which source.
        source: String,
        /// How much.
        bytes: Bytes,
    },
    /// It received contents.
    Received {
        /// From which source.
        source: String,
        /// Of which kind.
        kind: ContentKind,
        /// How much.
        bytes: Bytes,
        /// How many full files of components.
        full: u16,
        /// How many incrementals.
        incremental: u16,
    },
    /// It received what it needs only to serve.
    Mirrored {
        /// From which source.
        source: String,
        /// How much.
        bytes: Bytes,
    },
    /// A transfer was cut short.
    Interrupted {
        /// From which source.
        source: String,
        /// How much had arrived.
        bytes: Bytes,
    },
    /// The round ended: there was nothing new.
    NothingNew,
    /// It has every released content.
    UpToDate,
    /// The round ended without a source for something.
    Quit {
        /// Sources that it might not try.
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
    /// The scenario ends, and it lacks something.
    End,
}

/// A source that may not be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledOut {
    /// Which.
    pub source: String,
    /// By which rule.
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
            Self::RolledBack => "rolled-back",
            Self::Stocked { .. } => "stocked",
            Self::NotTold(_) => "not-told",
            Self::SkippedByOrder(_) => "skipped-by-order",
            Self::SwitchedOn => "switched-on",
            Self::SwitchedOff => "switched-off",
            Self::Queued { .. } => "queued",
            Self::Called { answered: true, .. } => "answered",
            Self::Called { answered: false, .. } => "unanswered",
            Self::GivenUp => "given-up",
            Self::Expired => "expired",
            Self::Cleaned => "queue-cleaned",
            Self::SlotTimedOut => "slot-timed-out",
            Self::AwaitsSlot => "awaits-slot",
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

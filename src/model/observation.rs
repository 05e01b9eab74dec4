//! Observations of a company, as extracted from logs: agent, time, event. All logs are converted to this form, and so
//! are runs, so that both are measured by the same functions.

use crate::ids::{AgentId, Column, SiteId};
use crate::units::{Bytes, SimDuration, SimTime};

/// An event that a log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The time since the start of the scenario's span.
    pub at: SimTime,
    /// The bytes sent; zero if none were.
    pub bytes: Bytes,
    /// The agent.
    pub agent: AgentId,
    took_millis: u32,
    item: u32,
    /// A log may cover several repetitions of the scenario's span: the number of the repetition, from 0.
    pub window: u16,
    /// The event.
    pub event: Event,
}

/// What happened to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Its computer was switched on.
    On,
    /// Its computer was switched off.
    Off,
    /// A source began to notify it (NTF-8).
    NotifyBegins,
    /// It was notified, and answered.
    Answered,
    /// It was notified, and did not answer (NTF-3).
    Unanswered,
    /// It reported an update (SRV-5).
    Updated,
    /// It sent another report.
    Reported,
    /// A source sent it content.
    Sent,
    /// A source had no place for it (UAG-1).
    Refused,
    /// A transfer to it was interrupted, or a source failed it for another reason (SRC-8).
    Failed,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 10] = [
        Self::On,
        Self::Off,
        Self::NotifyBegins,
        Self::Answered,
        Self::Unanswered,
        Self::Updated,
        Self::Reported,
        Self::Sent,
        Self::Refused,
        Self::Failed,
    ];
}

impl Observation {
    /// An event without further data.
    pub const fn new(window: u16, at: SimTime, agent: AgentId, event: Event) -> Self {
        Self { at, bytes: Bytes::ZERO, agent, took_millis: 0, item: u32::MAX, window, event }
    }

    /// The same, with this duration, limited to 49 days.
    #[must_use]
    pub fn taking(self, took: SimDuration) -> Self {
        let took_millis = u32::try_from(took.as_nanos() / 1_000_000).unwrap_or(u32::MAX);
        Self { took_millis, ..self }
    }

    /// The same, with this item and number of bytes.
    #[must_use]
    pub const fn of(self, item: ItemId, bytes: Bytes) -> Self {
        Self { item: item.0, bytes, ..self }
    }

    /// Its duration, to the millisecond; zero if unknown.
    pub const fn took(self) -> SimDuration {
        SimDuration::from_millis(self.took_millis as u64)
    }

    /// Its start.
    pub fn began(self) -> SimTime {
        SimTime::from_nanos(self.at.as_nanos().saturating_sub(self.took().as_nanos()))
    }

    /// Its source and item; `None` if unknown.
    pub const fn item(self) -> Option<ItemId> {
        if self.item == u32::MAX { None } else { Some(ItemId(self.item)) }
    }

    /// The same for the agent and item with these numbers.
    #[must_use]
    pub fn renamed(self, agent: AgentId, item: Option<ItemId>) -> Self {
        Self { agent, item: item.map_or(u32::MAX, |item| item.0), ..self }
    }
}

/// The number of an [`Item`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u32);

/// A source with the content that it sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The source.
    pub source: ObservedSource,
    /// The content.
    pub content: Content,
}

/// A source as it appears in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservedSource {
    /// The server.
    Server,
    /// An Update Agent, with its site if known.
    UpdateAgent(Option<SiteId>),
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// Not recorded.
    Unknown,
}

/// The content sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// The index file (CMP-6).
    Index,
    /// Settings.
    Settings,
    /// A program.
    Program,
    /// The content that an Update Agent needs only to serve (DUP-8).
    Mirror,
    /// Components, without the names of files.
    Components,
    /// A full file of a component.
    Full {
        /// The name in the path, without its version.
        name: String,
        /// The version as printed.
        version: u64,
    },
    /// An incremental of a component.
    Incremental {
        /// The name in the path, without its versions.
        name: String,
        /// The old version as printed.
        from: u64,
        /// The new version as printed.
        to: u64,
    },
    /// Other content.
    Other,
}

/// The observations of all logs.
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// The events, ordered by repetition and time.
    pub list: Vec<Observation>,
    /// The site of each agent whose address is in an address range.
    pub agents: Column<AgentId, Option<SiteId>>,
    /// Sources and the content that they send.
    pub items: Vec<Item>,
    /// The number of repetitions of the scenario's span in the logs.
    pub windows: u16,
}

impl Observations {
    /// The source and content of an event; `None` if unknown.
    pub fn item(&self, of: &Observation) -> Option<&Item> {
        self.items.get(of.item()?.0 as usize)
    }

    /// The source of an event.
    pub fn source(&self, of: &Observation) -> ObservedSource {
        self.item(of).map_or(ObservedSource::Unknown, |item| item.source)
    }

    /// Whether there is any event of this type.
    pub fn tell_of(&self, event: Event) -> bool {
        self.list.iter().any(|seen| seen.event == event)
    }
}

//! What logs tell of a company: which agent, when, what. The one form that every log is read into, and that a run
//! is told in, so that both are measured by the same functions.

use crate::ids::{AgentId, Column, SiteId};
use crate::units::{Bytes, SimDuration, SimTime};

/// Something that a log has a line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// When, from the start of the scenario's span.
    pub at: SimTime,
    /// How much was sent; zero where nothing was.
    pub bytes: Bytes,
    /// About which agent.
    pub agent: AgentId,
    took_millis: u32,
    item: u32,
    /// The scenario's span happens again and again in a log that is longer: the how manyth time, from 0.
    pub window: u16,
    /// What.
    pub event: Event,
}

/// What happened to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Its computer was switched on.
    On,
    /// Its computer was switched off.
    Off,
    /// A source began to tell it to update (NTF-8).
    NotifyBegins,
    /// It was told, and answered.
    Answered,
    /// It was told, and did not answer (NTF-3).
    Unanswered,
    /// It reported that it has updated (SRV-5).
    Updated,
    /// It reported something else, or nothing new.
    Reported,
    /// A source sent it something.
    Sent,
    /// A source had no place for it (UAG-1).
    Refused,
    /// A transfer to it was cut short, or a source failed it for another reason (SRC-8).
    Failed,
}

impl Event {
    /// All of them.
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
    /// Something of which nothing more is known.
    pub const fn new(window: u16, at: SimTime, agent: AgentId, event: Event) -> Self {
        Self { at, bytes: Bytes::ZERO, agent, took_millis: 0, item: u32::MAX, window, event }
    }

    /// The same, which took so long; more than 49 days count as that.
    #[must_use]
    pub fn taking(self, took: SimDuration) -> Self {
        let took_millis = u32::try_from(took.as_nanos() / 1_000_000).unwrap_or(u32::MAX);
        Self { took_millis, ..self }
    }

    /// The same, of this item and so many bytes.
    #[must_use]
    pub const fn of(self, item: ItemId, bytes: Bytes) -> Self {
        Self { item: item.0, bytes, ..self }
    }

    /// How long it took, to the millisecond; zero where that is not known.
    pub const fn took(self) -> SimDuration {
        SimDuration::from_millis(self.took_millis as u64)
    }

    /// When it began.
    pub fn began(self) -> SimTime {
        SimTime::from_nanos(self.at.as_nanos().saturating_sub(self.took().as_nanos()))
    }

    /// From where, and what; `None` where that is not known.
    pub const fn item(self) -> Option<ItemId> {
        if self.item == u32::MAX { None } else { Some(ItemId(self.item)) }
    }

    /// The same for the agent and the item that these stand for.
    #[must_use]
    pub fn renamed(self, agent: AgentId, item: Option<ItemId>) -> Self {
        Self { agent, item: item.map_or(u32::MAX, |item| item.0), ..self }
    }
}

/// The number of an [`Item`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u32);

/// What a source sends, or updates agents with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Which source.
    pub source: ObservedSource,
    /// What.
    pub content: Content,
}

/// A source as logs tell of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservedSource {
    /// The server.
    Server,
    /// An Update Agent, at that site if it is known.
    UpdateAgent(Option<SiteId>),
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// Nothing is said of it.
    Unknown,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// The index file (CMP-6).
    Index,
    /// Settings.
    Settings,
    /// A program.
    Program,
    /// What an Update Agent needs only to serve (DUP-8).
    Mirror,
    /// Components, of which the files are not known.
    Components,
    /// A full file of a component.
    Full {
        /// The name in the path, without its version.
        name: String,
        /// The number that the version is printed as.
        version: u64,
    },
    /// An incremental of a component.
    Incremental {
        /// The name in the path, without its versions.
        name: String,
        /// From which version, as it is printed.
        from: u64,
        /// To which.
        to: u64,
    },
    /// Something else.
    Other,
}

/// What all logs tell.
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// What happened, in the order of window and time.
    pub list: Vec<Observation>,
    /// The site of each agent, where an address range has its address.
    pub agents: Column<AgentId, Option<SiteId>>,
    /// Sources and what they send.
    pub items: Vec<Item>,
    /// How often the scenario's span is in the logs.
    pub windows: u16,
}

impl Observations {
    /// From where something was, and what; `None` where that is not known.
    pub fn item(&self, of: &Observation) -> Option<&Item> {
        self.items.get(of.item()?.0 as usize)
    }

    /// The source of something.
    pub fn source(&self, of: &Observation) -> ObservedSource {
        self.item(of).map_or(ObservedSource::Unknown, |item| item.source)
    }

    /// Whether any event is of this kind.
    pub fn tell_of(&self, event: Event) -> bool {
        self.list.iter().any(|seen| seen.event == event)
    }
}

//! Enums written as words in a scenario: each type with its words, once. Keys and parsing both use them, so every word
//! has a meaning.

use crate::model::component::ScanMethod;
use crate::model::fault::{FaultKind, LinkFailure};
use crate::model::presence::Presence;
use crate::model::reach::Family;
use crate::model::settings::{
    MissedSchedule, NotifiedBy, Overflow, ScheduleBy, SettingsCheck, SlotsCount, StaleSource,
    StandardSource, ToldWhileBusy, UpdateScope, WhenNotifierIsOff, WhenSourceIsLost,
};
use crate::model::trigger::CommandKind;
use crate::network::tcp::Congestion;
use crate::network::{Carries, RoutesBy};

/// A type whose values are words in a scenario.
pub(super) trait Words: Copy + 'static {
    /// The words, in the order of the reference.
    const WORDS: &'static [&'static str];
    /// The meaning of each word.
    const MEANINGS: &'static [Self];

    /// The meaning of `word`, if it is one of the words.
    fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().position(|one| *one == word).map(|place| Self::MEANINGS[place])
    }
}

/// Payload and length of a frame, if bandwidths count frames.
pub(super) type Framing = Option<(u32, u32)>;
/// How shares depend on the round-trip time, if they do.
pub(super) type RttShare = Option<Congestion>;

macro_rules! words {
    ($type:ty: $($word:literal => $meaning:expr),+ $(,)?) => {
        impl Words for $type {
            const WORDS: &'static [&'static str] = &[$($word),+];
            const MEANINGS: &'static [Self] = &[$($meaning),+];
        }
    };
}

words!(Family: "dual" => Self::Dual, "ipv4" => Self::V4, "ipv6" => Self::V6);
words!(Presence: "always-on" => Self::AlwaysOn, "office-hours" => Self::OfficeHours, "laptop" => Self::Laptop);
words!(UpdateScope: "everything" => Self::Everything, "no-programs" => Self::NoPrograms, "patterns-only" => Self::PatternsOnly);
words!(SettingsCheck: "news" => Self::News, "always" => Self::Always);
words!(Overflow: "refuse" => Self::Refuse, "queue" => Self::Queue);
words!(NotifiedBy: "update-agent" => Self::UpdateAgent, "server" => Self::Server);
words!(WhenNotifierIsOff: "next" => Self::Next, "nobody" => Self::Nobody);
words!(WhenSourceIsLost: "reconnect" => Self::Reconnect, "wait" => Self::Wait);
words!(StandardSource: "privilege-only" => Self::PrivilegeOnly, "privilege-or-first-entry" => Self::PrivilegeOrFirstEntry);
words!(LinkFailure: "abort" => Self::Abort, "stall" => Self::Stall, "reroute" => Self::Reroute);
words!(StaleSource: "accept" => Self::Accept, "nothing-to-do" => Self::NothingToDo, "next-source" => Self::NextSource);
words!(ScheduleBy: "server" => Self::Server, "agent" => Self::Agent);
words!(MissedSchedule: "next" => Self::Next, "at-start-up" => Self::AtStartUp);
words!(ToldWhileBusy: "remember" => Self::Remember, "ignore" => Self::Ignore);
words!(RoutesBy: "latency" => Self::Latency, "cost" => Self::Cost);
words!(Carries: "everything" => Self::Everything, "inside" => Self::Inside, "internet" => Self::Internet);
words!(FaultKind: "down" => Self::Down, "disk-full" => Self::DiskFull, "address-change" => Self::AddressChange, "wrong-proxy" => Self::WrongProxy);
words!(CommandKind: "update-server" => Self::UpdateServer, "update-agents" => Self::UpdateAgents, "update-now" => Self::UpdateNow, "notify-all" => Self::NotifyAll, "switch-to-smart-scan" => Self::SwitchToSmartScan);
words!(ScanMethod: "conventional" => Self::Conventional, "smart" => Self::Smart);
words!(Framing: "ethernet" => Some((1448, 1514)), "wire" => Some((1448, 1538)), "none" => None);
words!(RttShare: "cubic" => Some(Congestion::Cubic), "reno" => Some(Congestion::Reno), "none" => None);
words!(SlotsCount: "server-started" => Self::ServerStarted, "all" => Self::All);

//! The totals of a run, from which metrics are computed.

use super::cost::YearlyCost;
use crate::units::{SimDuration, SimTime};

/// The shares of agents whose time of protection is measured, in per cent.
pub const SHARES: [u64; 4] = [50, 95, 99, 100];

/// The totals of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of agents.
    pub agents: u64,
    /// Agents that have every released content at the end.
    pub up_to_date: u64,
    /// Agents that found no source in some round (SRC-5).
    pub quit: u64,
    /// Agents × time outdated since the first release, in agent-nanoseconds.
    pub exposure: u128,
    /// Each release, in the order of time.
    pub releases: Vec<ReleaseTotals>,
    /// Agents with recalled releases; `None` if the scenario recalls none.
    pub carried: Option<Carried>,
    /// The server as a source.
    pub server: SourceTotals,
    /// All Update Agents together; peaks are maxima, not sums.
    pub update_agents: SourceTotals,
    /// Bytes that `ActiveUpdate` sent.
    pub active_update_bytes: u64,
    /// Bytes over links between places and to the Internet, both directions.
    pub wan_bytes: u64,
    /// What they cost, in 10⁻¹² of the currency; `None` where no link has a price.
    pub wan_cost: Option<u128>,
    /// What a year costs; `None` without `[cost]`.
    pub cost: Option<YearlyCost>,
    /// The smart protection source (SPS-2).
    pub smart_protection: QueryTotals,
    /// Counts of facts.
    pub tally: Tally,
}

/// The results for one release.
///
/// An agent *has* a release when it has the contents of the release and everything that was published before the start
/// of the scenario. Contents of later releases do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseTotals {
    /// Its name in the scenario.
    pub name: String,
    /// Its time.
    pub at: SimTime,
    /// The number of all agents.
    pub agents: u64,
    /// Agents that have it at the end.
    pub up_to_date: u64,
    /// From the release until each of [`SHARES`] had it; `None` if never.
    pub reached: [Option<SimDuration>; SHARES.len()],
    /// From the release until the server offered it (SRV-1); `None` if never.
    pub server_offers: Option<SimDuration>,
    /// Agents × time without it since its publication, in agent-nanoseconds.
    pub exposure: u128,
    /// Whether this is one of its waves, with times since the wave began.
    pub is_wave: bool,
    /// Whether it was withdrawn or rolled back: then no agent is expected to have it.
    pub is_recalled: bool,
    /// Agents that had it, if it is recalled.
    pub carried: Carried,
}

/// Agents with releases that were or will be withdrawn or rolled back, and nothing newer in their place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Agents that had one at any time.
    pub agents: u64,
    /// Agents × time with one, in agent-nanoseconds.
    pub agent_nanos: u128,
}

/// A source or a category of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceTotals {
    /// Bytes sent.
    pub bytes: u64,
    /// Requests received.
    pub asked: u64,
    /// Requests refused.
    pub refused: u64,
    /// Maximum number of concurrent requests.
    pub peak_active: u64,
    /// Highest mean egress over a sampling interval, in bit/s.
    pub peak_egress_bps: u64,
}

/// Queries to the smart protection source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryTotals {
    /// Queries answered.
    pub queries: u64,
    /// Bytes of these queries.
    pub query_bytes: u64,
    /// Queries that found the source down.
    pub queries_waiting: u64,
}

/// Counts of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Notifications sent (NTF-1).
    pub notified: u64,
    /// Notifications that are repeats (NTF-3).
    pub repeated: u64,
    /// Agents given up after the last attempt (NTF-3).
    pub given_up: u64,
    /// Requests to a source beyond the agent's list (SRC-3).
    pub fallbacks: u64,
    /// Full files fetched by agents (DUP-9).
    pub full: u64,
    /// Incrementals fetched by agents (DUP-9).
    pub incremental: u64,
    /// Slots of the server that timed out (SRV-4).
    pub slots_timed_out: u64,
    /// Status reports processed (SRV-5).
    pub reports: u64,
    /// Status reports that found the buffer full (SRV-5).
    pub reports_delayed: u64,
    /// Rounds begun.
    pub rounds: u64,
    /// Failed attempts at sources (SRC-8).
    pub failed: FailedAttempts,
    /// Scans after an update (NTF-5).
    pub scans: u64,
    /// Records of the notification queue that expired (NTF-7).
    pub expired: u64,
    /// Records removed by the queue's clean-up (NTF-9).
    pub cleaned: u64,
    /// Bytes of the Smart Scan Pattern (SPS-1).
    pub smart_pattern: u64,
    /// Files that the server read to serve (SRV-8).
    pub files_read: u64,
}

/// Failed attempts at sources by cause (SRC-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailedAttempts {
    /// The source could not be reached.
    pub unreachable: u64,
    /// The source uses another protocol version (NET-1).
    pub wrong_family: u64,
    /// It had no place (UAG-1).
    pub refused: u64,
    /// It does not host the requested content (UAG-3).
    pub not_hosted: u64,
    /// The transfer broke.
    pub broken: u64,
    /// The session took too long.
    pub timed_out: u64,
    /// The agent's own computer was switched off during the session (NET-5).
    pub cut_off: u64,
    /// The source was older than the server (SRC-9).
    pub stale: u64,
}

impl FailedAttempts {
    /// All failed attempts.
    pub const fn all(&self) -> u64 {
        self.unreachable
            + self.wrong_family
            + self.refused
            + self.not_hosted
            + self.broken
            + self.timed_out
            + self.cut_off
            + self.stale
    }
}

//! What a run adds up to: the numbers that metrics are computed from.

use crate::units::{SimDuration, SimTime};

/// The shares of agents whose protection is timed, in per cent.
pub const SHARES: [u64; 4] = [50, 95, 99, 100];

/// The totals of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Agents.
    pub agents: u64,
    /// Agents that have every released content at the end.
    pub up_to_date: u64,
    /// Agents that found no source in some round (SRC-5).
    pub quit: u64,
    /// Agents × time outdated since the first release, in agent-nanoseconds.
    pub exposure: u128,
    /// Each release, in the order of time.
    pub releases: Vec<ReleaseTotals>,
    /// Who had recalled releases; `None` where the scenario recalls none.
    pub carried: Option<Carried>,
    /// The server as a source.
    pub server: SourceTotals,
    /// All Update Agents together; peaks are not summed.
    pub update_agents: SourceTotals,
    /// Bytes that `ActiveUpdate` sent.
    pub active_update_bytes: u64,
    /// Bytes over links between places and to the Internet, both directions.
    pub wan_bytes: u64,
    /// What they cost, in 10⁻¹² of the currency; `None` where no link has a price.
    pub wan_cost: Option<u128>,
    /// The smart protection source (SPS-2).
    pub smart_protection: QueryTotals,
    /// Counts of facts.
    pub tally: Tally,
}

/// What became of one release.
///
/// An agent *has* a release when it has the contents that the release brought, and everything that was
/// out at the start of the scenario. What later releases bring does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseTotals {
    /// Its name in the scenario.
    pub name: String,
    /// When it came out.
    pub at: SimTime,
    /// All agents.
    pub agents: u64,
    /// Agents that have it at the end.
    pub up_to_date: u64,
    /// From the release until each of [`SHARES`] had it; `None` if never.
    pub reached: [Option<SimDuration>; SHARES.len()],
    /// From the release until the server offered it (SRV-1); `None` if never.
    pub server_offers: Option<SimDuration>,
    /// Agents × time without it since it came out, in agent-nanoseconds.
    pub exposure: u128,
    /// Whether it was withdrawn or rolled back: then nobody is to have it.
    pub is_recalled: bool,
    /// Who had it, if it is recalled.
    pub carried: Carried,
}

/// Who had releases that were or will be withdrawn or rolled back, and nothing newer in their place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Agents that had one at some time.
    pub agents: u64,
    /// Agents × time with one, in agent-nanoseconds.
    pub agent_nanos: u128,
}

/// A source or a kind of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceTotals {
    /// Bytes sent.
    pub bytes: u64,
    /// Requests received.
    pub asked: u64,
    /// Requests turned away.
    pub refused: u64,
    /// Most requests at once.
    pub peak_active: u64,
    /// Highest mean egress over a sampling interval, in bit/s.
    pub peak_egress_bps: u64,
}

/// Queries to the smart protection source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryTotals {
    /// Queries answered.
    pub queries: u64,
    /// Their bytes.
    pub query_bytes: u64,
    /// Queries that found the source down.
    pub queries_waiting: u64,
}

/// Counts of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Notifications sent (NTF-1).
    pub notified: u64,
    /// Those of them that are repeats (NTF-3).
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
    /// It speaks another protocol (NET-1).
    pub wrong_family: u64,
    /// It had no place (UAG-1).
    pub refused: u64,
    /// It does not host what was wanted (UAG-3).
    pub not_hosted: u64,
    /// The transfer broke.
    pub broken: u64,
    /// The visit took too long.
    pub timed_out: u64,
    /// The agent's computer went off in the midst of it.
    pub cut_off: u64,
    /// The source was older than the server (SRC-9).
    pub stale: u64,
}

impl FailedAttempts {
    /// All of them.
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

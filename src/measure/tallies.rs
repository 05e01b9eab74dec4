//! Counts of facts, of a whole run and of each source.

/// Counts of facts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) notified: u64,
    pub(super) repeated: u64,
    pub(super) given_up: u64,
    pub(super) fallbacks: u64,
    pub(super) full: u64,
    pub(super) incremental: u64,
    pub(super) slots_timed_out: u64,
    pub(super) reports: u64,
    pub(super) reports_delayed: u64,
    pub(super) rounds: u64,
    pub(super) failed: u64,
    pub(super) scans: u64,
    pub(super) expired: u64,
    pub(super) cleaned: u64,
}

/// Counts at one source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SourceTally {
    pub(super) asked: u64,
    pub(super) served: u64,
    pub(super) refused: u64,
    pub(super) failed: u64,
    pub(super) active: u64,
    pub(super) peak_active: u64,
    pub(super) peak_egress: u64,
}

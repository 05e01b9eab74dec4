//! Counts of facts, of a whole run and of each source.

use crate::ids::SourceId;
use crate::policy::attempt::AttemptFailure;
use crate::simulation::Fact;
use crate::simulation::state::SERVER;

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
    /// By cause, in the order of [`AttemptFailure::cause`].
    pub(super) failed_by: [u64; AttemptFailure::CAUSES],
    pub(super) scans: u64,
    pub(super) expired: u64,
    pub(super) cleaned: u64,
    pub(super) smart_pattern: u64,
    pub(super) files_read: u64,
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

impl Tally {
    /// Counts a fact.
    pub(super) fn count(&mut self, fact: Fact) {
        match fact {
            Fact::Notified { attempt, .. } => {
                self.notified += 1;
                self.repeated += u64::from(attempt > 1);
            }
            Fact::NotificationGivenUp(_) => self.given_up += 1,
            Fact::NotificationExpired(_) => self.expired += 1,
            Fact::QueueCleaned { records, .. } => self.cleaned += u64::from(records),
            Fact::SlotTimedOut(_) => self.slots_timed_out += 1,
            Fact::RoundBegan { .. } => self.rounds += 1,
            Fact::Asked { fallback, .. } => self.fallbacks += u64::from(fallback),
            Fact::AttemptFailed { failure, .. } => {
                self.failed += 1;
                self.failed_by[failure.cause()] += 1;
            }
            Fact::Fetched { source, full, incremental, .. } => {
                self.full += u64::from(full);
                self.incremental += u64::from(incremental);
                if source == SERVER {
                    self.files_read += u64::from(full + incremental).max(1);
                }
            }
            Fact::ScanBegan(_) => self.scans += 1,
            Fact::Reported { outcome, .. } => {
                self.reports += 1;
                self.reports_delayed += u64::from(outcome.found_full);
            }
            Fact::SmartProtectionFetched(bytes) => self.smart_pattern += bytes.count(),
            _ => {}
        }
    }
}

impl SourceTally {
    /// Counts a fact about this source.
    pub(super) fn count(&mut self, fact: Fact) {
        match fact {
            Fact::Asked { .. } => self.asked += 1,
            Fact::Admitted { .. } => {
                self.active += 1;
                self.peak_active = self.peak_active.max(self.active);
            }
            Fact::Left { .. } => self.active -= 1,
            Fact::Served { .. } => self.served += 1,
            Fact::AttemptFailed { failure: AttemptFailure::Refused(_), .. } => self.refused += 1,
            Fact::AttemptFailed { .. } => self.failed += 1,
            _ => {}
        }
    }
}

/// The source that a fact is about, of those that its tally counts.
pub(super) fn source_of(fact: Fact) -> Option<SourceId> {
    match fact {
        Fact::Asked { source, .. }
        | Fact::Admitted { source, .. }
        | Fact::Left { source, .. }
        | Fact::Served { source, .. }
        | Fact::AttemptFailed { source, .. } => Some(source),
        _ => None,
    }
}

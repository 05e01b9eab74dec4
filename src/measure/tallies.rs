//! Counts of facts, of a whole run and of each source.

use crate::ids::SourceId;
use crate::model::totals::{FailedAttempts, SourceTotals, Tally};
use crate::policy::attempt::{AttemptFailure, Refusal};
use crate::simulation::Fact;
use crate::simulation::state::SERVER;

/// Counts at one source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SourceTally {
    pub(super) asked: u64,
    pub(super) served: u64,
    /// All that were refused, of them by the proxy in front of it, and for want of disk space.
    pub(super) refused: u64,
    pub(super) refused_by_proxy: u64,
    pub(super) refused_for_disk: u64,
    pub(super) failed: u64,
    pub(super) active: u64,
    pub(super) peak_active: u64,
    /// The maximum since the last sample.
    pub(super) recent_peak: u64,
    pub(super) peak_egress: u64,
}

impl Tally {
    /// Counts a fact.
    pub(super) fn count(&mut self, fact: &Fact) {
        match *fact {
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
                *by_cause(&mut self.failed, failure) += 1;
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

/// The count of one cause.
fn by_cause(failed: &mut FailedAttempts, failure: AttemptFailure) -> &mut u64 {
    match failure {
        AttemptFailure::Unreachable(_) => &mut failed.unreachable,
        AttemptFailure::WrongFamily => &mut failed.wrong_family,
        AttemptFailure::Refused(_) => &mut failed.refused,
        AttemptFailure::NotHosted => &mut failed.not_hosted,
        AttemptFailure::Broken => &mut failed.broken,
        AttemptFailure::TimedOut => &mut failed.timed_out,
        AttemptFailure::CutOff => &mut failed.cut_off,
        AttemptFailure::Stale => &mut failed.stale,
    }
}

impl SourceTally {
    /// Its totals, with what the source sent.
    pub(super) fn totals(&self, bytes: u64) -> SourceTotals {
        SourceTotals {
            bytes,
            asked: self.asked,
            refused: self.refused,
            peak_active: self.peak_active,
            peak_egress_bps: self.peak_egress,
        }
    }

    /// Counts a fact about this source.
    pub(super) fn count(&mut self, fact: &Fact) {
        match *fact {
            Fact::Asked { .. } => self.asked += 1,
            Fact::Admitted { .. } => {
                self.active += 1;
                self.peak_active = self.peak_active.max(self.active);
                self.recent_peak = self.recent_peak.max(self.active);
            }
            Fact::Left { .. } => self.active -= 1,
            Fact::Served { .. } => self.served += 1,
            Fact::AttemptFailed { failure: AttemptFailure::Refused(refusal), .. } => {
                self.refused += 1;
                self.refused_by_proxy += u64::from(refusal == Refusal::ProxyFull);
                self.refused_for_disk += u64::from(refusal == Refusal::DiskFull);
            }
            Fact::AttemptFailed { .. } => self.failed += 1,
            _ => {}
        }
    }
}

/// The source that a fact is about, of those that its tally counts.
#[inline]
pub(super) fn source_of(fact: &Fact) -> Option<SourceId> {
    match *fact {
        Fact::Asked { source, .. }
        | Fact::Admitted { source, .. }
        | Fact::Left { source, .. }
        | Fact::Served { source, .. }
        | Fact::AttemptFailed { source, .. } => Some(source),
        _ => None,
    }
}

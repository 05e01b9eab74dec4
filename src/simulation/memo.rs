//! A cache of answers that are the same for many agents: agents with equal versions and scan method get the same from
//! the same source.
//!
//! The key contains everything that an answer depends on. Values that change have an edition ([`super::tracked`]), so
//! no answer outlives them, and a run has the same results without the cache.

use crate::ids::{Column, RowId, SourceId};
use crate::model::component::ScanMethod;
use crate::model::settings::UpdateScope;
use crate::model::wave::Held;
use crate::simulation::versions::{TargetsId, VersionsId};
use crate::units::Bytes;

/// The packages that an agent fetches of a source's components (DUP-9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ComponentsPlan {
    pub(super) size: Bytes,
    /// The numbers of full files and incrementals.
    pub(super) packages: (u16, u16),
    /// The versions to which they lead, and how.
    pub(super) targets: TargetsId,
    /// The row of these versions.
    pub(super) versions: VersionsId,
}

/// The properties that determine which components an agent gets now (CMP-2, CMP-7), and what it is held back from.
pub(super) type Who = (ScanMethod, UpdateScope, Held);

/// The key of a plan: the edition of the repository, and the agent's properties.
pub(super) type PlanKey = (u64, VersionsId, Who);

/// The key of a comparison of a source with the server: the editions of both repositories, and the agent's scan method.
pub(super) type AgeKey = (u64, u64, Who);

/// The latest answers.
#[derive(Debug)]
pub(super) struct Memo {
    plans: Column<SourceId, Option<(PlanKey, ComponentsPlan)>>,
    ages: Column<SourceId, Option<(AgeKey, bool)>>,
    /// The edition of the newest versions to which `newest` applies.
    newest_edition: u64,
    /// For each row of versions, and by scan method: whether these are the newest, as far as known.
    newest: Vec<[Option<bool>; 6]>,
}

impl Memo {
    /// An empty cache for `sources` sources.
    pub(super) fn new(sources: usize) -> Self {
        Self {
            plans: Column::filled(None, sources),
            ages: Column::filled(None, sources),
            newest_edition: 0,
            newest: Vec::new(),
        }
    }

    /// The last plan at `source`, if it has the same key.
    pub(super) fn plan(&self, source: SourceId, key: PlanKey) -> Option<&ComponentsPlan> {
        self.plans[source].as_ref().filter(|(known, _)| *known == key).map(|(_, plan)| plan)
    }

    /// Stores a plan.
    pub(super) fn keep_plan(&mut self, source: SourceId, key: PlanKey, plan: ComponentsPlan) {
        self.plans[source] = Some((key, plan));
    }

    /// Forgets all plans and comparisons: agents may be held back from other versions.
    pub(super) fn forget_plans(&mut self) {
        self.plans.rows_mut().for_each(|(_, plan)| *plan = None);
        self.ages.rows_mut().for_each(|(_, age)| *age = None);
    }

    /// Whether `source` is older than the server, if that was the last question.
    pub(super) fn age(&self, source: SourceId, key: AgeKey) -> Option<bool> {
        self.ages[source].filter(|(known, _)| *known == key).map(|(_, is_older)| is_older)
    }

    /// Stores whether `source` is older than the server.
    pub(super) fn keep_age(&mut self, source: SourceId, key: AgeKey, is_older: bool) {
        self.ages[source] = Some((key, is_older));
    }

    /// The cache entry for whether `versions` are the newest for agents with scan method `scan`, as of `edition`.
    pub(super) fn newest(
        &mut self,
        edition: u64,
        versions: VersionsId,
        (scan, scope): (ScanMethod, UpdateScope),
    ) -> &mut Option<bool> {
        if self.newest_edition != edition {
            self.newest_edition = edition;
            self.newest.clear();
        }
        let row = versions.index();
        if self.newest.len() <= row {
            self.newest.resize(row + 1, [None; 6]);
        }
        &mut self.newest[row][scan as usize + 2 * scope as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_about_the_newest_are_forgotten_with_them() {
        let mut memo = Memo::new(0);
        let of = |row| VersionsId::from_index(row);
        *memo.newest(0, of(3), (ScanMethod::Smart, UpdateScope::Everything)) = Some(true);
        assert_eq!(
            *memo.newest(0, of(3), (ScanMethod::Smart, UpdateScope::Everything)),
            Some(true)
        );
        assert_eq!(
            *memo.newest(0, of(3), (ScanMethod::Conventional, UpdateScope::Everything)),
            None
        );
        assert_eq!(*memo.newest(1, of(3), (ScanMethod::Smart, UpdateScope::Everything)), None);
    }
}

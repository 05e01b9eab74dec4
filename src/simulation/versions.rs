//! Rows of versions, one version for each component. Agents with equal versions share one row.

use std::collections::BTreeMap;

use crate::model::version::{Spans, Version};

/// The result of a transfer for one component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The version to which it leads.
    pub version: Version,
    /// The incremental that arrives with it; none for a full file.
    pub incremental: Spans,
}

/// The number of a row of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionsId(u32);

impl VersionsId {
    /// The row's number.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// The row with that number.
    pub(super) fn from_row(row: usize) -> Self {
        Self(u32::try_from(row).expect("fewer rows than agents and releases"))
    }
}

/// All rows of versions that agents have or have had, without duplicates.
#[derive(Debug)]
pub struct VersionTable {
    width: usize,
    rows: Vec<Version>,
    known: BTreeMap<Box<[Version]>, VersionsId>,
    /// The row found last: most consecutive updates lead to the same versions.
    last: Option<VersionsId>,
}

impl VersionTable {
    /// No rows, in a run with `width` components.
    pub(super) fn new(width: usize) -> Self {
        Self { width, rows: Vec::new(), known: BTreeMap::new(), last: None }
    }

    /// The versions of row `id`.
    pub fn row(&self, id: VersionsId) -> &[Version] {
        let first = id.index() * self.width;
        &self.rows[first..first + self.width]
    }

    /// The number of the row with these versions.
    pub(super) fn intern(&mut self, versions: &[Version]) -> VersionsId {
        if let Some(last) = self.last.filter(|last| self.row(*last) == versions) {
            return last;
        }
        if let Some(known) = self.known.get(versions) {
            self.last = Some(*known);
            return *known;
        }
        let id = VersionsId::from_row(self.known.len());
        self.rows.extend_from_slice(versions);
        self.known.insert(versions.into(), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_versions_are_one_row() {
        let mut table = VersionTable::new(2);
        let rows = [[1, 2], [2, 1], [1, 2]].map(|row| row.map(Version));
        let ids = rows.map(|row| table.intern(&row));
        assert_eq!(ids[0], ids[2]);
        assert_ne!(ids[0], ids[1]);
        assert_eq!(table.row(ids[1]), rows[1]);
    }
}

//! Rows of versions, one version for each component. Agents with equal versions share one row, and so do rounds whose
//! transfers lead to the same versions.

use std::collections::BTreeMap;

use crate::ids::{RowId, row_id};
use crate::model::version::{Spans, Version};

/// The result of a transfer for one component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The version to which it leads.
    pub version: Version,
    /// The incremental that arrives with it; none for a full file.
    pub incremental: Spans,
}

row_id! {
    /// The number of a row of versions.
    VersionsId(u32);
    /// The number of a row of targets.
    TargetsId(u32);
}

/// All rows of versions that agents have or have had.
pub type VersionTable = InternedRows<VersionsId, Version>;

/// Rows of equal width without duplicates.
#[derive(Debug)]
pub struct InternedRows<I, T> {
    width: usize,
    rows: Vec<T>,
    known: BTreeMap<Box<[T]>, I>,
    /// The row found last: most consecutive updates lead to the same versions.
    last: Option<I>,
}

impl<I: RowId, T: Copy + Ord> InternedRows<I, T> {
    /// No rows, in a run with `width` components.
    pub(super) fn new(width: usize) -> Self {
        Self { width, rows: Vec::new(), known: BTreeMap::new(), last: None }
    }

    /// The row `id`.
    #[inline]
    pub fn row(&self, id: I) -> &[T] {
        let first = id.index() * self.width;
        &self.rows[first..first + self.width]
    }

    /// The number of the row with these values.
    pub(super) fn intern(&mut self, values: &[T]) -> I {
        if let Some(last) = self.last.filter(|last| self.row(*last) == values) {
            return last;
        }
        if let Some(known) = self.known.get(values) {
            self.last = Some(*known);
            return *known;
        }
        let id = I::from_index(self.known.len());
        self.rows.extend_from_slice(values);
        self.known.insert(values.into(), id);
        self.last = Some(id);
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

//! Typed dense ids, and columns that only the matching id type can index.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A dense row number of one table.
pub trait RowId: Copy + Eq + Ord + fmt::Debug {
    /// The id of row `index`.
    fn from_index(index: usize) -> Self;
    /// The row that this id names.
    fn index(self) -> usize;
}

/// Declares ids of rows.
macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name(pub $int);

        impl $crate::ids::RowId for $name {
            fn from_index(index: usize) -> Self {
                Self(<$int>::try_from(index).expect("more rows than the id can count"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

pub(crate) use row_id;

row_id! {
    /// A security agent; Update Agents are included.
    AgentId(u32);
    /// A site: the agents behind one access link, with one address range.
    SiteId(u32);
    /// A source that agents update from: ActiveUpdate, the server or an Update Agent.
    SourceId(u32);
    /// A component of the catalogue.
    ComponentId(u8);
    /// A release: one instant at which components get a new version.
    ReleaseId(u32);
    /// A node of the network: a site, a router, the Internet.
    NodeId(u32);
    /// A full-duplex link between two nodes.
    LinkId(u32);
    /// One direction of a link.
    ChannelId(u32);
    /// All transfers of equal path, rate cap and weight.
    ClassId(u32);
    /// A route that transfers of a run have taken.
    PathId(u32);
}

impl LinkId {
    /// The direction from the link's first node to its second.
    pub fn forward(self) -> ChannelId {
        ChannelId(self.0 * 2)
    }

    /// The direction from the link's second node to its first.
    pub fn backward(self) -> ChannelId {
        ChannelId(self.0 * 2 + 1)
    }
}

impl ChannelId {
    /// The other direction of the same link.
    #[must_use]
    pub fn reverse(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The link that this direction belongs to.
    pub fn link(self) -> LinkId {
        LinkId(self.0 / 2)
    }

    /// Whether this is the direction from the link's first node to its second.
    pub fn is_forward(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

/// A vector that only ids of type `I` can index.
#[derive(Clone, PartialEq, Eq)]
pub struct Column<I, T> {
    rows: Vec<T>,
    id: PhantomData<fn(I)>,
}

impl<I: RowId, T> Column<I, T> {
    /// No rows.
    pub const fn new() -> Self {
        Self { rows: Vec::new(), id: PhantomData }
    }

    /// Appends a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        let id = I::from_index(self.rows.len());
        self.rows.push(row);
        id
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of `id`, if there is one.
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.rows.len()).map(I::from_index)
    }

    /// All rows, in order of their ids.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// All rows with their ids, in order.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.rows.iter().enumerate().map(|(index, row)| (I::from_index(index), row))
    }

    /// All rows with their ids, in order, for modification.
    pub fn rows_mut(&mut self) -> impl DoubleEndedIterator<Item = (I, &mut T)> {
        self.rows.iter_mut().enumerate().map(|(index, row)| (I::from_index(index), row))
    }
}

impl<I: RowId, T> Column<I, T> {
    /// The row `id` for modification, if it exists.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.rows.get_mut(id.index())
    }
}

impl<I: RowId, T: Clone> Column<I, T> {
    /// `len` equal rows.
    pub fn filled(row: T, len: usize) -> Self {
        Self { rows: vec![row; len], id: PhantomData }
    }
}

impl<I: RowId, T> Default for Column<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: RowId, T> Index<I> for Column<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.rows[id.index()]
    }
}

impl<I: RowId, T> IndexMut<I> for Column<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.index()]
    }
}

impl<I: RowId, T> FromIterator<T> for Column<I, T> {
    fn from_iter<R: IntoIterator<Item = T>>(rows: R) -> Self {
        Self { rows: rows.into_iter().collect(), id: PhantomData }
    }
}

impl<'a, I: RowId, T> IntoIterator for &'a Column<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<I, T: serde::Serialize> serde::Serialize for Column<I, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl<I, T: fmt::Debug> fmt::Debug for Column<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.rows).finish()
    }
}

/// A set of ids, one bit for each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdSet<I> {
    words: Vec<u64>,
    id: PhantomData<fn(I)>,
}

impl<I: RowId> IdSet<I> {
    /// An empty set with room for ids below `len`.
    pub fn with_room(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], id: PhantomData }
    }

    /// Whether `id` is in the set.
    pub fn contains(&self, id: I) -> bool {
        let (word, bit) = (id.index() / 64, id.index() % 64);
        self.words.get(word).is_some_and(|bits| bits >> bit & 1 == 1)
    }

    /// Inserts `id`.
    ///
    /// # Panics
    /// If there is no room for `id`.
    pub fn insert(&mut self, id: I) {
        self.words[id.index() / 64] |= 1 << (id.index() % 64);
    }
}

/// Ids in ascending order, stored as runs of consecutive ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdRuns<I> {
    /// The first id of each run, and the number of its ids.
    runs: Vec<(I, u32)>,
}

impl<I: RowId> IdRuns<I> {
    /// An empty list.
    pub const fn new() -> Self {
        Self { runs: Vec::new() }
    }

    /// Appends an id greater than all others.
    pub fn push(&mut self, id: I) {
        match self.runs.last_mut() {
            Some((first, count)) if first.index() + *count as usize == id.index() => *count += 1,
            _ => self.runs.push((id, 1)),
        }
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// All ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = I> {
        let ids = |(first, count): &(I, u32)| first.index()..first.index() + *count as usize;
        self.runs.iter().flat_map(ids).map(I::from_index)
    }
}

impl<I: RowId> Default for IdRuns<I> {
    fn default() -> Self {
        Self::new()
    }
}

/// A column with few runs of equal rows, which stores one row for each run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps<I, T> {
    /// The first row of each run, and the value of its rows.
    steps: Vec<(u32, T)>,
    id: PhantomData<fn(I)>,
}

impl<I: RowId, T: PartialEq> Steps<I, T> {
    /// The row of `id`.
    ///
    /// # Panics
    /// If there are no rows.
    pub fn get(&self, id: I) -> &T {
        &self.step(id).1
    }

    /// The run that contains `id`: its first row, and the value of its rows.
    ///
    /// # Panics
    /// If there are no rows.
    pub fn step(&self, id: I) -> &(u32, T) {
        let after = self.steps.partition_point(|(first, _)| *first as usize <= id.index());
        &self.steps[after - 1]
    }

    /// The runs in order.
    pub fn steps_mut(&mut self) -> &mut [(u32, T)] {
        &mut self.steps
    }
}

impl<I: RowId, T: PartialEq> FromIterator<T> for Steps<I, T> {
    fn from_iter<R: IntoIterator<Item = T>>(rows: R) -> Self {
        let mut steps: Vec<(u32, T)> = Vec::new();
        for (number, row) in (0..).zip(rows) {
            if steps.last().is_none_or(|(_, last)| *last != row) {
                steps.push((number, row));
            }
        }
        Self { steps, id: PhantomData }
    }
}

/// A column whose rows are all equal until one is set; only then does it allocate a row each.
#[derive(Clone, Debug)]
pub struct LazyColumn<I, T> {
    at_first: T,
    len: usize,
    rows: Column<I, T>,
}

impl<I: RowId, T: Copy + PartialEq + Default> Default for LazyColumn<I, T> {
    fn default() -> Self {
        Self::new(T::default(), 0)
    }
}

impl<I: RowId, T: Copy + PartialEq> LazyColumn<I, T> {
    /// `len` rows with the value `at_first`.
    pub const fn new(at_first: T, len: usize) -> Self {
        Self { at_first, len, rows: Column::new() }
    }

    /// The row of `id`.
    pub fn get(&self, id: I) -> T {
        self.rows.get(id).copied().unwrap_or(self.at_first)
    }

    /// Appends a row.
    pub fn push(&mut self, row: T) {
        if self.len == 0 {
            self.at_first = row;
        }
        if self.rows.is_empty() && row != self.at_first {
            self.rows = Column::filled(self.at_first, self.len);
        }
        self.len += 1;
        if !self.rows.is_empty() {
            self.rows.push(row);
        }
    }

    /// Sets the row of `id`.
    pub fn set(&mut self, id: I, row: T) {
        if self.rows.is_empty() && row != self.at_first {
            self.rows = Column::filled(self.at_first, self.len);
        }
        if let Some(known) = self.rows.get_mut(id) {
            *known = row;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_runs_come_out_as_they_went_in() {
        let ids = [0, 1, 2, 5, 7, 8].map(AgentId);
        let mut runs = IdRuns::new();
        for id in ids {
            runs.push(id);
        }
        assert_eq!(runs.runs(), 3);
        assert_eq!(runs.iter().collect::<Vec<_>>(), ids);
    }

    #[test]
    fn steps_are_the_column_that_they_were_made_of() {
        let rows = [3, 3, 5, 3, 3, 3, 0];
        let steps: Steps<AgentId, i32> = rows.into_iter().collect();
        assert_eq!((0..7).map(|id| *steps.get(AgentId(id))).collect::<Vec<_>>(), rows);
        assert_eq!(steps.step(AgentId(5)), &(3, 3));
    }

    #[test]
    fn a_lazy_column_is_what_was_set_in_it() {
        let mut column = LazyColumn::new(7, 3);
        column.set(AgentId(1), 7);
        assert_eq!(column.rows.len(), 0);
        column.set(AgentId(1), 9);
        column.set(AgentId(2), 8);
        column.set(AgentId(2), 7);
        assert_eq!([0, 1, 2].map(|id| column.get(AgentId(id))), [7, 9, 7]);
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let mut set = IdSet::with_room(130);
        for id in [0, 63, 64, 129].map(AgentId) {
            assert!(!set.contains(id));
            set.insert(id);
            assert!(set.contains(id));
        }
        assert!(![1, 62, 65, 128, 500].map(AgentId).into_iter().any(|id| set.contains(id)));
    }

    #[test]
    fn a_lazy_column_takes_memory_from_its_first_different_row_on() {
        let mut column: LazyColumn<AgentId, u8> = LazyColumn::default();
        for row in [7, 7, 7] {
            column.push(row);
        }
        assert!(column.rows.is_empty());
        column.push(8);
        column.set(AgentId(1), 9);
        column.push(7);
        assert_eq!([0, 1, 2, 3, 4].map(|id| column.get(AgentId(id))), [7, 9, 7, 8, 7]);
    }
}

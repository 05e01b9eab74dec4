//! Typed dense ids, and columns that only the right kind of id can index.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A dense row number of one kind of thing.
pub trait RowId: Copy + Eq + Ord + fmt::Debug {
    /// The id of row `index`.
    fn from_index(index: usize) -> Self;
    /// The row this id names.
    fn index(self) -> usize;
}

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name(pub $int);

        impl RowId for $name {
            fn from_index(index: usize) -> Self {
                Self(<$int>::try_from(index).expect("more rows than the id can count"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

row_id! {
    /// A security agent (an Update Agent is one too).
    AgentId(u32);
    /// A site: the agents behind one access link, with one address range.
    SiteId(u32);
    /// Something agents can update from: ActiveUpdate, the server, an Update Agent.
    SourceId(u32);
    /// A component of the catalogue.
    ComponentId(u8);
    /// A release: one moment at which components got a new version.
    ReleaseId(u32);
    /// A node of the network: a site, a router, the Internet.
    NodeId(u32);
    /// A full-duplex link between two nodes.
    LinkId(u32);
    /// One direction of a link.
    ChannelId(u32);
    /// All transfers of equal path, ceiling and weight.
    ClassId(u32);
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

    /// The link of which this is one direction.
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

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
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

    /// All rows with their ids, in order, to change.
    pub fn rows_mut(&mut self) -> impl DoubleEndedIterator<Item = (I, &mut T)> {
        self.rows.iter_mut().enumerate().map(|(index, row)| (I::from_index(index), row))
    }
}

impl<I: RowId, T> Column<I, T> {
    /// The row `id`, if it is there, to change.
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

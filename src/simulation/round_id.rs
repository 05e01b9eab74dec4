//! The id of a round.

use crate::ids::RowId;

/// The number of a round in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoundId(pub u32);

impl RoundId {
    /// No round.
    pub const NONE: Self = Self(u32::MAX);

    /// The round, if there is one.
    pub fn get(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

impl RowId for RoundId {
    fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("fewer rounds than agents"))
    }

    fn index(self) -> usize {
        self.0 as usize
    }
}

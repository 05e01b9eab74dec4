//! The id of a round.

use crate::ids::row_id;

row_id! {
    /// The number of a round in progress.
    RoundId(u32);
}

impl RoundId {
    /// No round.
    pub const NONE: Self = Self(u32::MAX);

    /// The round, if there is one.
    pub fn get(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

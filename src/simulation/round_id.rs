//! The id of a round.

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

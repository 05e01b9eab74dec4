//! The order of the events of one instant.

/// The number of lanes.
pub const LANES: usize = 4;

/// An event with its position among the events of its instant.
pub trait Ordered {
    /// Phase and entity packed into one number; the smaller one is handled first. Equal ranks are handled in order of
    /// insertion.
    fn rank(&self) -> u64;

    /// The lane of an event type that is always scheduled the same span ahead, below [`LANES`]: the events of a lane
    /// mostly arrive in order of time, so the queue need not sort them. Lanes affect speed only; any answer yields the
    /// same order.
    fn lane(&self) -> Option<usize> {
        None
    }
}

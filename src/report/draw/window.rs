//! The range of a time axis.

/// An interval of time in seconds after the release.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Window {
    pub(in crate::report) from: f64,
    pub(in crate::report) to: f64,
}

impl Window {
    /// Whether it contains `second`.
    pub(in crate::report) fn holds(self, second: f64) -> bool {
        (self.from..=self.to).contains(&second)
    }
}

//! The range of a time axis.

/// An interval of time in seconds after the release.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Its begin.
    pub from: f64,
    /// Its end.
    pub to: f64,
}

impl Window {
    /// Whether it contains `second`.
    pub fn holds(self, second: f64) -> bool {
        (self.from..=self.to).contains(&second)
    }
}

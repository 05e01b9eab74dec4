//! When the classes of the general solver are tried as trees again.

/// So many times as many classes as it holds the general solver must touch before the next try; in
/// tests fewer, so that short random histories get there.
const TIMES: u64 = if cfg!(test) { 1 } else { 8 };

/// So often a failure doubles the wait.
const DOUBLINGS: u32 = 12;

/// When to try again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reclassification {
    /// Classes that the general solver had touched at the last try.
    touched: u64,
    failures: u32,
}

impl Reclassification {
    /// Whether the general solver, which has touched so many classes in all, has done enough since
    /// the last try.
    pub(crate) fn is_due(&self, touched: u64, held: usize, classes: usize) -> bool {
        let wait = (held as u64 * TIMES + classes as u64) << self.failures.min(DOUBLINGS);
        touched - self.touched > wait
    }

    /// Notes a try, after the general solver had touched so many classes in all.
    pub(crate) fn note(&mut self, touched: u64, success: bool) {
        self.touched = touched;
        self.failures = if success { 0 } else { self.failures + 1 };
    }
}

//! When the classes of the general solver are tried as trees again.

/// The general solver must touch this many times its number of classes before the next try; fewer in tests, so that
/// short random histories reach it.
const TIMES: u64 = if cfg!(test) { 1 } else { 8 };

/// The maximum number of times that a failure doubles the wait.
const DOUBLINGS: u32 = 12;

/// The schedule of tries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reclassification {
    /// Classes that the general solver had touched at the last try.
    touched: u64,
    failures: u32,
}

impl Reclassification {
    /// Whether the general solver, which has touched `touched` classes in all, has done enough since the last try.
    pub(crate) fn is_due(&self, touched: u64, held: usize, classes: usize) -> bool {
        let wait = (held as u64 * TIMES + classes as u64) << self.failures.min(DOUBLINGS);
        touched - self.touched > wait
    }

    /// Records a try, after the general solver had touched `touched` classes in all.
    pub(crate) fn note(&mut self, touched: u64, success: bool) {
        self.touched = touched;
        self.failures = if success { 0 } else { self.failures + 1 };
    }
}

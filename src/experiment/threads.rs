//! The thread pool of an experiment.

use std::fmt;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The threads could not be started.
#[derive(Debug)]
pub struct ThreadsError(rayon::ThreadPoolBuildError);

impl fmt::Display for ThreadsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot start threads: {}", self.0)
    }
}

impl std::error::Error for ThreadsError {}

/// A pool with this many threads; 0: one for each core.
///
/// # Errors
/// If the system cannot create them.
pub(super) fn pool(threads: usize) -> Result<ThreadPool, ThreadsError> {
    ThreadPoolBuilder::new().num_threads(threads).build().map_err(ThreadsError)
}

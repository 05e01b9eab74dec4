//! The argument for the number of threads.

use clap::Args;

/// The number of threads.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Threads {
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

impl Threads {
    /// The requested number; 0 means one for each core.
    pub(in crate::cli) fn asked(self) -> usize {
        self.threads.unwrap_or(0) as usize
    }

    /// The actual number.
    pub(in crate::cli) fn count(self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, |threads| threads as usize)
    }
}

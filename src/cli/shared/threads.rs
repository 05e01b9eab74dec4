//! How many threads simulate.

use clap::Args;

/// How many threads simulate.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Threads {
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

impl Threads {
    /// The number that was asked for; 0 stands for one for each core.
    pub(in crate::cli) fn asked(self) -> usize {
        self.threads.unwrap_or(0) as usize
    }

    /// How many there are.
    pub(in crate::cli) fn count(self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, |threads| threads as usize)
    }
}

//! A shard: the part of a sweep that one machine runs.

use std::fmt;
use std::str::FromStr;

use super::resolved_scenario::{Run, RunId};

/// A share: one of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u32,
    of: u32,
}

/// The maximum number of shares; more are treated as a typing error.
const MOST: u32 = 1_000_000;

impl Shard {
    /// The whole sweep.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Share `number` (from 1) of `of`.
    ///
    /// # Errors
    /// If that share does not exist.
    pub fn new(number: u32, of: u32) -> Result<Self, String> {
        if number == 0 || number > of || of > MOST {
            return Err(format!("no shard {number} of {of}: shards are numbered from 1 to {of}"));
        }
        Ok(Self { number, of })
    }

    /// The elements of `runs` that belong to it. Runs are dealt in the order of the hashes of their keys: equal numbers
    /// to each share, with long runs distributed evenly, whatever makes them long.
    pub fn of(self, runs: &[Run], name: impl Fn(Run) -> RunId) -> Vec<Run> {
        if self == Self::WHOLE {
            return runs.to_vec();
        }
        let hash = |run: &Run| {
            let id = name(*run);
            let text = format!("{} {} {}", id.case, id.option.name(), id.replication);
            (*blake3::hash(text.as_bytes()).as_bytes(), *run)
        };
        let mut dealt: Vec<_> = runs.iter().map(hash).collect();
        dealt.sort_unstable();
        let own = dealt.into_iter().skip(self.number as usize - 1).step_by(self.of as usize);
        let mut own: Vec<Run> = own.map(|(_, run)| run).collect();
        own.sort_unstable();
        own
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').map(|(number, of)| (number.parse(), of.parse()));
        match parts {
            Some((Ok(number), Ok(of))) => Self::new(number, of),
            _ => Err("I/N such as 3/16, or auto".into()),
        }
    }
}

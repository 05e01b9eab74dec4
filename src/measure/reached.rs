//! When shares of some agents had a release.

use crate::model::totals::SHARES;
use crate::units::{SimDuration, SimTime};

/// The number of some agents that have a release, and when shares of them first had it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reached {
    pub(super) have: u64,
    /// When each of [`SHARES`], which ascend, was first reached.
    at: [Option<SimTime>; SHARES.len()],
}

impl Reached {
    /// Adds one of `agents` agents.
    pub(super) fn gain(&mut self, at: SimTime, agents: u64) {
        self.have += 1;
        for (share, reached) in SHARES.into_iter().zip(&mut self.at) {
            if reached.is_none() {
                if self.have * 100 < agents * share {
                    break;
                }
                *reached = Some(at);
            }
        }
    }

    /// The time from `released` until each of [`SHARES`] was reached; zero if that was before.
    pub(super) fn since(&self, released: SimTime) -> [Option<SimDuration>; SHARES.len()] {
        self.at.map(|at| at.map(|at| at.max(released).since(released)))
    }
}

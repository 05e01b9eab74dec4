//! Staged rollouts: when the next wave of a release begins (an assumption: the product has groups and privileges for
//! it, and leaves the order to the administrator).

use crate::model::wave::Waves;
use crate::units::SimDuration;

/// The present wave of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveView {
    /// The time since it began.
    pub since: SimDuration,
    /// The number of its agents.
    pub agents: u64,
    /// Those that have the release.
    pub done: u64,
    /// Those that have failed to get it, and have not got it since.
    pub failed: u64,
}

/// Whether the next wave may begin: the gap is over and, if that is asked for, the share of the present one has the
/// release and none of its agents has failed.
pub fn next_begins(wave: WaveView, waves: &Waves) -> bool {
    let share = u128::from(waves.done_per_million);
    let are_done = u128::from(wave.done) * 1_000_000 >= u128::from(wave.agents) * share;
    wave.since >= waves.gap && (share == 0 || (are_done && wave.failed == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_wave_waits_for_the_gap_and_for_the_share_without_failures() {
        let waves = |hours, done_per_million| Waves {
            groups: Vec::new(),
            names: Vec::new(),
            gap: SimDuration::from_hours(hours),
            done_per_million,
        };
        let view = |hours, done, failed| WaveView {
            since: SimDuration::from_hours(hours),
            agents: 20,
            done,
            failed,
        };
        assert!(!next_begins(view(1, 20, 0), &waves(2, 0)));
        assert!(next_begins(view(2, 0, 5), &waves(2, 0)));
        assert!(!next_begins(view(2, 18, 0), &waves(0, 950_000)), "18 of 20 are 90 %");
        assert!(next_begins(view(2, 19, 0), &waves(0, 950_000)));
        assert!(!next_begins(view(2, 19, 1), &waves(0, 950_000)));
        assert!(!next_begins(view(2, 19, 0), &waves(3, 950_000)));
    }
}

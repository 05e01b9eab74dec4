//! The number of concurrent calls, for a log with whole seconds: the number of notifier threads.

use std::collections::BTreeMap;

use crate::units::SimTime;

/// The maximum number of concurrent calls, and how often it was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// The maximum.
    pub peak: u32,
    /// The number of whole seconds with exactly that many in progress.
    pub seconds_at_peak: u32,
    /// The number of whole seconds with at least three quarters as many.
    pub busy_seconds: u32,
}

/// The number of seconds at the maximum that distinguishes a limit from chance.
const ENOUGH_SECONDS: u32 = 5;

impl Overlap {
    /// Whether a limit caused the maximum: exactly that many, repeatedly, and in most of the busy seconds.
    pub fn is_bound(self) -> bool {
        self.seconds_at_peak >= ENOUGH_SECONDS && self.seconds_at_peak * 2 > self.busy_seconds
    }
}

/// The overlap of calls with these starts and ends. A log with whole seconds, rounded down, still determines exactly
/// the number in progress at the beginning of each second: those that had begun before it and not ended.
pub fn overlap(
    begins: impl Iterator<Item = SimTime>,
    ends: impl Iterator<Item = SimTime>,
) -> Overlap {
    // The second at whose beginning a call counts first, and the one at which it no longer counts.
    let second = |at: SimTime| at.as_nanos() / 1_000_000_000 + 1;
    let mut changes: BTreeMap<u64, i64> = BTreeMap::new();
    for at in begins {
        *changes.entry(second(at)).or_default() += 1;
    }
    for at in ends {
        *changes.entry(second(at)).or_default() -= 1;
    }
    let mut levels: BTreeMap<u32, u64> = BTreeMap::new();
    let (mut level, mut since) = (0_i64, 0);
    for (at, change) in changes {
        if level > 0 {
            let level = u32::try_from(level).unwrap_or(u32::MAX);
            *levels.entry(level).or_default() += at - since;
        }
        (level, since) = (level + change, at);
    }
    let Some((peak, seconds)) = levels.last_key_value().map(|(peak, seconds)| (*peak, *seconds))
    else {
        return Overlap::default();
    };
    let count = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
    let busy = levels.range(peak - peak / 4..).map(|(_, seconds)| seconds).sum();
    Overlap { peak, seconds_at_peak: count(seconds), busy_seconds: count(busy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The log, in whole seconds, of `threads` threads that make this many calls of `millis` each, from the first
    /// second on.
    fn calls(threads: u64, calls: u64, millis: u64) -> Overlap {
        let at = |millis: u64| SimTime::from_secs(millis / 1_000);
        let begin = |call: u64| 250 + call / threads * millis;
        overlap(
            (0..calls).map(|call| at(begin(call))),
            (0..calls).map(|call| at(begin(call) + millis)),
        )
    }

    #[test]
    fn threads_that_never_rest_show_how_many_they_are() {
        // 20 threads with 700 ms a call, 600 calls: 21 s without a pause.
        let found = calls(20, 600, 700);
        assert_eq!((found.peak, found.seconds_at_peak, found.busy_seconds), (20, 21, 21));
        assert!(found.is_bound());
    }

    #[test]
    fn a_chance_meeting_is_no_bound() {
        // Three calls that overlap once, for two seconds.
        let secs = |of: [u64; 3]| of.into_iter().map(SimTime::from_secs);
        let found = overlap(secs([0, 1, 2]), secs([4, 5, 6]));
        assert_eq!((found.peak, found.seconds_at_peak), (3, 2));
        assert!(!found.is_bound());
        assert_eq!(overlap(secs([0, 0, 0]).take(0), secs([0, 0, 0]).take(0)), Overlap::default());
    }
}

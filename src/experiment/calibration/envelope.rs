//! The rate of a link, estimated from transfers over it: the upper envelope of their total rate while they are limited
//! by it.

use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// A transfer over a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its start.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// Its size.
    pub bytes: Bytes,
}

/// An estimate of a link's rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkRate {
    /// The link was saturated repeatedly at this rate.
    Bound {
        /// The median over the saturated intervals.
        rate: BitRate,
        /// Their first decile.
        low: BitRate,
        /// Their ninth decile.
        high: BitRate,
        /// The number of intervals.
        stretches: usize,
    },
    /// The link carried this rate, which is a lower bound.
    AtLeast(BitRate),
}

/// The number of concurrent transfers of an interval.
const TOGETHER: usize = 2;
/// The number of them from which on the link is the limit, unless intervals with fewer and with more have the same rate.
const MANY: f64 = 4.0;
/// The ratio of numbers of transfers that counts as fewer and more.
const MORE: f64 = 1.5;
/// The number of intervals needed for an envelope.
const ENOUGH: usize = 4;
/// The resolution of times in logs.
const TICK: SimDuration = SimDuration::from_millis(1);
/// The maximum spread of intervals: (ninth decile − first decile) / median.
const SPREAD: f64 = 0.15;
/// The minimum length of an interval: several round trips, and several ticks of a clock with whole seconds.
const SHORTEST: SimDuration = SimDuration::from_secs(10);

/// The rate estimated from `transfers`, ordered by start; `None` without transfers.
///
/// An interval is a time in which at least two transfers were in progress without a pause, cut into pieces of equal
/// length. The link is the limit if the total rate is the same whether few or many of them share it, or if they are always
/// many. A transfer's bytes are distributed evenly over its time, so long pieces and many transfers are accurate:
/// uneven flow matters only at the ends.
pub fn link_rate(transfers: &[Transfer]) -> Option<LinkRate> {
    let timed = || transfers.iter().filter(|one| one.to > one.from);
    // Logs truncate times to milliseconds.
    let most = timed().map(|one| rate(one.bytes, one.to.since(one.from) + TICK)).max()?;
    let mut rates: Vec<u64> = Vec::new();
    let (mut fewest, mut most_together) = (f64::INFINITY, 0.0_f64);
    for (from, to) in stretches(transfers) {
        let length = to.since(from).as_nanos();
        let pieces = (length / SHORTEST.as_nanos()).min(20);
        for piece in 0..pieces {
            let edge = |at: u64| SimTime::from_nanos(from.as_nanos() + length / pieces * at);
            let (from, to) = (edge(piece), edge(piece + 1));
            let carried: u64 = timed().map(|one| share(one, from, to)).sum();
            rates.push(rate(Bytes::new(carried), to.since(from)));
            let together = timed().map(|one| overlap(one, from, to).as_secs_f64()).sum::<f64>()
                / to.since(from).as_secs_f64();
            fewest = fewest.min(together);
            most_together = most_together.max(together);
        }
    }
    rates.sort_unstable();
    let most = rates.last().copied().unwrap_or_default().max(most);
    let at = |share: f64| rates[rank(rates.len(), share)];
    let is_shared = fewest >= MANY || most_together >= MORE * fewest;
    if rates.len() < ENOUGH || !is_shared || spread(at(0.1), at(0.5), at(0.9)) > SPREAD {
        return Some(LinkRate::AtLeast(bits(most)));
    }
    let (rate, low, high) = (bits(at(0.5)), bits(at(0.1)), bits(at(0.9)));
    Some(LinkRate::Bound { rate, low, high, stretches: rates.len() })
}

/// The intervals of at least [`SHORTEST`] in which at least [`TOGETHER`] transfers were in progress.
fn stretches(transfers: &[Transfer]) -> Vec<(SimTime, SimTime)> {
    let mut changes: Vec<(SimTime, i32)> = transfers
        .iter()
        .filter(|one| one.to > one.from)
        .flat_map(|one| [(one.from, 1), (one.to, -1)])
        .collect();
    // Starts come before ends of the same instant: a transfer that follows another at once leaves no pause.
    changes.sort_unstable_by_key(|(at, change)| (*at, -change));
    let (mut level, mut since, mut found) = (0, None, Vec::new());
    for (at, change) in changes {
        level += change;
        let is_busy = usize::try_from(level).is_ok_and(|level| level >= TOGETHER);
        match (is_busy, since) {
            (true, None) => since = Some(at),
            (false, Some(from)) => {
                since = None;
                if at.since(from) >= SHORTEST {
                    found.push((from, at));
                }
            }
            _ => {}
        }
    }
    found
}

/// How long a transfer was in progress between two instants.
fn overlap(transfer: &Transfer, from: SimTime, to: SimTime) -> SimDuration {
    let (from, to) = (from.max(transfer.from), to.min(transfer.to));
    if from < to { to.since(from) } else { SimDuration::ZERO }
}

/// The bytes of a transfer between two instants, assuming an even flow.
fn share(transfer: &Transfer, from: SimTime, to: SimTime) -> u64 {
    let within = overlap(transfer, from, to).as_nanos();
    let part = u128::from(within) * u128::from(transfer.bytes.count());
    let whole = u128::from(transfer.to.since(transfer.from).as_nanos());
    u64::try_from(part / whole).unwrap_or(u64::MAX)
}

/// Bits per second.
fn rate(bytes: Bytes, span: SimDuration) -> u64 {
    let bits = u128::from(bytes.count()) * 8 * 1_000_000_000;
    u64::try_from(bits / u128::from(span.as_nanos()).max(1)).unwrap_or(u64::MAX)
}

fn bits(rate: u64) -> BitRate {
    BitRate::from_bits_per_sec(rate)
}

#[expect(clippy::cast_precision_loss, reason = "rates of links")]
fn spread(low: u64, middle: u64, high: u64) -> f64 {
    (high - low) as f64 / (middle as f64).max(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "few stretches")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn rank(count: usize, share: f64) -> usize {
    ((count - 1) as f64 * share).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 transfers of 1 MB begin together on 8 Mbit/s and share it evenly: all end after 40 s.
    fn batch(start: u64) -> Vec<Transfer> {
        let (from, to) = (SimTime::from_secs(start), SimTime::from_secs(start + 40));
        vec![Transfer { from, to, bytes: Bytes::new(1_000_000) }; 40]
    }

    #[test]
    fn transfers_that_wait_for_the_link_show_its_rate() {
        let found = link_rate(&batch(0));
        let rate = BitRate::from_megabits(8);
        assert_eq!(found, Some(LinkRate::Bound { rate, low: rate, high: rate, stretches: 4 }));
    }

    #[test]
    fn one_transfer_alone_says_at_least() {
        let one = Transfer {
            from: SimTime::from_secs(5),
            to: SimTime::from_secs(15),
            bytes: Bytes::new(5_000_000),
        };
        // 5 MB in 10.001 s.
        let found = BitRate::from_bits_per_sec(3_999_600);
        assert_eq!(link_rate(&[one]), Some(LinkRate::AtLeast(found)));
        assert_eq!(link_rate(&[]), None);
        let timeless = Transfer { to: one.from, ..one };
        assert_eq!(link_rate(&[timeless]), None);
    }

    /// Two transfers share 2 Mbit/s, and at another time three.
    #[test]
    fn few_transfers_show_the_rate_if_it_is_that_of_more() {
        let share = |start: u64, transfers: usize| {
            let (from, to) = (SimTime::from_secs(start), SimTime::from_secs(start + 24));
            let bytes = Bytes::new(6_000_000 / u64::try_from(transfers).expect("few"));
            vec![Transfer { from, to, bytes }; transfers]
        };
        let rate = BitRate::from_megabits(2);
        let all = [share(0, 2), share(100, 3)].concat();
        assert_eq!(
            link_rate(&all),
            Some(LinkRate::Bound { rate, low: rate, high: rate, stretches: 4 })
        );
        // The same number each time may have another limit.
        let all = [share(0, 2), share(100, 2)].concat();
        assert!(matches!(link_rate(&all), Some(LinkRate::AtLeast(_))));
    }

    #[test]
    fn stretches_that_differ_are_no_bound() {
        let slow = batch(0);
        let fast = batch(100).into_iter().map(|one| Transfer { bytes: one.bytes.times(3), ..one });
        let all: Vec<Transfer> = slow.into_iter().chain(fast).collect();
        assert_eq!(link_rate(&all), Some(LinkRate::AtLeast(BitRate::from_megabits(24))));
    }
}

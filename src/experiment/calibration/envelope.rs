//! The rate of a link, estimated from transfers over it: the upper envelope of their total rate while they are limited
//! by it.

use super::shape::in_one_line;
use crate::model::observation::Observation;
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

impl Transfer {
    /// One log line, on a clock that continues through the repetitions of the span. It ends in a whole second, because most
    /// logs know no other end, and runs are compared with them.
    pub fn of(seen: &Observation) -> Self {
        let second = CLOCK.as_nanos();
        let to = in_one_line(seen).as_nanos() / second * second;
        let from = to.saturating_sub(seen.took().as_nanos());
        let [from, to] = [from, to].map(SimTime::from_nanos);
        Self { from, to, bytes: seen.bytes }
    }
}

/// An estimate of a link's rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkRate {
    /// The link was saturated repeatedly at this rate.
    Bound {
        /// The median over the busy periods.
        rate: BitRate,
        /// The same if they were longer by the resolution of the clock.
        low: BitRate,
        /// The same if they were shorter.
        high: BitRate,
        /// The number of busy periods.
        periods: usize,
    },
    /// The link carried this rate, which is a lower bound.
    AtLeast(BitRate),
}

/// The number of transfers at a time, on average, from which on the link is the limit, unless periods with fewer and with
/// more have the same rate.
const MANY: f64 = 4.0;
/// The ratio of numbers of transfers that counts as fewer and more.
const MORE: f64 = 1.5;
/// The number of busy periods needed for an envelope.
const ENOUGH: usize = 3;
/// The resolution of durations in logs.
const TICK: SimDuration = SimDuration::from_millis(1);
/// The resolution of times in logs.
const CLOCK: SimDuration = SimDuration::from_secs(1);
/// The maximum spread of periods: (ninth decile − first decile) / median.
const SPREAD: f64 = 0.15;
/// The minimum length of a busy period: several round trips, and several ticks of a clock with whole seconds.
const SHORTEST: SimDuration = SimDuration::from_secs(10);

/// A busy period of a link: from the start of a transfer until no transfer is in progress any more.
#[derive(Clone, Copy, Debug)]
struct BusyPeriod {
    from: SimTime,
    to: SimTime,
    /// What was transferred in it.
    bytes: Bytes,
    /// The durations of its transfers in total.
    transferring: SimDuration,
}

impl BusyPeriod {
    fn length(&self) -> SimDuration {
        self.to.since(self.from)
    }

    /// The mean number of transfers in progress.
    fn together(&self) -> f64 {
        self.transferring.as_secs_f64() / self.length().as_secs_f64()
    }
}

/// The rate estimated from `transfers`; `None` without transfers.
///
/// In a busy period a saturated link carries its rate all the time, however many transfers share it and however their
/// bytes are distributed over time. So if busy periods with few and with many transfers at a time have the same rate, or
/// if they all have many, it is that of the link. The interval has the resolution of the clock.
pub fn link_rate(transfers: &[Transfer]) -> Option<LinkRate> {
    let timed = transfers.iter().filter(|one| one.to > one.from);
    let most = timed.map(|one| rate(one.bytes, one.to.since(one.from) + TICK)).max()?;
    let periods = busy_periods(transfers);
    let of = |length: fn(&BusyPeriod) -> SimDuration| {
        let mut rates: Vec<u64> =
            periods.iter().map(|period| rate(period.bytes, length(period))).collect();
        rates.sort_unstable();
        rates
    };
    let rates = of(BusyPeriod::length);
    let at = |rates: &[u64], share: f64| rates[rank(rates.len(), share)];
    let together = periods.iter().map(BusyPeriod::together);
    let (fewest, greatest) =
        together.fold((f64::INFINITY, 0.0_f64), |(low, high), one| (low.min(one), high.max(one)));
    let is_shared = fewest >= MANY || greatest >= MORE * fewest;
    if rates.len() < ENOUGH
        || !is_shared
        || spread(at(&rates, 0.1), at(&rates, 0.5), at(&rates, 0.9)) > SPREAD
    {
        return Some(LinkRate::AtLeast(bits(most)));
    }
    let slowest = of(|period| period.length() + CLOCK);
    let fastest =
        of(|period| SimDuration::from_nanos(period.length().as_nanos() - CLOCK.as_nanos()));
    Some(LinkRate::Bound {
        rate: bits(at(&rates, 0.5)),
        low: bits(at(&slowest, 0.5)),
        high: bits(at(&fastest, 0.5)),
        periods: rates.len(),
    })
}

/// The rates of the busy periods of a link with these transfers, in bit/s.
pub fn busy_rates(transfers: &[Transfer]) -> impl Iterator<Item = u64> {
    busy_periods(transfers).into_iter().map(|period| rate(period.bytes, period.length()))
}

/// The busy periods of a link with these transfers that are long enough for a rate.
fn busy_periods(transfers: &[Transfer]) -> Vec<BusyPeriod> {
    let mut ordered: Vec<&Transfer> = transfers.iter().filter(|one| one.to > one.from).collect();
    ordered.sort_unstable_by_key(|one| (one.from, one.to));
    let mut periods: Vec<BusyPeriod> = Vec::new();
    for one in ordered {
        let alone = BusyPeriod {
            from: one.from,
            to: one.to,
            bytes: one.bytes,
            transferring: one.to.since(one.from),
        };
        match periods.last_mut().filter(|last| one.from <= last.to) {
            Some(last) => {
                last.to = last.to.max(one.to);
                last.bytes += alone.bytes;
                last.transferring += alone.transferring;
            }
            None => periods.push(alone),
        }
    }
    periods.retain(|period| period.length() >= SHORTEST);
    periods
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

#[expect(clippy::cast_precision_loss, reason = "few periods")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn rank(count: usize, share: f64) -> usize {
    ((count - 1) as f64 * share).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many transfers of 1 MB begin together on 8 Mbit/s and share it: all end after as many seconds.
    fn batch(start: u64, transfers: u64) -> Vec<Transfer> {
        let (from, to) = (SimTime::from_secs(start), SimTime::from_secs(start + transfers));
        let count = usize::try_from(transfers).expect("few");
        vec![Transfer { from, to, bytes: Bytes::new(1_000_000) }; count]
    }

    #[test]
    fn transfers_that_wait_for_the_link_show_its_rate() {
        let all = [batch(0, 40), batch(100, 40), batch(200, 40)].concat();
        let found = link_rate(&all);
        let rate = BitRate::from_megabits(8);
        // 40 MB in 41 s and in 39 s.
        let [low, high] = [7_804_878, 8_205_128].map(BitRate::from_bits_per_sec);
        assert_eq!(found, Some(LinkRate::Bound { rate, low, high, periods: 3 }));
        assert!(matches!(link_rate(&all[..80]), Some(LinkRate::AtLeast(_))), "two are too few");
    }

    #[test]
    fn bytes_need_not_be_spread_evenly() {
        // Two transfers of 30 Mbit over 2 Mbit/s: the first is alone for 10 s, and both end together or one by one.
        let transfer = |from: u64, to: u64, megabits: u64| Transfer {
            from: SimTime::from_secs(from),
            to: SimTime::from_secs(to),
            bytes: Bytes::new(megabits * 125_000),
        };
        let pair =
            |start: u64| [transfer(start, start + 20, 30), transfer(start + 10, start + 30, 30)];
        let four = |start: u64| [transfer(start, start + 20, 10); 4];
        let all = [pair(0).to_vec(), pair(100).to_vec(), four(200).to_vec()].concat();
        let found = link_rate(&all);
        assert!(
            matches!(found, Some(LinkRate::Bound { rate, .. }) if rate == BitRate::from_megabits(2)),
            "{found:?}"
        );
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

    /// The same number of transfers each time may have another limit.
    #[test]
    fn periods_with_equally_few_transfers_are_no_bound() {
        let two = |start: u64| {
            let (from, to) = (SimTime::from_secs(start), SimTime::from_secs(start + 24));
            vec![Transfer { from, to, bytes: Bytes::new(3_000_000) }; 2]
        };
        let all = [two(0), two(100), two(200)].concat();
        assert!(matches!(link_rate(&all), Some(LinkRate::AtLeast(_))));
    }

    #[test]
    fn periods_that_differ_are_no_bound() {
        let slow = [batch(0, 40), batch(100, 40)].concat();
        let fast =
            batch(200, 40).into_iter().map(|one| Transfer { bytes: one.bytes.times(3), ..one });
        let all: Vec<Transfer> = slow.into_iter().chain(fast).collect();
        // One transfer of 3 MB in 40.001 s is certain.
        let least = BitRate::from_bits_per_sec(599_985);
        assert_eq!(link_rate(&all), Some(LinkRate::AtLeast(least)));
    }
}

//! Stochastic closed forms: one channel is a processor-sharing queue.
//!
//! Seeds are fixed, so the outcome never changes; the bands are wide enough (about four standard deviations of such a
//! run) that a change of the seed would not fail either.

use updraft::ids::ChannelId;
use updraft::network::Network;
use updraft::random::{Purpose, Streams};
use updraft::units::{BitRate, Bytes, SimTime};

/// 10⁶ bytes per second; the unit of work is the work of one second.
pub(crate) const CAPACITY: u64 = 8_000_000;
pub(crate) const UNIT: f64 = 1_000_000.0;

pub(crate) struct Draws {
    streams: Streams,
    nth: u32,
}

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self { streams: Streams::new(seed, 0), nth: 0 }
    }

    /// Uniform in (0, 1).
    #[expect(clippy::cast_precision_loss, reason = "a random number")]
    pub(crate) fn uniform(&mut self) -> f64 {
        self.nth += 1;
        let bits = self.streams.draw(Purpose::SiteSize, 0, self.nth).below(1 << 52);
        (bits as f64 + 0.5) / (1_u64 << 52) as f64
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -self.uniform().ln() * mean
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive")]
pub(crate) fn whole(value: f64) -> u64 {
    value as u64
}

/// Mean and variance of the sojourn times of all, means of the shorter half and the longer half (per unit of work), of jobs
/// with `size` arriving at rate `rho`, each limited to `rate_cap`.
struct Sojourn {
    mean: f64,
    variance: f64,
    slowdown_short: f64,
    slowdown_long: f64,
}

fn queue(
    jobs: u32,
    rho: f64,
    rate_cap: Option<BitRate>,
    mut size: impl FnMut(&mut Draws) -> f64,
) -> Sojourn {
    let mut draws = Draws::new(20_260);
    let mut network = Network::new(std::iter::once(BitRate::from_bits_per_sec(CAPACITY)).collect());
    let class = network.class(&[ChannelId(0)], rate_cap, 1);
    let mut jobs_seen = Vec::new();
    let mut arrival = 0.0;
    let mut sojourns = vec![0.0; jobs as usize];
    for _ in 0..jobs {
        arrival += draws.exponential(1.0 / rho);
        jobs_seen.push((whole(arrival * 1e9), size(&mut draws)));
    }
    let mut next = 0;
    loop {
        let start = jobs_seen.get(next).map_or(u64::MAX, |job| job.0);
        let now = network.next_end().as_nanos().min(start);
        if now == u64::MAX {
            break;
        }
        network.advance_to(SimTime::from_nanos(now));
        while let Some(ended) = network.pop_ended() {
            let span = now - jobs_seen[ended.tag as usize].0;
            sojourns[ended.tag as usize] = SimTime::from_nanos(span).as_secs_f64();
        }
        if now == start {
            let bytes = Bytes::new(whole(jobs_seen[next].1 * UNIT).max(1));
            let _ = network.start(class, bytes, u32::try_from(next).expect("few"));
            next += 1;
        }
    }
    let mean =
        |of: &[f64]| of.iter().sum::<f64>() / f64::from(u32::try_from(of.len()).expect("few"));
    let slowdown = |of: &dyn Fn(f64) -> bool| {
        let chosen = (0..jobs as usize).filter(|&job| of(jobs_seen[job].1));
        let (work, time) = chosen
            .fold((0.0, 0.0), |(work, time), job| (work + jobs_seen[job].1, time + sojourns[job]));
        time / work
    };
    let squares: Vec<f64> = sojourns.iter().map(|sojourn| sojourn * sojourn).collect();
    Sojourn {
        mean: mean(&sojourns),
        variance: mean(&squares) - mean(&sojourns).powi(2),
        slowdown_short: slowdown(&|size| size < 1.0),
        slowdown_long: slowdown(&|size| size >= 1.0),
    }
}

pub(crate) fn near(value: f64, expected: f64, relative: f64) {
    assert!((value / expected - 1.0).abs() < relative, "{value} instead of {expected}");
}

#[test]
fn processor_sharing_takes_one_over_one_minus_rho() {
    // experiments 6.3 #1 and #2: insensitive to the distribution of sizes.
    for (rho, expected, band) in [(0.5, 2.0, 0.02), (0.8, 5.0, 0.06)] {
        near(queue(200_000, rho, None, |draws| draws.exponential(1.0)).mean, expected, band);
        near(queue(200_000, rho, None, |_| 1.0).mean, expected, band);
        let mixed = |draws: &mut Draws| {
            let mean = if draws.uniform() < 0.9 { 0.5 } else { 5.5 };
            draws.exponential(mean)
        };
        near(queue(200_000, rho, None, mixed).mean, expected, 2.0 * band);
    }
}

#[test]
fn the_slowdown_is_equal_for_all_sizes() {
    // #3: E[T | x] = x / (1 − ρ).
    let sojourn = queue(200_000, 0.8, None, |draws| draws.exponential(1.0));
    near(sojourn.slowdown_short, 5.0, 0.06);
    near(sojourn.slowdown_long, 5.0, 0.06);
}

#[test]
fn sojourn_times_vary_as_they_must() {
    // #4: (2 + ρ) / ((2 − ρ)(1 − ρ)²) for exponential sizes; it depends on the distribution of sizes.
    for (rho, band) in [(0.5, 0.06), (0.8, 0.2)] {
        let expected = (2.0 + rho) / ((2.0 - rho) * (1.0 - rho) * (1.0 - rho));
        let exponential = queue(200_000, rho, None, |draws| draws.exponential(1.0));
        near(exponential.variance, expected, band);
        let constant = queue(200_000, rho, None, |_| 1.0);
        assert!(constant.variance < 0.7 * expected, "{}", constant.variance);
    }
}

/// #5: M/G/R-PS, each limited to a share 1/R of the channel, A = load in such shares. In units of the time of a job
/// that is alone.
fn limited(servers: u32, load: f64) -> f64 {
    // Erlang C by the recursion of Erlang B.
    let blocked = (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let servers = f64::from(servers);
    let waits = servers * blocked / (servers - load * (1.0 - blocked));
    1.0 + waits / (servers * (1.0 - load / servers))
}

#[test]
fn ceilings_make_it_a_queue_with_many_servers() {
    near(limited(4, 3.2), 1.7455, 1e-4);
    near(limited(10, 9.0), 1.6687, 1e-4);
    for (servers, load) in [(4_u32, 3.2), (10, 9.0)] {
        let rate_cap = BitRate::from_bits_per_sec(CAPACITY / u64::from(servers));
        let rho = load / f64::from(servers);
        let alone = f64::from(servers);
        let exponential = queue(200_000, rho, Some(rate_cap), |draws| draws.exponential(1.0));
        near(exponential.mean / alone, limited(servers, load), 0.08);
        let constant = queue(200_000, rho, Some(rate_cap), |_| 1.0);
        near(constant.mean / alone, limited(servers, load), 0.08);
    }
}

/// #6: N agents that think at rate ν and then transfer one unit of work. E[T] = E[in progress] / throughput.
fn finite_source(agents: u32, think: f64) -> f64 {
    let mut weight = 1.0;
    let (mut all, mut mean) = (1.0, 0.0);
    for n in 1..=agents {
        weight *= f64::from(agents + 1 - n) * think;
        all += weight;
        mean += f64::from(n) * weight;
    }
    (mean / all) / (1.0 - 1.0 / all)
}

#[test]
fn a_finite_population_waits_less() {
    near(finite_source(20, 0.04), 2.7735, 1e-4);
    near(finite_source(50, 0.03), 16.7434, 1e-4);
    for (agents, think, band) in [(20, 0.04, 0.04), (50, 0.03, 0.03)] {
        let mut draws = Draws::new(5);
        let mut network =
            Network::new(std::iter::once(BitRate::from_bits_per_sec(CAPACITY)).collect());
        let class = network.class(&[ChannelId(0)], None, 1);
        let mut begun = vec![SimTime::START; agents as usize];
        let mut next = |now: SimTime| {
            let span = whole(draws.exponential(1.0 / think) * 1e9);
            let size = Bytes::new(whole(draws.exponential(UNIT)).max(1));
            (SimTime::from_nanos(now.as_nanos() + span), size)
        };
        for agent in 0..agents {
            let (at, size) = next(SimTime::START);
            begun[agent as usize] = at;
            let _ = network.start_later(class, size, agent, at);
        }
        let (mut jobs, mut total) = (0_u32, 0.0);
        while jobs < 100_000 {
            let now = network.next_end();
            network.advance_to(now);
            while let Some(ended) = network.pop_ended() {
                jobs += 1;
                total += now.since(begun[ended.tag as usize]).as_secs_f64();
                let (at, size) = next(now);
                begun[ended.tag as usize] = at;
                let _ = network.start_later(class, size, ended.tag, at);
            }
        }
        near(total / f64::from(jobs), finite_source(agents, think), band);
    }
}

#[test]
fn what_is_carried_is_what_was_asked_for() {
    // #9, the identity behind it: from empty to empty, to the byte.
    let mut network = Network::new(std::iter::once(BitRate::from_bits_per_sec(CAPACITY)).collect());
    let class = network.class(&[ChannelId(0)], None, 1);
    let mut draws = Draws::new(9);
    let mut asked = 0;
    for tag in 0..1000 {
        let size = whole(draws.exponential(UNIT));
        asked += size;
        let at = SimTime::from_nanos(whole(draws.exponential(1e12)));
        let _ = network.start_later(class, Bytes::new(size), tag, at);
    }
    while network.next_end() != SimTime::NEVER {
        let end = network.next_end();
        network.advance_to(end);
        while network.pop_ended().is_some() {}
    }
    assert_eq!(network.carried(ChannelId(0)), Bytes::new(asked));
}

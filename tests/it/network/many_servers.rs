//! Stochastic closed forms in which rate caps bind and the link does not: every transfer is served at its own rate,
//! like a call. Fixed seeds and wide bands, as in [`queueing`](crate::queueing).

use std::collections::VecDeque;

use updraft::ids::ChannelId;
use updraft::network::Network;
use updraft::units::{BitRate, Bytes, SimTime};

use crate::network::queueing::{CAPACITY, Draws, UNIT, near, whole};

/// A link with this multiple of [`CAPACITY`], each transfer limited to one.
fn wide(times: u64) -> (Network, updraft::ids::ClassId) {
    let capacity = BitRate::from_bits_per_sec(CAPACITY * times);
    let mut network = Network::new(std::iter::once(capacity).collect());
    let rate_cap = BitRate::from_bits_per_sec(CAPACITY);
    let class = network.class(&[ChannelId(0)], Some(rate_cap), 1);
    (network, class)
}

/// `now` plus this many seconds.
fn after(now: SimTime, seconds: f64) -> SimTime {
    SimTime::from_nanos(now.as_nanos() + whole(seconds * 1e9))
}

fn size(units: f64) -> Bytes {
    Bytes::new(whole(units * UNIT).max(1))
}

/// Continues to the next end or to `at`, whichever is first, and returns how many have ended.
fn advance(network: &mut Network, at: SimTime) -> (SimTime, usize) {
    let now = network.next_end().min(at);
    network.advance_to(now);
    (now, std::iter::from_fn(|| network.pop_ended()).count())
}

/// #7: the share of time in which all K slots are taken, with N callers who each call at rate `a`
/// per service time while idle: C(N,K)·aᴷ / Σ C(N,j)·aʲ, by recursion.
fn engset(callers: u32, slots: u32, a: f64) -> f64 {
    (1..=slots).fold(1.0, |blocked, j| {
        let next = f64::from(callers - j + 1) * a * blocked;
        next / (f64::from(j) + next)
    })
}

#[test]
fn refused_callers_go_away() {
    let (callers, slots, a) = (500_u32, 250_usize, 1.1);
    near(engset(500, 250, a), 0.131_65, 1e-3);
    near(engset(499, 250, a), 0.128_90, 1e-3);
    let (mut network, class) = wide(250);
    let mut draws = Draws::new(7);
    let (mut busy, mut calls, mut refused) = (0, 0_u32, 0_u32);
    let (mut full, mut now) = (0_u64, SimTime::START);
    // Idle callers are alike, so one draw tells when the first of them calls: memoryless.
    while calls < 200_000 {
        let idle = f64::from(callers) - f64::from(u32::try_from(busy).expect("few"));
        let call = after(now, draws.exponential(1.0 / (idle * a)));
        let (then, ended) = advance(&mut network, call);
        if busy == slots {
            full += then.since(now).as_nanos();
        }
        now = then;
        busy -= ended;
        if ended == 0 {
            calls += 1;
            if busy == slots {
                refused += 1;
            } else {
                busy += 1;
                let _ = network.start(class, size(1.0), 0);
            }
        }
    }
    let share_of_time = SimTime::from_nanos(full).as_secs_f64() / now.as_secs_f64();
    near(share_of_time, engset(callers, 250, a), 0.05);
    near(f64::from(refused) / f64::from(calls), engset(callers - 1, 250, a), 0.05);
}

/// Erlang C: the probability of waiting for one of this many servers.
fn erlang_c(servers: u32, load: f64) -> f64 {
    let blocked = (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let servers = f64::from(servers);
    servers * blocked / (servers - load * (1.0 - blocked))
}

#[test]
fn slots_make_a_queue_with_many_servers() {
    // #8: M/M/K, first come first served outside the network: E[wait] = C / (K − A).
    let (slots, load) = (10_usize, 8.0);
    let expected = erlang_c(10, load) / (10.0 - load);
    near(expected, 0.2046, 1e-3);
    let (mut network, class) = wide(10);
    let mut draws = Draws::new(8);
    let (mut now, mut waits, mut jobs) = (SimTime::START, 0.0, 0_u32);
    let mut queue: VecDeque<SimTime> = VecDeque::new();
    let mut busy = 0;
    let mut arrival = after(now, draws.exponential(1.0 / load));
    while jobs < 200_000 {
        let (then, ended) = advance(&mut network, arrival);
        now = then;
        busy -= ended;
        if now == arrival {
            queue.push_back(now);
            arrival = after(now, draws.exponential(1.0 / load));
        }
        while busy < slots
            && let Some(since) = queue.pop_front()
        {
            busy += 1;
            jobs += 1;
            waits += now.since(since).as_secs_f64();
            let _ = network.start(class, size(draws.exponential(1.0)), 0);
        }
    }
    near(waits / f64::from(jobs), expected, 0.1);
}

#[test]
fn where_nothing_binds_the_number_in_progress_is_poisson() {
    // #16: M/G/∞, for any distribution of sizes: mean and variance are λ·E[size]/cap.
    let laws: [fn(&mut Draws) -> f64; 3] =
        [|_| 1.0, |draws| draws.exponential(1.0), |draws| 2.0 * draws.uniform()];
    for law in laws {
        let (mut network, class) = wide(200);
        let mut draws = Draws::new(16);
        let mut now = SimTime::START;
        let mut arrival = after(now, draws.exponential(1.0 / 20.0));
        let (mut time, mut sum, mut squares) = (0.0, 0.0, 0.0);
        let mut active = 0.0;
        for _ in 0..200_000 {
            let (then, ended) = advance(&mut network, arrival);
            // The first seconds fill an empty system.
            if now.as_secs_f64() > 10.0 {
                let span = then.since(now).as_secs_f64();
                (time, sum) = (time + span, sum + span * active);
                squares += span * active * active;
            }
            now = then;
            active -= f64::from(u32::try_from(ended).expect("few"));
            if now == arrival {
                let _ = network.start(class, size(law(&mut draws)), 0);
                active += 1.0;
                arrival = after(now, draws.exponential(1.0 / 20.0));
            }
        }
        let mean = sum / time;
        near(mean, 20.0, 0.04);
        near(squares / time - mean * mean, 20.0, 0.1);
    }
}

//! Replay of given transfers over a network alone: computes when each finishes.
//!
//! Transfers may be added in any order, and results have the same order. Only numbers are stored for each, so a million
//! need a few dozen megabytes. Files, names and progress bars are left to the caller.
//!
//! In the fluid model a transfer shares bandwidth from its start and finishes when its bytes have moved; latencies only
//! affect the choice of routes. The TCP model adds set-up and slow start depending on the round trip, including the
//! queue of a saturated bottleneck.

mod checked_network;
mod error;
mod plan;

use std::ops::ControlFlow;

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::quantum::UNLIMITED;
use crate::network::readings::Counts;
use crate::network::routes::Route;
use crate::network::tcp::{AVERAGE_WEIGHT, TcpModel, Transport, even};
use crate::network::tcp_start::{Starting, TcpStarts};
use crate::units::{BitRate, SimDuration, SimTime};
use checked_network::CheckedNetwork;
pub use error::ReplayError;
pub use plan::{Plan, Transfer};
use plan::{PlannedTransfer, round_trip};

/// Options of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The TCP corrections, and the queues of links.
    pub transport: Transport,
    /// Whether to run the reference solver as well, and to fail at the first difference.
    pub is_checked: bool,
}

/// The result of a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayOutcome {
    /// When each transfer finishes, in the order of the plan; [`SimTime::NEVER`] if it never does.
    pub finishes: Vec<SimTime>,
    /// The counts of operations.
    pub counts: Counts,
    /// In the TCP model, the worst ratio, in hundredths, of a burst of starts within one round trip to the queue of its
    /// bottleneck, if it exceeded it: the resulting losses are not modelled.
    pub worst_burst: Option<u64>,
}

/// Computes when each transfer of the plan finishes.
///
/// `bits` yields 64 random bits for a row, for the random share of the TCP model; `progress` is called at each instant
/// with the number of finished transfers, and may stop the replay.
///
/// # Errors
/// If a checked run finds a difference, or if the replay was stopped.
pub fn replay(
    plan: &Plan<'_>,
    settings: Settings,
    bits: impl Fn(u32) -> u64,
    mut progress: impl FnMut(usize) -> ControlFlow<()>,
) -> Result<ReplayOutcome, ReplayError> {
    let mut run = Run::new(plan, settings);
    let mut order = plan.by_start().into_iter().peekable();
    let mut done = 0;
    loop {
        let start = order.peek().map_or(SimTime::NEVER, |&row| plan.rows[row as usize].start);
        let now = run.network.next_end()?.min(start);
        if now == SimTime::NEVER {
            let (counts, worst_burst) = (run.network.fast().counts(), run.starts.worst_burst());
            return Ok(ReplayOutcome { finishes: run.finishes, counts, worst_burst });
        }
        done += run.advance_to(now)?;
        let starts_now = |row: &u32| plan.rows[*row as usize].start == now;
        let together: Vec<u32> = std::iter::from_fn(|| order.next_if(starts_now)).collect();
        for &row in &together {
            run.start(row, together.len() as u64, bits(row));
        }
        if progress(done).is_break() {
            return Err(ReplayError::Stopped);
        }
    }
}

/// A replay in progress.
struct Run<'a> {
    plan: &'a Plan<'a>,
    starts: TcpStarts,
    network: CheckedNetwork<'a>,
    /// By pair of ends.
    routes: Vec<Option<Route>>,
    /// By pair of ends: the shortest round trip at the same bottleneck.
    shortest: Vec<SimDuration>,
    finishes: Vec<SimTime>,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan<'a>, settings: Settings) -> Self {
        let bandwidths = plan.topology.capacities();
        let capacities: Column<ChannelId, BitRate> = bandwidths
            .iter()
            .map(|&bandwidth| settings.transport.model.capacity(bandwidth))
            .collect();
        let routes = plan.routes();
        Self {
            plan,
            starts: TcpStarts::new(settings.transport, capacities.len()),
            shortest: plan.shortest(&routes, &capacities),
            routes,
            network: CheckedNetwork::new(plan.topology, &capacities, settings.is_checked),
            finishes: vec![SimTime::NEVER; plan.rows.len()],
        }
    }

    /// Advances the time, and returns the number of transfers that have ended.
    fn advance_to(&mut self, now: SimTime) -> Result<usize, ReplayError> {
        self.network.advance_to(now);
        let mut count = 0;
        while let Some(ended) = self.network.pop_ended()? {
            let row = self.plan.rows[ended.tag as usize];
            let rtt = round_trip(self.routes[row.ends as usize].as_ref());
            let after = self.starts.transport().model.startup(row.bytes, rtt, BitRate::MAX).after;
            self.finishes[ended.tag as usize] = now.saturating_add(after);
            count += 1;
        }
        Ok(count)
    }

    /// Starts one of `count` transfers that start together, if there is a route.
    fn start(&mut self, tag: u32, together: u64, bits: u64) {
        let row = self.plan.rows[tag as usize];
        if self.starts.transport().model == TcpModel::FLUID {
            if let Some(class) = self.class(row, 1) {
                self.network.start(class, row.bytes, tag, row.start);
            }
            return;
        }
        let Some(probe) = self.class(row, AVERAGE_WEIGHT) else { return };
        let starting = Starting {
            now: row.start,
            size: row.bytes,
            round_trip: round_trip(self.routes[row.ends as usize].as_ref()),
            shortest: self.shortest[row.ends as usize],
            bits,
        };
        let network = self.network.fast();
        let started = self.starts.start(network, network.prospect(probe, together), starting);
        if let Some(class) = self.class(row, started.weight) {
            let begins = row.start.saturating_add(started.startup.before);
            self.network.start(class, row.bytes, tag, begins);
        }
    }

    fn class(&mut self, row: PlannedTransfer, weight: u32) -> Option<ClassId> {
        let route = self.routes[row.ends as usize].as_ref()?;
        // Trees require caps that are a whole number of levels.
        let cap = if row.rate_cap == UNLIMITED { UNLIMITED } else { even(row.rate_cap, weight) };
        Some(self.network.class(&route.channels, cap, weight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;
    use crate::network::Topology;
    use crate::units::{Bytes, FineRate};

    const FLUID: Settings = Settings {
        transport: Transport { model: TcpModel::FLUID, queue: SimDuration::ZERO },
        is_checked: true,
    };

    fn tcp() -> Settings {
        let queue = SimDuration::from_millis(50);
        Settings { transport: Transport { model: TcpModel::default(), queue }, is_checked: true }
    }

    fn star() -> (Topology, Vec<NodeId>) {
        let mut topology = Topology::new();
        let nodes: Vec<NodeId> =
            ["hq", "core", "a", "b", "moon"].map(|name| topology.add_node(name)).to_vec();
        let link = |topology: &mut Topology, from: usize, to: usize, bytes: u64| {
            let rate = BitRate::from_bits_per_sec(bytes * 8);
            let _ = topology.add_link(nodes[from], nodes[to], rate, SimDuration::from_millis(10));
        };
        link(&mut topology, 0, 1, 1000);
        link(&mut topology, 1, 2, 400);
        link(&mut topology, 1, 3, 5000);
        (topology, nodes)
    }

    fn transfer(nodes: &[NodeId], start: u64, to: usize, bytes: u64) -> Transfer {
        let start = SimTime::from_secs(start);
        Transfer { start, from: nodes[0], to: nodes[to], bytes: Bytes::new(bytes), rate_cap: None }
    }

    fn run(list: &[Transfer], settings: Settings) -> Vec<SimTime> {
        let (topology, _) = star();
        let mut plan = Plan::new(&topology);
        for transfer in list {
            plan.add(*transfer);
        }
        let outcome = replay(&plan, settings, |_| 1 << 63, |_| ControlFlow::Continue(()));
        outcome.expect("no difference").finishes
    }

    #[test]
    fn finishes_come_in_the_order_of_the_list() {
        let (_, nodes) = star();
        let capped = Transfer {
            rate_cap: Some(BitRate::from_bits_per_sec(800).into()),
            ..transfer(&nodes, 0, 3, 500)
        };
        let list = [transfer(&nodes, 2, 3, 600), transfer(&nodes, 0, 2, 1600), capped];
        // 400 to a; 100 to the capped one; 500 for the first from 2 s on, and again 600 after that.
        let expected = [3_200, 4_000, 5_000].map(|millis| SimTime::from_nanos(millis * 1_000_000));
        assert_eq!(run(&list, FLUID), expected);
    }

    #[test]
    fn a_transfer_without_a_route_or_a_rate_never_finishes() {
        let (_, nodes) = star();
        let moon = transfer(&nodes, 0, 4, 1);
        let stalled = Transfer { rate_cap: Some(FineRate::default()), ..transfer(&nodes, 0, 2, 1) };
        for settings in [FLUID, tcp()] {
            assert_eq!(run(&[moon, stalled], settings), [SimTime::NEVER; 2]);
        }
        assert_eq!(run(&[transfer(&nodes, 7, 0, 1)], FLUID), [SimTime::from_secs(7)]);
    }

    #[test]
    fn a_replay_stops_on_request() {
        let (topology, nodes) = star();
        let mut plan = Plan::new(&topology);
        plan.add(transfer(&nodes, 0, 2, 1));
        let stopped = replay(&plan, FLUID, |_| 0, |_| ControlFlow::Break(()));
        assert_eq!(stopped, Err(ReplayError::Stopped));
    }

    #[test]
    fn the_tcp_model_takes_longer() {
        let (_, nodes) = star();
        let list = [transfer(&nodes, 0, 2, 4000), transfer(&nodes, 0, 3, 4000)];
        let (fluid, tcp) = (run(&list, FLUID), run(&list, tcp()));
        assert!(fluid.iter().zip(&tcp).all(|(fluid, tcp)| fluid < tcp), "{fluid:?} {tcp:?}");
    }
}

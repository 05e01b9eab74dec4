//! The network alone: given transfers, when does each finish?
//!
//! Transfers may come in any order and are answered in theirs. Only numbers are kept of each, so a
//! million need a few dozen megabytes. Files, names and progress bars are the caller's.
//!
//! In the fluid a transfer shares from its start and finishes when its bytes have moved; latencies
//! choose routes and nothing else. The tcp model adds set-up and slow start by the round trip.

mod twin;

use std::collections::BTreeMap;
use std::fmt;

use super::tcp::{AVERAGE_WEIGHT, TcpModel, even_ceiling};
use super::topology::{Route, Routes, Topology, Traffic};
use super::transfers::Network;
use crate::ids::{ChannelId, ClassId, Column, NodeId};
use crate::units::{BitRate, Bytes, SimDuration, SimTime};
use twin::Twin;

/// A transfer to be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// When it is asked for.
    pub start: SimTime,
    /// Where the bytes are.
    pub from: NodeId,
    /// Where they go.
    pub to: NodeId,
    /// How many.
    pub bytes: Bytes,
    /// A ceiling of its own, if it has one.
    pub ceiling: Option<BitRate>,
}

/// How to replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The corrections; [`TcpModel::FLUID`] for none.
    pub model: TcpModel,
    /// Whether to run the definition beside the fast solvers, and to fail at the first difference.
    pub is_checked: bool,
}

/// Why a list of transfers cannot be replayed. Rows count from zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// A transfer from a node to itself.
    SameNode {
        /// The row.
        row: usize,
    },
    /// No links lead from one node to the other.
    NoRoute {
        /// The row.
        row: usize,
    },
    /// The fast solver and the definition do not agree: a defect of this program.
    Difference {
        /// When.
        time: SimTime,
        /// In what.
        what: String,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameNode { row } => write!(f, "transfer {row} goes from a node to itself"),
            Self::NoRoute { row } => {
                write!(f, "no links lead from one end of transfer {row} to the other")
            }
            Self::Difference { time, what } => {
                write!(f, "at {time} the solver differs from its definition: {what}")
            }
        }
    }
}

impl std::error::Error for ReplayError {}

/// When each transfer finishes, in the order of the transfers; none if it never can.
///
/// `luck` gives 64 random bits for a row, for the random share of the tcp model; `progress` is told
/// how many transfers have finished, now and then.
///
/// # Errors
/// If a transfer has no route, or if a checked run finds a difference.
pub fn replay(
    topology: &Topology,
    transfers: impl Iterator<Item = Transfer>,
    settings: Settings,
    luck: impl Fn(usize) -> u64,
    mut progress: impl FnMut(usize),
) -> Result<Vec<Option<SimTime>>, ReplayError> {
    let mut plan = Plan::new(topology);
    for (row, transfer) in transfers.enumerate() {
        plan.add(row, transfer)?;
    }
    let mut run = Run::new(&plan, topology, settings);
    let mut order: Vec<u32> = (0..row_of(plan.rows.len())).collect();
    order.sort_by_key(|&row| plan.rows[row as usize].start);
    let mut order = order.into_iter().peekable();
    let mut done = 0;
    loop {
        let start = order.peek().map_or(SimTime::NEVER, |&row| plan.rows[row as usize].start);
        let now = run.twin.next_end()?.min(start);
        if now == SimTime::NEVER {
            return Ok(run.finishes);
        }
        done += run.advance_to(now)?;
        let starts_now = |row: &u32| plan.rows[*row as usize].start == now;
        let together: Vec<u32> = std::iter::from_fn(|| order.next_if(starts_now)).collect();
        for &row in &together {
            run.start(row, together.len() as u64, luck(row as usize));
        }
        progress(done);
    }
}

fn row_of(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2³² transfers")
}

/// What is kept of a transfer.
#[derive(Clone, Copy, Debug)]
struct Row {
    start: SimTime,
    bytes: Bytes,
    route: u32,
    ceiling: Option<BitRate>,
}

/// All transfers and the routes they take.
struct Plan<'a> {
    topology: &'a Topology,
    rows: Vec<Row>,
    routes: Vec<Route>,
    by_ends: BTreeMap<(NodeId, NodeId), u32>,
    by_source: BTreeMap<NodeId, Routes>,
    /// How many transfers take each route.
    uses: Vec<u64>,
}

impl<'a> Plan<'a> {
    fn new(topology: &'a Topology) -> Self {
        Self {
            topology,
            rows: Vec::new(),
            routes: Vec::new(),
            by_ends: BTreeMap::new(),
            by_source: BTreeMap::new(),
            uses: Vec::new(),
        }
    }

    fn add(&mut self, row: usize, transfer: Transfer) -> Result<(), ReplayError> {
        let Transfer { start, from, to, bytes, ceiling } = transfer;
        if from == to {
            return Err(ReplayError::SameNode { row });
        }
        let route = match self.by_ends.get(&(from, to)) {
            Some(&route) => route,
            None => self.find(from, to).ok_or(ReplayError::NoRoute { row })?,
        };
        self.uses[route as usize] += 1;
        self.rows.push(Row { start, bytes, route, ceiling });
        Ok(())
    }

    fn find(&mut self, from: NodeId, to: NodeId) -> Option<u32> {
        let topology = self.topology;
        let routes = self
            .by_source
            .entry(from)
            .or_insert_with(|| topology.routes_from(from, Traffic::Inside));
        let route = routes.to(to)?;
        let id = row_of(self.routes.len());
        self.routes.push(route);
        self.uses.push(0);
        let _ = self.by_ends.insert((from, to), id);
        Some(id)
    }

    /// For each route, the shortest round trip of those that share its most crowded channel.
    fn shortest(&self, capacities: &Column<ChannelId, BitRate>) -> Vec<SimDuration> {
        let mut crowd = Column::filled(0_u64, capacities.len());
        let mut fastest = Column::filled(SimDuration::MAX, capacities.len());
        for (route, uses) in self.routes.iter().zip(&self.uses) {
            for &channel in &route.channels {
                crowd[channel] += uses;
                fastest[channel] = fastest[channel].min(round_trip(route));
            }
        }
        let part =
            |channel: &&ChannelId| capacities[**channel].bits_per_sec() / crowd[**channel].max(1);
        let neck = |route: &Route| route.channels.iter().min_by_key(part).copied();
        let shortest = self
            .routes
            .iter()
            .map(|route| neck(route).map_or(round_trip(route), |channel| fastest[channel]));
        shortest.collect()
    }
}

fn round_trip(route: &Route) -> SimDuration {
    route.latency.saturating_mul(2)
}

/// A replay in progress.
struct Run<'a> {
    plan: &'a Plan<'a>,
    model: TcpModel,
    twin: Twin,
    shortest: Vec<SimDuration>,
    finishes: Vec<Option<SimTime>>,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan<'a>, topology: &Topology, settings: Settings) -> Self {
        let bandwidths = topology.capacities();
        let capacities: Column<ChannelId, BitRate> =
            bandwidths.iter().map(|&bandwidth| settings.model.capacity(bandwidth)).collect();
        Self {
            plan,
            model: settings.model,
            shortest: plan.shortest(&capacities),
            twin: Twin::new(&capacities, settings.is_checked),
            finishes: vec![None; plan.rows.len()],
        }
    }

    /// Lets time pass, and returns how many transfers have ended.
    fn advance_to(&mut self, now: SimTime) -> Result<usize, ReplayError> {
        self.twin.advance_to(now);
        let mut count = 0;
        while let Some(ended) = self.twin.pop_ended()? {
            let row = self.plan.rows[ended.tag as usize];
            let rtt = round_trip(&self.plan.routes[row.route as usize]);
            let after = self.model.startup(row.bytes, rtt, BitRate::MAX).after;
            self.finishes[ended.tag as usize] = Some(now + after);
            count += 1;
        }
        Ok(count)
    }

    /// Starts one of so many transfers that start together.
    fn start(&mut self, tag: u32, together: u64, luck: u64) {
        let row = self.plan.rows[tag as usize];
        if self.model == TcpModel::FLUID {
            let class = self.class(row, 1);
            self.twin.start(class, row.bytes, tag, row.start);
            return;
        }
        let rtt = round_trip(&self.plan.routes[row.route as usize]);
        let probe = self.class(row, AVERAGE_WEIGHT);
        let share = self.twin.fast().share_of_more(probe, together);
        let startup = self.model.startup(row.bytes, rtt, share);
        let nanos =
            u128::from(row.bytes.count()) * 8_000_000_000 / u128::from(share.bits_per_sec().max(1));
        let expected = SimDuration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let weight = self.model.weight(rtt, self.shortest[row.route as usize], expected, luck);
        let class = self.class(row, weight);
        self.twin.start(class, row.bytes, tag, row.start.saturating_add(startup.before));
    }

    fn class(&mut self, row: Row, weight: u32) -> ClassId {
        let path = &self.plan.routes[row.route as usize].channels;
        let ceiling = row.ceiling.map(|ceiling| even_ceiling(ceiling, weight));
        self.twin.class(path, ceiling, weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLUID: Settings = Settings { model: TcpModel::FLUID, is_checked: true };

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
        Transfer { start, from: nodes[0], to: nodes[to], bytes: Bytes::new(bytes), ceiling: None }
    }

    fn run(list: &[Transfer], settings: Settings) -> Result<Vec<Option<SimTime>>, ReplayError> {
        replay(&star().0, list.iter().copied(), settings, |_| 1 << 63, |_| {})
    }

    #[test]
    fn finishes_come_in_the_order_of_the_list() {
        let (_, nodes) = star();
        let capped = Transfer {
            ceiling: Some(BitRate::from_bits_per_sec(800)),
            ..transfer(&nodes, 0, 3, 500)
        };
        let list = [transfer(&nodes, 2, 3, 600), transfer(&nodes, 0, 2, 1600), capped];
        let second = |secs| Some(SimTime::from_secs(secs));
        // 400 to a; 100 to the capped one; 500 for the first from 2 s on, and again 600 after that.
        let finishes = run(&list, FLUID).expect("a route");
        assert_eq!(finishes[1..], [second(4), second(5)]);
        assert_eq!(finishes[0], Some(SimTime::from_nanos(3_200_000_000)));
    }

    #[test]
    fn what_cannot_be_is_said() {
        let (_, nodes) = star();
        let loops = [transfer(&nodes, 0, 2, 1), transfer(&nodes, 0, 0, 1)];
        assert_eq!(run(&loops, FLUID), Err(ReplayError::SameNode { row: 1 }));
        let moon = [transfer(&nodes, 0, 4, 1)];
        assert_eq!(run(&moon, FLUID), Err(ReplayError::NoRoute { row: 0 }));
        let zero = Transfer { ceiling: Some(BitRate::ZERO), ..transfer(&nodes, 0, 2, 1) };
        assert_eq!(run(&[zero], FLUID), Ok(vec![None]));
    }

    #[test]
    fn the_tcp_model_takes_longer() {
        let (_, nodes) = star();
        let list = [transfer(&nodes, 0, 2, 4000), transfer(&nodes, 0, 3, 4000)];
        let settings = Settings { model: TcpModel::default(), is_checked: true };
        let (fluid, tcp) =
            (run(&list, FLUID).expect("routes"), run(&list, settings).expect("routes"));
        assert!(fluid.iter().zip(&tcp).all(|(fluid, tcp)| fluid < tcp), "{fluid:?} {tcp:?}");
    }
}

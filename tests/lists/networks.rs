//! Networks that are read, and replays over them.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use updraft::ids::NodeId;
use updraft::network::replay::{Plan, Settings, Transfer, replay};
use updraft::network::tcp::TcpModel;
use updraft::network::{Topology, Transport};
use updraft::replay::NetworkFile;
use updraft::units::{BitRate, Bytes, SimDuration, SimTime};

use super::{List, Work};

/// The text of a network with so many nodes and these links.
fn text(nodes: usize, links: impl Iterator<Item = (usize, usize)>) -> String {
    let mut text = String::from("[network]\n");
    for node in 0..nodes {
        let _ = write!(text, "[[network.node]]\nname = \"n{node}\"\n");
    }
    for (from, to) in links {
        let ends = format!("from = \"n{from}\"\nto = \"n{to}\"");
        let _ = write!(text, "[[network.link]]\n{ends}\nbandwidth = \"1 Mbit/s\"\n");
    }
    text
}

fn read(text: String, is_valid: bool) -> Work {
    Box::new(move || match NetworkFile::parse(&text, "network.toml") {
        Ok(network) => assert!(is_valid && network.node("n0").is_some()),
        Err(problems) => assert!(!is_valid && !problems.render(false).is_empty(), "{problems}"),
    })
}

/// A network of so many nodes in a chain, a star or a ring.
fn topology(nodes: usize, link: fn(u32) -> u32, is_ring: bool) -> Topology {
    let mut topology = Topology::new();
    let mut before = None;
    let count = u32::try_from(nodes).expect("few");
    for node in 0..count {
        let id = topology.add_node(&node.to_string());
        if before.is_some() {
            let rate = BitRate::from_megabits(1 + u64::from(node * 7919 % 5));
            topology.add_link(NodeId(link(node)), id, rate, SimDuration::from_millis(1));
        }
        before = Some(id);
    }
    if is_ring {
        let rate = BitRate::from_megabits(3);
        topology.add_link(NodeId(count - 1), NodeId(0), rate, SimDuration::from_millis(1));
    }
    topology
}

/// Replays transfers between these nodes, a second apart.
fn run(topology: Topology, ends: Vec<(u32, u32)>) -> Work {
    Box::new(move || {
        let mut plan = Plan::new(&topology);
        for (second, (from, to)) in (0..).zip(&ends) {
            plan.add(Transfer {
                start: SimTime::from_secs(second / 4),
                from: NodeId(*from),
                to: NodeId(*to),
                bytes: Bytes::new(100_000),
                rate_cap: None,
            });
        }
        let transport = Transport { model: TcpModel::FLUID, queue: SimDuration::ZERO };
        let settings = Settings { transport, is_checked: false };
        let outcome = replay(&plan, settings, |_| 0, |_| ControlFlow::Continue(()));
        let finishes = outcome.expect("nobody stops it").finishes;
        assert!(finishes.iter().all(|finish| *finish != SimTime::NEVER));
    })
}

/// The lists of networks and replays.
pub(super) fn lists() -> Vec<List> {
    let last = |nodes: usize| u32::try_from(nodes - 1).expect("few");
    vec![
        List::new("network: nodes in a chain", |n| {
            read(text(n, (1..n).map(|node| (node - 1, node))), true)
        }),
        List::new("network: nodes in a star", |n| {
            read(text(n, (1..n).map(|node| (0, node))), true)
        }),
        List::new("network: parallel links", |n| read(text(2, (0..n).map(|_| (0, 1))), true)),
        List::new("network: links to nowhere", |n| {
            read(text(2, (0..n).map(|node| (0, node + 2))), false)
        }),
        List::new("network: nodes that are called alike", |n| {
            read(
                text(1, std::iter::empty()) + &"[[network.node]]\nname = \"n0\"\n".repeat(n),
                false,
            )
        }),
        List::new("replay: one transfer over a chain", move |n| {
            run(topology(n, |node| node - 1, false), vec![(0, last(n))])
        }),
        List::new("replay: one transfer over a ring", move |n| {
            run(topology(n, |node| node - 1, true), vec![(0, last(n) / 2)])
        }),
        List::new("replay: transfers from a hub", move |n| {
            run(topology(n, |_| 0, false), (1..=last(n)).map(|node| (0, node)).collect())
        }),
        List::new("replay: transfers to a hub", move |n| {
            run(topology(n, |_| 0, false), (1..=last(n)).map(|node| (node, 0)).collect())
        }),
        List::new("replay: transfers between two nodes", |n| {
            run(topology(2, |_| 0, false), vec![(0, 1); n])
        }),
    ]
}

//! The network model without a company: transfers over links, and when each ends.
//!
//! `cargo run --release --example network_alone`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use updraft::network::{Network, Topology};
use updraft::units::{BitRate, Bytes, SimDuration, SimTime};

fn main() {
    let mut topology = Topology::new();
    let hq = topology.add_node("hq");
    let hub = topology.add_node("hub");
    let stores = ["north", "south"].map(|name| topology.add_node(name));
    let latency = SimDuration::from_millis(5);
    let _ = topology.add_link(hq, hub, BitRate::from_megabits(10), latency);
    for (store, rate) in stores.into_iter().zip([2, 100]) {
        let _ = topology.add_link(hub, store, BitRate::from_megabits(rate), latency);
    }
    let mut network = Network::new(topology.capacities());
    // Transfers of one path form a class; the members of a class get equal shares.
    for (store, node) in (0_u32..).zip(stores) {
        let route = topology.route(hq, node).expect("a connected network");
        let class = network.class(&route.channels, None, 1);
        for nth in 0..2 {
            let _ = network.start(class, Bytes::new(1_000_000), 10 * store + nth);
        }
    }
    loop {
        let next = network.next_end();
        if next == SimTime::NEVER {
            break;
        }
        network.advance_to(next);
        while let Some(ended) = network.pop_ended() {
            println!("transfer {:2} ended at {}", ended.tag, network.now());
        }
    }
}

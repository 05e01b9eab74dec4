//! `replay` compared with real transfers through shaped links: the TCP model from outside.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use updraft::network::replay::{Plan, Settings, Transfer, replay};
use updraft::network::tcp::{Congestion, TcpModel};
use updraft::network::{Topology, Transport};
use updraft::random::{Purpose, Streams};
use updraft::units::{BitRate, Bytes, SimDuration, SimTime};

use crate::network::tcp::{case_file, error, mean, measured, nanos, whole};

/// Durations in seconds, in the order of the case, and the makespan.
fn replayed(name: &str, model: TcpModel, seed: u64) -> (Vec<f64>, f64) {
    let json = case_file(name);
    let mut topology = Topology::new();
    let mut nodes = BTreeMap::new();
    for node in json["nodes"].as_array().expect("nodes") {
        let name = node["id"].as_str().expect("an id");
        let _ = nodes.insert(name, topology.add_node(name));
    }
    for link in json["links"].as_array().expect("links") {
        let end = |key: &str| nodes[link[key].as_str().expect("a node")];
        let rate = link["rate_ab_bps"].as_f64().map(whole);
        let rate = rate.map_or(BitRate::MAX, BitRate::from_bits_per_sec);
        let latency = SimDuration::from_nanos(nanos(&link["delay_ms"], 1e6));
        let _ = topology.add_link(end("a"), end("b"), rate, latency);
    }
    let mut plan = Plan::new(&topology);
    for download in json["downloads"].as_array().expect("downloads") {
        plan.add(Transfer {
            start: SimTime::from_nanos(nanos(&download["start_s"], 1e9)),
            from: nodes[download["sources"][0].as_str().expect("a source")],
            to: nodes[download["client"].as_str().expect("a client")],
            bytes: Bytes::new(nanos(&download["bytes"], 1.0)),
            rate_cap: None,
        });
    }
    let queue = SimDuration::from_millis(100);
    let settings = Settings { transport: Transport { model, queue }, is_checked: false };
    let streams = Streams::new(seed, 0);
    let luck = |row| streams.draw(Purpose::TransferShare, row, 0).between(0, u64::MAX);
    let outcome = replay(&plan, settings, luck, |_| ControlFlow::Continue(())).expect("an end");
    let spans = plan.transfers().zip(&outcome.finishes);
    let durations = spans.map(|((start, _), finish)| finish.since(start).as_secs_f64()).collect();
    let last = outcome.finishes.iter().max().expect("downloads");
    (durations, last.as_secs_f64())
}

#[test]
fn makespans_are_within_one_percent() {
    for name in ["E0", "E1", "E1_buf25", "E1_fair", "E1_long", "E3", "E5b", "E8_jit"] {
        for model in [TcpModel::PLAIN, TcpModel::default()] {
            let expected = measured(name).1;
            let ours = replayed(name, model, 1).1;
            assert!((ours / expected - 1.0).abs() < 0.01, "{name}: {ours} instead of {expected}");
        }
    }
}

#[test]
fn fair_queues_and_small_files_are_met() {
    let off = |name: &str| {
        let (ours, theirs) = (replayed(name, TcpModel::PLAIN, 1).0, measured(name).0);
        let each = ours.iter().zip(&theirs).map(|(one, other)| (one / other - 1.0).abs());
        (each.fold(0.0, f64::max), error(&ours, &theirs))
    };
    assert!(off("E1_fair").0 < 0.005, "{:?}", off("E1_fair"));
    assert!(off("E5b").1 < 0.07, "{:?}", off("E5b"));
}

#[test]
fn ensembles_meet_mean_durations() {
    for name in ["E1", "E3", "E8_jit"] {
        let expected = mean(&measured(name).0);
        let ours: Vec<f64> =
            (0..30).map(|seed| mean(&replayed(name, TcpModel::default(), seed).0)).collect();
        let off = mean(&ours) / expected - 1.0;
        assert!(off.abs() < 0.05, "{name}: {off}");
    }
}

#[test]
fn long_ways_get_less_of_a_shared_link() {
    for (name, congestion) in [("E5a", Congestion::Cubic), ("E5a_reno", Congestion::Reno)] {
        let model = TcpModel { rtt_share: Some(congestion), ..TcpModel::default() };
        let all: Vec<f64> =
            (0..30).map(|seed| error(&replayed(name, model, seed).0, &measured(name).0)).collect();
        assert!(mean(&all) < 0.15, "{name}: {}", mean(&all));
    }
}

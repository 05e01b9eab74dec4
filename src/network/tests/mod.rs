//! Comparison of the solvers with each other and with the reference solver, on random networks.

mod agreement;
mod history;
mod nonbinding;
mod regressions;
mod subtree_flows;

use proptest::test_runner::Config;

use super::{Method, Network};
use crate::ids::ChannelId;
use crate::units::Bytes;

/// Few random cases by default, so that the suite stays fast; set `PROPTEST_CASES` for more.
fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { failure_persistence: None, ..Config::with_cases(cases.unwrap_or(300)) }
}

#[test]
fn a_tree_grows_again_where_what_did_not_fit_is_gone() {
    let mut network = Network::with_quanta([1 << 40; 3].into_iter(), Method::Automatic);
    let [up, first, second] = [0, 1, 2].map(ChannelId);
    let paths: [&[ChannelId]; 3] = [&[up, first], &[up, second], &[first, second]];
    let classes = paths.map(|path| network.class(path, None, 1));
    let large = Bytes::new(1 << 40);
    for class in [classes[0], classes[1]] {
        let _ = network.start(class, large, 0);
    }
    network.settle();
    assert_eq!(network.state.work.general_touched, 0);
    let guest = network.start(classes[2], large, 0);
    network.settle();
    assert!(network.state.work.general_touched > 0, "from one branch to another");
    let _ = network.abort(guest);
    let mut last = 0;
    for tag in 0..100 {
        let _ = network.start(classes[1], large, tag);
        network.settle();
        if tag == 50 {
            last = network.state.work.general_touched;
        }
    }
    assert_eq!(network.state.work.general_touched, last, "a tree again");
}

#[test]
fn equal_transfers_of_one_instant_are_one_entry() {
    let mut network = Network::with_quanta([1 << 40].into_iter(), Method::Automatic);
    let class = network.class(&[ChannelId(0)], None, 1);
    // Five sizes in turn, for agents of one site that lack different numbers of releases.
    for tag in 0..1_000 {
        let _ = network.start(class, Bytes::new(1000 + u64::from(tag % 5)), tag);
    }
    assert_eq!(network.state.class(class).ends.len(), 5);
    assert_eq!(network.active(), 1_000);
    let mut ended = 0;
    while network.active() > 0 {
        let end = network.next_end();
        network.advance_to(end);
        ended += std::iter::from_fn(|| network.pop_ended()).count();
    }
    assert_eq!(ended, 1_000);
}

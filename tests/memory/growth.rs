//! Work is proportional to the lists of its inputs: a list twice as long takes at most 2.3 times the allocated blocks, and
//! at most 2.3 times the peak of memory. Allocations do not reveal a loop that only compares: `tests/external/growth.rs`
//! counts the instructions of the same lists.

use crate::counting::{allocations, alone, peak};
use crate::lists::{List, all};

/// Blocks allocated by the work, and its peak.
fn cost(list: &List, count: usize) -> [u64; 2] {
    let work = (list.at)(count);
    let before = allocations();
    let ((), peak) = peak(work);
    [allocations() - before, peak]
}

/// The lists whose names begin with one of `kinds` cost what they are long.
fn grow_in_proportion(kinds: &[&str]) {
    let _alone = alone();
    let mut wrong = Vec::new();
    for list in all().filter(|list| kinds.iter().any(|kind| list.name.starts_with(kind))) {
        // Columns grow by doubling: numbers just below powers of two.
        let [one, two] = [250, 500].map(|count| cost(&list, count));
        let pairs = ["blocks", "bytes"].into_iter().zip(one.into_iter().zip(two));
        for (what, (one, two)) in pairs.filter(|(_, (one, two))| two * 10 > one * 23) {
            wrong.push(format!("{}: {one} {what}, then {two}", list.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reading_a_scenario_grows_with_its_tables() {
    grow_in_proportion(&["scenario: "]);
}

#[test]
fn a_run_grows_with_the_tables_of_its_scenario() {
    grow_in_proportion(&["run: "]);
}

#[test]
fn reading_a_map_grows_with_its_nodes_and_links() {
    grow_in_proportion(&["map: "]);
}

#[test]
fn a_replay_grows_with_its_nodes_links_and_transfers() {
    grow_in_proportion(&["network: ", "replay: "]);
}

#[test]
fn reading_a_table_grows_with_its_rows_and_columns() {
    let kinds =
        ["agents: ", "sites: ", "links: ", "design: ", "transfers: ", "prefixes: ", "log: "];
    grow_in_proportion(&kinds);
}

//! The cost of a run is proportional to the lists of its scenario: twice the tables take at most 2.3 times the allocated
//! blocks, and at most 2.3 times the peak of memory.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use updraft::experiment::Experiment;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

use crate::counting::{allocations, alone, peak};

const HEAD: &str = "name = \"long\"\nstart = \"Mon 10:00\"\nduration = \"90 min\"\nsample_every = \"30 min\"\n\
    [headquarters]\nagents = 2\ninternet_bandwidth = \"1 Gbit/s\"\n\
    [[release]]\nname = \"first\"\nat = \"1 min\"\nsettings = true\n";

/// A table of a list, by its number.
type Table = fn(usize) -> String;

/// Lists of a scenario that a run follows.
const LISTS: [(&str, Table); 14] = [
    ("sites", |n| site(n, "")),
    ("sites in chains of 50", |n| {
        let above =
            n.checked_sub(1).filter(|_| n % 50 != 0).map(|above| format!("via = \"s{above}\""));
        site(n, &above.unwrap_or_default())
    }),
    ("ways into the Internet", |n| {
        site(n, "internet = \"own\"\ninternet_bandwidth = \"1 Mbit/s\"")
    }),
    ("background", |n| {
        format!("{}[[background]]\nsites = \"s{n}\"\nhours = [10]\nshare = \"1 %\"\n", site(n, ""))
    }),
    ("commands", |n| {
        format!(
            "{}[[command]]\nat = \"1 h\"\nwhat = \"update-now\"\nsites = \"s{n}\"\n",
            site(n, "")
        )
    }),
    ("faults of as many sites", |n| {
        let (from, to) = (600 + n, 605 + n);
        format!("{}[[fault]]\nat = \"s{n}\"\nfrom = \"{from} s\"\nto = \"{to} s\"\n", site(n, ""))
    }),
    ("releases of settings", |n| {
        format!("[[release]]\nname = \"r{n}\"\nat = \"{} s\"\nsettings = true\n", 60 + n)
    }),
    ("releases of a component", |n| {
        let what = "components = [\"Virus Pattern\"]";
        format!("[[release]]\nname = \"r{n}\"\nat = \"{} s\"\n{what}\n", 60 + 5 * n)
    }),
    ("releases that are withdrawn", |n| {
        let (at, until) = (60 + 5 * n, 80 + 5 * n);
        let what = format!("withdrawn_at = \"{until} s\"\ncomponents = [\"Virus Pattern\"]");
        format!("[[release]]\nname = \"r{n}\"\nat = \"{at} s\"\n{what}\n")
    }),
    ("thresholds", |_| "[[threshold]]\nmetric = \"agents\"\nmin = 1\n".into()),
    ("routers in a star", |n| {
        format!("[[router]]\nname = \"x{n}\"\n{}", link("hq", &format!("x{n}")))
    }),
    ("routers in a chain", |n| {
        let before = n.checked_sub(1).map_or("hq".into(), |before| format!("x{before}"));
        format!("[[router]]\nname = \"x{n}\"\n{}", link(&before, &format!("x{n}")))
    }),
    ("sites at written links", |n| {
        let site = format!("[[site]]\nname = \"s{n}\"\nagents = 1\nvia = \"none\"\n");
        site + &link("hq", &format!("s{n}"))
    }),
    ("sources of ranges", |n| {
        let range = format!("10.{}.{}.0/24", n / 256, n % 256);
        format!("[[update_source]]\nrange = \"{range}\"\nsource = \"server\"\n")
    }),
];

fn site(number: usize, more: &str) -> String {
    format!("[[site]]\nname = \"s{number}\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n{more}\n")
}

fn link(from: &str, to: &str) -> String {
    format!("[[link]]\nfrom = \"{from}\"\nto = \"{to}\"\nbandwidth = \"1 Mbit/s\"\n")
}

/// Blocks allocated by a run of the scenario with so many tables, and its peak.
fn cost(table: Table, count: usize, what: &str) -> [u64; 2] {
    let mut text = String::from(HEAD);
    for number in 0..count {
        let _ = write!(text, "{}", table(number));
    }
    let scenario = Scenario::parse(&text, "long.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{what}: {problems}"));
    let experiment = Experiment {
        scenario: &scenario,
        options: vec![TopologyOption::Server],
        replications: 1,
        seed: scenario.seed,
        keeps_agents: true,
        threads: 1,
    };
    let before = allocations();
    let (runs, peak) = peak(|| experiment.run(&AtomicBool::new(false), &|_| {}));
    let runs = runs.expect("a thread").expect("nobody stops it");
    assert!(runs[0].agents.len() >= 2, "{what}");
    [allocations() - before, peak]
}

#[test]
fn a_run_of_twice_as_many_tables_costs_at_most_2_3_times_as_much() {
    let _alone = alone();
    for (what, table) in LISTS {
        // Columns grow by doubling: numbers just below powers of two.
        let [one, two] = [250, 500].map(|count| cost(table, count, what));
        for (one, two) in one.into_iter().zip(two) {
            assert!(two * 10 <= one * 23, "{what}: {one}, then {two}");
        }
    }
}

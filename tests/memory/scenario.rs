//! The cost of a scenario grows linearly with its lists: twice the tables cost at most 2.3 times the allocations, in
//! reading, drawing and reporting problems. Allocations do not reveal a loop that only compares, so lists are also read
//! at a size at which a quadratic loop would not finish.

use std::fmt::Write as _;

use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};

use crate::counting::{allocations, alone};

const HEAD: &str = "name = \"long\"\nstart = \"Mon 10:00\"\nduration = \"90 h\"\n\
    [headquarters]\nagents = 2\ninternet_bandwidth = \"1 Gbit/s\"\nsubnet = \"192.168.0.0/24\"\n";
const RELEASE: &str = "[[release]]\nname = \"r\"\nat = \"1 min\"\nsettings = true\n";

/// A table of a list, by its number.
type Table = fn(usize) -> String;

/// Lists of a scenario: each by its table, and whether a scenario with it is valid.
const LISTS: [(&str, Table, bool); 12] = [
    ("sites", |n| site(n, ""), true),
    (
        "sites with a range",
        |n| site(n, &format!("subnet = \"10.{}.{}.0/24\"", n / 256, n % 256)),
        true,
    ),
    ("sites that are called alike", |_| site(0, ""), false),
    ("sites below nothing", |n| site(n, "via = \"nothing\""), false),
    (
        "Update Agents",
        |n| format!("{}[[update_agent]]\nname = \"u{n}\"\nsite = \"s{n}\"\n", site(n, "")),
        true,
    ),
    (
        "Update Agents in a chain",
        |n| {
            let source = format!("source = \"u{}\"", (n + 1) % 2_000_000);
            format!("[[update_agent]]\nname = \"u{n}\"\nsite = \"hq\"\n{source}\n")
        },
        false,
    ),
    (
        "background",
        |n| {
            let share = "hours = [9]\nshare = \"1 %\"\n";
            format!("{}[[background]]\nsites = \"s{n}\"\n{share}", site(n, ""))
        },
        true,
    ),
    (
        "commands",
        |n| {
            let what = "at = \"1 h\"\nwhat = \"update-now\"";
            format!("{}[[command]]\n{what}\nsites = \"s{n}\"\n", site(n, ""))
        },
        true,
    ),
    ("faults", |n| format!("{}[[fault]]\nat = \"s{n}\"\nfrom = \"1 h\"\n", site(n, "")), true),
    (
        "releases",
        |n| format!("[[release]]\nname = \"r{n}\"\nat = \"{n} s\"\nsettings = true\n"),
        true,
    ),
    ("thresholds", |_| "[[threshold]]\nmetric = \"agents\"\nmin = 1\n".into(), true),
    ("unknown keys", |n| format!("[unknown{n}]\n"), false),
];

fn site(number: usize, more: &str) -> String {
    format!("[[site]]\nname = \"s{number}\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n{more}\n")
}

fn text(table: Table, count: usize) -> String {
    let mut text = String::from(HEAD);
    for number in 0..count {
        let _ = write!(text, "{}", table(number));
    }
    text + RELEASE
}

/// Reads and draws a scenario, or reports its problems; returns the number of allocations.
fn cost(text: &str, is_valid: bool, what: &str) -> u64 {
    let before = allocations();
    match Scenario::parse(text, "long.toml", &Overrides::default()) {
        Ok(scenario) => {
            assert!(is_valid, "{what}");
            let drawn = scenario.sample(&Streams::new(1, 0));
            assert!(!drawn.company.agents.site.is_empty());
        }
        Err(problems) => {
            assert!(!is_valid, "{what}: {problems}");
            let told = problems.render(false);
            assert!(problems.list.len() <= 20 && told.len() < 30_000, "{what}");
        }
    }
    allocations() - before
}

#[test]
fn twice_as_many_tables_cost_at_most_2_3_times_as_much() {
    let _alone = alone();
    for (what, table, is_valid) in LISTS {
        let of = |count| cost(&text(table, count), is_valid, what);
        let (one, two) = (of(400), of(800));
        assert!(two * 10 <= one * 23, "{what}: {one} allocations, then {two}");
    }
}

#[test]
fn lists_may_be_long() {
    let _alone = alone();
    for (what, table, is_valid) in LISTS {
        let count = if what == "releases" { 9_999 } else { 20_000 };
        let _ = cost(&text(table, count), is_valid, what);
    }
}

#[test]
fn many_sites_of_one_group_are_drawn_in_their_number() {
    let _alone = alone();
    let of = |count: usize| {
        let hubs = "[[site]]\nname = \"hub\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\ncount = 50\n";
        let sites = site(0, &format!("count = {count}\nvia = \"hub\"\nsite_prefix = 30"));
        cost(&format!("{HEAD}{hubs}site_prefix = 16\n{sites}{RELEASE}"), true, "sites of one group")
    };
    let (one, two) = (of(20_000), of(40_000));
    assert!(two * 10 <= one * 23, "{one} allocations, then {two}");
}

#[test]
fn all_problems_are_counted_and_the_first_twenty_are_told() {
    let _alone = alone();
    let text = text(|n| format!("[unknown{n}]\n"), 100_000);
    let problems = Scenario::parse(&text, "long.toml", &Overrides::default()).unwrap_err();
    assert_eq!((problems.list.len(), problems.count()), (20, 100_000));
    assert!(problems.to_string().ends_with("long.toml: and 99980 more\n"));
}

#[test]
fn a_key_of_any_length_is_answered() {
    let _alone = alone();
    let (long, deep) = ("k".repeat(100_000), "a.".repeat(100_000) + "a");
    for text in [format!("{long} = 1\n{HEAD}"), format!("{HEAD}[[site]]\n{long} = \"{long}\"\n")] {
        let problems = Scenario::parse(&(text + RELEASE), "s.toml", &Overrides::default());
        assert!(problems.unwrap_err().list.iter().any(|problem| problem.code == "unknown-key"));
    }
    for key in [&long, &deep] {
        let set = Overrides(vec![(key.clone(), "1".into())]);
        let problems = Scenario::parse(&format!("{HEAD}{RELEASE}"), "s.toml", &set).unwrap_err();
        assert!(["unknown-key", "bad-override"].contains(&problems.list[0].code));
    }
}

//! The lists of a scenario at lengths at which a quadratic loop would not finish.

use updraft::scenario::{Overrides, Scenario};

use crate::counting::{allocations, alone};
use crate::lists::scenarios::{HEAD, LISTS, RELEASE, read, site, text};

/// The number of allocations of reading a scenario.
fn cost(text: &str, is_valid: bool, what: &str) -> u64 {
    let before = allocations();
    read(text, is_valid, what);
    allocations() - before
}

#[test]
fn lists_may_be_long() {
    let _alone = alone();
    for (what, table, is_valid) in LISTS {
        let count = match what {
            "releases" => 9_999,
            "groups of agents by site" | "other sources" | "sources of ranges" => 999,
            _ => 20_000,
        };
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
fn a_key_of_any_length_yields_a_diagnostic() {
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

//! Scenarios that are read and drawn, or refused.

use std::fmt::Write as _;

use updraft::random::Streams;
use updraft::scenario::{Overrides, Scenario};

use super::{List, Work};

pub(crate) const HEAD: &str = "name = \"long\"\nstart = \"Mon 10:00\"\nduration = \"90 h\"\n\
    [headquarters]\nagents = 2\ninternet_bandwidth = \"1 Gbit/s\"\nsubnet = \"192.168.0.0/24\"\n";
pub(crate) const RELEASE: &str = "[[release]]\nname = \"r\"\nat = \"1 min\"\nsettings = true\n";

/// A table of a list, by its number.
pub(crate) type Table = fn(usize) -> String;

/// Lists of a scenario: each by its table, and whether a scenario with it is valid.
pub(crate) const LISTS: [(&str, Table, bool); 18] = [
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
    (
        "groups of agents by site",
        |n| {
            let group = format!("[[group]]\nname = \"g{n}\"\nsites = [\"s{n}\"]\n");
            format!("{}{group}independent = \"50 %\"\n", site(n, ""))
        },
        true,
    ),
    ("routers", |n| format!("[[router]]\nname = \"x{n}\"\n{}", link("hq", &format!("x{n}"))), true),
    (
        "parallel links",
        |n| format!("{}{}", if n == 0 { site(0, "") } else { String::new() }, link("hq", "s0")),
        true,
    ),
    ("links to nowhere", |n| link("hq", &format!("x{n}")), false),
    (
        "sources of ranges",
        |n| {
            let range = format!("10.{}.{}.0/24", n / 256, n % 256);
            format!("[[update_source]]\nrange = \"{range}\"\nsource = \"server\"\n")
        },
        true,
    ),
    (
        "other sources",
        |n| {
            let what = "at = \"hq\"\nbandwidth = \"1 Mbit/s\"\n";
            format!("[[other_source]]\nname = \"o{n}\"\n{what}")
        },
        true,
    ),
    ("thresholds", |_| "[[threshold]]\nmetric = \"agents\"\nmin = 1\n".into(), true),
    ("unknown keys", |n| format!("[unknown{n}]\n"), false),
];

pub(crate) fn site(number: usize, more: &str) -> String {
    format!("[[site]]\nname = \"s{number}\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n{more}\n")
}

pub(crate) fn text(table: Table, count: usize) -> String {
    let mut text = String::from(HEAD);
    for number in 0..count {
        let _ = write!(text, "{}", table(number));
    }
    text + RELEASE
}

/// A link between two places.
pub(crate) fn link(from: &str, to: &str) -> String {
    format!("[[link]]\nfrom = \"{from}\"\nto = \"{to}\"\nbandwidth = \"1 Mbit/s\"\n")
}

/// Reads and draws a scenario, or reports its problems.
pub(crate) fn read(text: &str, is_valid: bool, what: &str) {
    match Scenario::parse(text, "long.toml", &Overrides::default()) {
        Ok(scenario) => {
            assert!(is_valid, "{what}");
            let drawn = scenario.sample(&Streams::new(1, 0));
            assert!(!drawn.company.agents.is_empty());
        }
        Err(problems) => {
            assert!(!is_valid, "{what}: {problems}");
            let told = problems.render(false);
            assert!(problems.list.len() <= 20 && told.len() < 30_000, "{what}");
        }
    }
}

/// The lists of a scenario.
pub(super) fn lists() -> Vec<List> {
    let list = |(what, table, is_valid): (&'static str, Table, bool)| {
        List::new(format!("scenario: {what}"), move |count| {
            let text = text(table, count);
            Box::new(move || read(&text, is_valid, what)) as Work
        })
    };
    LISTS.into_iter().map(list).collect()
}

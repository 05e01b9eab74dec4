//! Scenarios that are run.

use std::fmt::Write as _;

use updraft::experiment::Experiment;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};

use super::scenarios::{Table, link, site};
use super::{List, Work};

const HEAD: &str = "name = \"long\"\nstart = \"Mon 10:00\"\nduration = \"90 min\"\nsample_every = \"30 min\"\n\
    [headquarters]\nagents = 2\ninternet_bandwidth = \"1 Gbit/s\"\n\
    [[release]]\nname = \"first\"\nat = \"1 min\"\nsettings = true\n";

/// Lists of a scenario that a run follows.
const LISTS: [(&str, Table); 20] = [
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
    ("releases that are rolled back", |n| {
        let (at, back) = (60 + 5 * n, 80 + 5 * n);
        let what = format!("rolled_back_at = \"{back} s\"\ncomponents = [\"Virus Pattern\"]");
        format!("[[release]]\nname = \"r{n}\"\nat = \"{at} s\"\n{what}\n")
    }),
    ("groups of agents by site", |n| {
        let group = format!("[[group]]\nname = \"g{n}\"\nsites = [\"s{n}\"]\n");
        format!("{}{group}independent = \"50 %\"\n", site(n, ""))
    }),
    ("parallel links", |n| {
        let site = if n == 0 { site(0, "") } else { String::new() };
        site + &link("hq", "s0")
    }),
    ("a ring", |n| site(n, "") + &side(n)),
    ("faults in a ring", |n| {
        let (from, to) = (600 + n, 605 + n);
        let fault = format!("[[fault]]\nat = \"s{n}\"\nfrom = \"{from} s\"\nto = \"{to} s\"\n");
        site(n, "") + &side(n) + &fault
    }),
    ("other sources", |n| {
        let source = format!("[[update_source]]\nrange = \"10.{}.{}.0/24\"\n", n / 256, n % 256);
        let what = "at = \"hq\"\nbandwidth = \"1 Mbit/s\"\n";
        format!("{source}source = \"o{n}\"\n[[other_source]]\nname = \"o{n}\"\n{what}")
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

/// A link from a site to the one before it.
fn side(n: usize) -> String {
    n.checked_sub(1).map_or(String::new(), |before| link(&format!("s{before}"), &format!("s{n}")))
}

/// A run of the scenario with so many tables.
fn run(table: Table, count: usize, what: &str) -> Work {
    let mut text = String::from(HEAD);
    for number in 0..count {
        let _ = write!(text, "{}", table(number));
    }
    let scenario = Scenario::parse(&text, "long.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{what}: {problems}"));
    Box::new(move || {
        let experiment = Experiment {
            scenario: &scenario,
            options: vec![TopologyOption::Server],
            replications: 1,
            seed: scenario.seed,
            keeps_agents: true,
            ensemble: &[],
            threads: 1,
        };
        // Callgrind counts what this thread does: how much of a second one, depends on when it starts and ends.
        let run = experiment.run_on_this_thread(TopologyOption::Server, 1);
        assert!(run.agents.len() >= 2);
    })
}

/// The lists that a run follows.
pub(super) fn lists() -> Vec<List> {
    let list = |(what, table): (&'static str, Table)| {
        List::new(format!("run: {what}"), move |count| run(table, count, what))
    };
    LISTS.into_iter().map(list).collect()
}

//! The cost of a mesh, in counts of work, and its rates.

use std::fmt::Write as _;

use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption::{self, Server, ServerUa};
use updraft::network::Method;
use updraft::scenario::Scenario;

use crate::laws::lives_by_the_law;
use crate::one_run;

const HUBS: u32 = 20;

/// Sites below hubs with an Update Agent each.
fn tree(sites: u32, agents: u32) -> String {
    let mut text = String::from(
        r#"name = "mesh"
start = "Mon 09:00"
duration = "4 h"
sample_every = "1 h"
[network]
model = "fluid"
[headquarters]
agents = 9
internet_bandwidth = "1 Gbit/s"
[[release]]
name = "r"
at = "Mon 09:05"
components = ["Virus Pattern"]
"#,
    );
    for hub in 0..HUBS {
        let latency = 2 + hub * 7 % 19;
        let _ = write!(
            text,
            "[[site]]\nname = \"hub{hub}\"\nagents = {agents}\nbandwidth = \"1 Gbit/s\"\nlatency = \"{latency} ms\"\n\
             update_agents = 1\nserves = \"downstream\"\n"
        );
    }
    for site in 0..sites - HUBS {
        let (hub, mbit, latency) = (site % HUBS, 4 + site * 31 % 40, 2 + site * 13 % 29);
        let _ = write!(
            text,
            "[[site]]\nname = \"s{site}\"\nagents = {agents}\nvia = \"hub{hub}\"\nbandwidth = \"{mbit} Mbit/s\"\n\
             latency = \"{latency} ms\"\n"
        );
    }
    text
}

/// The same sites: each hub has links to six others, and each site to a second hub.
fn mesh(sites: u32, agents: u32) -> String {
    let mut text = tree(sites, agents);
    let mut link = |from: &str, to: &str, mbit: u32, latency: u32| {
        let ends = format!("from = \"{from}\"\nto = \"{to}\"");
        let _ = write!(
            text,
            "[[link]]\n{ends}\nbandwidth = \"{mbit} Mbit/s\"\nlatency = \"{latency} ms\"\n"
        );
    };
    for hub in 0..HUBS {
        for step in [1, 3, 7] {
            let other = (hub + step) % HUBS;
            link(&format!("hub{hub}"), &format!("hub{other}"), 622, 1 + hub * step % 12);
        }
    }
    for site in 0..sites - HUBS {
        let hub = (site * 7 + 3) % HUBS;
        link(&format!("s{site}"), &format!("hub{hub}"), 4 + site * 17 % 40, 2 + site * 11 % 29);
    }
    text
}

/// Everything that is counted, without the events.
fn work(run: &RunMeasurements) -> u64 {
    let work = run.work;
    work.settlements + work.classes_touched + work.channels_touched + work.rounds + work.clock_moves
}

/// A thousand sites: the mesh takes at most three times the work of the tree. Measured with 100,000 agents: 1.2 to 1.4 times.
#[test]
fn a_mesh_costs_at_most_three_times_the_tree_of_the_same_sites() {
    let mut faults = String::from("[sources]\nlink_failure = \"reroute\"\n");
    for hub in 0..HUBS {
        let (from, to) = (60 + hub, 75 + 2 * hub);
        let _ = writeln!(
            faults,
            "[[fault]]\nat = \"hub{hub}\"\nfrom = \"{from} min\"\nto = \"{to} min\""
        );
    }
    for more in ["", &faults] {
        let measured = |text: String, option: TopologyOption| {
            let run = one_run::run(&one_run::scenario(&(text + more), &[]), option);
            (work(&run), run.work.events)
        };
        for option in [Server, ServerUa] {
            let (of_tree, tree_events) = measured(tree(1_000, 5), option);
            let (of_mesh, mesh_events) = measured(mesh(1_000, 5), option);
            assert!(of_mesh <= 3 * of_tree, "{option:?}: {of_mesh} of a mesh, {of_tree} of a tree");
            assert!(mesh_events <= 3 * tree_events, "{option:?}: {mesh_events}, {tree_events}");
        }
    }
}

/// A small mesh has the rates of the reference solver, and keeps the laws.
#[test]
fn a_mesh_has_the_rates_of_the_reference() {
    let scenario: Scenario = one_run::scenario(&mesh(60, 3), &[]);
    for option in [Server, ServerUa] {
        lives_by_the_law(&scenario, option, &[Method::General, Method::Definition]);
    }
}

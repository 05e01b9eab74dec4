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

/// A site of a family of meshes: where its link of the tree leads, `None` to headquarters.
type Above = Option<u32>;

/// A family of meshes: its name, the tree, and the links beside it.
type Family = (&'static str, fn(u32) -> Above, fn(u32) -> Vec<u32>);

/// All families.
const FAMILIES: [Family; 3] = [
    // Rings of 50 sites through headquarters, each linked to the next ring; the tree has the two halves of each ring.
    (
        "rings",
        |site| match site % 50 {
            0 | 49 => None,
            place if place < 25 => Some(site - 1),
            _ => Some(site + 1),
        },
        |site| match site % 50 {
            24 => vec![site + 1],
            12 => vec![(site + 50) % FAMILY],
            _ => Vec::new(),
        },
    ),
    // A grid of 25 columns, whose first row has links to headquarters; the tree has the columns.
    (
        "grid",
        |site| site.checked_sub(25),
        |site| if site % 25 == 24 { Vec::new() } else { vec![site + 1] },
    ),
    // A second link at each site, to one that is far away.
    (
        "random",
        |site| if site < 10 { None } else { Some(site * 7 / 37) },
        |site| vec![(site * 271 + 7) % FAMILY],
    ),
];
/// The number of sites of each.
const FAMILY: u32 = 1_000;

/// The tree of a family, or the whole mesh.
fn family((_, above, beside): Family, is_mesh: bool) -> String {
    let mut text = tree(HUBS, 3);
    let head = text.find("[[site]]").expect("sites");
    text.truncate(head);
    let latency = |from: u32, to: u32| 2 + (from * 13 + to * 7) % 9;
    // A site hangs on one that is written before it.
    let mut order: Vec<u32> = (0..FAMILY).filter(|site| above(*site).is_none()).collect();
    for at in 0.. {
        let Some(&one) = order.get(at) else { break };
        order.extend((0..FAMILY).filter(|site| above(*site) == Some(one)));
    }
    assert_eq!(order.len(), FAMILY as usize, "every site hangs on headquarters in the end");
    for site in order {
        let via = above(site).map_or(String::new(), |above| format!("via = \"s{above}\"\n"));
        let update_agents =
            if above(site).is_none() && (0..FAMILY).any(|below| above(below) == Some(site)) {
                "update_agents = 1\nserves = \"downstream\"\n"
            } else {
                ""
            };
        let _ = write!(
            text,
            "[[site]]\nname = \"s{site}\"\nagents = 2\n{via}{update_agents}bandwidth = \"{} Mbit/s\"\nlatency = \"{} ms\"\n",
            20 + site * 31 % 400,
            latency(site, above(site).unwrap_or(FAMILY))
        );
    }
    let ends =
        (0..FAMILY).flat_map(|site| beside(site).into_iter().map(move |other| (site, other)));
    let is_new = |(site, other): &(u32, u32)| {
        site != other && above(*site) != Some(*other) && above(*other) != Some(*site)
    };
    for (site, other) in ends.filter(is_new).filter(|_| is_mesh) {
        let _ = write!(
            text,
            "[[link]]\nfrom = \"s{site}\"\nto = \"s{other}\"\nbandwidth = \"{} Mbit/s\"\nlatency = \"{} ms\"\n",
            20 + site * 17 % 400,
            latency(site, other)
        );
    }
    text
}

/// The same bound for other families: rings of rings, a grid, and far links at random.
#[test]
fn other_meshes_cost_at_most_three_times_their_trees_too() {
    for of in FAMILIES {
        for option in [Server, ServerUa] {
            let measured = |is_mesh| {
                let run = one_run::run(&one_run::scenario(&family(of, is_mesh), &[]), option);
                (work(&run), run.work.events)
            };
            let ((tree, tree_events), (mesh, mesh_events)) = (measured(false), measured(true));
            assert!(mesh <= 3 * tree, "{}, {option:?}: {mesh} of a mesh, {tree} of a tree", of.0);
            assert!(mesh_events <= 3 * tree_events, "{}: {mesh_events}, {tree_events}", of.0);
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

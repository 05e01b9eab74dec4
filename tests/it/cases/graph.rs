//! A network that is a general graph: the chosen route, its change when a link fails, and the traffic of one site over
//! two links. Each time is worked out by hand: 3 MB are 24 Mbit.

use updraft::ids::LinkId;
use updraft::model::component::ContentKind;
use updraft::model::settings::TopologyOption::{Direct, Server, ServerUa};
use updraft::policy::attempt::AttemptFailure;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;
use updraft::units::{Bytes, SimDuration, SimTime};

use super::world::{Timeline, World};
use crate::one_run;

/// One agent at `west`, 30 ms from headquarters at 4 Mbit/s; `east`, without agents, at the same distance; and between
/// them a line of 10 ms at 2 Mbit/s.
fn ring(more: &str) -> World {
    World::of(&format!(
        r#"duration = "5 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "west"
agents = 1
bandwidth = "4 Mbit/s"
latency = "30 ms"
cost = 50
[[site]]
name = "east"
agents = 0
bandwidth = "4 Mbit/s"
latency = "30 ms"
[[link]]
name = "cross"
from = "east"
to = "west"
bandwidth = "2 Mbit/s"
latency = "10 ms"
[agents]
scheduled = "100 %"
schedule = "every 1 h"
[sizes]
settings = "3 MB"
[[release]]
name = "rules"
at = "1 min"
settings = true
{more}
"#
    ))
}

/// When the index file had arrived and the settings began, and when these had arrived.
fn fetch(story: &Timeline<'_>) -> (SimTime, SimTime) {
    let begins = story.all(|fact| matches!(fact, Fact::IndexFetched { .. }).then_some(()));
    let ends = story.all(|fact| matches!(fact, Fact::Fetched { .. }).then_some(()));
    let ends = ends.last().expect("it ends").0;
    let mut begins = begins.iter().map(|(at, ())| *at).filter(|at| *at < ends);
    (begins.next_back().expect("it begins"), ends)
}

fn broken(story: &Timeline<'_>) -> usize {
    let is_broken = |fact| {
        matches!(fact, Fact::AttemptFailed { failure: AttemptFailure::Broken, .. }).then_some(())
    };
    story.each(is_broken).len()
}

/// The links between places in the order of the file: headquarters' access first.
fn wan(world: &World, number: usize) -> LinkId {
    world.drawn.wan[number]
}

/// The traffic of a link in each direction.
fn carried(story: &Timeline<'_>, link: LinkId) -> Bytes {
    let network = story.simulation.network();
    network.carried(link.forward()) + network.carried(link.backward())
}

fn secs(millis: u64) -> SimDuration {
    SimDuration::from_millis(millis)
}

/// 30 ms directly against 40 ms over `east`; by cost 50 against 20.
#[test]
fn net_4_the_way_is_that_of_the_least_latency_or_of_the_least_cost() {
    let by_latency = ring("");
    let story = by_latency.run(Server);
    let (begins, ends) = fetch(&story);
    assert_eq!(ends.since(begins), secs(6_000));
    assert_eq!(carried(&story, wan(&by_latency, 3)), Bytes::ZERO);

    let by_cost = ring("[network]\nroutes_by = \"cost\"");
    let story = by_cost.run(Server);
    let (begins, ends) = fetch(&story);
    assert_eq!(ends.since(begins), secs(12_000), "24 Mbit at 2 Mbit/s");
    assert_eq!(carried(&story, wan(&by_cost, 1)), Bytes::ZERO);
    assert!(carried(&story, wan(&by_cost, 3)) > Bytes::new(3_000_000));
}

/// A cut of the direct line two seconds after the settings began.
fn cut(link_failure: &str, lasts: u64) -> World {
    let (begins, _) = fetch(&ring("").run(Server));
    let from = begins.as_nanos() + 2_000_000_000;
    let to = from + lasts * 1_000_000_000;
    ring(&format!(
        "[sources]\nlink_failure = \"{link_failure}\"\n\
         [[fault]]\nat = \"west\"\nfrom = \"{from} ns\"\nto = \"{to} ns\""
    ))
}

/// 8 Mbit have arrived in two seconds, 16 Mbit continue at 2 Mbit/s.
#[test]
fn net_4_what_crosses_a_failed_link_goes_on_over_the_other_way() {
    let world = cut("reroute", 3_600);
    let story = world.run(Server);
    let (begins, ends) = fetch(&story);
    assert_eq!((ends.since(begins), broken(&story)), (secs(10_000), 0));
    assert!(carried(&story, wan(&world, 3)) >= Bytes::new(2_000_000));
}

/// Repaired after two seconds: 8 Mbit at 4, 4 Mbit at 2, and the last 12 Mbit at 4 Mbit/s again.
#[test]
fn net_4_what_was_rerouted_goes_back_when_the_link_is_repaired() {
    let story_of = cut("reroute", 2);
    let (begins, ends) = fetch(&story_of.run(Server));
    assert_eq!(ends.since(begins), secs(7_000));
}

/// The transfer breaks; the agent's next check, over the other route, gets all 24 Mbit at 2 Mbit/s.
#[test]
fn net_4_without_rerouting_the_transfer_breaks_and_the_next_one_takes_the_other_way() {
    let world = cut("abort", 4 * 3_600);
    let story = world.run(Server);
    let (begins, ends) = fetch(&story);
    assert_eq!((ends.since(begins), broken(&story)), (secs(12_000), 1));
}

/// The second route fails, too, while the first is down: then there is none, and the transfer breaks.
#[test]
fn net_4_a_transfer_breaks_when_its_last_way_fails() {
    let (begins, _) = fetch(&ring("").run(Server));
    let at = |seconds: u64| format!("{} ns", begins.as_nanos() + seconds * 1_000_000_000);
    let fault = |name: &str, from: u64| {
        format!("[[fault]]\nat = \"{name}\"\nfrom = \"{}\"\nto = \"{}\"\n", at(from), at(3_600))
    };
    let world = ring(&format!(
        "[sources]\nlink_failure = \"reroute\"\n{}{}",
        fault("west", 2),
        fault("cross", 4)
    ));
    assert_eq!(broken(&world.run(Server)), 1);
}

/// Two agents at a place with two equal routes of 4 Mbit/s: both over one take 12 s, one over each 6 s.
#[test]
fn net_4_equal_ways_are_shared_if_asked() {
    let world = |equal: &str| {
        World::of(&format!(
            r#"duration = "2 h"
[network]
equal_routes = "{equal}"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "far"
via = "none"
agents = 2
[[router]]
name = "north"
[[router]]
name = "south"
[[link]]
from = "hq"
to = "north"
bandwidth = "4 Mbit/s"
[[link]]
from = "north"
to = "far"
bandwidth = "4 Mbit/s"
[[link]]
from = "hq"
to = "south"
bandwidth = "4 Mbit/s"
[[link]]
from = "south"
to = "far"
bandwidth = "4 Mbit/s"
[sizes]
settings = "3 MB"
[[release]]
name = "rules"
at = "1 min"
settings = true
"#
        ))
    };
    for (equal, millis) in [("first", 12_000), ("shared", 6_000)] {
        let world = world(equal);
        let story = world.run(Server);
        let (begins, ends) = fetch(&story);
        assert_eq!(ends.since(begins), secs(millis), "{equal}");
        let used = (1..5).filter(|link| carried(&story, wan(&world, *link)) > Bytes::ZERO).count();
        assert_eq!(used, if equal == "first" { 2 } else { 4 }, "{equal}");
    }
}

/// A line of 8 Mbit/s down and 1 Mbit/s up: settings come in 3 s.
#[test]
fn net_4_the_directions_of_a_link_may_differ() {
    let world = World::of(
        r#"duration = "2 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "home"
via = "none"
agents = 1
[[link]]
from = "home"
to = "hq"
bandwidth = "1 Mbit/s"
bandwidth_back = "8 Mbit/s"
[sizes]
settings = "3 MB"
[[release]]
name = "rules"
at = "1 min"
settings = true
"#,
    );
    let (begins, ends) = fetch(&world.run(Server));
    assert_eq!(ends.since(begins), secs(3_000));
}

/// A second access to the Internet, nearer than headquarters': the agents there use it.
#[test]
fn net_4_there_may_be_several_ways_into_the_internet() {
    let world = ring(
        "[[link]]\nfrom = \"internet\"\nto = \"west\"\nbandwidth = \"6 Mbit/s\"\n\
         [[release]]\nname = \"pattern\"\nat = \"2 min\"\ncomponents = [\"IntelliTrap Pattern\"]\n\
         [[component]]\nname = \"IntelliTrap Pattern\"\nfull = \"3 MB\"",
    );
    let story = world.run(Direct);
    let at_west = wan(&world, 4);
    assert!(story.simulation.network().carried(at_west.forward()) > Bytes::new(3_000_000));
    let ends = story.all(|fact| match fact {
        Fact::Fetched { kind: ContentKind::Components, .. } => Some(()),
        _ => None,
    });
    let begins = story.all(|fact| matches!(fact, Fact::IndexFetched { .. }).then_some(()));
    let ends = ends.last().expect("it ends").0;
    let mut begins = begins.iter().map(|(at, ())| *at).filter(|at| *at < ends);
    let took = ends.since(begins.next_back().expect("it begins"));
    assert_eq!(took, secs(4_000), "24 Mbit at 6 Mbit/s");
}

/// A second line for each of three branches, alternating between two hubs; each can fail by its own name.
#[test]
fn net_4_a_link_of_a_group_is_one_for_each_of_its_sites() {
    let world = World::of(
        r#"duration = "2 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "hub"
count = 2
agents = 0
bandwidth = "10 Mbit/s"
[[site]]
name = "branch"
count = 3
agents = 1
bandwidth = "4 Mbit/s"
[[link]]
name = "backup"
from = "branch"
to = "hub"
bandwidth = "2 Mbit/s"
latency = "300 ms"
[[fault]]
at = "backup-002"
from = "1 h"
to = "90 min"
[[release]]
name = "rules"
at = "1 min"
settings = true
"#,
    );
    let topology = &world.drawn.topology;
    let ends: Vec<String> = world.drawn.wan[6..]
        .iter()
        .map(|id| topology.link(*id))
        .map(|link| format!("{} {}", topology.name(link.from), topology.name(link.to)))
        .collect();
    assert_eq!(ends, ["branch-001 hub-001", "branch-002 hub-002", "branch-003 hub-001"]);
    let at = world.drawn.company.faults[0].at;
    assert_eq!(at, updraft::model::fault::FaultAt::Link(world.drawn.wan[7]));
}

#[test]
fn a_graph_that_contradicts_itself_is_refused() {
    let codes = |more: &str| -> Vec<&'static str> {
        let text = format!(
            "name = \"g\"\nduration = \"1 h\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"1 Gbit/s\"\n[[release]]\nname = \"r\"\nat = \"1 min\"\n\
             settings = true\n{more}"
        );
        let read = Scenario::parse(&text, "g.toml", &Overrides::default());
        read.map_or_else(
            |problems| problems.list.iter().map(|at| at.code).collect(),
            |_| Vec::new(),
        )
    };
    let island = "[[site]]\nname = \"island\"\nvia = \"none\"\nagents = 1\n";
    let link = |from: &str, to: &str, more: &str| {
        format!("[[link]]\nfrom = \"{from}\"\nto = \"{to}\"\nbandwidth = \"1 Mbit/s\"\n{more}\n")
    };
    assert_eq!(codes(&(island.to_string() + &link("island", "hq", ""))), [""; 0]);
    assert_eq!(codes(island), ["unconnected"]);
    assert_eq!(codes(&(island.to_string() + &link("internet", "island", ""))), ["unconnected"]);
    assert_eq!(codes(&link("hq", "hq", "")), ["same-node"]);
    assert_eq!(codes(&link("hq", "nowhere", "")), ["unknown-name"]);
    let out = link("hq", "internet", "carries = \"inside\"");
    assert_eq!(codes(&out), ["conflict"]);
    assert_eq!(codes("[[router]]\nname = \"hq\""), ["duplicate"]);
    let twice = link("hq", "internet", "name = \"x\"").repeat(2);
    assert_eq!(codes(&twice), ["duplicate"]);
    assert_eq!(codes("[[site]]\nname = \"s\"\nagents = 1"), ["missing-key"]);
    let both = "[[site]]\nname = \"s\"\nvia = \"none\"\nagents = 1\nlatency = \"1 ms\"\n";
    assert_eq!(codes(&(both.to_string() + &link("s", "hq", ""))), ["conflict"]);
}

/// Other traffic in the first hour does not change the bandwidth to which utilization refers.
#[test]
fn utilization_is_a_share_of_the_link() {
    let mean = |hour: u32| {
        let text = format!(
            "name = \"x\"\nduration = \"8 h\"\n[network]\nmodel = \"fluid\"\n[headquarters]\nagents = 0\n\
             internet_bandwidth = \"100 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 1\n\
             bandwidth = \"2 Mbit/s\"\n[[background]]\nsites = \"branch\"\nhours = [{hour}]\n\
             share = \"90 %\"\n[[release]]\nname = \"r\"\nat = \"2 h\"\nprogram = true\n"
        );
        let run = one_run::run(&one_run::scenario(&text, &[]), Server);
        let link = run.links.iter().find(|link| link.direction == "hq → branch");
        let link = link.expect("the site's link");
        (link.bytes.count(), link.mean_utilization)
    };
    let (bytes, share) = mean(0);
    assert!(bytes > 150_000_000, "the program is 150 MB: {bytes}");
    // 150 MB in eight hours, of 2 Mbit/s.
    assert!((share - 0.0208).abs() < 1e-3, "{share}");
    assert_eq!(mean(23), (bytes, share));
}

/// Update Agents take turns on equal routes, however many agents their sites have.
#[test]
fn update_agents_share_equal_routes() {
    for agents in [20, 21] {
        let text = format!(
            "name = \"x\"\nduration = \"8 h\"\n[network]\nequal_routes = \"shared\"\n[headquarters]\nagents = 0\n\
             internet_bandwidth = \"100 Mbit/s\"\n[[router]]\nname = \"mpls\"\n\
             [[link]]\nname = \"a\"\nfrom = \"headquarters\"\nto = \"mpls\"\nbandwidth = \"10 Mbit/s\"\n\
             [[link]]\nname = \"b\"\nfrom = \"headquarters\"\nto = \"mpls\"\nbandwidth = \"10 Mbit/s\"\n\
             [[site]]\nname = \"branch\"\ncount = 6\nagents = {agents}\nvia = \"none\"\nupdate_agents = 1\n\
             [[link]]\nname = \"access\"\nfrom = \"branch\"\nto = \"mpls\"\nbandwidth = \"10 Mbit/s\"\n\
             [[release]]\nname = \"r\"\nat = \"15 min\"\nprogram = true\n"
        );
        let run = one_run::run(&one_run::scenario(&text, &[]), ServerUa);
        let lines = run.links.iter().filter(|link| link.direction.starts_with("hq → mpls"));
        let bytes: Vec<u64> = lines.map(|link| link.bytes.count()).collect();
        assert!(bytes.len() == 2 && bytes[0] == bytes[1], "{agents} agents: {bytes:?}");
        assert!(bytes[0] > 3 * 150_000_000, "{agents} agents: {bytes:?}");
    }
}

/// Each site of a group without links to the sites above needs a link, not only one of them.
#[test]
fn a_site_that_no_link_reaches_is_refused() {
    let text = "name = \"x\"\nduration = \"8 h\"\n[headquarters]\ninternet_bandwidth = \"100 Mbit/s\"\nagents = 5\n\
                [[site]]\nname = \"home\"\ncount = 3\nagents = 1\nvia = \"none\"\n\
                [[link]]\nname = \"vpn\"\nfrom = \"home-001\"\nto = \"headquarters\"\n\
                bandwidth = \"10 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"15 min\"\n\
                components = [\"Virus Pattern\"]\n";
    let problems = Scenario::parse(text, "x.toml", &Overrides::default());
    let problems = problems.expect_err("two sites have no link").render(false);
    assert!(problems.contains("no link leads from headquarters to `home-002`"), "{problems}");
    let all = text.replace("from = \"home-001\"", "from = \"home\"");
    assert!(Scenario::parse(&all, "x.toml", &Overrides::default()).is_ok());
}

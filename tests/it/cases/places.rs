//! Places at sources, and parts that several faults keep down at once.

use updraft::ids::{AgentId, RowId};
use updraft::model::settings::TopologyOption::{self, Server, ServerUa};
use updraft::simulation::Fact;
use updraft::units::SimTime;

use crate::cases::world::{Timeline, World, minute};

/// When each agent became up to date after the release.
fn updated(story: &Timeline<'_>, since: SimTime) -> Vec<(SimTime, AgentId)> {
    let all = story.all(|fact| match fact {
        Fact::UpToDate(agent) => Some(agent),
        _ => None,
    });
    all.into_iter().filter(|(at, _)| *at > since).collect()
}

/// Runs the world instant by instant, and counts the places at each.
fn checked(world: &World, option: TopologyOption, end: SimTime) -> Timeline<'_> {
    let mut story = world.begin(option);
    loop {
        let next = story.simulation.next_moment();
        if next > end {
            break;
        }
        story.go_on_until(next);
        assert!(story.simulation.places_are_consistent(), "{next}");
    }
    story.go_on_until(end);
    story
}

/// UAG-1, SRC-8: a waiting agent whose link is cut before its turn takes no place.
#[test]
fn src_8_a_waiter_whose_link_is_cut_takes_no_place() {
    let world = World::of(
        r#"
duration = "12 h"
[headquarters]
internet_bandwidth = "1 Gbit/s"
[server]
max_transfers = 1
[agents]
releases_behind = 20
[[site]]
name = "a"
agents = 2
bandwidth = "1 Mbit/s"
[[site]]
name = "b"
agents = 2
bandwidth = "1 Mbit/s"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
[[fault]]
at = "a"
from = "61 min"
to = "63 min"
"#,
    );
    let story = checked(&world, Server, minute(12 * 60));
    // Those at a fail while the link is cut; those at b have the only place in turn.
    let at_b = updated(&story, minute(30)).into_iter().filter(|(_, agent)| agent.index() >= 2);
    let at_b: Vec<_> = at_b.collect();
    assert_eq!(at_b.len(), 2);
    assert!(at_b.iter().all(|(at, _)| *at < minute(80)), "{at_b:?}");
}

/// UAG-1: any number of waiting agents may fail one after the other when a place becomes free.
#[test]
fn uag_1_sixty_thousand_waiters_fail_in_turn() {
    let world = World::of(
        r#"
duration = "3 h"
[headquarters]
agents = 1
internet_bandwidth = "1 Gbit/s"
[server]
max_transfers = 1
slots = 100_000
[notification]
threads = 10_000
[[site]]
name = "far"
agents = 60_000
bandwidth = "1 Mbit/s"
site_prefix = 16
[sizes]
settings = "40 MB"
[[release]]
name = "one"
at = "30 min"
settings = true
[[fault]]
at = "far"
from = "31 min"
[[fault]]
at = "server"
from = "2 h"
"#,
    );
    let mut story = world.begin(Server);
    story.go_on_until(minute(30 + 2));
    assert!(story.simulation.places_are_consistent());
    story.go_on_until(minute(3 * 60));
    assert!(story.simulation.places_are_consistent());
    assert_eq!(updated(&story, minute(30)).len(), 1, "the agent at headquarters");
}

/// NET-4: a source that fails serves none of the agents waiting there.
#[test]
fn net_4_nobody_is_admitted_at_a_source_that_is_down() {
    let world = World::of(
        r#"
duration = "2 h"
[headquarters]
agents = 50
internet_bandwidth = "1 Gbit/s"
server_nic = "1 Mbit/s"
[server]
max_transfers = 3
[[release]]
name = "one"
at = "30 min"
settings = true
[[fault]]
at = "server"
from = "1802 s"
"#,
    );
    let story = checked(&world, Server, minute(120));
    let admitted = story.all(|fact| matches!(fact, Fact::Admitted { .. }).then_some(()));
    assert!(!admitted.is_empty());
    assert!(admitted.iter().all(|(at, ())| *at <= SimTime::from_secs(1802)), "{admitted:?}");
}

/// When the Update Agent of a branch went off and on.
fn switched(faults: &str) -> Vec<(SimTime, bool)> {
    let world = World::of(&format!(
        r#"
duration = "12 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
bandwidth = "10 Mbit/s"
update_agents = 1
[[release]]
name = "one"
at = "30 min"
settings = true
{faults}
"#
    ));
    let story = world.run(ServerUa);
    story.all(|fact| match fact {
        Fact::WentOn(AgentId(0)) => Some(true),
        Fact::WentOff(AgentId(0)) => Some(false),
        _ => None,
    })
}

fn fault(at: &str, from: &str, to: &str) -> String {
    format!("[[fault]]\nat = \"{at}\"\nfrom = \"{from}\"\nto = \"{to}\"\n")
}

/// NET-4: a part with several faults is down until the last of them ends.
#[test]
fn net_4_a_thing_is_down_while_any_of_its_faults_lasts() {
    let of = |spans: &[(&str, &str)]| {
        let faults: String =
            spans.iter().map(|(from, to)| fault("branch/ua-1", from, to)).collect();
        switched(&faults)
    };
    let from_1_to = |end| vec![(minute(60), false), (minute(end), true)];
    assert_eq!(of(&[("1 h", "4 h"), ("2 h", "3 h")]), from_1_to(240), "one within another");
    assert_eq!(of(&[("2 h", "3 h"), ("1 h", "4 h")]), from_1_to(240), "in any order");
    assert_eq!(of(&[("1 h", "3 h"), ("2 h", "4 h")]), from_1_to(240), "overlapping");
    assert_eq!(of(&[("1 h", "2 h"), ("2 h", "3 h")]), from_1_to(180), "one after the other");
    assert_eq!(of(&[("1 h", "2 h"), ("1 h", "2 h")]), from_1_to(120), "twice the same");
}

/// NET-4: a repair without duration interrupts running transfers, and nothing stays broken.
#[test]
fn net_4_a_repair_of_no_time_leaves_nothing_broken() {
    for at in ["branch", "branch/ua-1", "server", "active-update"] {
        let world = World::of(&format!(
            r#"
duration = "30 h"
[headquarters]
agents = 2
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 3
bandwidth = "10 Mbit/s"
update_agents = 1
[agents]
scheduled = "100 %"
[[release]]
name = "one"
at = "24 h"
components = ["Virus Pattern"]
settings = true
[[fault]]
at = "{at}"
every = "1 h"
lasts = "1 ns"
"#
        ));
        let instant = world.drawn.company.faults.iter().filter(|fault| fault.from == fault.until);
        assert!(instant.count() > 0, "repairs of less than a nanosecond are among them");
        let story = checked(&world, ServerUa, minute(30 * 60));
        for agent in 0..5 {
            assert!(story.simulation.is_up_to_date(AgentId(agent)), "{at}: agent {agent}");
        }
    }
}

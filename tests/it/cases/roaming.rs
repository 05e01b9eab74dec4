//! Computers that come up at another site.

use updraft::ids::{AgentId, RowId, SiteId};
use updraft::model::settings::TopologyOption::{Server, ServerUa};
use updraft::model::trigger::Trigger;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;
use updraft::simulation::state::update_agent_source;

use super::world::World;
use crate::one_run;

/// Two sites with an Update Agent each, and at the north (site 1) a laptop, agent 1, that is switched on at 08:00. A
/// pattern of 48 MB comes out at 00:10.
const SITES: &str = r#"duration = "12 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "north"
agents = 2
update_agents = 1
bandwidth = "10 Mbit/s"
[[site]]
name = "south"
agents = 1
update_agents = 1
bandwidth = "10 Mbit/s"
[working_day]
arrival = "08:00"
leaving = "18:00"
[agents]
presence = "office-hours"
releases_behind = 20
[[release]]
name = "one"
at = "10 min"
components = ["Virus Pattern"]
"#;

fn with(roaming: &str) -> String {
    SITES.replace("[[release]]", &format!("{roaming}\n[[release]]"))
}

const TO_SOUTH: &str = "roaming = \"100 %\"\nroams_to = [\"south\"]";

/// At home it updates from the Update Agent of the north, at the south from the one there.
#[test]
fn net_5_a_roaming_computer_goes_by_the_list_of_the_site_it_is_at() {
    let asked = |roaming: &str| {
        let world = World::of(&with(roaming));
        let story = world.run(ServerUa);
        story.each(|fact| match fact {
            Fact::Asked { agent: AgentId(1), source, .. } => Some(source),
            _ => None,
        })
    };
    assert_eq!(asked(""), [update_agent_source(0)]);
    assert_eq!(asked(TO_SOUTH), [update_agent_source(1)]);
}

/// Under `server` the laptop fetches the pattern over the link of the site that it is at. Full files of 48 MB: the
/// Update Agents' computers fetch theirs over their own links in the night.
#[test]
fn net_5_its_bytes_cross_the_link_of_that_site() {
    let bytes = |roaming: &str| {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{}", with(roaming));
        let run = one_run::run(&one_run::scenario(&text, &[]), Server);
        ["hq → north", "hq → south"].map(|name| {
            let link = run.links.iter().find(|link| link.direction == name).expect("a link");
            link.bytes.count() / 48_000_000
        })
    };
    assert_eq!(bytes(""), [2, 1]);
    assert_eq!(bytes(TO_SOUTH), [1, 2]);
}

/// 500 laptops, of which 30 % come up elsewhere: 150 are expected, with a standard deviation of 10. Each of two other
/// sites gets half of them.
#[test]
fn net_5_a_share_comes_up_anywhere_else() {
    let text = SITES.replace("agents = 2\n", "agents = 501\nsite_prefix = 22\n");
    let text = text.replace("[[release]]", "roaming = \"30 %\"\n[[release]]");
    let world = World::of(&text);
    let story = world.run(Server);
    let at = story.each(|fact| match fact {
        Fact::CameUpAt { site, .. } => Some(site),
        _ => None,
    });
    assert!((120..180).contains(&at.len()), "{}", at.len());
    let at_south = at.iter().filter(|site| **site == SiteId::from_index(2)).count();
    assert!((45..105).contains(&at_south), "{at_south}");
    assert!(at.iter().all(|site| *site != SiteId::from_index(1)), "the north is home");
}

/// At a site behind NAT it cannot be notified: it polls every hour, first within an hour of its coming there.
#[test]
fn net_3_behind_the_nat_of_another_site_it_polls() {
    let text = with(TO_SOUTH).replace("name = \"south\"", "name = \"south\"\nnat = true");
    let more = "[server]\npoll_every = \"1 h\"\n[notification]\non_restart = false\n";
    let world = World::of(&format!("{text}{more}"));
    let story = world.run(Server);
    let began = story.all(|fact| match fact {
        Fact::RoundBegan { agent: AgentId(1), trigger, .. } => Some(trigger),
        _ => None,
    });
    let (at, trigger) = began[0];
    assert_eq!(trigger, Trigger::Poll);
    let hour = at.as_nanos() / 3_600_000_000_000;
    assert_eq!(hour, 8);
}

#[test]
fn roaming_that_cannot_be_is_refused() {
    let codes = |text: &str| -> Vec<&'static str> {
        let text = format!("name = \"case\"\nstart = \"Mon 00:00\"\n{text}");
        let read = Scenario::parse(&text, "case.toml", &Overrides::default());
        let problems = read.map_or_else(|problems| problems.list, |_| Vec::new());
        problems.iter().map(|problem| problem.code).collect()
    };
    assert_eq!(codes(&with(TO_SOUTH)), [""; 0]);
    assert_eq!(codes(&with(&TO_SOUTH.replace("south", "west"))), ["unknown-name"]);
    assert_eq!(codes(&with("roams_to = [\"south\"]")), ["conflict"]);
    let always = with(TO_SOUTH).replace("presence = \"office-hours\"\n", "");
    assert_eq!(codes(&always), ["conflict"]);
}

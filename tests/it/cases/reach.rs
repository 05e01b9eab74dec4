//! Reachability.

use updraft::ids::AgentId;
use updraft::model::settings::TopologyOption;
use updraft::model::trigger::Trigger;
use updraft::policy::attempt::AttemptFailure;
use updraft::simulation::Fact;
use updraft::simulation::state::{SERVER, update_agent_source};
use updraft::units::SimDuration;

use crate::cases::world::World;

/// An agent with `family`, listed first for an IPv6 Update Agent and then for the server.
fn island(family: &str, proxy: &str) -> World {
    World::of(&format!(
        r#"
duration = "2 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "new"
agents = 1
bandwidth = "10 Mbit/s"
family = "ipv6"
update_agents = 1
[[site]]
name = "old"
agents = 1
bandwidth = "10 Mbit/s"
family = "{family}"
subnet = "10.9.0.0/24"
[[update_source]]
range = "10.9.0.0/24"
source = "new/ua-1"
[[update_source]]
range = "10.9.0.0/24"
source = "server"
[notification]
notified_by = "server"
threads = 1
connect_time = "1 min"
[[release]]
name = "one"
at = "30 min"
settings = true
{proxy}
"#
    ))
}

/// NET-1: the first source in a pure IPv4 agent's list is IPv6-only: the agent continues with the next one. A
/// dual-stack agent is served by the first, and so is an IPv4 agent through a dual-stack proxy.
#[test]
fn t_31_a_source_of_the_other_family_is_passed_over() {
    let agent = AgentId(1);
    let way = |family: &str, proxy: &str| {
        let world = island(family, proxy);
        let story = world.run(TopologyOption::ServerUa);
        assert!(story.simulation.is_up_to_date(agent));
        let failed = story.each(|fact| match fact {
            Fact::AttemptFailed { source, failure, .. } => Some((source, failure)),
            _ => None,
        });
        let served = story.each(|fact| match fact {
            Fact::Served { agent: served, source } if served == agent => Some(source),
            _ => None,
        });
        (failed, served)
    };
    let new = update_agent_source(0);
    let passed_over = (new, AttemptFailure::WrongFamily);
    assert_eq!(way("ipv4", ""), (vec![passed_over], vec![SERVER]));
    assert_eq!(way("dual", ""), (vec![], vec![new]));
    assert_eq!(way("ipv4", "[proxy]"), (vec![], vec![new]));
}

/// SRV-6, NET-3: an agent behind NAT that only sends heartbeats is online and never updates; one that polls updates by
/// its poll.
#[test]
fn t_32_without_polling_an_agent_behind_nat_is_online_and_outdated() {
    let run = |poll_every: &str| {
        let world = World::of(&format!(
            r#"
duration = "12 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "partner"
agents = 1
bandwidth = "10 Mbit/s"
nat = true
[server]
poll_every = "{poll_every}"
[notification]
include_offline = true
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
        ));
        let story = world.run(TopologyOption::Server);
        let agent = AgentId(0);
        assert!(story.simulation.agents()[agent].online);
        let sent = story.each(|fact| matches!(fact, Fact::NotificationSent { .. }).then_some(()));
        assert_eq!(sent, []);
        let rounds = story.each(|fact| match fact {
            Fact::RoundBegan { trigger, .. } => Some(trigger),
            _ => None,
        });
        (rounds, story.simulation.is_up_to_date(agent))
    };
    assert_eq!(run("0 s"), (vec![], false));
    assert_eq!(run("3 h"), (vec![Trigger::Poll], true));
}

/// NET-3: NAT is between an agent and the server, not between it and the Update Agent at its site, which polls and then
/// notifies it.
#[test]
fn net_3_an_update_agent_behind_the_same_nat_tells_its_agents() {
    let world = World::of(
        r#"
duration = "12 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "partner"
agents = 20
bandwidth = "10 Mbit/s"
nat = true
update_agents = 1
[server]
poll_every = "3 h"
[[release]]
name = "one"
at = "30 min"
settings = true
"#,
    );
    let story = world.run(TopologyOption::ServerUa);
    let rounds = story.all(|fact| match fact {
        Fact::RoundBegan { agent, trigger, .. } => Some((agent, trigger)),
        _ => None,
    });
    let polled = rounds.iter().find(|(_, (agent, _))| *agent == AgentId(0)).expect("it polls").0;
    let told: Vec<_> = rounds
        .iter()
        .filter(|(_, (_, by))| *by == Trigger::Notification)
        .map(|(at, _)| at)
        .collect();
    assert!(told.len() > 5 && told.iter().all(|at| at.since(polled) < SimDuration::from_mins(1)));
    let sent = story.each(|fact| match fact {
        Fact::NotificationSent { agent, .. } => Some(agent),
        _ => None,
    });
    assert!(!sent.contains(&AgentId(0)), "the Update Agent itself cannot be told");
    assert!((0..20).all(|agent| story.simulation.is_up_to_date(AgentId(agent))));
}

//! Which agents are notified, when, and how often.

use updraft::ids::{AgentId, RowId};
use updraft::model::settings::TopologyOption;
use updraft::model::trigger::Trigger;
use updraft::simulation::Fact;
use updraft::simulation::state::update_agent_source;
use updraft::units::SimDuration;

use crate::cases::world::{Timeline, World, minute};

/// How long a notifier thread waits for a silent agent.
const TIMEOUT: SimDuration = SimDuration::from_secs(20);

/// One laptop that never answers, is notified of new settings from 30 min on, and restarts at 120 min.
fn silent(more: &str) -> World {
    World::of(&format!(
        r#"
duration = "6 h"
[headquarters]
agents = 1
presence = "laptop"
internet_bandwidth = "100 Mbit/s"
[working_day]
arrival = "00:00"
laptop_on = "115 min"
laptop_off = "5 min"
[notification]
unanswered = "100 %"
connect_timeout = "20 s"
{more}
[[release]]
name = "one"
at = "30 min"
settings = true
"#
    ))
}

/// When notifications were sent, since the release; a thread reports after it has given up.
fn sent(story: &Timeline<'_>) -> Vec<SimDuration> {
    let told = story.all(|fact| matches!(fact, Fact::Notified { .. }).then_some(()));
    told.iter().map(|(at, ())| at.since(minute(30)) - TIMEOUT).collect()
}

/// NTF-3: a notification that is never answered is sent at 0, 15, 30, 45 and 60 min, then no more;
/// by the other reading, of one and five attempts, also at 75 min.
#[test]
fn t_11_five_attempts_fifteen_minutes_apart() {
    let minutes = |minutes: &[u64]| -> Vec<SimDuration> {
        minutes.iter().map(|minutes| SimDuration::from_mins(*minutes)).collect()
    };
    let world = silent("on_restart = false");
    assert_eq!(sent(&world.run(TopologyOption::Server)), minutes(&[0, 15, 30, 45, 60]));
    let world = silent("on_restart = false\nattempts = 6");
    assert_eq!(sent(&world.run(TopologyOption::Server)), minutes(&[0, 15, 30, 45, 60, 75]));
}

/// NTF-4: as before, and the agent restarts at 90 min: then it updates if that trigger is on, otherwise only by a
/// schedule or a command.
#[test]
fn t_12_who_was_given_up_updates_on_restart_if_that_is_on() {
    let rounds = |on_restart: &str| {
        let world = silent(on_restart);
        let story = world.run(TopologyOption::Server);
        assert_eq!(sent(&story).len(), 5, "given up before the restart");
        let rounds = story.all(|fact| match fact {
            Fact::RoundBegan { trigger, .. } => Some(trigger),
            _ => None,
        });
        (rounds, story.simulation.is_up_to_date(AgentId(0)))
    };
    assert_eq!(rounds("on_restart = true"), (vec![(minute(30 + 90), Trigger::Restart)], true));
    assert_eq!(rounds("on_restart = false"), (vec![], false));
}

/// The agents notified, in order, by one thread: agents at headquarters, followed in the queue by an Update Agent at
/// each site.
fn order(agents: u32, sites: u32, more: &str) -> Vec<AgentId> {
    let world = World::of(&format!(
        r#"
duration = "2 h"
[headquarters]
agents = {agents}
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "site"
count = {sites}
agents = 1
bandwidth = "100 Mbit/s"
update_agents = 1
[server]
slots = 10_000
[notification]
notified_by = "server"
threads = 1
{more}
[[release]]
name = "one"
at = "30 min"
settings = true
"#
    ));
    let story = world.run(TopologyOption::ServerUa);
    let told = story.each(|fact| match fact {
        Fact::Notified { agent, .. } => Some(agent),
        _ => None,
    });
    assert_eq!(told.len(), (agents + sites) as usize, "each once");
    told
}

/// NTF-6: 60 Update Agents and agents are queued: agents start once at most 50 Update Agents
/// remain with a threshold of 50, and after all 60 with a threshold of 0.
#[test]
fn t_28_agents_start_once_few_enough_update_agents_remain() {
    let agents = 5;
    let before_agents = |threshold: u32| {
        let told = order(agents, 60, &format!("ua_threshold = {threshold}"));
        told.iter().position(|agent| agent.0 < agents)
    };
    assert_eq!(before_agents(50), Some(10));
    assert_eq!(before_agents(0), Some(60));
}

/// NTF-7: of 1,500 records a pass examines only the first 1,000, so that the Update Agent at the end is not preferred
/// before 500 have gone; without the limit it is first.
#[test]
fn t_29_a_pass_sees_the_first_thousand_records() {
    let before_update_agent = |limit: u32| {
        let told = order(1_499, 1, &format!("scan_limit = {limit}"));
        told.iter().position(|agent| agent.index() == 1_499)
    };
    assert_eq!(before_update_agent(1_000), Some(500));
    assert_eq!(before_update_agent(0), Some(0));
}

/// SRV-4: *Maximum client connections* is 1 and the agent that holds it hangs: its slot is free after 30 min, and the
/// next agent is notified.
#[test]
fn t_27_a_hanging_agent_loses_its_slot_after_thirty_minutes() {
    let world = World::of(
        r#"
duration = "3 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "hanging"
agents = 1
bandwidth = "1 bit/s"
[[site]]
name = "next"
agents = 1
bandwidth = "10 Mbit/s"
[server]
slots = 1
[[release]]
name = "one"
at = "30 min"
settings = true
"#,
    );
    let story = world.run(TopologyOption::Server);
    let (hanging, next) = (AgentId(0), AgentId(1));
    let freed = story.all(|fact| match fact {
        Fact::SlotTimedOut(agent) => Some(agent),
        _ => None,
    });
    assert_eq!(freed, [(minute(60), hanging)]);
    let told = story.all(|fact| match fact {
        Fact::Notified { agent, answered: true, .. } => Some(agent),
        _ => None,
    });
    let connect = world.drawn.company.settings.notification.connect_time;
    assert_eq!(told, [(minute(30) + connect, hanging), (minute(60) + connect, next)]);
    assert!(story.simulation.is_up_to_date(next) && !story.simulation.is_up_to_date(hanging));
}

/// NTF-10, UAG-4: an Update Agent that updates from another one is notified by that one, once it has something to
/// offer; if the server notifies all, by the server, which waits in the same way.
#[test]
fn ntf_10_a_nested_update_agent_is_told_by_the_one_above_it() {
    let (hub, shop, agent) = (AgentId(0), AgentId(1), AgentId(2));
    let told = |notified_by: &str| {
        let world = World::of(&format!(
            r#"
duration = "2 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "hub"
agents = 1
bandwidth = "10 Mbit/s"
[[site]]
name = "shop"
via = "hub"
agents = 2
bandwidth = "10 Mbit/s"
[update_agents]
only_from_server = false
[[update_agent]]
name = "shop-ua"
site = "shop"
source = "hub-ua"
[[update_agent]]
name = "hub-ua"
site = "hub"
[notification]
notified_by = "{notified_by}"
ua_threshold = 50
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
        ));
        let story = world.run(TopologyOption::ServerUa);
        let told = story.each(|fact| match fact {
            Fact::UpdateAgentStocked(source) => Some((None, Some(source))),
            Fact::NotificationSent { agent, .. } => Some((Some(agent), None)),
            _ => None,
        });
        let up_to_date = [hub, shop, agent].map(|agent| story.simulation.is_up_to_date(agent));
        (told, up_to_date)
    };
    let sent = |agent| (Some(agent), None);
    let stocked = |index| (None, Some(update_agent_source(index)));
    let in_turn = [sent(hub), stocked(1), sent(shop), stocked(0), sent(agent)];
    assert_eq!(told("update-agent"), (in_turn.to_vec(), [true; 3]));
    assert_eq!(told("server"), (in_turn.to_vec(), [true; 3]));
}

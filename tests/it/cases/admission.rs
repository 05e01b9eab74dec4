//! Admission of one more agent.

use updraft::ids::AgentId;
use updraft::model::settings::{Overflow, TopologyOption};
use updraft::model::trigger::Trigger;
use updraft::policy::admission::{Admission, admit};
use updraft::policy::attempt::AttemptFailure;
use updraft::simulation::Fact;
use updraft::simulation::state::{SERVER, update_agent_source};

use crate::cases::world::{World, minute};

/// SRV-4: *Maximum client connections* is 0: the server starts no update, but agents that start by themselves update:
/// on restart (`server`) or by schedule (`direct`).
#[test]
fn t_26_no_connections_stop_only_what_the_server_starts() {
    let world = World::of(
        r#"
duration = "12 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "office"
agents = 5
bandwidth = "10 Mbit/s"
presence = "office-hours"
[server]
slots = 0
slots_peak = 0
slots_off_peak = 0
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#,
    );
    let up_to_date = |option| {
        let story = world.run(option);
        let told = story.each(|fact| matches!(fact, Fact::Notified { .. }).then_some(()));
        assert_eq!(told, [], "{option:?}");
        let rounds = story.each(|fact| match fact {
            Fact::RoundBegan { trigger, .. } => Some(trigger),
            _ => None,
        });
        let up_to_date: Vec<bool> =
            (0..10).map(|agent| story.simulation.is_up_to_date(AgentId(agent))).collect();
        (rounds, up_to_date)
    };
    let (rounds, server) = up_to_date(TopologyOption::Server);
    assert_eq!(rounds, [Trigger::Restart; 5]);
    assert_eq!(server, [[false; 5], [true; 5]].concat());
    let (rounds, direct) = up_to_date(TopologyOption::Direct);
    assert!(rounds.iter().all(|trigger| *trigger == Trigger::Schedule));
    assert_eq!(direct, [true; 10]);
}

/// UAG-1: an Update Agent with a limit of 250 does not serve one more: the agent is refused, or waits.
#[test]
fn t_34_request_251_is_not_served() {
    assert_eq!(admit(249, Some(250), Overflow::Refuse), Admission::Serve);
    assert_eq!(admit(250, Some(250), Overflow::Refuse), Admission::Refuse);
    assert_eq!(admit(250, Some(250), Overflow::Queue), Admission::Wait);
}

/// The fate of 251 agents that contact their Update Agent at once: how many are refused, how many wait, and which
/// source finally serves them.
fn crowd(overflow: &str) -> (usize, usize, [usize; 2]) {
    let world = World::of(&format!(
        r#"
duration = "3 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "site"
agents = 252
site_prefix = 23
bandwidth = "100 Mbit/s"
update_agents = 1
[notification]
threads = 1000
[update_agents]
overflow = "{overflow}"
[[release]]
name = "one"
at = "30 min"
settings = true
"#
    ));
    let story = world.run(TopologyOption::ServerUa);
    assert!((0..252).all(|agent| story.simulation.is_up_to_date(AgentId(agent))));
    let update_agent = update_agent_source(0);
    let refused = story.each(|fact| match fact {
        Fact::AttemptFailed { source, failure: AttemptFailure::Refused(_), .. } => Some(source),
        _ => None,
    });
    let waited = story.each(|fact| match fact {
        Fact::Waits { source, .. } => Some(source),
        _ => None,
    });
    assert!(refused.iter().chain(&waited).all(|source| *source == update_agent));
    let served = story.all(|fact| match fact {
        Fact::Served { agent, source } if agent != AgentId(0) => Some(source),
        _ => None,
    });
    assert!(served.iter().all(|(at, _)| *at > minute(30)));
    let by = |whom| served.iter().filter(|(_, source)| *source == whom).count();
    (refused.len(), waited.len(), [by(update_agent), by(SERVER)])
}

/// UAG-1, SRC-3: if refused, it continues with the server; if queued, it is served after the others.
#[test]
fn t_34_who_is_turned_away_goes_on_and_who_waits_is_served_later() {
    assert_eq!(crowd("refuse"), (1, 0, [250, 1]));
    assert_eq!(crowd("queue"), (0, 1, [251, 0]));
}

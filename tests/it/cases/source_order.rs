//! The order in which an agent tries sources.

use updraft::ids::{AgentId, SourceId};
use updraft::model::address_range::Addresses;
use updraft::model::company::{ListEntry, ListedSource};
use updraft::model::component::ContentKind;
use updraft::model::settings::TopologyOption;
use updraft::policy::source_order::matching;
use updraft::scenario::{Overrides, Scenario};
use updraft::simulation::Fact;
use updraft::simulation::state::{ACTIVE_UPDATE, SERVER, update_agent_source};

use crate::cases::world::{Timeline, World};

/// A site with two Update Agents, `a` and `b`, and one agent that both are listed for.
fn branch(more: &str) -> World {
    World::of(&format!(
        r#"
duration = "4 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 3
bandwidth = "10 Mbit/s"
{more}
[[update_agent]]
name = "a"
site = "branch"
[[update_agent]]
name = "b"
site = "branch"
[notification]
notified_by = "server"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
    ))
}

const UA_A: AgentId = AgentId(0);
const UA_B: AgentId = AgentId(1);
const AGENT: AgentId = AgentId(2);

/// The sources that the agent tried, in order.
fn asked(story: &Timeline<'_>) -> Vec<SourceId> {
    story.each(|fact| match fact {
        Fact::Asked { agent: AGENT, source, .. } => Some(source),
        _ => None,
    })
}

/// The contents that it received, and their sources.
fn fetched(story: &Timeline<'_>) -> Vec<(SourceId, ContentKind)> {
    story.each(|fact| match fact {
        Fact::Fetched { agent: AGENT, source, kind, .. } => Some((source, kind)),
        _ => None,
    })
}

/// How often its round found no source for something.
fn quits(story: &Timeline<'_>) -> usize {
    story.each(|fact| matches!(fact, Fact::Quit { agent: AGENT, .. }).then_some(())).len()
}

/// SRC-2: the list is UA-A for 10.1.0.0/16 and UA-B for 10.2.0.0/16; an agent at 10.2.3.4 tries UA-B first, and never
/// UA-A.
#[test]
fn t_16_the_first_matching_entry_comes_first() {
    let [a, b] = [0, 1].map(ListedSource::UpdateAgent);
    let entry = |range: &str, source| ListEntry { range: range.parse().unwrap(), source };
    let list = [entry("10.1.0.0/16", a), entry("10.2.0.0/16", b)];
    let addresses = Addresses { v4: Some("10.2.3.4".parse().unwrap()), v6: None };
    let matched: Vec<_> = matching(&list, addresses).collect();
    assert_eq!(matched, [b]);
}

/// SRC-2: UA-A is down; UA-B, which also matches, is up: A is tried, then B.
#[test]
fn t_17_the_next_matching_entry_follows_one_that_is_down() {
    let world = branch("").with_off(UA_A);
    let story = world.run(TopologyOption::ServerUa);
    let [a, b] = [0, 1].map(update_agent_source);
    assert_eq!(asked(&story), [a, b]);
    assert_eq!(fetched(&story), [(b, ContentKind::Components)]);
}

/// SRC-3: all customized sources fail and the option for components is on: the server, and not
/// `ActiveUpdate` before it, even with the privilege.
#[test]
fn t_18_the_server_follows_the_list() {
    let more = "[sources]\nfallback_to_server = [\"components\"]\nau_privilege = true";
    let world = branch(more).with_off(UA_A).with_off(UA_B);
    let story = world.run(TopologyOption::ServerUa);
    let [a, b] = [0, 1].map(update_agent_source);
    assert_eq!(asked(&story), [a, b, SERVER]);
    assert_eq!(fetched(&story), [(SERVER, ContentKind::Components)]);
}

/// SRC-4: option off, privilege off, `ActiveUpdate` not in the list: it is tried, by the literal
/// "or".
#[test]
fn t_19_active_update_is_tried_where_it_is_not_listed() {
    let world = branch("[sources]\nfallback_to_server = []").with_off(UA_A).with_off(UA_B);
    let story = world.run(TopologyOption::ServerUa);
    let [a, b] = [0, 1].map(update_agent_source);
    assert_eq!(asked(&story), [a, b, ACTIVE_UPDATE]);
    assert_eq!(fetched(&story), [(ACTIVE_UPDATE, ContentKind::Components)]);
}

/// SRC-4, SRC-5: option off, privilege off, `ActiveUpdate` in the list, where it failed: the agent
/// quits.
#[test]
fn t_20_active_update_is_not_tried_again_where_it_is_listed() {
    let more = r#"internet = "none"
[sources]
fallback_to_server = []
[[update_source]]
range = "10.0.0.0/8"
source = "active-update""#;
    let world = branch(more);
    let story = world.run(TopologyOption::ServerUa);
    assert_eq!(asked(&story), [ACTIVE_UPDATE]);
    assert_eq!((fetched(&story), quits(&story)), (vec![], 1));
}

/// SRC-3: the option is on for components and off for settings: the server gives components only.
#[test]
fn t_21_each_kind_falls_back_by_its_own_option() {
    let more = r#"
[sources]
fallback_to_server = ["components"]
[[release]]
name = "settings"
at = "30 min"
settings = true"#;
    let world = branch(more).with_off(UA_A).with_off(UA_B);
    let story = world.run(TopologyOption::ServerUa);
    assert_eq!(fetched(&story), [(SERVER, ContentKind::Components)]);
    // Once for the settings alone, and once for the components too.
    assert_eq!(quits(&story), 2);
}

/// Two computers at headquarters that contact the server at once, which serves one and refuses the other;
/// `ActiveUpdate` heads the list that neither uses. Returns the sources that the second tries.
fn turned_away(option: TopologyOption, more: &str) -> Vec<SourceId> {
    let world = World::of(&format!(
        r#"
duration = "2 h"
[headquarters]
agents = 2
update_agents = 2
internet_bandwidth = "100 Mbit/s"
[server]
max_transfers = 1
overflow = "refuse"
{more}
[[update_source]]
range = "10.0.0.0/8"
source = "active-update"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
    ));
    let story = world.run(option);
    story.each(|fact| match fact {
        Fact::Asked { agent: AgentId(1), source, .. } => Some(source),
        _ => None,
    })
}

/// SRC-1, UAG-4: standard source, privilege off, and the server fails: an agent quits, except in 10.0; an Update Agent
/// tries `ActiveUpdate` if that is the list's first entry.
#[test]
fn t_22_behind_the_standard_source_agents_quit_and_update_agents_go_on() {
    assert_eq!(turned_away(TopologyOption::Server, ""), [SERVER]);
    let as_10_0 = "[sources]\nstandard_source = \"privilege-or-first-entry\"";
    assert_eq!(turned_away(TopologyOption::Server, as_10_0), [SERVER, ACTIVE_UPDATE]);
    assert_eq!(turned_away(TopologyOption::ServerUa, ""), [SERVER, ACTIVE_UPDATE]);
}

/// SRC-2: a customized list may have 1,024 entries; the next is rejected.
#[test]
fn t_33_entry_1025_is_rejected() {
    let problems = |entries: usize| {
        let entry = "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n";
        let text = format!(
            "name = \"case\"\nduration = \"1 h\"\n[headquarters]\nagents = 1\n\
             internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"one\"\nat = \"1 min\"\n\
             settings = true\n{}",
            entry.repeat(entries)
        );
        let parsed = Scenario::parse(&text, "case.toml", &Overrides::default());
        let problems = parsed.map_or_else(|problems| problems.list, |_| Vec::new());
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    assert_eq!(problems(1_024), [""; 0]);
    assert_eq!(problems(1_025), ["too-many-sources"]);
}

/// UAG-4: *only from the server* is on: an Update Agent ignores the list it is in; with the option off it uses the
/// list, or a named source.
#[test]
fn t_25_only_from_the_server_means_that_the_list_is_ignored() {
    let asked = |only: bool, source: &str| {
        let world = World::of(&format!(
            r#"
duration = "3 h"
[headquarters]
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
bandwidth = "10 Mbit/s"
[update_agents]
only_from_server = {only}
[[update_agent]]
name = "ua"
site = "branch"
{source}
[[update_source]]
range = "10.0.0.0/8"
source = "active-update"
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#
        ));
        let story = world.run(TopologyOption::ServerUa);
        story.each(|fact| match fact {
            Fact::Asked { agent: AgentId(0), source, .. } => Some(source),
            _ => None,
        })
    };
    assert_eq!(asked(true, ""), [SERVER]);
    assert_eq!(asked(false, ""), [ACTIVE_UPDATE]);
    assert_eq!(asked(false, "source = \"active-update\""), [ACTIVE_UPDATE]);
    assert_eq!(asked(false, "source = \"server\""), [SERVER]);
    assert_eq!(asked(true, "source = \"server\""), [SERVER]);
}

/// SRC-2: 40 agents of 60 have addresses within the entry; the others update from the server.
#[test]
fn src_2_an_entry_from_one_address_to_another_is_for_those_between() {
    use updraft::ids::SourceId;
    use updraft::simulation::Fact;

    let world = super::world::World::of(
        r#"duration = "6 h"
option = "server-ua"
[headquarters]
agents = 5
internet_bandwidth = "50 Mbit/s"
subnet = "10.0.0.0/24"
[[site]]
name = "branch"
agents = 60
bandwidth = "2 Mbit/s"
update_agents = 1
subnet = "10.1.0.0/24"
[[update_source]]
range = "10.1.0.1-10.1.0.40"
source = "branch/ua-1"
[[release]]
name = "r"
at = "15 min"
components = ["Virus Pattern"]
"#,
    );
    let story = world.run(updraft::model::settings::TopologyOption::ServerUa);
    let server = updraft::simulation::state::SERVER;
    let served = |by: &dyn Fn(SourceId) -> bool| {
        let agents = story.each(|fact| match fact {
            Fact::Served { agent, source } if by(source) => Some(agent),
            _ => None,
        });
        agents.into_iter().collect::<std::collections::BTreeSet<_>>().len()
    };
    // The Update Agent is the first of the 40: the server serves it, the other 20 and headquarters' five.
    assert_eq!(served(&|source| source != server), 39);
    assert_eq!(served(&|source| source == server), 26);
}

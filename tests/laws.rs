//! Laws that hold in every run, over random scenarios and all options: nobody is updated while off
//! or downgraded, sources serve only whom they reach, bytes are conserved, slots are not exceeded.

use proptest::prelude::*;
use updraft::ids::{AgentId, RowId};
use updraft::model::settings::TopologyOption;
use updraft::model::version::Version;
use updraft::network::Network;
use updraft::random::Streams;
use updraft::scenario::{Drawn, Overrides, Scenario};
use updraft::simulation::state::update_agent_index;
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::SimTime;

/// Follows who is on, and objects to what must not happen.
struct Law<'a> {
    drawn: &'a Drawn,
    online: Vec<bool>,
    fetched: u64,
    indexes: u64,
}

impl Observer for Law<'_> {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::WentOn(agent) => self.online[agent.index()] = true,
            Fact::WentOff(agent) => self.online[agent.index()] = false,
            Fact::IndexFetched { agent, .. } => {
                assert!(self.online[agent.index()], "{at}: {agent:?} fetches while off");
                self.indexes += 1;
            }
            Fact::Fetched { agent, source, bytes, .. } => {
                assert!(self.online[agent.index()], "{at}: {agent:?} is updated while off");
                if let Some(index) = update_agent_index(source) {
                    let host = self.drawn.company.update_agents[index].agent;
                    assert!(self.online[host.index()], "{at}: served by {source:?}, which is off");
                    assert!(host != agent, "{at}: {agent:?} serves itself");
                }
                self.fetched += bytes.count();
            }
            _ => {}
        }
    }
}

fn scenario(sites: u32, behind: u32, unanswered: u32, capacity: u32, slots: u32) -> Scenario {
    let text = format!(
        r#"
name = "random"
start = "Mon 15:00"
duration = "22 h"
[headquarters]
agents = 7
internet_bandwidth = "20 Mbit/s"
[[site]]
name = "site"
count = {sites}
agents = [2, 12]
bandwidth = ["1 Mbit/s", "10 Mbit/s"]
update_agents = 1
[agents]
scan = [{{ share = 1, at = "conventional" }}, {{ share = 1, at = "smart" }}]
presence = [{{ share = 1, at = "always-on" }}, {{ share = 2, at = "office-hours" }},
    {{ share = 2, at = "laptop" }}]
releases_behind = [0, {behind}]
[notification]
unanswered = {unanswered}
[update_agents]
capacity = {capacity}
[server]
slots = {slots}
[[release]]
name = "one"
at = "Mon 15:20"
components = ["Virus Pattern", "Smart Scan Agent Pattern"]
[[release]]
name = "two"
at = "Mon 17:40"
components = ["Virus Pattern"]
settings = true
"#
    );
    Scenario::parse(&text, "random.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn lives_by_the_law(scenario: &Scenario, seed: u64, option: TopologyOption, slots: u32) {
    let streams = Streams::new(seed, 0);
    let drawn = scenario.draw(&streams);
    let network = Network::new(drawn.topology.capacities());
    let mut simulation = Simulation::new(&drawn.company, &drawn.topology, network, option, streams);
    let online = simulation.agents().online.iter().copied().collect();
    let mut law = Law { drawn: &drawn, online, fetched: 0, indexes: 0 };
    let agents = drawn.company.agents.site.len();
    let versions = |simulation: &Simulation<'_>| -> Vec<Vec<Version>> {
        let of = |agent| simulation.agents().versions(AgentId::from_index(agent)).to_vec();
        (0..agents).map(of).collect()
    };
    let mut before = versions(&simulation);
    for quarter in 1..=88 {
        simulation.run_until(SimTime::from_secs(quarter * 900), &mut law);
        let now = versions(&simulation);
        for (old, new) in before.iter().zip(&now) {
            assert!(old.iter().zip(new).all(|(old, new)| old <= new), "somebody is downgraded");
        }
        before = now;
        assert!(simulation.slots_held() <= slots, "more slots are held than there are");
    }
    conserves_bytes(&simulation, &drawn, &law);
}

/// What agents received has left the sources, and each link's ledger holds it once per hop.
fn conserves_bytes(simulation: &Simulation<'_>, drawn: &Drawn, law: &Law<'_>) {
    let network = simulation.network();
    let sent = |link: updraft::ids::LinkId| network.carried(link.forward()).count();
    let all: u64 = [drawn.server_link, drawn.active_update_link]
        .into_iter()
        .chain(drawn.update_agent_links.iter().copied())
        .map(sent)
        .sum();
    let index = drawn.company.settings.sizes.index.count();
    let received = law.fetched + law.indexes * index;
    assert!(all >= received, "{received} bytes received, {all} sent");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_run_lives_by_the_law(
        seed in any::<u64>(),
        sites in 1_u32..6,
        behind in 0_u32..40,
        unanswered in 0_u32..60,
        capacity in 1_u32..6,
        slots in 1_u32..20,
    ) {
        let scenario = scenario(sites, behind, unanswered, capacity, slots);
        for option in TopologyOption::ALL {
            lives_by_the_law(&scenario, seed, option, slots);
        }
    }
}

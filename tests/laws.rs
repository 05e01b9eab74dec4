//! Laws that hold in every run, over random scenarios and all options: nobody is updated while off
//! or downgraded, sources serve only whom they reach, bytes are conserved, slots are not exceeded.

use std::collections::BTreeMap;

use proptest::prelude::*;
use updraft::ids::{AgentId, ChannelId, NodeId, RowId, SourceId};
use updraft::model::settings::TopologyOption;
use updraft::model::version::Version;
use updraft::network::{Routes, Traffic};
use updraft::random::Streams;
use updraft::scenario::{Drawn, Overrides, Scenario};
use updraft::simulation::state::{SERVER, update_agent_index};
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::{Bytes, SimDuration, SimTime};

/// Follows who is on and what is moved, and objects to what must not happen.
struct Law<'a> {
    drawn: &'a Drawn,
    option: TopologyOption,
    online: Vec<bool>,
    routes: BTreeMap<(NodeId, Traffic), Routes>,
    /// What the facts say was moved over each channel.
    moved: BTreeMap<ChannelId, u64>,
    /// Transfers that were cut short: of each, the byte that had begun to move is not told.
    interrupted: u64,
}

impl<'a> Law<'a> {
    fn new(drawn: &'a Drawn, option: TopologyOption, simulation: &Simulation<'_>) -> Self {
        Self {
            drawn,
            option,
            online: simulation.agents().online.iter().copied().collect(),
            routes: BTreeMap::new(),
            moved: BTreeMap::new(),
            interrupted: 0,
        }
    }

    /// Books `bytes` on every hop between two nodes, which there must be.
    fn book(&mut self, from: NodeId, to: NodeId, bytes: Bytes) {
        let company = &self.drawn.company;
        let beyond = [from, to].contains(&company.active_update);
        let traffic = if beyond { Traffic::Internet } else { Traffic::Inside };
        let topology = &self.drawn.topology;
        let routes = self.routes.entry((from, traffic));
        let routes = routes.or_insert_with(|| topology.routes_from(from, traffic));
        let route = routes.to(to).expect("served over a route that is not there");
        for channel in route.channels {
            *self.moved.entry(channel).or_default() += bytes.count();
        }
    }

    fn node_of(&self, agent: AgentId) -> NodeId {
        let company = &self.drawn.company;
        let has_update_agents =
            matches!(self.option, TopologyOption::ServerUa | TopologyOption::Ua);
        let own = company.update_agents.iter().find(|ua| has_update_agents && ua.agent == agent);
        own.map_or_else(|| company.sites[company.agents.site[agent]].node, |ua| ua.node)
    }

    fn receives(&mut self, at: SimTime, agent: AgentId, source: SourceId, bytes: Bytes) {
        let company = &self.drawn.company;
        let from = match update_agent_index(source) {
            Some(index) => {
                let host = company.update_agents[index].agent;
                assert!(self.online[host.index()], "{at}: served by {source:?}, which is off");
                assert!(host != agent, "{at}: {agent:?} serves itself");
                company.update_agents[index].node
            }
            None if source == SERVER => company.server,
            None => company.active_update,
        };
        self.book(from, self.node_of(agent), bytes);
    }
}

impl Observer for Law<'_> {
    fn observe(&mut self, at: SimTime, fact: Fact) {
        let company = &self.drawn.company;
        match fact {
            Fact::WentOn(agent) => self.online[agent.index()] = true,
            Fact::WentOff(agent) => self.online[agent.index()] = false,
            Fact::IndexFetched { agent, source, bytes }
            | Fact::Mirrored { agent, source, bytes }
            | Fact::Fetched { agent, source, bytes, .. } => {
                assert!(self.online[agent.index()], "{at}: {agent:?} is updated while off");
                self.receives(at, agent, source, bytes);
            }
            // Told at the end of the instant in which one of the two went off.
            Fact::Interrupted { agent, source, bytes } => {
                self.interrupted += 1;
                let from = match update_agent_index(source) {
                    Some(index) => company.update_agents[index].node,
                    None if source == SERVER => company.server,
                    None => company.active_update,
                };
                self.book(from, self.node_of(agent), bytes);
            }
            Fact::ServerFetched(bytes) => self.book(company.active_update, company.server, bytes),
            Fact::Reported { agent, .. } => {
                let size = company.settings.server.report_size;
                self.book(self.node_of(agent), company.server, size);
            }
            _ => {}
        }
    }
}

fn scenario(
    model: &str,
    sites: u32,
    behind: u32,
    unanswered: u32,
    capacity: u32,
    slots: u32,
) -> Scenario {
    let text = format!(
        r#"
name = "random"
start = "Mon 15:00"
duration = "22 h"
[network]
model = "{model}"
[headquarters]
agents = 7
internet_bandwidth = "20 Mbit/s"
[[site]]
name = "site"
count = {sites}
agents = [2, 12]
bandwidth = ["1 Mbit/s", "10 Mbit/s"]
update_agents = 1
[[site]]
name = "own"
agents = 3
bandwidth = "2 Mbit/s"
internet = "own"
internet_bandwidth = "5 Mbit/s"
[[site]]
name = "vault"
agents = 3
bandwidth = "2 Mbit/s"
internet = "none"
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
    let transport = scenario.transport;
    let mut simulation =
        Simulation::new(&drawn.company, &drawn.topology, transport, option, streams);
    let mut law = Law::new(&drawn, option, &simulation);
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
    conserves_bytes(&mut simulation, &drawn, &mut law);
}

/// Every link has carried what was received over it, hop by hop, and nothing else. For that the
/// run goes on until nothing is on its way.
fn conserves_bytes(simulation: &mut Simulation<'_>, drawn: &Drawn, law: &mut Law<'_>) {
    let mut end = simulation.now();
    while simulation.network().active() > 0 {
        end += SimDuration::from_secs(7);
        simulation.run_until(end, law);
    }
    for (link, ends) in drawn.topology.links() {
        for channel in [link.forward(), link.backward()] {
            let carried = simulation.network().carried(channel).count();
            let moved = law.moved.get(&channel).copied().unwrap_or_default();
            let most = moved + law.interrupted;
            assert!(
                (moved..=most).contains(&carried),
                "{ends:?}: {carried} carried, {moved} moved"
            );
        }
    }
    let total = simulation.network().carried(drawn.active_update_link.forward());
    assert!(total > Bytes::ZERO, "somebody looks at ActiveUpdate");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_run_lives_by_the_law(
        seed in any::<u64>(),
        model in prop_oneof![Just("fluid"), Just("tcp")],
        sites in 1_u32..6,
        behind in 0_u32..40,
        unanswered in 0_u32..60,
        capacity in 1_u32..6,
        slots in 1_u32..20,
    ) {
        let scenario = scenario(model, sites, behind, unanswered, capacity, slots);
        for option in TopologyOption::ALL {
            lives_by_the_law(&scenario, seed, option, slots);
        }
    }
}

//! Laws that hold in every run, over random scenarios and all options: nobody is updated while off
//! or downgraded, sources serve only whom they reach, bytes are conserved, slots are not exceeded.

use std::collections::BTreeMap;

use proptest::prelude::*;
use updraft::ids::{AgentId, ChannelId, NodeId, RowId, SourceId};
use updraft::model::reach::Family::V6;
use updraft::model::settings::TopologyOption;
use updraft::model::version::Version;
use updraft::network::{Routes, Traffic};
use updraft::random::Streams;
use updraft::scenario::{Overrides, SampledCompany, Scenario};
use updraft::simulation::state::{SERVER, update_agent_index};
use updraft::simulation::{Fact, Observer, Simulation};
use updraft::units::{Bytes, SimDuration, SimTime};

/// Follows who is on and what is moved, and objects to what must not happen.
struct Law<'a> {
    drawn: &'a SampledCompany,
    option: TopologyOption,
    online: Vec<bool>,
    routes: BTreeMap<(NodeId, Traffic), Routes>,
    /// What the facts say was moved over each channel.
    moved: BTreeMap<ChannelId, u64>,
    /// Transfers that were cut short: of each, the byte that had begun to move is not told.
    interrupted: u64,
    /// Agents that have changed their scan method since the versions were compared.
    switched: Vec<usize>,
}

impl<'a> Law<'a> {
    fn new(drawn: &'a SampledCompany, option: TopologyOption, simulation: &Simulation<'_>) -> Self {
        Self {
            drawn,
            option,
            online: simulation.agents().online.iter().copied().collect(),
            routes: BTreeMap::new(),
            moved: BTreeMap::new(),
            interrupted: 0,
            switched: Vec::new(),
        }
    }

    /// Books `bytes` on every hop between two nodes, which there must be, by the proxy if need be.
    fn book(&mut self, from: NodeId, to: NodeId, bytes: Bytes) {
        let company = &self.drawn.company;
        let at_six = |node: NodeId| company.sites.iter().any(|s| s.node == node && s.family == V6);
        let by_proxy = at_six(from) != at_six(to) && !self.are_dual(from, to);
        let via = company.proxy.filter(|_| by_proxy).map(|proxy| proxy.node);
        let mut channels = match via {
            None => self.route(from, to),
            Some(via) => [self.route(from, via), self.route(via, to)].concat(),
        };
        channels.sort_unstable();
        channels.dedup();
        for channel in channels {
            *self.moved.entry(channel).or_default() += bytes.count();
        }
    }

    /// Whether one of two nodes is an Update Agent's of a dual-stack site, which everybody reaches.
    fn are_dual(&self, from: NodeId, to: NodeId) -> bool {
        let company = &self.drawn.company;
        company.update_agents.iter().any(|ua| [from, to].contains(&ua.node))
    }

    fn route(&mut self, from: NodeId, to: NodeId) -> Vec<ChannelId> {
        let beyond = [from, to].contains(&self.drawn.company.active_update);
        let traffic = if beyond { Traffic::Internet } else { Traffic::Inside };
        let topology = &self.drawn.topology;
        let routes = self.routes.entry((from, traffic));
        let routes = routes.or_insert_with(|| topology.routes_from(from, traffic));
        routes.to(to).expect("served over a route that is not there").channels
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
            Fact::SwitchedScan { agent, .. } => self.switched.push(agent.index()),
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
            Fact::SmartProtectionFetched(bytes) => {
                let at = company.smart_protection.expect("there is one").node;
                self.book(company.active_update, at, bytes);
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

/// What differs between the random scenarios.
#[derive(Clone, Debug)]
struct World {
    model: &'static str,
    stale: &'static str,
    link_failure: &'static str,
    resumes: bool,
    visit: &'static str,
    sites: u32,
    behind: u32,
    unanswered: u32,
    capacity: u32,
    slots: u32,
}

fn worlds() -> impl Strategy<Value = World> {
    let one_of = |words: &'static [&'static str]| proptest::sample::select(words);
    let words = (
        one_of(&["fluid", "tcp"]),
        one_of(&["accept", "nothing-to-do", "next-source"]),
        one_of(&["abort", "stall", "reroute"]),
        any::<bool>(),
        one_of(&["0 s", "90 s"]),
    );
    let numbers = (2_u32..6, 0_u32..40, 0_u32..60, 1_u32..6, 1_u32..20);
    (words, numbers).prop_map(|(words, numbers)| {
        let (model, stale, link_failure, resumes, visit) = words;
        let (sites, behind, unanswered, capacity, slots) = numbers;
        World {
            model,
            stale,
            link_failure,
            resumes,
            visit,
            sites,
            behind,
            unanswered,
            capacity,
            slots,
        }
    })
}

/// Every rule at work at once; names in angle brackets stand for what differs.
const TEMPLATE: &str = r#"
name = "random"
start = "Mon 15:00"
duration = "22 h"
[network]
model = "<model>"
[headquarters]
agents = 7
internet_bandwidth = "20 Mbit/s"
[[site]]
name = "site"
count = <sites>
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
name = "six"
agents = 4
bandwidth = "2 Mbit/s"
family = "ipv6"
[[site]]
name = "hidden"
agents = 4
bandwidth = "2 Mbit/s"
nat = true
[[site]]
name = "vault"
agents = 3
bandwidth = "2 Mbit/s"
internet = "none"
[agents]
scan = [{ share = 1, at = "conventional" }, { share = 1, at = "smart" }]
presence = [{ share = 1, at = "always-on" }, { share = 2, at = "office-hours" },
    { share = 2, at = "laptop" }]
releases_behind = [0, <behind>]
[notification]
unanswered = <unanswered>
[update_agents]
capacity = <capacity>
[server]
slots = <slots>
family = "ipv4"
poll_every = "40 min"
[proxy]
connections = 2
[smart_protection]
[sources]
stale = "<stale>"
link_failure = "<link_failure>"
resumes = <resumes>
visit_timeout = "<visit>"
[[fault]]
at = "hidden"
every = "3 h"
lasts = "30 min"
[[fault]]
at = "server"
every = "8 h"
lasts = "20 min"
[[fault]]
at = "active-update"
every = "5 h"
lasts = "40 min"
[[fault]]
at = "site-001/ua-1"
every = "6 h"
lasts = "1 h"
[[fault]]
at = "proxy"
every = "4 h"
lasts = "10 min"
[[background]]
sites = "site"
hours = [16, 17]
share = "60 %"
[[command]]
at = "Mon 20:00"
what = "notify-all"
[[command]]
at = "Mon 21:00"
what = "switch-to-smart-scan"
sites = "own"
[[release]]
name = "one"
at = "Mon 15:20"
components = ["Virus Pattern", "Smart Scan Agent Pattern"]
[[release]]
name = "two"
at = "Mon 17:40"
components = ["Virus Pattern"]
settings = true
"#;

fn scenario(world: &World) -> Scenario {
    let values = [
        ("<model>", world.model.to_string()),
        ("<stale>", world.stale.to_string()),
        ("<link_failure>", world.link_failure.to_string()),
        ("<resumes>", world.resumes.to_string()),
        ("<visit>", world.visit.to_string()),
        ("<sites>", world.sites.to_string()),
        ("<behind>", world.behind.to_string()),
        ("<unanswered>", world.unanswered.to_string()),
        ("<capacity>", world.capacity.to_string()),
        ("<slots>", world.slots.to_string()),
    ];
    let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
    let text = values.iter().fold(TEMPLATE.to_string(), fill);
    Scenario::parse(&text, "random.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn lives_by_the_law(scenario: &Scenario, seed: u64, option: TopologyOption, slots: u32) {
    let streams = Streams::new(seed, 0);
    let drawn = scenario.sample(&streams);
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
        for (agent, (old, new)) in before.iter().zip(&now).enumerate() {
            // Who changes the scan method has nothing of the other one's patterns (SPS-3).
            if law.switched.contains(&agent) {
                continue;
            }
            assert!(old.iter().zip(new).all(|(old, new)| old <= new), "somebody is downgraded");
        }
        before = now;
        law.switched.clear();
        assert!(simulation.slots_held() <= slots, "more slots are held than there are");
    }
    conserves_bytes(&mut simulation, &drawn, &mut law);
}

/// Every link has carried what was received over it, hop by hop, and nothing else. For that the
/// run goes on until nothing is on its way.
fn conserves_bytes(simulation: &mut Simulation<'_>, drawn: &SampledCompany, law: &mut Law<'_>) {
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
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_run_lives_by_the_law(seed in any::<u64>(), world in worlds()) {
        let scenario = scenario(&world);
        for option in TopologyOption::ALL {
            lives_by_the_law(&scenario, seed, option, world.slots);
        }
    }
}

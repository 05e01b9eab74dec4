//! The names of agents, sources and links in results.

use std::collections::BTreeMap;

use crate::ids::{AgentId, ChannelId, Column, LinkId, NodeId, RowId, SiteId, Steps};
use crate::model::company::Company;
use crate::network::{Link, Topology};
use crate::simulation::state::SourceRole;

/// A selection of agents.
pub type Chosen = Vec<AgentId>;

/// The names of a company's agents and sources.
#[derive(Debug)]
pub struct Names<'a> {
    company: &'a Company,
    /// Consecutive agents of the same site, with the number of the site's agents before them.
    runs: Steps<AgentId, (SiteId, u32)>,
}

impl<'a> Names<'a> {
    /// The names in `company`.
    pub fn new(company: &'a Company) -> Self {
        let mut runs: Steps<AgentId, (SiteId, u32)> =
            company.agents.sites().map(|site| (site, 0)).collect();
        let mut before: Column<SiteId, u32> = Column::filled(0, company.sites.len());
        let end = u32::try_from(company.agents.len()).expect("an id is 32 bits");
        let steps = runs.steps_mut();
        for row in 0..steps.len() {
            let next = steps.get(row + 1).map_or(end, |(first, _)| *first);
            let (first, (site, earlier)) = &mut steps[row];
            *earlier = before[*site];
            before[*site] += next - *first;
        }
        Self { company, runs }
    }

    /// The name of `agent`, such as `branch-017/pc-0005`.
    pub fn agent(&self, agent: AgentId) -> String {
        let (first, (_, before)) = self.runs.step(agent);
        format!("{}/pc-{:04}", self.segment(agent), agent.0 - first + before + 1)
    }

    /// The name of the agent's site.
    pub fn segment(&self, agent: AgentId) -> &'a str {
        &self.company.sites[self.company.agents[agent].site].name
    }

    /// The name of a source, such as `server` or `branch-017/ua-1`.
    pub fn source(&self, role: SourceRole) -> &'a str {
        match role {
            SourceRole::ActiveUpdate => "active-update",
            SourceRole::Server => "server",
            SourceRole::UpdateAgent(index) => &self.company.update_agents[index].name,
            SourceRole::Other(index) => &self.company.other_sources[index].name,
        }
    }

    /// The agent named `name`, as an agent or as an Update Agent.
    pub fn agent_called(&self, name: &str) -> Option<AgentId> {
        let served = self.company.update_agents.iter().find(|served| served.name == name);
        let all = || self.company.agents.ids().find(|agent| self.agent(*agent) == name);
        served.map(|served| served.agent).or_else(all)
    }

    /// The agents of the site named `name`; none if there is no such site.
    pub fn agents_at(&self, name: &str) -> Option<Chosen> {
        let site = self.company.sites.rows().find(|(_, site)| site.name == name)?.0;
        let agents = &self.company.agents;
        Some(agents.ids().filter(|agent| agents[*agent].site == site).collect())
    }

    /// The agents of these rows of `agents.csv`.
    pub fn in_rows(&self, rows: &[usize]) -> Chosen {
        rows.iter().map(|row| AgentId::from_index(*row)).collect()
    }

    /// All names of sites.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.company.sites.iter().map(|site| site.name.as_str())
    }

    /// All names of agents.
    pub fn agents(&self) -> impl Iterator<Item = String> {
        let served = self.company.update_agents.iter().map(|served| served.name.clone());
        self.company.agents.ids().map(|agent| self.agent(agent)).chain(served)
    }
}

/// The name of a direction of a link, from node to node, such as `hq → branch-017`; the numbers are those of [`numbers`].
pub(super) fn direction(
    topology: &Topology,
    numbers: &Column<LinkId, u32>,
    channel: ChannelId,
) -> String {
    let [from, to] = topology.ends(channel).map(|node| topology.name(node));
    numbered(format!("{from} → {to}"), numbers[channel.link()])
}

/// The name of a link or of one of its directions, with the link's number unless it is the first with these ends.
fn numbered(name: String, number: u32) -> String {
    if number == 1 { name } else { format!("{name} ({number})") }
}

/// The number of each link among those with the same two ends, from 1.
pub(super) fn numbers(topology: &Topology) -> Column<LinkId, u32> {
    let mut so_far: BTreeMap<[NodeId; 2], u32> = BTreeMap::new();
    let number = |(_, link): (LinkId, &Link)| {
        let count = so_far.entry([link.from.min(link.to), link.from.max(link.to)]).or_default();
        *count += 1;
        *count
    };
    topology.links().map(number).collect()
}

/// The names of links: both ends, and a number if an earlier link has the same ends.
pub(super) fn links(topology: &Topology, numbers: &Column<LinkId, u32>) -> Column<LinkId, String> {
    let name = |(id, link): (LinkId, &Link)| {
        let ends = format!("{} – {}", topology.name(link.from), topology.name(link.to));
        numbered(ends, numbers[id])
    };
    topology.links().map(name).collect()
}

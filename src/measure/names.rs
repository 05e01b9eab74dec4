//! What agents, sources and links are called in results.

use std::collections::BTreeMap;

use crate::ids::{AgentId, ChannelId, Column, LinkId, NodeId, RowId, SiteId, SourceId};
use crate::model::company::Company;
use crate::network::{Link, Topology};
use crate::simulation::state::{ACTIVE_UPDATE, update_agent_index};

/// Agents that were chosen from all.
pub type Chosen = Vec<AgentId>;

/// The names of a company's agents and sources.
#[derive(Debug)]
pub struct Names<'a> {
    company: &'a Company,
    /// Each agent's number at its site, from 1.
    numbers: Column<AgentId, u32>,
}

impl<'a> Names<'a> {
    /// The names in `company`.
    pub fn new(company: &'a Company) -> Self {
        let mut last: Column<SiteId, u32> = Column::filled(0, company.sites.len());
        let mut next = |site: &SiteId| {
            last[*site] += 1;
            last[*site]
        };
        Self { company, numbers: company.agents.site.iter().map(&mut next).collect() }
    }

    /// The name of `agent`, such as `branch-017/pc-0005`.
    pub fn agent(&self, agent: AgentId) -> String {
        format!("{}/pc-{:04}", self.segment(agent), self.numbers[agent])
    }

    /// The name of the agent's site.
    pub fn segment(&self, agent: AgentId) -> &'a str {
        &self.company.sites[self.company.agents.site[agent]].name
    }

    /// The name of `source`, such as `server` or `branch-017/ua-1`.
    pub fn source(&self, source: SourceId) -> &'a str {
        match update_agent_index(source) {
            Some(index) => &self.company.update_agents[index].name,
            None if source == ACTIVE_UPDATE => "active-update",
            None => "server",
        }
    }

    /// The agent called `name`, as an agent or as an Update Agent.
    pub fn agent_called(&self, name: &str) -> Option<AgentId> {
        let served = self.company.update_agents.iter().find(|served| served.name == name);
        let all = || self.numbers.ids().find(|agent| self.agent(*agent) == name);
        served.map(|served| served.agent).or_else(all)
    }

    /// The agents of the site called `name`; none if there is no such site.
    pub fn agents_at(&self, name: &str) -> Option<Chosen> {
        let site = self.company.sites.rows().find(|(_, site)| site.name == name)?.0;
        let places = self.company.agents.site.rows();
        Some(places.filter(|(_, at)| **at == site).map(|(agent, _)| agent).collect())
    }

    /// The agents in these rows of `agents.csv`.
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
        self.numbers.ids().map(|agent| self.agent(agent)).chain(served)
    }
}

/// A direction of a link, from node to node, such as `hq → branch-017`.
pub(super) fn direction(topology: &Topology, channel: ChannelId) -> String {
    let link = topology.link(channel.link());
    let (from, to) = (topology.name(link.from), topology.name(link.to));
    if channel.is_forward() { format!("{from} → {to}") } else { format!("{to} → {from}") }
}

/// What links are called: by both their ends, and by a number where an earlier one has the same.
#[derive(Debug)]
pub(super) struct LinkNames<'a> {
    topology: &'a Topology,
    /// How many links before each have the same ends.
    earlier: Column<LinkId, u32>,
}

impl<'a> LinkNames<'a> {
    /// The names of the links of `topology`.
    pub(super) fn new(topology: &'a Topology) -> Self {
        let mut seen: BTreeMap<(NodeId, NodeId), u32> = BTreeMap::new();
        let mut count = |(_, link): (LinkId, &Link)| {
            let seen = seen.entry((link.from, link.to)).or_default();
            *seen += 1;
            *seen - 1
        };
        Self { topology, earlier: topology.links().map(&mut count).collect() }
    }

    /// The name of a link.
    pub(super) fn of(&self, id: LinkId) -> String {
        let link = self.topology.link(id);
        let (from, to) = (self.topology.name(link.from), self.topology.name(link.to));
        match self.earlier[id] {
            0 => format!("{from} – {to}"),
            earlier => format!("{from} – {to} ({})", earlier + 1),
        }
    }
}

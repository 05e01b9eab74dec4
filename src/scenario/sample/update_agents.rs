//! Update Agents, and the customized list that follows from them or is written out (SRC-2, UAG-4).

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::super::placement::OwnRanges;
use super::super::sources::NamedSource;
use super::{Draft, PlacedSite};
use crate::ids::{AgentId, Column, LinkId, RowId, SiteId};
use crate::model::company::{ListEntry, ListedSource, UpdateAgent, Upstream};
use crate::model::presence::Presence;
use crate::units::SimDuration;

impl Draft<'_> {
    /// The Update Agents: the first agents of their sites, and those written out after them.
    pub(super) fn update_agents(&mut self) -> (Vec<UpdateAgent>, Vec<LinkId>) {
        let mut all = Vec::new();
        let mut links = Vec::new();
        let mut taken: Column<SiteId, usize> = Column::filled(0, self.placed.len());
        let mut place = |draft: &mut Self, site: SiteId, name: String| {
            let (first, count) = draft.placed[site].agents;
            // A site that drew no agent for it has no Update Agent.
            if taken[site] == count {
                return None;
            }
            let agent = AgentId::from_index(first + taken[site]);
            taken[site] += 1;
            draft.agents.presence[agent] = Presence::AlwaysOn;
            let node = draft.topology.add_node(&name);
            let at = draft.sites[site].node;
            let uplink = draft.scenario.settings.update_agent.uplink;
            links.push(draft.topology.add_link(node, at, uplink, SimDuration::ZERO));
            Some((agent, node, name))
        };
        for site in self.sites.ids() {
            let group = &self.scenario.groups[self.placed[site].group];
            for number in 1..=group.update_agents {
                let name = format!("{}/ua-{number}", self.sites[site].name);
                if let Some((agent, node, name)) = place(self, site, name) {
                    let hosts = self.scenario.settings.update_agent.hosts;
                    all.push(UpdateAgent { name, agent, node, hosts, upstream: Upstream::Server });
                }
            }
        }
        let explicit = &self.scenario.update_agents;
        let named: BTreeMap<String, SiteId> = if explicit.is_empty() {
            BTreeMap::new()
        } else {
            self.sites.rows().map(|(id, site)| (site.name.clone(), id)).collect()
        };
        for written in explicit {
            let site = named[&written.site];
            if let Some((agent, node, name)) = place(self, site, written.name.clone()) {
                let upstream = Upstream::Server;
                all.push(UpdateAgent { name, agent, node, hosts: written.hosts, upstream });
            }
        }
        let numbers = numbers(&all);
        for written in explicit {
            let upstream = match &written.source {
                NamedSource::Server => Upstream::Server,
                NamedSource::ActiveUpdate => Upstream::ActiveUpdate,
                NamedSource::UpdateAgent(name) => {
                    numbers.get(name).copied().map_or(Upstream::Server, Upstream::UpdateAgent)
                }
            };
            if let Some(number) = numbers.get(&written.name) {
                all[*number].upstream = upstream;
            }
        }
        (all, links)
    }

    /// The customized list: as written, or an entry for each Update Agent.
    pub(super) fn list(&self, update_agents: &[UpdateAgent]) -> Vec<ListEntry> {
        let written = &self.scenario.update_sources;
        if !written.is_empty() {
            let numbers = numbers(update_agents);
            return written
                .iter()
                .filter_map(|entry| {
                    let source = match &entry.source {
                        NamedSource::Server => ListedSource::Server,
                        NamedSource::ActiveUpdate => ListedSource::ActiveUpdate,
                        NamedSource::UpdateAgent(name) => {
                            ListedSource::UpdateAgent(*numbers.get(name)?)
                        }
                    };
                    Some(ListEntry { range: entry.range, source })
                })
                .collect();
        }
        let own_ranges = OwnRanges::of(&self.scenario.groups);
        update_agents
            .iter()
            .enumerate()
            .map(|(number, served)| {
                let site = &self.placed[self.agents.site[served.agent]];
                ListEntry {
                    range: self.range_of(site, &own_ranges).into(),
                    source: ListedSource::UpdateAgent(number),
                }
            })
            .collect()
    }

    /// Whom the Update Agents of a site serve: its own range, or without the sites below only the
    /// part of it that its own agents have.
    fn range_of(&self, site: &PlacedSite, own_ranges: &OwnRanges) -> Ipv4Net {
        let group = &self.scenario.groups[site.group];
        if group.serves_downstream {
            return site.subnet;
        }
        own_ranges.within(site.group, site.subnet)
    }
}

/// The Update Agents' numbers by their names.
fn numbers(update_agents: &[UpdateAgent]) -> BTreeMap<String, usize> {
    update_agents.iter().enumerate().map(|(number, agent)| (agent.name.clone(), number)).collect()
}

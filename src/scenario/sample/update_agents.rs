//! Update Agents, and the customized list that is derived from them or explicit (SRC-2, UAG-4).

use std::collections::BTreeMap;

use super::super::served_ranges::served_ranges;
use super::super::sources::ListedEntry;
use super::Draft;
use super::cohorts::OF_UPDATE_AGENTS;
use super::habits::STAYS;
use super::source_numbers::SourceNumbers;
use crate::ids::{AgentId, Column, LinkId, RowId, SiteId};
use crate::model::company::{ListEntry, ListedSource, UpdateAgent, Upstream};
use crate::model::presence::Presence;
use crate::units::{BitRate, SimDuration};

impl Draft<'_> {
    /// The Update Agents: the first agents of their sites, followed by the explicit ones.
    pub(super) fn update_agents(&mut self) -> (Vec<UpdateAgent>, Vec<LinkId>) {
        let mut all = Vec::new();
        let mut links = Vec::new();
        let mut taken: Column<SiteId, usize> = Column::filled(0, self.placed.len());
        let usual = self.scenario.settings.update_agent;
        let mut place = |draft: &mut Self, site: SiteId, name: String, uplink: Option<BitRate>| {
            let (first, count) = draft.placed[site].agents;
            // A site without an agent for it has no Update Agent.
            if taken[site] == count {
                draft.unplaced.push(name);
                return None;
            }
            let agent = AgentId::from_index(first + taken[site]);
            taken[site] += 1;
            let node = draft.topology.add_node(&name);
            let at = draft.sites[site].node;
            let uplink = uplink.unwrap_or(usual.uplink);
            let link = draft.topology.add_link(node, at, uplink, SimDuration::ZERO);
            links.push(link);
            Some(UpdateAgent {
                name,
                agent,
                node,
                link,
                uplink,
                hosts: None,
                capacity: None,
                free_disk: None,
                scheduled: None,
                upstream: Upstream::Unsaid,
            })
        };
        for site in self.sites.ids() {
            let group = &self.scenario.groups[self.placed[site].group];
            for number in 1..=group.update_agents {
                let name = format!("{}/ua-{number}", self.sites[site].name);
                if let Some(placed) = place(self, site, name, None) {
                    let habits = (usual.presence, usual.independent, usual.scheduled);
                    self.set_habits(placed.agent, habits);
                    all.push(placed);
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
            if let Some(placed) = place(self, site, written.name.clone(), written.uplink) {
                let scheduled = written.scheduled.unwrap_or(usual.scheduled);
                self.set_habits(placed.agent, (written.presence, written.independent, scheduled));
                all.push(UpdateAgent {
                    hosts: written.hosts,
                    capacity: written.capacity,
                    free_disk: written.free_disk,
                    scheduled: written.scheduled,
                    ..placed
                });
            }
        }
        let numbers = SourceNumbers::new(self.scenario, &all);
        for written in explicit {
            let of = |source| upstream(numbers.listed(source));
            let upstream = written.source.as_ref().map_or(Upstream::Unsaid, of);
            if let Some(number) = numbers.update_agents.get(&written.name) {
                all[*number].upstream = upstream;
            }
        }
        (all, links)
    }

    /// The customized list: explicit, or an entry for each Update Agent.
    pub(super) fn list(&self, update_agents: &[UpdateAgent]) -> Vec<ListEntry> {
        let written = &self.scenario.update_sources;
        if !written.is_empty() {
            return self.explicit_list(written, update_agents);
        }
        if update_agents.is_empty() {
            return Vec::new();
        }
        let mut at_site: Vec<Vec<usize>> = vec![Vec::new(); self.placed.len()];
        for (number, served) in update_agents.iter().enumerate() {
            at_site[self.agents[served.agent].site.index()].push(number);
        }
        let mut list = Vec::new();
        for served in served_ranges(&self.scenario.groups) {
            for number in &at_site[served.site] {
                let source = ListedSource::UpdateAgent(*number);
                let prefixes = served.prefixes.iter().map(|prefix| (*prefix).into());
                let ranges = served.ranges.iter().map(|range| (*range).into()).chain(prefixes);
                list.extend(ranges.map(|range| ListEntry { range, source }));
            }
        }
        list
    }

    /// A list that is written out. An entry for an Update Agent that no agent was drawn for is left out.
    pub(super) fn explicit_list(
        &self,
        written: &[ListedEntry],
        update_agents: &[UpdateAgent],
    ) -> Vec<ListEntry> {
        let numbers = SourceNumbers::new(self.scenario, update_agents);
        let entry = |entry: &ListedEntry| {
            let source = numbers.listed(&entry.source)?;
            Some(ListEntry { range: entry.range, source })
        };
        written.iter().filter_map(entry).collect()
    }

    /// An Update Agent has its own properties, not those drawn for it as an ordinary agent.
    fn set_habits(
        &mut self,
        agent: AgentId,
        (presence, independent, scheduled): (Presence, bool, bool),
    ) {
        self.agents.presence.set(agent, presence);
        self.agents[agent] = self.agents[agent].with_flags(independent, scheduled);
        if let Some(habit) = self.agents.habit.get_mut(agent) {
            *habit = STAYS;
        }
        if let Some(cohort) = self.agents.cohort.get_mut(agent) {
            *cohort = OF_UPDATE_AGENTS;
        }
    }
}

/// An Update Agent's own source, as the scenario names it; one that no agent was drawn for has nothing.
fn upstream(named: Option<ListedSource>) -> Upstream {
    match named {
        None | Some(ListedSource::Server) => Upstream::Server,
        Some(ListedSource::ActiveUpdate | ListedSource::ForeignActiveUpdate) => {
            Upstream::ActiveUpdate
        }
        Some(ListedSource::UpdateAgent(index)) => Upstream::UpdateAgent(index),
        Some(ListedSource::Other(index)) => Upstream::Other(index),
    }
}

//! The sources that each agent may use, resolved once for the list of the start and for that of each change.

use std::collections::BTreeMap;

use crate::ids::{AgentId, Column, IdRuns, SiteId};
use crate::model::company::{Company, ListEntry, ListedSource};
use crate::model::settings::TopologyOption;
use crate::policy::source_list::MatchingIntervals;
use crate::policy::source_order::{self, UpdateAgentSource};
use crate::policy::topology::{AgentsFrom, Roles};
use crate::simulation::by_site::BySite;
use crate::simulation::state::{Agents, Edition};

/// The number of a list of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ListId(u32);

/// Lists of sources, without duplicates: matching entries in order; `None`: the standard source (SRC-1).
#[derive(Debug, Default)]
struct Lists {
    known: BTreeMap<Option<Vec<ListedSource>>, ListId>,
    all: Vec<Option<Vec<ListedSource>>>,
}

impl Lists {
    fn intern(&mut self, list: Option<Vec<ListedSource>>) -> ListId {
        *self.known.entry(list).or_insert_with_key(|list| {
            self.all.push(list.clone());
            ListId(u32::try_from(self.all.len() - 1).expect("fewer lists than agents"))
        })
    }
}

/// The sources of every agent, by the settings that it has.
#[derive(Debug)]
pub(super) struct SourceLists {
    versions: Vec<ListVersion>,
    /// The version of each edition of settings: the one of the start, and those from each change on.
    of_edition: Vec<usize>,
}

impl SourceLists {
    /// Resolves the lists of every agent under `roles`, those of the start and those that follow from changes.
    pub(super) fn resolve(company: &Company, option: TopologyOption, roles: Roles) -> Self {
        let only_from_server = company.settings.update_agent.only_from_server;
        let first = (&company.list, only_from_server);
        let mut versions = vec![ListVersion::resolve(company, first, option, roles)];
        let mut of_edition = vec![0];
        let mut last = first;
        for change in &company.changes {
            let list = change.list.as_ref().unwrap_or(last.0);
            let next = (list, change.settings.update_agent.only_from_server);
            if change.list.is_some() || next.1 != last.1 {
                versions.push(ListVersion::resolve(company, next, option, roles));
            }
            last = next;
            of_edition.push(versions.len() - 1);
        }
        Self { versions, of_edition }
    }

    fn version(&self, edition: Edition) -> usize {
        self.of_edition[usize::from(edition)]
    }

    /// The list with this edition of settings.
    pub(super) fn with(&self, edition: Edition) -> &ListVersion {
        &self.versions[self.version(edition)]
    }

    /// Whether Update Agent number `index` is the source of an agent (DUP-10), with the settings that each has.
    pub(super) fn is_source(&self, index: usize, company: &Company, agents: &Agents) -> bool {
        match &self.versions[..] {
            [only] if agents.visiting.is_empty() => only.is_source(index),
            _ => self.naming(index, company, agents).next().is_some(),
        }
    }

    /// The agents whose lists name Update Agent number `index`, in their order, with the settings that each has.
    pub(super) fn listing(&self, index: usize, company: &Company, agents: &Agents) -> Vec<AgentId> {
        let mut all: Vec<AgentId> = self.naming(index, company, agents).collect();
        all.sort_unstable();
        all
    }

    /// The same agents in no particular order: those at home, then visitors.
    fn naming<'a>(
        &'a self,
        index: usize,
        company: &'a Company,
        agents: &'a Agents,
    ) -> impl Iterator<Item = AgentId> + 'a {
        let (editions, visiting) = (&agents.edition, &agents.visiting);
        let at_home = self.versions.iter().enumerate().flat_map(move |(number, version)| {
            version.listing(index).filter(move |agent| {
                self.version(editions.get(*agent)) == number && !visiting.contains_key(agent)
            })
        });
        let visitors = visiting.iter().filter_map(move |(agent, site)| {
            let list = self.with(editions.get(*agent)).of(
                *agent,
                company.agents[*agent].site,
                Some(*site),
            )?;
            list.contains(&ListedSource::UpdateAgent(index)).then_some(*agent)
        });
        at_home.chain(visitors)
    }
}

/// The sources of every agent by one list, with equal lists stored once.
#[derive(Debug)]
pub(super) struct ListVersion {
    /// Matching entries in order; `None`: the standard source (SRC-1).
    lists: Vec<Option<Vec<ListedSource>>>,
    of: BySite<ListId>,
    /// The list of computers of other sites at each site; empty if no computer roams, or all agents have one list.
    visitors: Column<SiteId, ListId>,
    /// Whether `ActiveUpdate` is an entry of the customized list, for any addresses (SRC-4).
    pub au_listed: bool,
    /// Whether it is the first entry, including for agents that do not use the list (SRC-1, UAG-4).
    pub au_first: bool,
    /// The agents of each list, in their order.
    members: Vec<IdRuns<AgentId>>,
    /// The lists that name each Update Agent.
    naming: BTreeMap<usize, Vec<ListId>>,
}

impl ListVersion {
    /// Resolves `list` for every agent under `roles`.
    fn resolve(
        company: &Company,
        (list, only_from_server): (&Vec<ListEntry>, bool),
        option: TopologyOption,
        roles: Roles,
    ) -> Self {
        let mut lists = Lists::default();
        let mut of_update_agents = BTreeMap::new();
        if roles.update_agents_serve {
            for (number, served) in company.update_agents.iter().enumerate() {
                let source = source_order::update_agent_source(
                    option,
                    served.upstream,
                    only_from_server,
                    company.external,
                );
                let addresses = company.addresses(served.agent);
                let own = lists.intern(match source {
                    UpdateAgentSource::Standard => None,
                    UpdateAgentSource::List(only) => Some(vec![only]),
                    UpdateAgentSource::CustomizedList => {
                        let others = source_order::matching(list, addresses);
                        let own = ListedSource::UpdateAgent(number);
                        Some(others.filter(|source| *source != own).collect())
                    }
                });
                of_update_agents.insert(served.agent, own);
            }
        }
        let of_all = match roles.agents_from {
            AgentsFrom::Server => Some(lists.intern(None)),
            AgentsFrom::External => Some(lists.intern(Some(vec![company.external]))),
            AgentsFrom::List => None,
        };
        let mut of_update_agents = of_update_agents.into_iter().peekable();
        let mut by_address = by_address(company, list);
        let rows = company.agents.ids().map(|agent| {
            let usual = of_all.unwrap_or_else(|| by_address(&mut lists, agent));
            let own = of_update_agents.next_if(|(served, _)| *served == agent);
            (company.agents[agent].site, usual, own.map_or(usual, |(_, list)| list))
        });
        let of = BySite::new(company.sites.len(), rows);
        let visitors = match roles.agents_from {
            AgentsFrom::List if !company.habits.is_empty() => visitors(company, list, &mut lists),
            _ => Column::new(),
        };
        let au_listed = match roles.agents_from {
            AgentsFrom::Server | AgentsFrom::External => false,
            AgentsFrom::List => list.iter().any(|entry| entry.source == ListedSource::ActiveUpdate),
        };
        let first = list.first();
        let au_first = first.is_some_and(|entry| entry.source == ListedSource::ActiveUpdate);
        let lists = lists.all;
        let mut members = vec![IdRuns::new(); lists.len()];
        for agent in company.agents.ids() {
            members[of.get(agent, company.agents[agent].site).0 as usize].push(agent);
        }
        let naming = lists_naming(&lists);
        Self { lists, of, visitors, au_listed, au_first, members, naming }
    }

    /// Whether Update Agent number `index` is the source of an agent (DUP-10).
    fn is_source(&self, index: usize) -> bool {
        let lists = self.naming.get(&index).into_iter().flatten();
        lists.into_iter().any(|list| self.members[list.0 as usize].runs() > 0)
    }

    /// The agents whose lists name Update Agent number `index`, list by list.
    fn listing(&self, index: usize) -> impl Iterator<Item = AgentId> {
        let lists = self.naming.get(&index).into_iter().flatten();
        lists.flat_map(|list| self.members[list.0 as usize].iter())
    }

    /// The matching entries in order of `agent`, whose site is `home` and which may be at another; `None`: it uses the
    /// standard source.
    #[inline]
    pub(super) fn of(
        &self,
        agent: AgentId,
        home: SiteId,
        visiting: Option<SiteId>,
    ) -> Option<&[ListedSource]> {
        let of_visitor = visiting.and_then(|site| self.visitors.get(site));
        let list = of_visitor.copied().unwrap_or_else(|| self.of.get(agent, home));
        self.lists[list.0 as usize].as_deref()
    }
}

/// The entries of the customized list that match an agent's addresses, found once for each pair of intervals of
/// addresses.
fn by_address(company: &Company, list: &[ListEntry]) -> impl FnMut(&mut Lists, AgentId) -> ListId {
    let intervals = MatchingIntervals::of(list);
    let mut known: BTreeMap<[Option<usize>; 2], ListId> = BTreeMap::new();
    let mut last: ([Option<usize>; 2], Option<ListId>) = ([None; 2], None);
    move |lists, agent| {
        let found = intervals.intervals(company.addresses(agent), last.0);
        if let Some(list) = last.1.filter(|_| last.0 == found) {
            return list;
        }
        let found_list = *known.entry(found).or_insert_with(|| {
            let entries = intervals.matching(found).into_iter();
            lists.intern(Some(entries.map(|entry| list[entry].source).collect()))
        });
        last = (found, Some(found_list));
        found_list
    }
}

/// The entries that match computers of other sites at each site.
fn visitors(company: &Company, list: &[ListEntry], lists: &mut Lists) -> Column<SiteId, ListId> {
    let of = |site| {
        let matching = source_order::matching(list, company.addresses_of_visitor(site));
        lists.intern(Some(matching.collect()))
    };
    company.sites.ids().map(of).collect()
}

/// The lists that name each Update Agent.
fn lists_naming(lists: &[Option<Vec<ListedSource>>]) -> BTreeMap<usize, Vec<ListId>> {
    let mut naming: BTreeMap<usize, Vec<ListId>> = BTreeMap::new();
    for (list, entries) in (0..).map(ListId).zip(lists) {
        for source in entries.iter().flatten() {
            if let ListedSource::UpdateAgent(index) = source {
                let lists = naming.entry(*index).or_default();
                if lists.last() != Some(&list) {
                    lists.push(list);
                }
            }
        }
    }
    naming
}

/// The server's number among the notifiers: 0; number n + 1 is Update Agent n.
pub(super) const SERVER_NOTIFIER: usize = 0;

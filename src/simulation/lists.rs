//! The sources that each agent may use: resolved once, because lists do not change during a run.

use std::collections::BTreeMap;

use crate::ids::{AgentId, Column, IdRuns};
use crate::model::company::{Company, ListedSource};
use crate::model::settings::TopologyOption;
use crate::policy::source_list::MatchingIntervals;
use crate::policy::source_order::{self, UpdateAgentSource};
use crate::policy::topology::{AgentsFrom, Roles};

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

/// The sources of every agent, with equal lists stored once.
#[derive(Debug)]
pub(super) struct SourceLists {
    /// Matching entries in order; `None`: the standard source (SRC-1).
    lists: Vec<Option<Vec<ListedSource>>>,
    of: Column<AgentId, ListId>,
    /// Whether `ActiveUpdate` is an entry of the customized list, for any addresses (SRC-4).
    pub au_listed: bool,
    /// Whether it is the first entry, including for agents that do not use the list (SRC-1, UAG-4).
    pub au_first: bool,
    /// The agents of each list, in their order.
    members: Vec<IdRuns<AgentId>>,
    /// The lists that name each Update Agent.
    naming: BTreeMap<usize, Vec<ListId>>,
}

impl SourceLists {
    /// Resolves the list of every agent under `roles`.
    pub(super) fn resolve(company: &Company, option: TopologyOption, roles: Roles) -> Self {
        let mut lists = Lists::default();
        let mut of = match roles.agents_from {
            AgentsFrom::Server => same_for_all(company, lists.intern(None)),
            AgentsFrom::External => {
                same_for_all(company, lists.intern(Some(vec![company.external])))
            }
            AgentsFrom::List => by_address(company, &mut lists),
        };
        if roles.update_agents_serve {
            let only_from_server = company.settings.update_agent.only_from_server;
            for (number, served) in company.update_agents.iter().enumerate() {
                let source = source_order::update_agent_source(
                    option,
                    served.upstream,
                    only_from_server,
                    company.external,
                );
                let addresses = company.addresses(served.agent);
                of[served.agent] = lists.intern(match source {
                    UpdateAgentSource::Standard => None,
                    UpdateAgentSource::List(only) => Some(vec![only]),
                    UpdateAgentSource::CustomizedList => {
                        let others = source_order::matching(&company.list, addresses);
                        let own = ListedSource::UpdateAgent(number);
                        Some(others.filter(|source| *source != own).collect())
                    }
                });
            }
        }
        let au_listed = match roles.agents_from {
            AgentsFrom::Server => false,
            AgentsFrom::External => company.external == ListedSource::ActiveUpdate,
            AgentsFrom::List => {
                company.list.iter().any(|entry| entry.source == ListedSource::ActiveUpdate)
            }
        };
        let first = company.list.first();
        let au_first = first.is_some_and(|entry| entry.source == ListedSource::ActiveUpdate);
        let lists = lists.all;
        let mut members = vec![IdRuns::new(); lists.len()];
        for (agent, list) in of.rows() {
            members[list.0 as usize].push(agent);
        }
        let naming = lists_naming(&lists);
        Self { lists, of, au_listed, au_first, members, naming }
    }

    /// Whether Update Agent number `index` is the source of an agent (DUP-10).
    pub(super) fn is_source(&self, index: usize) -> bool {
        let lists = self.naming.get(&index).into_iter().flatten();
        lists.into_iter().any(|list| self.members[list.0 as usize].runs() > 0)
    }

    /// The agents whose lists name Update Agent number `index`, in their order.
    pub(super) fn listing(&self, index: usize) -> Vec<AgentId> {
        let lists = self.naming.get(&index).into_iter().flatten();
        let mut agents: Vec<AgentId> =
            lists.flat_map(|list| self.members[list.0 as usize].iter()).collect();
        agents.sort_unstable();
        agents
    }

    /// The matching entries of `agent` in order; `None`: it uses the standard source.
    pub(super) fn of(&self, agent: AgentId) -> Option<&[ListedSource]> {
        self.lists[self.of[agent].0 as usize].as_deref()
    }
}

fn same_for_all(company: &Company, list: ListId) -> Column<AgentId, ListId> {
    Column::filled(list, company.agents.site.len())
}

/// The entries of the customized list that match each agent's addresses, found once for each pair of
/// intervals of addresses.
fn by_address(company: &Company, lists: &mut Lists) -> Column<AgentId, ListId> {
    let intervals = MatchingIntervals::of(&company.list);
    let mut known: BTreeMap<[Option<usize>; 2], ListId> = BTreeMap::new();
    let mut last: ([Option<usize>; 2], Option<ListId>) = ([None; 2], None);
    let mut list_of = |agent| {
        let found = intervals.intervals(company.addresses(agent), last.0);
        if let Some(list) = last.1.filter(|_| last.0 == found) {
            return list;
        }
        let list = *known.entry(found).or_insert_with(|| {
            let entries = intervals.matching(found).into_iter();
            lists.intern(Some(entries.map(|entry| company.list[entry].source).collect()))
        });
        last = (found, Some(list));
        list
    };
    company.agents.site.ids().map(&mut list_of).collect()
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

//! Which sources each agent may turn to, and who tells it: resolved once, for they do not change
//! during a run.

use std::collections::BTreeMap;

use crate::ids::{AgentId, Column, IdRuns, IdSet};
use crate::model::company::{Company, ListedSource};
use crate::model::settings::TopologyOption;
use crate::policy::notification::{Notifier, notifier_of};
use crate::policy::source_list::MatchingIntervals;
use crate::policy::source_order::{self, UpdateAgentSource};
use crate::policy::topology::{AgentsFrom, Roles};

/// The number of a list of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ListId(u32);

/// Lists of sources, equal ones stored once: matching entries in order; `None`: the standard source
/// (SRC-1).
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

/// The sources of every agent, equal lists stored once.
#[derive(Debug)]
pub(super) struct SourceLists {
    /// Matching entries in order; `None`: the standard source (SRC-1).
    lists: Vec<Option<Vec<ListedSource>>>,
    of: Column<AgentId, ListId>,
    /// Whether `ActiveUpdate` is an entry of the customized list, for whomever (SRC-4).
    pub au_listed: bool,
    /// Whether it is the first entry, also for who does not use the list (SRC-1, UAG-4).
    pub au_first: bool,
    /// Whether each Update Agent is somebody's source (DUP-10).
    used: Vec<bool>,
}

impl SourceLists {
    /// Resolves the list of every agent under `roles`.
    pub(super) fn resolve(company: &Company, option: TopologyOption, roles: Roles) -> Self {
        let mut lists = Lists::default();
        let mut of = match roles.agents_from {
            AgentsFrom::Server => same_for_all(company, lists.intern(None)),
            AgentsFrom::ActiveUpdate => {
                same_for_all(company, lists.intern(Some(vec![ListedSource::ActiveUpdate])))
            }
            AgentsFrom::List => by_address(company, &mut lists),
        };
        if roles.update_agents_serve {
            let only_from_server = company.settings.update_agent.only_from_server;
            for agent in &company.update_agents {
                let source =
                    source_order::update_agent_source(option, agent.upstream, only_from_server);
                of[agent.agent] = lists.intern(match source {
                    UpdateAgentSource::Standard => None,
                    UpdateAgentSource::List(only) => Some(vec![only]),
                });
            }
        }
        let au_listed = match roles.agents_from {
            AgentsFrom::Server => false,
            AgentsFrom::ActiveUpdate => true,
            AgentsFrom::List => {
                company.list.iter().any(|entry| entry.source == ListedSource::ActiveUpdate)
            }
        };
        let first = company.list.first();
        let au_first = first.is_some_and(|entry| entry.source == ListedSource::ActiveUpdate);
        let lists = lists.all;
        let used = update_agents_used(company, &lists, &of);
        Self { lists, of, au_listed, au_first, used }
    }

    /// Whether Update Agent number `index` is somebody's source (DUP-10).
    pub(super) fn is_source(&self, index: usize) -> bool {
        self.used[index]
    }

    /// The matching entries of `agent` in order; `None`: it uses the standard source.
    pub(super) fn of(&self, agent: AgentId) -> Option<&[ListedSource]> {
        self.lists[self.of[agent].0 as usize].as_deref()
    }
}

fn same_for_all(company: &Company, list: ListId) -> Column<AgentId, ListId> {
    Column::filled(list, company.agents.site.len())
}

/// The entries of the customized list that match each agent's address, found once for each interval
/// of addresses.
fn by_address(company: &Company, lists: &mut Lists) -> Column<AgentId, ListId> {
    let intervals = MatchingIntervals::of(&company.list);
    let mut of_interval: Vec<Option<ListId>> = vec![None; intervals.len()];
    let mut interval = 0;
    let addresses = company.agents.address.iter();
    addresses
        .map(|address| {
            interval = intervals.interval_near(*address, interval);
            *of_interval[interval].get_or_insert_with(|| {
                let entries = intervals.entries(interval).iter();
                lists.intern(Some(entries.map(|entry| company.list[*entry].source).collect()))
            })
        })
        .collect()
}

/// Whether each Update Agent is in a list that an agent has.
fn update_agents_used(
    company: &Company,
    lists: &[Option<Vec<ListedSource>>],
    of: &Column<AgentId, ListId>,
) -> Vec<bool> {
    let mut is_had = vec![false; lists.len()];
    of.iter().for_each(|list| is_had[list.0 as usize] = true);
    let had = lists.iter().zip(is_had).filter(|(_, is_had)| *is_had);
    let mut used = vec![false; company.update_agents.len()];
    for source in had.filter_map(|(list, _)| list.as_ref()).flatten() {
        if let ListedSource::UpdateAgent(index) = source {
            used[*index] = true;
        }
    }
    used
}

/// Who notifies whom (NTF-10): the agents of each notifier, the server's first.
#[derive(Debug)]
pub(super) struct Audiences {
    /// The agents that each notifier tells; number 0 is the server, number n + 1 Update Agent n.
    pub of: Vec<IdRuns<AgentId>>,
    /// The notifier of the agents that have each list.
    by_list: Vec<Option<usize>>,
    /// Agents that nobody tells, whatever their list.
    untold: IdSet<AgentId>,
}

/// The server among the notifiers.
pub(super) const SERVER_NOTIFIER: usize = 0;

impl Audiences {
    /// Resolves who tells every agent.
    pub(super) fn resolve(company: &Company, roles: Roles, lists: &SourceLists) -> Self {
        let notified_by = company.settings.notification.notified_by;
        let notifier = |list: &Option<Vec<ListedSource>>| {
            let first = list.as_ref().and_then(|list| list.first().copied());
            notifier_of(first, roles, notified_by).map(number)
        };
        let by_list = lists.lists.iter().map(notifier).collect();
        let mut untold = IdSet::with_room(company.agents.site.len());
        if roles.update_agents_serve && roles.update_agents_look {
            // Update Agents under `ua` look by themselves (TOP-3). Else the server tells them, save
            // those whose own source is another Update Agent: that one tells them once it has
            // something to give (NTF-10).
            company.update_agents.iter().for_each(|served| untold.insert(served.agent));
        }
        let of = vec![IdRuns::new(); 1 + company.update_agents.len()];
        let mut audiences = Self { of, by_list, untold };
        for agent in company.agents.site.ids() {
            if let Some(notifier) = audiences.notifier(lists, agent) {
                audiences.of[notifier].push(agent);
            }
        }
        audiences
    }

    /// The notifier that tells `agent`, whose lists are `lists`.
    pub(super) fn notifier(&self, lists: &SourceLists, agent: AgentId) -> Option<usize> {
        self.by_list[lists.of[agent].0 as usize].filter(|_| !self.untold.contains(agent))
    }
}

fn number(notifier: Notifier) -> usize {
    match notifier {
        Notifier::Server => SERVER_NOTIFIER,
        Notifier::UpdateAgent(index) => index + 1,
    }
}

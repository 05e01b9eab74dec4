//! Which sources each agent may turn to, and who tells it: resolved once, for they do not change
//! during a run.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgentId, Column};
use crate::model::company::{Company, ListedSource};
use crate::model::settings::TopologyOption;
use crate::policy::notification::{Notifier, notifier_of};
use crate::policy::source_order::{self, UpdateAgentSource};
use crate::policy::topology::{AgentsFrom, Roles};

/// The number of a list of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ListId(u32);

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
    /// The Update Agents that are somebody's source (DUP-10).
    used: BTreeSet<usize>,
}

impl SourceLists {
    /// Resolves the list of every agent under `roles`.
    pub(super) fn resolve(company: &Company, option: TopologyOption, roles: Roles) -> Self {
        let mut known: BTreeMap<Option<Vec<ListedSource>>, ListId> = BTreeMap::new();
        let mut lists = Vec::new();
        let mut intern = |list: Option<Vec<ListedSource>>| {
            *known.entry(list).or_insert_with_key(|list| {
                lists.push(list.clone());
                ListId(u32::try_from(lists.len() - 1).expect("fewer lists than agents"))
            })
        };
        let mut of: Column<AgentId, ListId> = company
            .agents
            .address
            .iter()
            .map(|address| match roles.agents_from {
                AgentsFrom::Server => intern(None),
                AgentsFrom::ActiveUpdate => intern(Some(vec![ListedSource::ActiveUpdate])),
                AgentsFrom::List => {
                    intern(Some(source_order::matching(&company.list, *address).collect()))
                }
            })
            .collect();
        if roles.update_agents_serve {
            let only_from_server = company.settings.update_agent.only_from_server;
            for agent in &company.update_agents {
                let source =
                    source_order::update_agent_source(option, agent.upstream, only_from_server);
                of[agent.agent] = intern(match source {
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
        let listed = lists.iter().flatten().flatten();
        let used = listed.filter_map(|source| match source {
            ListedSource::UpdateAgent(index) => Some(*index),
            ListedSource::Server | ListedSource::ActiveUpdate => None,
        });
        let used = used.collect();
        Self { lists, of, au_listed, au_first, used }
    }

    /// Whether Update Agent number `index` is somebody's source (DUP-10).
    pub(super) fn is_source(&self, index: usize) -> bool {
        self.used.contains(&index)
    }

    /// The matching entries of `agent` in order; `None`: it uses the standard source.
    pub(super) fn of(&self, agent: AgentId) -> Option<&[ListedSource]> {
        self.lists[self.of[agent].0 as usize].as_deref()
    }
}

/// Who notifies whom (NTF-10): the agents of each notifier, the server's first.
#[derive(Debug)]
pub(super) struct Audiences {
    /// The agents that each notifier tells; number 0 is the server, number n + 1 Update Agent n.
    pub of: Vec<Vec<AgentId>>,
    by: Column<AgentId, u32>,
}

/// The server among the notifiers.
pub(super) const SERVER_NOTIFIER: usize = 0;
const NOBODY: u32 = u32::MAX;

impl Audiences {
    /// Resolves who tells every agent.
    pub(super) fn resolve(company: &Company, roles: Roles, lists: &SourceLists) -> Self {
        let notified_by = company.settings.notification.notified_by;
        let mut by: Column<AgentId, u32> = company
            .agents
            .site
            .ids()
            .map(|agent| {
                let first = lists.of(agent).and_then(|list| list.first().copied());
                number(notifier_of(first, roles, notified_by))
            })
            .collect();
        if roles.update_agents_serve {
            // Update Agents under `ua` look by themselves (TOP-3). Else the server tells them, save
            // those whose own source is another Update Agent: that one tells them once it has
            // something to give (NTF-10).
            for agent in company.update_agents.iter().map(|served| served.agent) {
                let first = lists.of(agent).and_then(|list| list.first().copied());
                let looks = roles.update_agents_look;
                by[agent] = number(notifier_of(first, roles, notified_by).filter(|_| !looks));
            }
        }
        let mut of = vec![Vec::new(); 1 + company.update_agents.len()];
        for (agent, notifier) in by.rows().filter(|(_, notifier)| **notifier != NOBODY) {
            of[*notifier as usize].push(agent);
        }
        Self { of, by }
    }

    /// The notifier that tells `agent`.
    pub(super) fn notifier(&self, agent: AgentId) -> Option<usize> {
        let notifier = self.by[agent];
        (notifier != NOBODY).then_some(notifier as usize)
    }
}

fn number(notifier: Option<Notifier>) -> u32 {
    match notifier {
        None => NOBODY,
        Some(Notifier::Server) => 0,
        Some(Notifier::UpdateAgent(index)) => {
            u32::try_from(index + 1).expect("fewer Update Agents than agents")
        }
    }
}

//! The identity of agents in log lines, and their sites.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::ids::{AgentId, Column, RowId, SiteId};
use crate::scenario::{RangeOrigin, Scenario};

/// The sites of the scenario, by their ranges, and its sources by their names.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// The prefix lengths that there are, the longest first.
    lengths: Vec<u8>,
    by_range: BTreeMap<(u8, u32), SiteId>,
    /// Those whose ranges the scenario does not state.
    allotted: BTreeSet<SiteId>,
    /// Also by the names of their Update Agents, if these have their own.
    by_name: BTreeMap<String, SiteId>,
    other_sources: BTreeSet<String>,
}

impl Sites {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut sites = Self::default();
        let mut next = 0;
        for group in &scenario.groups {
            for (index, subnet) in (0..group.count).zip(&group.subnets) {
                let site = SiteId::from_index(next);
                next += 1;
                sites.by_name.insert(group.site_name(index), site);
                let range = (subnet.prefix_len(), u32::from(subnet.network()));
                sites.by_range.entry(range).or_insert(site);
                if group.range_origin == RangeOrigin::Allotted {
                    sites.allotted.insert(site);
                }
                if !sites.lengths.contains(&range.0) {
                    sites.lengths.push(range.0);
                }
            }
        }
        sites.lengths.sort_unstable_by(|one, other| other.cmp(one));
        for update_agent in &scenario.update_agents {
            if let Some(site) = sites.by_name.get(&update_agent.site).copied() {
                sites.by_name.entry(update_agent.name.clone()).or_insert(site);
            }
        }
        sites.other_sources.extend(scenario.other_sources.iter().map(|source| source.name.clone()));
        sites
    }

    /// Whether the scenario has another source with that name.
    pub(super) fn has_other_source(&self, name: &[u8]) -> bool {
        std::str::from_utf8(name).is_ok_and(|name| self.other_sources.contains(name))
    }

    /// The site with the longest prefix that matches `address`.
    pub(super) fn at(&self, address: Ipv4Addr) -> Option<SiteId> {
        let bits = u32::from(address);
        let network = |length: u8| bits & u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
        self.lengths
            .iter()
            .find_map(|length| self.by_range.get(&(*length, network(*length))))
            .copied()
    }

    /// The site or Update Agent called `name`, or else the site in it, such as `branch-017` in `branch-017/ua-1`.
    pub(super) fn named(&self, name: &[u8]) -> Option<SiteId> {
        let name = std::str::from_utf8(name).ok()?;
        let whole = self.by_name.get(name);
        whole.or_else(|| self.by_name.get(name.rsplit_once('/')?.0)).copied()
    }
}

/// An agent as named in logs: by a name (a GUID), an address, or both.
#[derive(Debug, Default)]
struct Named {
    name: Option<Box<[u8]>>,
    address: Option<Ipv4Addr>,
    /// The site of the Update Agent that served it last.
    served_at: Option<SiteId>,
}

/// All agents in log lines.
#[derive(Debug, Default)]
pub(super) struct Agents {
    all: Vec<Named>,
    by_name: BTreeMap<Box<[u8]>, u32>,
    /// Those of which only the address is known.
    by_address: BTreeMap<Ipv4Addr, u32>,
    /// The number of times that an agent appeared with a different address.
    pub(super) moves: u64,
}

/// Agents by identity, not by the form of their name.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The agent of each name.
    pub(super) of: Vec<AgentId>,
    /// The site of each agent.
    pub(super) sites: Column<AgentId, Option<SiteId>>,
    /// Agents without a site: their number, and the names of the first.
    pub(super) nowhere: usize,
    pub(super) examples: Vec<String>,
    /// The number of agents that are placed by the Update Agent that served them.
    pub(super) by_source: usize,
    /// The number of agents that are placed by a range that the scenario does not state.
    pub(super) by_allotted: usize,
    /// Addresses shared by several names, whose other lines cannot be assigned.
    pub(super) shared: usize,
}

/// The maximum number of agents without a site, and of unknown sources, that are named.
pub(super) const EXAMPLES: usize = 3;

impl Agents {
    /// The agent at `address`, of which the log knows nothing else.
    pub(super) fn at(&mut self, address: Ipv4Addr) -> AgentId {
        let all = &mut self.all;
        AgentId(*self.by_address.entry(address).or_insert_with(|| {
            all.push(Named { address: Some(address), ..Named::default() });
            number(all.len())
        }))
    }

    /// The agent named `name`, with its present `address` if given.
    pub(super) fn called(&mut self, name: &[u8], address: Option<Ipv4Addr>) -> AgentId {
        let known = self.by_name.get(name).copied();
        let agent = known.unwrap_or_else(|| {
            self.all.push(Named { name: Some(name.into()), ..Named::default() });
            let agent = number(self.all.len());
            self.by_name.insert(name.into(), agent);
            agent
        });
        if let Some(address) = address {
            let own = &mut self.all[agent as usize].address;
            self.moves += u64::from(own.is_some_and(|own| own != address));
            *own = Some(address);
        }
        AgentId(agent)
    }

    /// An Update Agent at `site` has served `agent`.
    pub(super) fn served(&mut self, agent: AgentId, site: SiteId) {
        self.all[agent.0 as usize].served_at = Some(site);
    }

    /// Resolves identities: an address belongs to the single name that had it.
    pub(super) fn resolve(&self, sites: &Sites) -> Resolved {
        let mut names_at: BTreeMap<Ipv4Addr, Option<u32>> = BTreeMap::new();
        for (agent, named) in (0..).zip(&self.all).filter(|(_, named)| named.name.is_some()) {
            let Some(address) = named.address else { continue };
            names_at.entry(address).and_modify(|only| *only = None).or_insert(Some(agent));
        }
        let mut resolved = Resolved {
            shared: names_at.values().filter(|only| only.is_none()).count(),
            ..Resolved::default()
        };
        let own: Vec<Option<AgentId>> = self
            .all
            .iter()
            .map(|named| {
                let other = named.address.filter(|_| named.name.is_none());
                let is_alias = other.and_then(|address| *names_at.get(&address)?).is_some();
                (!is_alias).then(|| resolved.sites.push(named.site(sites)))
            })
            .collect();
        resolved.of = self
            .all
            .iter()
            .zip(&own)
            .map(|(named, agent)| {
                agent.unwrap_or_else(|| {
                    let address = named.address.expect("an alias has an address");
                    let name = names_at[&address].expect("one name");
                    own[name as usize].expect("a name is nobody's alias")
                })
            })
            .collect();
        resolved.by_source = self
            .all
            .iter()
            .filter(|named| named.address.is_none() && named.served_at.is_some())
            .filter(|named| named.name.as_deref().and_then(|name| sites.named(name)).is_none())
            .count();
        let agents = || self.all.iter().zip(&own).filter(|(_, own)| own.is_some());
        let in_allotted = |named: &Named| {
            named.address.and_then(|at| sites.at(at)).is_some_and(|at| sites.allotted.contains(&at))
        };
        resolved.by_allotted = agents().filter(|(named, _)| in_allotted(named)).count();
        for (named, _) in agents().filter(|(named, _)| named.site(sites).is_none()) {
            resolved.nowhere += 1;
            if resolved.examples.len() < EXAMPLES {
                resolved.examples.push(named.shown());
            }
        }
        resolved
    }
}

impl Named {
    fn site(&self, sites: &Sites) -> Option<SiteId> {
        let by_address = self.address.and_then(|address| sites.at(address));
        let by_name = || sites.named(self.name.as_deref()?);
        // An Update Agent serves its own site, unless the list says otherwise.
        by_address.or_else(by_name).or(self.served_at)
    }

    fn shown(&self) -> String {
        let name = self.name.as_deref().map(String::from_utf8_lossy);
        self.address.map_or_else(|| name.unwrap_or_default().into(), |address| address.to_string())
    }
}

fn number(len: usize) -> u32 {
    u32::try_from(len - 1).expect("fewer agents than addresses")
}

//! Lints: warnings of the vendor's documents that apply to a company before any run. Warnings that depend on a run are
//! in `cautions.rs`; each rule is in one of the two.
//!
//! A change can bring another update source list. Too many agents or entries are warned of if any list has them; what
//! no agent needs, or no Update Agent serves, is warned of if this is so by every list.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::run::Caution;
use crate::ids::{AgentId, Column, NodeId, SiteId};
use crate::model::address_range::AddressRange;
use crate::model::company::{Company, ListEntry, ListedSource, UpdateAgent, Upstream};
use crate::model::settings::UpdateAgentSettings;
use crate::network::Topology;
use crate::policy::admission::{DOCUMENTED, has_disk, measured_capacity};
use crate::policy::duplication::pays_from;
use crate::policy::source_list::MatchingIntervals;
use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::units::text::counted;
use crate::units::{Bytes, SimDuration};

/// Additional disk space required by the current revision of KB 1034989 (UAG-2).
const DISK: Bytes = Bytes::new(2_000_000_000);
/// Our reading of *excessive* (UAG-6): the documents give no number.
const FEWEST_SERVED: f64 = 5.0;
/// Our reading of *low bandwidth* (TOP-2): the documents give no number.
const TOO_LONG: SimDuration = SimDuration::from_hours(1);

/// The warnings about `company`, in the order of the rules. Sources: the documents of each rule in `docs/rules.md`.
pub fn lints(company: &Company, topology: &Topology) -> Vec<Caution> {
    let served: Vec<Served> = company.lists().map(|list| Served::of(company, list)).collect();
    let settings = &company.settings.update_agent;
    let own: Vec<UpdateAgentSettings> = company
        .update_agents
        .iter()
        .map(|served| UpdateAgentSettings {
            capacity: served.capacity.unwrap_or(settings.capacity),
            free_disk: served.free_disk.unwrap_or(settings.free_disk),
            uplink: served.uplink,
            ..*settings
        })
        .collect();
    let about_update_agents = if company.update_agents.is_empty() {
        Vec::new()
    } else {
        vec![
            served.iter().find_map(|by| by.beyond_capacity(company)),
            own.iter().find_map(beyond_measured),
            disk(settings, &own.iter().map(|own| own.free_disk).collect::<Vec<_>>()),
            long_list(company.lists().map(<[ListEntry]>::len).max().unwrap_or_default()),
            excessive(company, &served),
            independent(company),
        ]
    };
    let about_all =
        [unplaced(company), unused_sources(company), thin_sites(company, topology, &served)];
    let all = about_update_agents.into_iter().chain(about_all);
    all.flatten().collect()
}

fn caution(name: &'static str, seen: String, advice: &'static str) -> Caution {
    Caution { name: Cow::Borrowed(name), seen, advice: advice.into() }
}

/// The agents that the Update Agents serve by one update source list.
struct Served {
    /// By Update Agent: the number of agents that it serves first, and of Update Agents that update from it. Those that
    /// serve a range are taken to share its agents evenly.
    clients: Vec<f64>,
    /// By site: the number of agents that no entry leads to an Update Agent.
    without: Column<SiteId, u64>,
}

impl Served {
    fn of(company: &Company, list: &[ListEntry]) -> Self {
        let mut ranges: BTreeMap<AddressRange, (BTreeSet<usize>, u64)> = BTreeMap::new();
        for entry in list {
            if let ListedSource::UpdateAgent(number) = entry.source {
                let _ = ranges.entry(entry.range).or_default().0.insert(number);
            }
        }
        // An Update Agent does not ask itself.
        let hosts: BTreeSet<AgentId> = company.update_agents.iter().map(|at| at.agent).collect();
        let intervals = MatchingIntervals::of(list);
        let mut agents_in: BTreeMap<([Option<usize>; 2], SiteId, bool), u64> = BTreeMap::new();
        let mut found = [None; 2];
        for agent in company.agents.ids() {
            found = intervals.intervals(company.addresses(agent), found);
            let key = (found, company.agents[agent].site, hosts.contains(&agent));
            *agents_in.entry(key).or_default() += 1;
        }
        let mut without = Column::filled(0, company.sites.len());
        for ((found, site, is_host), more) in agents_in {
            let matching = intervals.matching(found);
            let mut entries = matching.iter().map(|entry| list[*entry]);
            let first = entries.clone().next().map(|entry| entry.range);
            let served = first.and_then(|range| ranges.get_mut(&range)).filter(|_| !is_host);
            if let Some((_, agents)) = served {
                *agents += more;
            }
            if !entries.any(|entry| matches!(entry.source, ListedSource::UpdateAgent(_))) {
                without[site] += more;
            }
        }
        let mut clients = vec![0.0; company.update_agents.len()];
        for (sources, served) in ranges.values() {
            for source in sources {
                #[expect(clippy::cast_precision_loss, reason = "fewer agents than an f64 counts")]
                let share = *served as f64 / sources.len() as f64;
                clients[*source] += share;
            }
        }
        for upstream in upstreams(company) {
            clients[upstream] += 1.0;
        }
        Self { clients, without }
    }

    /// UAG-1: more agents than can be served at once.
    fn beyond_capacity(&self, company: &Company) -> Option<Caution> {
        let usual = company.settings.update_agent.capacity;
        let all = company.update_agents.iter().zip(&self.clients);
        let over: Vec<(&UpdateAgent, u32, f64)> = all
            .map(|(agent, clients)| (agent, agent.capacity.unwrap_or(usual), *clients))
            .filter(|(_, capacity, clients)| *clients > f64::from(*capacity))
            .collect();
        // The first of equal ones.
        let (agent, capacity, clients) =
            over.iter().rev().max_by(|(.., a), (.., b)| a.total_cmp(b))?;
        let seen = format!(
            "UAG-1: {:.0} agents for `{}`, with {capacity} requests at once; {}",
            clients.ceil(),
            agent.name,
            counted(over.len(), "such Update Agent", "such Update Agents"),
        );
        let advice = "add Update Agents there, spread the agents' starts, or raise \
                      `update_agents.capacity` if the machines are dedicated";
        Some(caution("update-agent-limit", seen, advice))
    }
}

/// The Update Agent from which each Update Agent updates whose source is one.
fn upstreams(company: &Company) -> impl Iterator<Item = usize> {
    company.update_agents.iter().filter_map(|agent| match agent.upstream {
        Upstream::UpdateAgent(number) => Some(number),
        _ => None,
    })
}

/// UAG-6: Update Agents that few agents need, by whichever list.
fn excessive(company: &Company, served: &[Served]) -> Option<Caution> {
    let count = company.update_agents.len();
    let upstreams: BTreeSet<usize> = upstreams(company).collect();
    let is_idle = |number: &usize| {
        served.iter().all(|by| by.clients[*number] < FEWEST_SERVED) && !upstreams.contains(number)
    };
    let idle = (0..count).filter(is_idle).count();
    (idle > 0).then_some(())?;
    let seen = format!(
        "UAG-6: {idle} of {count} Update Agents serve fewer than {FEWEST_SERVED} agents each (our threshold), \
         and each mirrors all versions, is notified first and takes a slot"
    );
    let mut advice = "configure only the Update Agents that are needed".to_string();
    if let Some((name, agents)) = pays_latest(company) {
        let _ = write!(
            advice,
            ": if agents are one release behind, an Update Agent saves traffic over its link from \
             {agents} agents on ({name})"
        );
    }
    Some(Caution { name: "excessive-update-agents".into(), seen, advice })
}

/// The released component that needs the most agents for an Update Agent to save traffic, and this number.
fn pays_latest(company: &Company) -> Option<(&str, u64)> {
    let released = company.releases.iter().flat_map(|release| &release.components);
    let pays = released.filter_map(|id| {
        let component = &company.catalogue[*id];
        Some((component.name.as_str(), pays_from(component)?))
    });
    pays.max_by_key(|(_, agents)| *agents)
}

/// UAG-1: a higher limit of concurrent requests than the vendor has measured.
fn beyond_measured(settings: &UpdateAgentSettings) -> Option<Caution> {
    let capacity = settings.capacity;
    if capacity <= DOCUMENTED {
        return None;
    }
    let most = measured_capacity(settings.uplink);
    let seen = format!(
        "UAG-1: {capacity} requests at once; the documents state {DOCUMENTED}, and the vendor measured \
         {most} at {} on a dedicated machine",
        settings.uplink
    );
    let advice = "keep `update_agents.capacity` at 250 unless the machines are dedicated";
    Some(caution("update-agent-capacity", seen, advice))
}

/// UAG-2: insufficient free disk space.
fn disk(settings: &UpdateAgentSettings, all: &[Bytes]) -> Option<Caution> {
    let (free, needed) = (*all.iter().min()?, settings.needed_disk);
    let count = all.iter().filter(|free| !has_disk(**free, settings)).count();
    if count > 0 {
        let seen = format!(
            "UAG-2: {free} of disk space free and {needed} needed: {count} Update Agents cannot serve"
        );
        let advice = "free disk space (`update_agents.free_disk`); without it they can neither obtain nor \
                      serve";
        return Some(caution("update-agent-disk", seen, advice));
    }
    if free >= DISK {
        return None;
    }
    let seen = format!(
        "UAG-2: {free} of disk space free; the vendor's current document requires an additional {DISK}"
    );
    Some(caution("update-agent-disk", seen, "free disk space on the Update Agents"))
}

/// NTF-2, NTF-4: an Update Agent in Independent mode is notified of updates only if such agents are included; otherwise
/// it depends on its own schedule.
fn independent(company: &Company) -> Option<Caution> {
    let agents = &company.agents;
    let hears =
        |agent| company.settings.notification.include_offline || agents[agent].is_scheduled();
    let all = company.update_agents.iter();
    let mut deaf =
        all.filter(|served| agents[served.agent].is_independent() && !hears(served.agent));
    let first = deaf.next()?;
    let seen = format!(
        "NTF-2: no notifications of updates reach {} in Independent mode, such as `{}`",
        counted(1 + deaf.count(), "Update Agent", "Update Agents"),
        first.name
    );
    let advice = "use Independent mode for laptops only, or set notification.include_offline";
    Some(caution("independent-update-agent", seen, advice))
}

/// SRC-2: a list that is nearly full.
fn long_list(entries: usize) -> Option<Caution> {
    if entries * 10 <= MAX_LIST_ENTRIES * 9 {
        return None;
    }
    let seen = format!("SRC-2: {entries} of at most {MAX_LIST_ENTRIES} update sources");
    let advice = "let Update Agents at hubs serve the sites below them: serves = \"downstream\"";
    Some(caution("long-source-list", seen, advice))
}

/// UAG-6: Update Agents that are no computer, as all agents of their site are Update Agents already.
fn unplaced(company: &Company) -> Option<Caution> {
    let all = &company.unplaced_update_agents;
    let first = all.first()?;
    let seen = format!(
        "UAG-6: no agent is left at the site of {}, such as `{first}`: none is there, and entries for it lead nowhere",
        counted(all.len(), "Update Agent", "Update Agents"),
    );
    let advice = "add agents to the site, or remove the [[update_agent]]";
    Some(caution("unplaced-update-agent", seen, advice))
}

/// SRC-2: other update sources that nothing names, and so no agent uses.
fn unused_sources(company: &Company) -> Option<Caution> {
    let named_by_agent = company.update_agents.iter().filter_map(|agent| match agent.upstream {
        Upstream::Other(number) => Some(number),
        _ => None,
    });
    let listed = company.lists().flatten().map(|entry| entry.source).chain([company.external]);
    let listed = listed.filter_map(|source| match source {
        ListedSource::Other(number) => Some(number),
        _ => None,
    });
    let used: BTreeSet<usize> = named_by_agent.chain(listed).collect();
    let all = company.other_sources.iter().enumerate();
    let mut unused = all.filter(|(number, _)| !used.contains(number));
    let (_, first) = unused.next()?;
    let seen = format!(
        "SRC-2: no entry of a list, no Update Agent and not `sources.external` names {}, such as `{}`: no agent uses it",
        counted(1 + unused.count(), "other update source", "other update sources"),
        first.name
    );
    let advice = "name them in an [[update_source]], as the source of an [[update_agent]] or by `sources.external`, or remove them";
    Some(caution("unused-source", seen, advice))
}

/// The number of agents of each site and of all sites behind it, if the sites have this many. A site is behind another if
/// its link leads there.
fn with_those_behind(
    company: &Company,
    topology: &Topology,
    mut agents: Column<SiteId, u64>,
) -> Column<SiteId, u64> {
    let at: BTreeMap<NodeId, SiteId> =
        company.sites.rows().map(|(id, site)| (site.node, id)).collect();
    // Each site comes after the one above it.
    let sites: Vec<SiteId> = company.sites.ids().collect();
    for id in sites.into_iter().rev() {
        let site = &company.sites[id];
        let link = topology.link(site.link);
        let above = if link.to == site.node { link.from } else { link.to };
        if let Some(above) = at.get(&above).filter(|above| **above < id) {
            agents[*above] += agents[id];
        }
    }
    agents
}

/// TOP-2: sites on slow links with agents, there or behind, that have no Update Agent by any list.
fn thin_sites(company: &Company, topology: &Topology, served: &[Served]) -> Option<Caution> {
    let released = company.releases.iter().flat_map(|release| &release.components);
    let full = released.map(|id| company.catalogue[*id].full).max()?;
    let without = |site: SiteId| served.iter().map(|by| by.without[site]).min().unwrap_or(0);
    let own: Column<SiteId, u64> = company.sites.ids().map(without).collect();
    let all = with_those_behind(company, topology, own.clone());
    let time = |site: SiteId, agents: u64| {
        let bits = u128::from(full.count()) * 8 * u128::from(agents);
        let rate = topology.link(company.sites[site].link).bandwidth.bits_per_sec();
        let seconds = bits / u128::from(rate.max(1));
        SimDuration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX / 1_000_000_000))
    };
    // Headquarters is the first site; its link is the Internet access.
    let thin: Vec<(SimDuration, SiteId, u64)> = company
        .sites
        .ids()
        .filter(|site| *site != SiteId(0))
        .map(|site| (time(site, all[site]), site, all[site]))
        .filter(|(time, ..)| *time > TOO_LONG)
        .collect();
    let (time, site, agents) = thin.iter().max()?;
    let behind = if *agents > own[*site] { " and the sites behind it" } else { "" };
    let seen = format!(
        "TOP-2: {} on low bandwidth with agents that no Update Agent serves: {agents} full files of {full} take {time} to \
         `{}`{behind}",
        counted(thin.len(), "site", "sites"),
        company.sites[*site].name
    );
    let advice = "put an Update Agent there (`update_agents = 1`), or one at the hub above";
    Some(caution("thin-site", seen, advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::BitRate;

    fn settings() -> UpdateAgentSettings {
        UpdateAgentSettings { free_disk: DISK, ..UpdateAgentSettings::default() }
    }

    fn seen(caution: Option<Caution>) -> String {
        caution.map(|caution| caution.seen).unwrap_or_default()
    }

    #[test]
    fn uag_1_capacity_is_held_against_what_the_vendor_measured() {
        let with = |capacity, uplink| {
            let uplink = BitRate::from_megabits(uplink);
            seen(beyond_measured(&UpdateAgentSettings { capacity, uplink, ..settings() }))
        };
        assert_eq!(with(250, 10), "");
        assert!(with(251, 10).contains("measured 250"), "{}", with(251, 10));
        assert!(with(500, 999).contains("measured 400"));
        assert!(with(500, 1_000).contains("measured 900"));
        assert!(with(500, 20_000).contains("measured 7700"));
    }

    #[test]
    fn uag_2_disk_is_told_by_what_is_needed_and_by_what_is_recommended() {
        let with = |free| seen(disk(&settings(), &[Bytes::new(free), DISK, Bytes::new(free)]));
        assert_eq!(with(2_000_000_000), "");
        assert!(with(1_999_999_999).contains("an additional 2 GB"));
        assert!(with(299_999_999).contains("2 Update Agents cannot serve"));
    }

    #[test]
    fn src_2_a_list_is_long_above_nine_tenths() {
        assert_eq!((long_list(921).is_some(), long_list(922).is_some()), (false, true));
    }
}

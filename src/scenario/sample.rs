//! From a scenario and one replication's luck to a company and its network.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::Range;

use ipnet::Ipv4Net;

use super::Scenario;
use super::keys::{PRESENCES, SCANS};
use super::served_ranges::served_ranges;
use super::sites::{Group, WayOut};
use super::sources::NamedSource;
use super::value_type::Part;
use crate::ids::{AgentId, Column, LinkId, NodeId, RowId, SiteId};
use crate::model::company::{
    Company, ListEntry, ListedSource, Population, Site, UpdateAgent, Upstream,
};
use crate::model::component::ScanMethod;
use crate::model::fault::Background;
use crate::model::presence::Presence;
use crate::model::reach::Proxy;
use crate::model::smart_protection::SmartProtection;
use crate::model::trigger::Command;
use crate::network::{Carries, Link, Topology};
use crate::policy::schedule::{Privilege, has_schedule};
use crate::random::{Purpose, Streams};
use crate::units::{BitRate, SimDuration};

/// What one replication is about.
#[derive(Debug)]
pub struct SampledCompany {
    /// The company.
    pub company: Company,
    /// Its network.
    pub topology: Topology,
    /// The links between places, and to the Internet.
    pub wan: Vec<LinkId>,
    /// The server's link; forward is what it sends.
    pub server_link: LinkId,
    /// `ActiveUpdate`'s link; forward is what it sends.
    pub active_update_link: LinkId,
    /// Each Update Agent's link; forward is what it sends.
    pub update_agent_links: Vec<LinkId>,
}

/// A drawn site and its agents.
struct PlacedSite {
    id: SiteId,
    group: usize,
    /// Its first agent, and how many.
    agents: (usize, usize),
}

struct Draft<'a> {
    scenario: &'a Scenario,
    streams: &'a Streams,
    topology: Topology,
    wan: Vec<LinkId>,
    internet: NodeId,
    sites: Column<SiteId, Site>,
    placed: Vec<PlacedSite>,
    /// The place of each group's first site among those placed.
    groups: Vec<usize>,
    agents: Population,
}

impl Scenario {
    /// Draws sites, agents and links; the same for the same streams, whatever the option.
    pub fn sample(&self, streams: &Streams) -> SampledCompany {
        let mut topology = Topology::new();
        let internet = topology.add_node("internet");
        let active_update = topology.add_node("active-update");
        let au = self.active_update;
        let active_update_link =
            topology.add_link(active_update, internet, au.bandwidth, au.latency);
        let mut draft = Draft {
            scenario: self,
            streams,
            topology,
            wan: Vec::new(),
            internet,
            sites: Column::new(),
            placed: Vec::new(),
            groups: Vec::new(),
            agents: Population::default(),
        };
        for group in 0..self.groups.len() {
            draft.place_group(group);
        }
        let server = draft.topology.add_node("server");
        let nic = self.headquarters.server_nic;
        let hq = draft.sites[SiteId(0)].node;
        let server_link = draft.topology.add_link(server, hq, nic, SimDuration::ZERO);
        let (update_agents, update_agent_links) = draft.update_agents();
        let list = draft.list(&update_agents);
        let mut beside = |name: &str, bandwidth| {
            let node = draft.topology.add_node(name);
            draft.topology.add_link(node, hq, bandwidth, SimDuration::ZERO);
            node
        };
        let proxy = self.proxy.map(|proxy| Proxy {
            node: beside("proxy", proxy.bandwidth),
            connections: proxy.connections,
            to_internet: proxy.to_internet,
        });
        let smart_protection = self
            .smart_protection
            .map(|settings| SmartProtection { node: beside("smart-protection", nic), settings });
        let company = Company {
            calendar: self.calendar,
            duration: self.duration,
            settings: self.settings,
            working_day: self.working_day,
            catalogue: self.catalogue.clone(),
            releases: self.releases.clone(),
            commands: draft.commands(),
            faults: self.faults(&draft.sites, &update_agents, streams),
            background: draft.background(),
            proxy,
            server_family: self.server_family,
            server_own_family: self.server_own_family,
            active_update_family: au.family,
            smart_protection,
            sites: draft.sites,
            agents: draft.agents,
            update_agents,
            list,
            server,
            active_update,
            active_update_ceiling: Some(au.per_connection),
        };
        let (topology, wan) = (draft.topology, draft.wan);
        SampledCompany {
            company,
            topology,
            wan,
            server_link,
            active_update_link,
            update_agent_links,
        }
    }
}

impl Draft<'_> {
    fn place_group(&mut self, number: usize) {
        let group = &self.scenario.groups[number];
        self.groups.push(self.placed.len());
        for index in 0..group.count {
            let id = SiteId::from_index(self.sites.len());
            let name = group.site_name(index);
            let node = self.topology.add_node(&name);
            let subnet = group.subnets[index as usize];
            let link = self.link_site(node, id, group, index);
            let (family, behind_nat) = (group.family, group.nat);
            self.sites.push(Site { name, node, subnet, family, link, behind_nat });
            let count = self.draw(&group.agents, Purpose::SiteSize, id.0);
            let first = self.agents.site.len();
            let count = usize::try_from(count).expect("bounded by the scenario");
            self.placed.push(PlacedSite { id, group: number, agents: (first, count) });
            for place in 0..count {
                self.place_agent(id, group, first_address(subnet, place));
            }
        }
    }

    /// The places of the sites of a group that is placed.
    fn sites_of(&self, group: usize) -> Range<usize> {
        self.groups[group]..self.groups.get(group + 1).copied().unwrap_or(self.placed.len())
    }

    /// The site's link upward, and its own way to the Internet if it has one.
    fn link_site(&mut self, node: NodeId, id: SiteId, group: &Group, index: u32) -> LinkId {
        let Some(via) = group.via else {
            let hq = self.scenario.headquarters;
            return self.link_out(node, hq.internet_bandwidth, hq.internet_latency);
        };
        let hubs = self.sites_of(via);
        let hub = &self.placed[hubs.start + index as usize % hubs.len()];
        let from = self.sites[hub.id].node;
        let bandwidth = self.draw(&group.bandwidth, Purpose::SiteBandwidth, id.0);
        let bandwidth = BitRate::from_bits_per_sec(bandwidth);
        let latency = self.draw(&group.latency, Purpose::SiteLatency, id.0);
        let latency = SimDuration::from_nanos(latency);
        let carries = match group.internet {
            WayOut::Above => Carries::Everything,
            WayOut::Own { .. } | WayOut::None => Carries::Inside,
        };
        let link = Link { from, to: node, bandwidth, backward: bandwidth, latency, carries };
        let link = self.topology.add(link);
        self.wan.push(link);
        if let WayOut::Own { bandwidth, latency } = &group.internet {
            let bandwidth = self.draw(bandwidth, Purpose::InternetBandwidth, id.0);
            self.link_out(node, BitRate::from_bits_per_sec(bandwidth), *latency);
        }
        link
    }

    /// A site's access to the Internet, which nothing passes that stays inside.
    fn link_out(&mut self, site: NodeId, bandwidth: BitRate, latency: SimDuration) -> LinkId {
        let (from, to, carries) = (self.internet, site, Carries::Internet);
        let link = Link { from, to, bandwidth, backward: bandwidth, latency, carries };
        let link = self.topology.add(link);
        self.wan.push(link);
        link
    }

    fn place_agent(&mut self, site: SiteId, group: &Group, address: Ipv4Addr) {
        let agent = u32::try_from(self.agents.site.len()).expect("bounded by the scenario");
        let scan = self.draw(&group.scan, Purpose::ScanMethod, agent);
        let presence = self.draw(&group.presence, Purpose::PresencePattern, agent);
        let behind = self.draw(&group.releases_behind, Purpose::ReleasesBehind, agent);
        self.agents.site.push(site);
        self.agents.address.push(address);
        self.agents.scan.push(match SCANS[place(scan)] {
            "smart" => ScanMethod::Smart,
            _ => ScanMethod::Conventional,
        });
        self.agents.presence.push(match PRESENCES[place(presence)] {
            "office-hours" => Presence::OfficeHours,
            "laptop" => Presence::Laptop,
            _ => Presence::AlwaysOn,
        });
        let happens = |purpose, nth, share| self.streams.happens(purpose, agent, nth, share);
        let shares = self.scenario.shares;
        self.agents.independent.push(happens(Purpose::Independent, 0, shares.independent));
        let given = happens(Purpose::SchedulePrivilege, 0, shares.scheduled);
        let privilege = if !given {
            Privilege::None
        } else if happens(Purpose::SchedulePrivilege, 1, shares.disabled) {
            Privilege::Disabled
        } else {
            Privilege::Given
        };
        let scheduled = has_schedule(false, privilege, shares.may_disable);
        self.agents.scheduled.push(scheduled);
        self.agents.behind.push(u16::try_from(behind).expect("bounded by the registry"));
    }

    /// Background traffic on the links of its groups.
    fn background(&self) -> Vec<Background> {
        let all = self.scenario.background.iter();
        all.map(|traffic| {
            let sites = self.placed[self.sites_of(traffic.group)].iter();
            let links = sites.map(|site| self.sites[site.id].link).collect();
            Background { links, hours: traffic.hours, share: traffic.share }
        })
        .collect()
    }

    /// The orders, each for the sites of its group.
    fn commands(&self) -> Vec<Command> {
        let orders = self.scenario.commands.iter();
        orders
            .map(|order| {
                let of_group = |group: usize| {
                    let sites = &self.placed[self.sites_of(group)];
                    let first = sites.first().map_or(0, |site| site.id.0);
                    (first, first + u32::try_from(sites.len()).expect("few sites"))
                };
                Command { at: order.at, kind: order.kind, sites: order.group.map(of_group) }
            })
            .collect()
    }

    /// A value of the distribution `parts`: one draw for the part, one within it.
    fn draw(&self, parts: &[Part], purpose: Purpose, entity: u32) -> u64 {
        let part = if let [only] = parts {
            only
        } else {
            let choice = self.streams.draw(purpose, entity, 0);
            &parts[choice.choose(parts.iter().map(|part| part.share))]
        };
        self.streams.between(purpose, (entity, 1), part.from, part.to)
    }

    /// The numbers of sites by their names; the first one's where two have the same.
    fn site_numbers(&self) -> BTreeMap<String, usize> {
        let backwards = self.sites.rows().rev();
        backwards.map(|(id, site)| (site.name.clone(), id.index())).collect()
    }

    /// The Update Agents: the first agents of their sites, and those written out after them.
    fn update_agents(&mut self) -> (Vec<UpdateAgent>, Vec<LinkId>) {
        let mut all = Vec::new();
        let mut links = Vec::new();
        let mut taken: Vec<usize> = vec![0; self.placed.len()];
        let mut place = |draft: &mut Self, site: usize, name: String| {
            let (first, count) = draft.placed[site].agents;
            // A site that drew no agent for it has no Update Agent.
            if taken[site] == count {
                return None;
            }
            let agent = AgentId::from_index(first + taken[site]);
            taken[site] += 1;
            let node = draft.topology.add_node(&name);
            let at = draft.sites[draft.placed[site].id].node;
            let uplink = draft.scenario.settings.update_agent.uplink;
            links.push(draft.topology.add_link(node, at, uplink, SimDuration::ZERO));
            Some((agent, node, name))
        };
        for site in 0..self.placed.len() {
            let group = &self.scenario.groups[self.placed[site].group];
            for number in 1..=group.update_agents {
                let name = format!("{}/ua-{number}", self.sites[self.placed[site].id].name);
                if let Some((agent, node, name)) = place(self, site, name) {
                    let usual = &self.scenario.settings.update_agent;
                    let (hosts, upstream) = (usual.hosts, Upstream::Unsaid);
                    self.set_habits(agent, (usual.presence, usual.independent, usual.scheduled));
                    all.push(UpdateAgent { name, agent, node, hosts, upstream });
                }
            }
        }
        let explicit = &self.scenario.update_agents;
        let sites = if explicit.is_empty() { BTreeMap::new() } else { self.site_numbers() };
        for written in explicit {
            let site = sites[&written.site];
            if let Some((agent, node, name)) = place(self, site, written.name.clone()) {
                let upstream = Upstream::Unsaid;
                self.set_habits(agent, (written.presence, written.independent, written.scheduled));
                all.push(UpdateAgent { name, agent, node, hosts: written.hosts, upstream });
            }
        }
        let numbers = numbers(&all);
        let upstreams = explicit.iter().map(|written| match &written.source {
            None => Upstream::Unsaid,
            Some(NamedSource::Server) => Upstream::Server,
            Some(NamedSource::ActiveUpdate) => Upstream::ActiveUpdate,
            Some(NamedSource::UpdateAgent(name)) => {
                numbers.get(name).copied().map_or(Upstream::Server, Upstream::UpdateAgent)
            }
        });
        let upstreams: Vec<Upstream> = upstreams.collect();
        for (written, upstream) in explicit.iter().zip(upstreams) {
            if let Some(number) = numbers.get(&written.name) {
                all[*number].upstream = upstream;
            }
        }
        (all, links)
    }

    /// The customized list: as written, or an entry for each Update Agent.
    fn list(&self, update_agents: &[UpdateAgent]) -> Vec<ListEntry> {
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
        let mut at_site: Vec<Vec<usize>> = vec![Vec::new(); self.placed.len()];
        for (number, served) in update_agents.iter().enumerate() {
            at_site[self.agents.site[served.agent].index()].push(number);
        }
        if update_agents.is_empty() {
            return Vec::new();
        }
        let mut list = Vec::new();
        for served in served_ranges(&self.scenario.groups) {
            for number in &at_site[served.site] {
                let source = ListedSource::UpdateAgent(*number);
                let entries = served.ranges.iter().map(|range| ListEntry { range: *range, source });
                list.extend(entries);
            }
        }
        list
    }

    /// An Update Agent has its own habits, not those that were drawn for it among ordinary agents.
    fn set_habits(
        &mut self,
        agent: AgentId,
        (presence, independent, scheduled): (Presence, bool, bool),
    ) {
        self.agents.presence[agent] = presence;
        self.agents.independent[agent] = independent;
        self.agents.scheduled[agent] = scheduled;
    }
}

/// The numbers of Update Agents by their names.
fn numbers(update_agents: &[UpdateAgent]) -> BTreeMap<String, usize> {
    update_agents.iter().map(|agent| agent.name.clone()).zip(0..).collect()
}

/// A drawn place in a list of words.
fn place(number: u64) -> usize {
    usize::try_from(number).expect("a place in a short list")
}

/// The address of agent number `place` of a site.
pub(super) fn first_address(subnet: Ipv4Net, place: usize) -> Ipv4Addr {
    let offset = u32::try_from(place).expect("bounded by the scenario") + 1;
    Ipv4Addr::from(u32::from(subnet.network()).wrapping_add(offset))
}

//! From a scenario and one replication's luck to a company and its network.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::Range;
use std::rc::Rc;

use ipnet::Ipv4Net;

use super::Scenario;
use super::keys::{PRESENCES, SCANS};
use super::links::{LinkEnd, WrittenLink};
use super::placement::OwnRanges;
use super::sites::{DEFAULT_COST, Group, WayOut};
use super::sources::NamedSource;
use super::traits::Traits;
use super::value_type::Part;
use crate::ids::{AgentId, Column, LinkId, NodeId, RowId, SiteId};
use crate::model::company::{
    Company, ListEntry, ListedSource, Population, Site, UpdateAgent, Upstream,
};
use crate::model::component::ScanMethod;
use crate::model::fault::Background;
use crate::model::presence::Presence;
use crate::model::reach::Proxy;
use crate::model::settings::AgentSettings;
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
    /// How many agents are in each group of agents.
    pub group_members: Vec<u32>,
}

/// A drawn site and its agents.
struct PlacedSite {
    group: usize,
    /// Its first agent, and how many.
    agents: (usize, usize),
    subnet: Ipv4Net,
}

struct Draft<'a> {
    scenario: &'a Scenario,
    streams: &'a Streams,
    topology: Topology,
    wan: Vec<LinkId>,
    internet: NodeId,
    routers: Vec<NodeId>,
    /// The links that are written out and have a name.
    named_links: BTreeMap<String, LinkId>,
    sites: Column<SiteId, Site>,
    placed: Column<SiteId, PlacedSite>,
    /// Where the sites of each group begin.
    first_of: Vec<u32>,
    agents: Population,
    /// Switches of agents.
    profiles: Vec<AgentSettings>,
    /// What holds for agents, with the number of their switches, and where each combination of a group of
    /// sites with groups of agents is in that list.
    kinds: Vec<Rc<(Traits, u16)>>,
    kinds_by_groups: BTreeMap<(usize, Vec<usize>), usize>,
    /// How many agents are in each group.
    members: Vec<u32>,
}

impl Scenario {
    /// Draws sites, agents and links; the same for the same streams, whatever the option.
    pub fn sample(&self, streams: &Streams) -> SampledCompany {
        let mut topology = Topology::new();
        topology.choose_routes(self.routes);
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
            routers: Vec::new(),
            named_links: BTreeMap::new(),
            sites: Column::new(),
            placed: Column::new(),
            first_of: Vec::new(),
            agents: Population::default(),
            profiles: Vec::new(),
            kinds: Vec::new(),
            kinds_by_groups: BTreeMap::new(),
            members: vec![0; self.agent_groups.len()],
        };
        for group in 0..self.groups.len() {
            draft.place_group(group);
        }
        draft.place_graph();
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
            faults: self.faults(&draft.sites, &draft.named_links, &update_agents, streams),
            background: draft.background(),
            proxy,
            server_family: self.server_family,
            smart_protection,
            sites: draft.sites,
            agents: draft.agents,
            profiles: draft.profiles,
            update_agents,
            list,
            server,
            active_update,
            active_update_ceiling: Some(au.per_connection),
        };
        let (topology, wan, group_members) = (draft.topology, draft.wan, draft.members);
        SampledCompany {
            company,
            topology,
            wan,
            server_link,
            active_update_link,
            update_agent_links,
            group_members,
        }
    }
}

impl Draft<'_> {
    fn place_group(&mut self, number: usize) {
        let group = &self.scenario.groups[number];
        self.first_of.push(u32::try_from(self.sites.len()).expect("bounded by the scenario"));
        for index in 0..group.count {
            let id = SiteId::from_index(self.sites.len());
            let name = group.site_name(index);
            let node = self.topology.add_node(&name);
            let subnet = group.subnets[index as usize];
            // Sites without a link of their own have the first that is written.
            let link = self.link_site(node, id, group, index).unwrap_or(LinkId(0));
            let (family, behind_nat) = (group.family, group.nat);
            self.sites.push(Site { name, node, subnet, family, link, behind_nat });
            let count = self.draw(&group.agents, Purpose::SiteSize, id.0);
            let first = self.agents.site.len();
            let count = usize::try_from(count).expect("bounded by the scenario");
            self.placed.push(PlacedSite { group: number, agents: (first, count), subnet });
            let groups = self.groups_at(number, index, id);
            for place in 0..count {
                self.place_agent(id, (number, &groups), place, first_address(subnet, place));
            }
        }
    }

    /// The site's link upward, and its own way to the Internet if it has one.
    fn link_site(&mut self, node: NodeId, id: SiteId, group: &Group, index: u32) -> Option<LinkId> {
        let Some(via) = group.via else {
            let hq = self.scenario.headquarters;
            return Some(self.link_out(node, hq.internet_bandwidth, hq.internet_latency));
        };
        let link = group.has_link.then(|| self.link_up(node, id, (group, via), index));
        if let WayOut::Own { bandwidth, latency } = &group.internet {
            let bandwidth = self.draw(bandwidth, Purpose::InternetBandwidth, id.0);
            self.link_out(node, BitRate::from_bits_per_sec(bandwidth), *latency);
        }
        link
    }

    /// The site's link to the place above it.
    fn link_up(
        &mut self,
        node: NodeId,
        id: SiteId,
        (group, via): (&Group, usize),
        index: u32,
    ) -> LinkId {
        let hub = SiteId(self.first_of[via] + index % self.scenario.groups[via].count);
        let from = self.sites[hub].node;
        let bandwidth = self.draw(&group.bandwidth, Purpose::SiteBandwidth, id.0);
        let bandwidth = BitRate::from_bits_per_sec(bandwidth);
        let latency = self.draw(&group.latency, Purpose::SiteLatency, id.0);
        let latency = SimDuration::from_nanos(latency);
        let carries = match group.internet {
            WayOut::Above => Carries::Everything,
            WayOut::Own { .. } | WayOut::None => Carries::Inside,
        };
        let (to, backward, cost) = (node, bandwidth, group.cost);
        let link =
            self.topology.add(Link { from, to, bandwidth, backward, latency, cost, carries });
        self.wan.push(link);
        link
    }

    /// Routers and links that are written out.
    fn place_graph(&mut self) {
        let graph = &self.scenario.graph;
        self.routers = graph.routers.iter().map(|name| self.topology.add_node(name)).collect();
        let mut first: BTreeMap<NodeId, LinkId> = BTreeMap::new();
        for written in &graph.links {
            for index in 0..written.count {
                let [from, to] = [written.from, written.to].map(|end| self.node_at(end, index));
                let WrittenLink { bandwidth, backward, latency, cost, carries, .. } = *written;
                let link = Link { from, to, bandwidth, backward, latency, cost, carries };
                let link = self.topology.add(link);
                self.wan.push(link);
                self.named_links.extend(written.name_of(index).map(|name| (name, link)));
                for end in [from, to] {
                    first.entry(end).or_insert(link);
                }
            }
        }
        let without = self.sites.ids().collect::<Vec<_>>().into_iter();
        let has_none = |site: &SiteId| !self.scenario.groups[self.placed[*site].group].has_link;
        let without: Vec<SiteId> = without.filter(has_none).collect();
        for site in without {
            let node = self.sites[site].node;
            // One without any is reached over its own access to the Internet, or not at all.
            if let Some(link) = first.get(&node) {
                self.sites[site].link = *link;
            }
        }
    }

    /// The node of an end of link number `index`.
    fn node_at(&self, end: LinkEnd, index: u32) -> NodeId {
        let site = |number: u32| self.sites[SiteId(number)].node;
        match end {
            LinkEnd::Internet => self.internet,
            LinkEnd::Router(number) => self.routers[number],
            LinkEnd::Site(group, own) => site(self.first_of[group] + own),
            LinkEnd::Group(group) => {
                site(self.first_of[group] + index % self.scenario.groups[group].count)
            }
        }
    }

    /// A site's access to the Internet, which nothing passes that stays inside.
    fn link_out(&mut self, site: NodeId, bandwidth: BitRate, latency: SimDuration) -> LinkId {
        let (from, to, carries) = (self.internet, site, Carries::Internet);
        let (backward, cost) = (bandwidth, DEFAULT_COST);
        let link = Link { from, to, bandwidth, backward, latency, cost, carries };
        let link = self.topology.add(link);
        self.wan.push(link);
        link
    }

    /// The groups of agents that may have some of a site.
    fn groups_at(&self, group: usize, index: u32, site: SiteId) -> Vec<usize> {
        let name = &self.sites[site].name;
        let all = self.scenario.agent_groups.iter().enumerate();
        all.filter(|(_, of)| of.has_site(group, index, name)).map(|(number, _)| number).collect()
    }

    /// The groups, of those that may have some of its site, in which an agent is.
    fn groups_of(
        &mut self,
        agent: u32,
        site: SiteId,
        place: usize,
        at_site: &[usize],
    ) -> Vec<usize> {
        let number = u32::try_from(place).expect("bounded by the scenario") + 1;
        let is_in = |of: &&usize| {
            let group = &self.scenario.agent_groups[**of];
            let draw = self.streams.draw(Purpose::GroupMember, agent, number_of(&group.name));
            group.has_agent(&self.sites[site].name, number) && draw.happens(group.share)
        };
        let groups: Vec<usize> = at_site.iter().filter(is_in).copied().collect();
        groups.iter().for_each(|of| self.members[*of] += 1);
        groups
    }

    /// What holds for the agents of a group of sites that are in these groups of agents.
    fn kind_of(&mut self, sites: usize, groups: Vec<usize>) -> usize {
        if let Some(known) = self.kinds_by_groups.get(&(sites, groups.clone())) {
            return *known;
        }
        let own = self.scenario.groups[sites].traits.over(&self.scenario.agents);
        let of = |traits: Traits, of: &usize| self.scenario.agent_groups[*of].traits.over(&traits);
        let traits = groups.iter().fold(own, of);
        let settings = traits.settings();
        let profile = self.profiles.iter().position(|known| *known == settings);
        let profile = profile.unwrap_or_else(|| {
            self.profiles.push(settings);
            self.profiles.len() - 1
        });
        self.kinds.push(Rc::new((traits, u16::try_from(profile).expect("fewer than groups"))));
        self.kinds_by_groups.insert((sites, groups), self.kinds.len() - 1);
        self.kinds.len() - 1
    }

    fn place_agent(
        &mut self,
        site: SiteId,
        (group, at_site): (usize, &[usize]),
        place_in_site: usize,
        address: Ipv4Addr,
    ) {
        let agent = u32::try_from(self.agents.site.len()).expect("bounded by the scenario");
        let groups = self.groups_of(agent, site, place_in_site, at_site);
        let kind = self.kind_of(group, groups);
        let kind = Rc::clone(&self.kinds[kind]);
        let (traits, profile) = &*kind;
        let parts = |parts: &Option<Vec<Part>>, purpose| {
            parts.as_ref().map_or(0, |parts| self.draw(parts, purpose, agent))
        };
        let scan = parts(&traits.scan, Purpose::ScanMethod);
        let presence = parts(&traits.presence, Purpose::PresencePattern);
        let behind = parts(&traits.releases_behind, Purpose::ReleasesBehind);
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
        let happens = |purpose, nth, share| self.streams.draw(purpose, agent, nth).happens(share);
        let share = |share: Option<u32>| share.unwrap_or_default();
        self.agents.profile.push(*profile);
        self.agents.independent.push(happens(Purpose::Independent, 0, share(traits.independent)));
        let given = happens(Purpose::SchedulePrivilege, 0, share(traits.scheduled));
        let privilege = match happens(Purpose::SchedulePrivilege, 1, share(traits.disabled)) {
            _ if !given => Privilege::None,
            true => Privilege::Disabled,
            false => Privilege::Given,
        };
        let scheduled = has_schedule(false, privilege, traits.may_disable.unwrap_or_default());
        self.agents.scheduled.push(scheduled);
        self.agents.behind.push(u16::try_from(behind).expect("bounded by the registry"));
    }

    /// The sites of a group.
    fn sites_of(&self, group: usize) -> Range<u32> {
        let first = self.first_of[group];
        first..first + self.scenario.groups[group].count
    }

    /// What others take of each link that they use.
    fn background(&self) -> BTreeMap<LinkId, Background> {
        let mut taken: BTreeMap<LinkId, Background> = BTreeMap::new();
        for traffic in &self.scenario.background {
            for site in self.sites_of(traffic.group) {
                let link = taken.entry(self.sites[SiteId(site)].link).or_default();
                for (hour, share) in link.iter_mut().enumerate() {
                    *share += if traffic.hours[hour] { traffic.share } else { 0 };
                    *share = (*share).min(1_000_000);
                }
            }
        }
        taken
    }

    /// The orders, each for the sites of its group.
    fn commands(&self) -> Vec<Command> {
        let orders = self.scenario.commands.iter();
        orders
            .map(|order| {
                let of_group = |group: usize| {
                    let sites = self.sites_of(group);
                    (sites.start, sites.end)
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
        self.streams.draw(purpose, entity, 1).between(part.from, part.to)
    }

    /// The Update Agents: the first agents of their sites, and those written out after them.
    fn update_agents(&mut self) -> (Vec<UpdateAgent>, Vec<LinkId>) {
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

/// A number that depends on a name alone, so that another group changes no draw. Source: Fowler, Noll and
/// Vo, FNV-1a.
fn number_of(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A drawn place in a list of words.
fn place(number: u64) -> usize {
    usize::try_from(number).expect("a place in a short list")
}

/// The address of agent number `place` of a site.
fn first_address(subnet: Ipv4Net, place: usize) -> Ipv4Addr {
    let offset = u32::try_from(place).expect("bounded by the scenario") + 1;
    Ipv4Addr::from(u32::from(subnet.network()).wrapping_add(offset))
}

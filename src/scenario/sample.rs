//! Draws a company and its network from a scenario, for one replication.

mod agents;
mod cohorts;
mod habits;
mod kind;
mod network;
mod numbered;
mod other_sources;
mod source_numbers;
mod update_agents;

pub use network::WayThrough;

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::Scenario;
use super::agent_groups::GroupsByPlace;
use super::groups::{DEFAULT_COST, Group, WayOut};
use super::lines::{Contract, LINE, Line};
use super::served_ranges::first_address;
use super::timeline::Where;
use super::value_type::Part;
use cohorts::Cohorts;
use habits::Habits;
use kind::Kind;
use numbered::Numbered;
use source_numbers::SourceNumbers;

use crate::ids::{Column, LinkId, NodeId, RowId, SiteId};
use crate::model::company::{
    Change, Company, ListedSource, Population, Roaming, Site, UpdateAgent,
};
use crate::model::cost::Prices;
use crate::model::fault::Background;
use crate::model::reach::Proxy;
use crate::model::settings::AgentSettings;
use crate::model::tariff::Tariff;
use crate::model::trigger::Command;
use crate::network::{Carries, Link, Topology};
use crate::random::{Purpose, Streams};
use crate::units::{BitRate, Bytes, SimDuration};

/// The input of one replication.
#[derive(Debug)]
pub struct SampledCompany {
    /// The company.
    pub company: Company,
    /// Its network.
    pub topology: Topology,
    /// The links between places, and to the Internet.
    pub wan: Vec<LinkId>,
    /// The server's link; the forward direction is outgoing.
    pub server_link: LinkId,
    /// `ActiveUpdate`'s link; the forward direction is outgoing.
    pub active_update_link: LinkId,
    /// Each Update Agent's link; the forward direction is outgoing.
    pub update_agent_links: Vec<LinkId>,
    /// Each other update source's link; forward is what it sends.
    pub other_source_links: Vec<LinkId>,
    /// How many agents are in each group of agents.
    pub group_members: Vec<u32>,
    /// The links whose traffic has a price.
    pub tariffs: Vec<(LinkId, Tariff)>,
    /// The prices of `[cost]`, and what the bandwidth of all links costs in a year, in 10⁻¹² of the currency.
    pub prices: Option<(Prices, u128)>,
}

/// A drawn site and its agents.
struct PlacedSite {
    group: usize,
    /// Its first agent, and the number of its agents.
    agents: (usize, usize),
}

struct Draft<'a> {
    scenario: &'a Scenario,
    streams: &'a Streams,
    topology: Topology,
    wan: Vec<LinkId>,
    internet: NodeId,
    routers: Vec<NodeId>,
    /// The explicit links with a name.
    named_links: BTreeMap<String, LinkId>,
    sites: Column<SiteId, Site>,
    placed: Column<SiteId, PlacedSite>,
    /// The first site of each group.
    first_of: Vec<u32>,
    agents: Population,
    /// Switches of agents: for each profile those of the start, and those from each change on.
    profiles: Numbered<Vec<AgentSettings>>,
    /// The kinds of agents, and the index of each combination of a group of sites
    /// with groups of agents.
    kinds: Vec<Rc<Kind>>,
    /// Agents in the same groups of those that are waves: these groups, and for each release its wave.
    cohorts: Cohorts,
    habits: Habits,
    kinds_by_groups: BTreeMap<(usize, Vec<usize>), usize>,
    groups_by_place: GroupsByPlace<'a>,
    /// The Update Agents for which no agent is left at their site.
    unplaced: Vec<String>,
    /// The number of agents in each group.
    members: Vec<u32>,
    committed: BTreeMap<LinkId, BitRate>,
    tariffs: Vec<(LinkId, Tariff)>,
    /// What the bandwidth of all links costs in a year, in 10⁻¹² of the currency.
    rent: u128,
}

impl Scenario {
    /// Draws sites, agents and links; equal streams yield equal results, whatever the option.
    pub fn sample(&self, streams: &Streams) -> SampledCompany {
        let au = self.active_update;
        let (mut draft, active_update, active_update_link) = Draft::with_internet(self, streams);
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
        let (other_sources, other_source_links) = draft.other_sources();
        let (proxy, smart_protection) = (draft.proxy(hq), draft.smart_protection(hq));
        let (profiles, changes) = draft.changes(&update_agents);
        let habits = draft.roaming();
        let company = Company {
            calendar: self.calendar,
            duration: self.duration,
            settings: self.settings,
            working_day: self.working_day,
            catalogue: self.catalogue.clone(),
            releases: self.releases.clone(),
            changes,
            commands: draft.commands(),
            faults: self.faults(&draft.sites, &draft.named_links, &update_agents, streams),
            background: draft.background(),
            committed: draft.committed,
            proxy,
            server_family: self.server_family,
            server_own_family: self.server_own_family,
            active_update_family: au.family,
            smart_protection,
            sites: draft.sites,
            agents: draft.agents,
            profiles,
            habits,
            cohorts: draft.cohorts.waves.in_order().into_iter().cloned().collect(),
            update_agents,
            unplaced_update_agents: draft.unplaced,
            other_sources,
            external: self.external_source(),
            list,
            server,
            active_update,
            active_update_cap: Some(au.per_connection),
        };
        SampledCompany {
            company,
            topology: draft.topology,
            wan: draft.wan,
            server_link,
            active_update_link,
            update_agent_links,
            other_source_links,
            group_members: draft.members,
            tariffs: draft.tariffs,
            prices: self.cost.map(|prices| (prices, draft.rent)),
        }
    }
}

impl Scenario {
    /// What takes the place of `ActiveUpdate`, if anything does.
    fn external_source(&self) -> ListedSource {
        SourceNumbers::new(self, &[]).listed(&self.external).unwrap_or(ListedSource::ActiveUpdate)
    }
}

impl<'a> Draft<'a> {
    /// A network with the Internet and `ActiveUpdate`: its node and its link.
    fn with_internet(scenario: &'a Scenario, streams: &'a Streams) -> (Self, NodeId, LinkId) {
        let mut topology = Topology::new();
        topology.choose_routes(scenario.routes);
        let internet = topology.add_node("internet");
        let active_update = topology.add_node("active-update");
        let au = scenario.active_update;
        let link = topology.add_link(active_update, internet, au.bandwidth, au.latency);
        (Self::new(scenario, streams, topology, internet), active_update, link)
    }

    /// A network with only the Internet.
    fn new(
        scenario: &'a Scenario,
        streams: &'a Streams,
        topology: Topology,
        internet: NodeId,
    ) -> Self {
        Self {
            scenario,
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
            profiles: Numbered::beginning_with([]),
            kinds: Vec::new(),
            cohorts: Cohorts::of(&scenario.releases),
            habits: Habits::of_scenario(scenario),
            kinds_by_groups: BTreeMap::new(),
            groups_by_place: GroupsByPlace::of(&scenario.agent_groups),
            unplaced: Vec::new(),
            members: vec![0; scenario.agent_groups.len()],
            committed: BTreeMap::new(),
            tariffs: Vec::new(),
            rent: 0,
        }
    }
    fn place_group(&mut self, number: usize) {
        let group = &self.scenario.groups[number];
        self.first_of.push(u32::try_from(self.sites.len()).expect("bounded by the scenario"));
        for index in 0..group.count {
            let id = SiteId::from_index(self.sites.len());
            let name = group.site_name(index);
            let node = self.topology.add_node(&name);
            let subnet = group.subnets[index as usize];
            // Sites without a link to the site above have the first explicit one.
            let link = self.link_site(node, id, group, index).unwrap_or(LinkId(0));
            let (family, behind_nat) = (group.family, group.nat);
            let prefix = group.prefix(index as usize);
            self.sites.push(Site { name, node, subnet, prefix, family, link, behind_nat });
            let count = self.draw(&group.agents, Purpose::SiteSize, id.0);
            let first = self.agents.len();
            let count = usize::try_from(count).expect("bounded by the scenario");
            self.placed.push(PlacedSite { group: number, agents: (first, count) });
            let groups = self.groups_at(number, index, id);
            for place in 0..count {
                self.place_agent(id, (number, &groups), place, first_address(subnet, place));
            }
        }
    }

    /// A computer beside the server.
    fn beside(&mut self, name: &str, hq: NodeId, bandwidth: BitRate) -> NodeId {
        let node = self.topology.add_node(name);
        self.topology.add_link(node, hq, bandwidth, SimDuration::ZERO);
        node
    }

    fn proxy(&mut self, hq: NodeId) -> Option<Proxy> {
        self.scenario.proxy.map(|proxy| Proxy {
            node: self.beside("proxy", hq, proxy.bandwidth),
            connections: proxy.connections,
            to_internet: proxy.to_internet,
        })
    }

    fn smart_protection(&mut self, hq: NodeId) -> Option<NodeId> {
        let nic = self.scenario.headquarters.server_nic;
        let is_there = self.scenario.settings.smart_protection.is_some();
        is_there.then(|| self.beside("smart-protection", hq, nic))
    }

    /// The site's link upward, and its access to the Internet if it has one.
    fn link_site(&mut self, node: NodeId, id: SiteId, group: &Group, index: u32) -> Option<LinkId> {
        let Some(via) = group.via else {
            let hq = self.scenario.headquarters;
            let (bandwidth, latency) = (hq.internet_bandwidth, hq.internet_latency);
            let link = self.link_out(node, bandwidth, latency, &group.access);
            self.rent(link, &group.access);
            return Some(link);
        };
        let end = group.line.map_or(node, |line| self.enter_by(line, node, &group.link));
        let link = group.has_link.then(|| self.link_up(end, id, (group, via), index));
        // Of a line and what runs over it, only the line is rented.
        let is_rented = group.line.is_none();
        if let Some(link) = link.filter(|_| is_rented) {
            self.rent(link, &group.link);
        }
        if let WayOut::Own { bandwidth, latency } = &group.internet {
            let bandwidth = self.draw(bandwidth, Purpose::InternetBandwidth, id.0);
            let bandwidth = BitRate::from_bits_per_sec(bandwidth);
            let access = self.link_out(end, bandwidth, *latency, &group.access);
            if is_rented {
                self.rent(access, &group.access);
            }
        }
        link
    }

    /// Where link and access to the Internet meet outside a site that one physical line leads to.
    fn enter_by(&mut self, line: Line, site: NodeId, contract: &Contract) -> NodeId {
        let name = format!("{}{LINE}", self.topology.name(site));
        let from = self.topology.add_node(&name);
        let (bandwidth, backward) = (line.down, line.up);
        let (latency, cost, carries) = (SimDuration::ZERO, 0, Carries::Everything);
        let link = Link { from, to: site, bandwidth, backward, latency, cost, carries };
        let link = self.topology.add(link);
        self.named_links.insert(name, link);
        self.rent(link, contract);
        from
    }

    /// Records the contract of a link.
    fn buy(&mut self, link: LinkId, contract: &Contract) {
        self.committed.extend(contract.committed.map(|rate| (link, rate)));
        let general = || {
            let per_gb = self.scenario.cost?.per_gb?;
            Some(Tariff { per_gb, free: Bytes::ZERO })
        };
        let tariff = contract.tariff.or_else(general);
        self.tariffs.extend(tariff.map(|tariff| (link, tariff)));
    }

    /// Adds what a link's bandwidth costs.
    fn rent(&mut self, link: LinkId, contract: &Contract) {
        let Some(prices) = self.scenario.cost else { return };
        let link = self.topology.link(link);
        let cost = prices.of_bandwidth(link.bandwidth.max(link.backward), contract.per_mbps);
        self.rent = self.rent.saturating_add(cost);
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
        let up = &group.link.up;
        let backward = if up.is_empty() {
            bandwidth
        } else {
            BitRate::from_bits_per_sec(self.draw(up, Purpose::SiteBandwidthUp, id.0))
        };
        let latency = self.draw(&group.latency, Purpose::SiteLatency, id.0);
        let latency = SimDuration::from_nanos(latency);
        let carries = match group.internet {
            WayOut::Above => Carries::Everything,
            WayOut::Own { .. } | WayOut::None => Carries::Inside,
        };
        let (to, cost) = (node, group.cost);
        let link =
            self.topology.add(Link { from, to, bandwidth, backward, latency, cost, carries });
        self.wan.push(link);
        self.buy(link, &group.link);
        link
    }

    /// A site's access to the Internet, which carries no internal traffic.
    fn link_out(
        &mut self,
        site: NodeId,
        bandwidth: BitRate,
        latency: SimDuration,
        contract: &Contract,
    ) -> LinkId {
        let (from, to, carries) = (self.internet, site, Carries::Internet);
        let (backward, cost) = (bandwidth, DEFAULT_COST);
        let link = Link { from, to, bandwidth, backward, latency, cost, carries };
        let link = self.topology.add(link);
        self.wan.push(link);
        self.buy(link, contract);
        link
    }

    /// The sites of a group.
    fn sites_of(&self, group: usize) -> Range<u32> {
        let first = self.first_of[group];
        first..first + self.scenario.groups[group].count
    }

    /// The background traffic of each link.
    fn background(&self) -> BTreeMap<LinkId, Background> {
        let mut taken: BTreeMap<LinkId, Background> = BTreeMap::new();
        for traffic in &self.scenario.background {
            let links: Vec<LinkId> = match &traffic.at {
                Where::Group(group) => {
                    self.sites_of(*group).map(|site| self.sites[SiteId(site)].link).collect()
                }
                Where::Links(names) => names.iter().map(|name| self.named_links[name]).collect(),
            };
            for link in links {
                let link = taken.entry(link).or_default();
                for (hour, share) in link.iter_mut().enumerate() {
                    *share += if traffic.hours[hour] { traffic.share } else { 0 };
                    *share = (*share).min(1_000_000);
                }
            }
        }
        taken
    }

    /// The profiles of agents at the start, and the changes of settings.
    fn changes(&self, update_agents: &[UpdateAgent]) -> (Vec<AgentSettings>, Vec<Change>) {
        let mut profiles = self.profiles_over_time().into_iter();
        let at_start = profiles.next().unwrap_or_default();
        let written = self.scenario.changes.iter().zip(profiles);
        let changes = written.map(|(change, profiles)| Change {
            at: change.at,
            what: change.what.clone(),
            taken: change.taken,
            settings: change.settings,
            profiles,
            list: change.list.as_ref().map(|list| self.explicit_list(list, update_agents)),
        });
        (at_start, changes.collect())
    }

    /// How computers roam, with the sites that the scenario names.
    fn roaming(&self) -> Vec<Roaming> {
        let sites_called = |name: &String| -> Vec<SiteId> {
            let groups = self.scenario.groups.iter();
            let of_group = |group: &Group| group.name == *name;
            let headquarters = (name == "headquarters").then_some(0);
            if let Some(group) = groups.clone().position(of_group).or(headquarters) {
                self.sites_of(group).map(SiteId).collect()
            } else {
                let all = self.sites.rows().filter(|(_, site)| site.name == *name);
                all.map(|(id, _)| id).collect()
            }
        };
        let known = self.habits.known.in_order().into_iter();
        let habit = |(per_million, to): &(u32, Vec<String>)| Roaming {
            per_million: *per_million,
            to: to.iter().flat_map(sites_called).collect(),
        };
        known.map(habit).collect()
    }

    /// The commands, each for the sites of its group.
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

    /// A value of the distribution `parts`: one draw selects the part, one the value in it.
    fn draw(&self, parts: &[Part], purpose: Purpose, entity: u32) -> u64 {
        let draws = self.streams.draws(purpose, entity);
        let part = if let [only] = parts {
            only
        } else {
            &parts[draws.draw(0).choose(parts.iter().map(|part| part.share))]
        };
        draws.between(1, part.from, part.to)
    }
}

/// A number that depends on a name only, so that another group changes no draw. Source: Fowler, Noll and Vo, FNV-1a.
fn number_of(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A drawn index in a list of words.
fn place(number: u64) -> usize {
    usize::try_from(number).expect("a place in a short list")
}

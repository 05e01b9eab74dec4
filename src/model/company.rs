//! A company: sites, agents and sources as drawn for one replication. It does not change during a run; changing state
//! is in the simulation.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use ipnet::{Ipv4Net, Ipv6Net};

use super::address_range::{AddressRange, Addresses};
use super::addressing::Addressing;
use super::calendar::Calendar;
use super::change::Taken;
use super::component::{Catalogue, KindSet, ScanMethod};
use super::fault::{Background, Fault};
use super::other_source::OtherSource;
use super::presence::{Presence, WorkingDay};
use super::reach::{Family, Proxy};
use super::settings::{AgentSettings, Settings};
use super::trigger::Command;
use super::wave::Waves;
use crate::ids::{AgentId, Column, ComponentId, LazyColumn, LinkId, NodeId, ReleaseId, SiteId};
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// A site: agents behind one router, with one address range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name, such as `branch-017`.
    pub name: String,
    /// Its router in the network, to which its agents are attached.
    pub node: NodeId,
    /// Its address range.
    pub subnet: Ipv4Net,
    /// Its IPv6 prefix, if it is written.
    pub prefix: Option<Ipv6Net>,
    /// The versions of the Internet Protocol that its agents use (NET-1).
    pub family: Family,
    /// Its access link; for headquarters, the link to the Internet.
    pub link: LinkId,
    /// Whether its agents are behind NAT, which notifications do not pass (NET-3).
    pub behind_nat: bool,
}

impl Site {
    /// The range by which the list finds its agents: its prefix, if they speak IPv6 alone.
    pub fn list_range(&self) -> AddressRange {
        let prefix = self.prefix.filter(|_| self.family == Family::V6);
        prefix.map_or_else(|| self.subnet.into(), AddressRange::from)
    }
}

/// The properties of an agent that most of its events need.
#[derive(Clone, Copy, Debug)]
pub struct Agent {
    /// Its site.
    pub site: SiteId,
    /// The index of its profile, after a bit for each of the two flags: with separate fields, companies could have no
    /// more than 65,536 profiles.
    packed: u32,
}

const _: () = assert!(size_of::<Agent>() == 8, "an agent's row takes 8 bytes");

impl Agent {
    const INDEPENDENT: u32 = 1;
    const SCHEDULED: u32 = 2;
    const FLAGS: u32 = 2;

    /// An agent at `site` with the profile of this index, which neither is in Independent mode nor has a schedule.
    ///
    /// # Panics
    /// If there are more profiles than a scenario may have agents.
    pub fn new(site: SiteId, profile: usize) -> Self {
        let profile =
            u32::try_from(profile).ok().filter(|profile| profile >> (32 - Self::FLAGS) == 0);
        Self { site, packed: profile.expect("fewer profiles than agents") << Self::FLAGS }
    }

    /// The same with these flags.
    #[must_use]
    pub fn with_flags(self, is_independent: bool, is_scheduled: bool) -> Self {
        let flag = |flag, is_set| if is_set { flag } else { 0 };
        let flags = flag(Self::INDEPENDENT, is_independent) | flag(Self::SCHEDULED, is_scheduled);
        Self { packed: self.packed >> Self::FLAGS << Self::FLAGS | flags, ..self }
    }

    /// The index of its profile in [`Company::profiles`].
    #[inline]
    pub fn profile(self) -> usize {
        (self.packed >> Self::FLAGS) as usize
    }

    /// Whether it is in Independent mode (NTF-2, NTF-4, NTF-5).
    #[inline]
    pub fn is_independent(self) -> bool {
        self.packed & Self::INDEPENDENT != 0
    }

    /// Whether it updates on its schedule under every option (SCH-1).
    #[inline]
    pub fn is_scheduled(self) -> bool {
        self.packed & Self::SCHEDULED != 0
    }
}

/// The agents' properties at the start: a row for what most events need, and a column for each other one.
#[derive(Clone, Debug, Default)]
pub struct Population {
    rows: Column<AgentId, Agent>,
    /// Their addresses.
    pub address: Addressing,
    /// Its scan method (CMP-2).
    pub scan: LazyColumn<AgentId, ScanMethod>,
    /// Its online pattern.
    pub presence: LazyColumn<AgentId, Presence>,
    /// The number of daily releases that it is behind at the start.
    pub behind: LazyColumn<AgentId, u16>,
    /// The index of its habit in [`Company::habits`]; empty if no computer roams.
    pub habit: Column<AgentId, u32>,
    /// The index of its cohort in [`Company::cohorts`]; empty if no release comes in waves.
    pub cohort: Column<AgentId, u32>,
}

impl Population {
    /// Adds an agent; the caller also extends each column.
    pub fn push(&mut self, agent: Agent) {
        self.rows.push(agent);
    }

    /// The number of agents.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of all agents, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = AgentId> + ExactSizeIterator + use<> {
        self.rows.ids()
    }

    /// The site of each agent, in order.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = SiteId> + '_ {
        self.rows.iter().map(|agent| agent.site)
    }
}

impl Index<AgentId> for Population {
    type Output = Agent;

    fn index(&self, agent: AgentId) -> &Agent {
        &self.rows[agent]
    }
}

impl IndexMut<AgentId> for Population {
    fn index_mut(&mut self, agent: AgentId) -> &mut Agent {
        &mut self.rows[agent]
    }
}

/// The source of an Update Agent itself if it may update from others than the server (UAG-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// Not set in the scenario: as in the customized list.
    Unsaid,
    /// The server.
    Server,
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// Another Update Agent, by its number in [`Company::update_agents`].
    UpdateAgent(usize),
    /// Another update source, by its number in [`Company::other_sources`].
    Other(usize),
}

/// An agent that also serves others: its hosted content is configurable (UAG-3), and it sends through its own network
/// card (UAG-7). What it has of its own goes before the settings of all Update Agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAgent {
    /// Its name, such as `branch-017/ua-1`.
    pub name: String,
    /// The agent on the same computer.
    pub agent: AgentId,
    /// Its own node, behind its network card (UAG-7).
    pub node: NodeId,
    /// Its network card: forward is what it sends.
    pub link: LinkId,
    /// The bandwidth of that.
    pub uplink: BitRate,
    /// The content that it hosts (UAG-3), if it has its own.
    pub hosts: Option<KindSet>,
    /// Maximum number of concurrent update requests (UAG-1), likewise.
    pub capacity: Option<u32>,
    /// Free disk space (UAG-2), likewise.
    pub free_disk: Option<Bytes>,
    /// Whether it has the privilege of scheduled update (SCH-1), likewise.
    pub scheduled: Option<bool>,
    /// Its own source under the options that use the server (UAG-4).
    pub upstream: Upstream,
}

/// The target of an entry of the customized list (SRC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedSource {
    /// An Update Agent, by its number in [`Company::update_agents`].
    UpdateAgent(usize),
    /// `ActiveUpdate`, by its address.
    ActiveUpdate,
    /// The server, by its address.
    Server,
    /// Another update source, by its number in [`Company::other_sources`].
    Other(usize),
    /// `ActiveUpdate` by the address that another version of the product has for it: it leads there, and
    /// is not the `ActiveUpdate` that SRC-4 looks for in the list.
    ForeignActiveUpdate,
}

/// One entry of the customized update source list (SRC-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// The addresses of the agents that it applies to.
    pub range: AddressRange,
    /// The source of these agents.
    pub source: ListedSource,
}

/// A change, with everything that can change as it is from this change on.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its time.
    pub at: SimTime,
    /// The change as written, such as `server.slots = 50`.
    pub what: String,
    /// Who has the new value, and when; agents have a new list when they have fetched their settings.
    pub taken: Taken,
    /// All settings from then on.
    pub settings: Settings,
    /// The profiles of agents from then on.
    pub profiles: Vec<AgentSettings>,
    /// The customized update source list from then on, if it changes.
    pub list: Option<Vec<ListEntry>>,
}

impl Change {
    /// Whether it makes a new revision of the settings that agents fetch: the list is one of these.
    pub fn is_for_agents(&self) -> bool {
        self.taken == Taken::AtAgents || self.list.is_some()
    }
}

/// How a computer roams (NET-5; assumption).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roaming {
    /// How often it comes up at another site, in millionths.
    pub per_million: u32,
    /// The sites at which it comes up; empty: any other.
    pub to: Vec<SiteId>,
}

/// A release: its content and time. Each of its contents gets a new version.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Release {
    /// Its name, such as `emergency`.
    pub name: String,
    /// Its time: at AU for components, at the server for settings and programs.
    pub at: SimTime,
    /// The components with a new version.
    pub components: Vec<ComponentId>,
    /// Whether the administrator changes settings (SRV-3).
    pub settings: bool,
    /// Whether it includes a new agent program or hot fix.
    pub program: bool,
    /// When the vendor withdraws it, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<SimTime>,
    /// When the administrator rolls it back at the console, if at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolled_back_at: Option<SimTime>,
    /// The groups that get it one after the other; `None`: all agents at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waves: Option<Waves>,
}

impl Release {
    /// The contents published before the scenario begins: the one release of a scenario without releases.
    pub fn of_start() -> Self {
        Self {
            name: "start".into(),
            at: SimTime::START,
            components: Vec::new(),
            settings: false,
            program: false,
            withdrawn_at: None,
            rolled_back_at: None,
            waves: None,
        }
    }

    /// Whether it has no contents and so represents those published before the scenario begins.
    pub fn is_start(&self) -> bool {
        self.components.is_empty() && !self.settings && !self.program
    }

    /// Whether it is withdrawn or rolled back at some time.
    pub fn is_recalled(&self) -> bool {
        self.withdrawn_at.is_some() || self.rolled_back_at.is_some()
    }
}

impl Company {
    /// The update source lists of the run: that of the start, and each that a change brings.
    pub fn lists(&self) -> impl Iterator<Item = &[ListEntry]> {
        let later = self.changes.iter().filter_map(|change| change.list.as_deref());
        std::iter::once(self.list.as_slice()).chain(later)
    }

    /// How `agent`'s computer roams; `None`: it does not.
    pub fn roaming_of(&self, agent: AgentId) -> Option<&Roaming> {
        let habit = &self.habits[*self.agents.habit.get(agent)? as usize];
        Some(habit).filter(|habit| habit.per_million > 0)
    }

    /// The addresses by which the list finds a computer of another site that is at `site`: the last one of its range.
    pub fn addresses_of_visitor(&self, site: SiteId) -> Addresses {
        let site = &self.sites[site];
        let last = site.subnet.hosts().last().unwrap_or(site.subnet.addr());
        Addresses::of(last, site.subnet, site.prefix, site.family)
    }

    /// The number of `agent`'s wave of `release`, from 0.
    pub fn wave_of(&self, agent: AgentId, release: ReleaseId) -> u16 {
        let cohort = self.agents.cohort.get(agent);
        cohort.map_or(0, |cohort| self.wave_of_cohort(*cohort, release))
    }

    /// The number of a cohort's wave of `release`, from 0.
    pub fn wave_of_cohort(&self, cohort: u32, release: ReleaseId) -> u16 {
        self.cohorts[cohort as usize].get(&release).copied().unwrap_or_default()
    }

    /// The addresses by which the list finds `agent` (SRC-2).
    pub fn addresses(&self, agent: AgentId) -> Addresses {
        let site = &self.sites[self.agents[agent].site];
        Addresses::of(self.agents.address.of(agent), site.subnet, site.prefix, site.family)
    }
}

/// The drawn and validated input of a run.
#[derive(Clone, Debug)]
pub struct Company {
    /// The position of the scenario in the week.
    pub calendar: Calendar,
    /// The duration of the scenario.
    pub duration: SimDuration,
    /// All settings at the start.
    pub settings: Settings,
    /// The working day.
    pub working_day: WorkingDay,
    /// The components.
    pub catalogue: Catalogue,
    /// The releases, in order of time.
    pub releases: Vec<Release>,
    /// The changes of settings, in order of time.
    pub changes: Vec<Change>,
    /// The administrator's commands, in order of time.
    pub commands: Vec<Command>,
    /// The faults.
    pub faults: Vec<Fault>,
    /// Background traffic, for links that have any.
    pub background: BTreeMap<LinkId, Background>,
    /// What is left of a link whatever others take, where that is committed (NET-4).
    pub committed: BTreeMap<LinkId, BitRate>,
    /// The proxy (NET-1, NET-2).
    pub proxy: Option<Proxy>,
    /// The family by which agents reach the server (NET-1).
    pub server_family: Family,
    /// The family by which the server itself reaches others (NET-1).
    pub server_own_family: Family,
    /// The family by which `ActiveUpdate` is reached (NET-1; assumption).
    pub active_update_family: Family,
    /// The node of the smart protection source, if there is one (SPS-1).
    pub smart_protection: Option<NodeId>,
    /// The sites.
    pub sites: Column<SiteId, Site>,
    /// The agents.
    pub agents: Population,
    /// How computers roam; the first one stays at home.
    pub habits: Vec<Roaming>,
    /// Agents with the same waves: for each such cohort, its wave of each release that comes in waves, from 0.
    pub cohorts: Vec<BTreeMap<ReleaseId, u16>>,
    /// The profiles of agents at the start.
    pub profiles: Vec<AgentSettings>,
    /// The Update Agents, which only some options use.
    pub update_agents: Vec<UpdateAgent>,
    /// The names of further ones in the scenario, for which no agent is left at their site.
    pub unplaced_update_agents: Vec<String>,
    /// Update sources that are neither the vendor's nor the product's.
    pub other_sources: Vec<OtherSource>,
    /// Whatever stands in the place of `ActiveUpdate` in the four options (TOP-1 to TOP-4): that, or
    /// another update source.
    pub external: ListedSource,
    /// The customized update source list, used under the same options.
    pub list: Vec<ListEntry>,
    /// The server's node.
    pub server: NodeId,
    /// `ActiveUpdate`'s node.
    pub active_update: NodeId,
    /// The maximum rate of one connection from `ActiveUpdate` (assumption).
    pub active_update_cap: Option<BitRate>,
}

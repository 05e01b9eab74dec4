//! A company: sites, agents and sources as drawn for one replication. Nothing here changes during
//! a run; what changes stands in the simulation.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::address_range::AddressRange;
use super::calendar::Calendar;
use super::component::{Catalogue, KindSet, ScanMethod};
use super::fault::{Background, Fault};
use super::other_source::OtherSource;
use super::presence::{Presence, WorkingDay};
use super::reach::{Family, Proxy};
use super::settings::{AgentSettings, Settings};
use super::smart_protection::SmartProtection;
use super::trigger::Command;
use crate::ids::{AgentId, Column, ComponentId, LinkId, NodeId, SiteId};
use crate::units::{BitRate, SimDuration, SimTime};

/// A site: agents behind one router, with one address range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name, such as `branch-017`.
    pub name: String,
    /// Its router in the network; its agents hang there.
    pub node: NodeId,
    /// Its address range.
    pub subnet: Ipv4Net,
    /// Which versions of the Internet Protocol its agents speak (NET-1).
    pub family: Family,
    /// The link that leads to it, or out of it if it is headquarters.
    pub link: LinkId,
    /// Whether its agents are behind NAT, where no notification reaches them (NET-3).
    pub behind_nat: bool,
}

/// The agents' properties at the start, one column each.
#[derive(Clone, Debug, Default)]
pub struct Population {
    /// Where the agent is.
    pub site: Column<AgentId, SiteId>,
    /// Its address.
    pub address: Column<AgentId, Ipv4Addr>,
    /// How it scans (CMP-2).
    pub scan: Column<AgentId, ScanMethod>,
    /// When it is on.
    pub presence: Column<AgentId, Presence>,
    /// How many daily releases it is behind at the start.
    pub behind: Column<AgentId, u16>,
    /// Whether it is in Independent mode (NTF-2, NTF-4, NTF-5).
    pub independent: Column<AgentId, bool>,
    /// Whether it updates by its schedule under every option (SCH-1).
    pub scheduled: Column<AgentId, bool>,
    /// Which of [`Company::profiles`] it has.
    pub profile: Column<AgentId, u16>,
}

/// Where an Update Agent itself updates from when it may look beyond the server (UAG-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// The scenario does not say: as the customized list has it.
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

/// An agent that also serves others: what it hosts is chosen (UAG-3), and it sends by its own network
/// card (UAG-7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAgent {
    /// Its name, such as `branch-017/ua-1`.
    pub name: String,
    /// The agent that it is.
    pub agent: AgentId,
    /// Its own node: behind its network card (UAG-7).
    pub node: NodeId,
    /// What it hosts (UAG-3).
    pub hosts: KindSet,
    /// Its own source under the options in which the server is one (UAG-4).
    pub upstream: Upstream,
}

/// Where an entry of the customized list points to (SRC-2).
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
    /// Which agents it is for.
    pub range: AddressRange,
    /// Where they are to update.
    pub source: ListedSource,
}

/// What is released, and when. One release raises each of its contents by one version.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Release {
    /// Its name, such as `emergency`.
    pub name: String,
    /// When: at AU for components, at the server for settings and programs.
    pub at: SimTime,
    /// The components that change.
    pub components: Vec<ComponentId>,
    /// Whether the administrator changes settings (SRV-3).
    pub settings: bool,
    /// Whether there is a new agent program or hot fix.
    pub program: bool,
    /// When the vendor withdraws it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<SimTime>,
    /// When the administrator rolls it back at the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolled_back_at: Option<SimTime>,
}

impl Release {
    /// What was out as the scenario begins: the one release of a scenario that has no other.
    pub fn of_start() -> Self {
        Self {
            name: "start".into(),
            at: SimTime::START,
            components: Vec::new(),
            settings: false,
            program: false,
            withdrawn_at: None,
            rolled_back_at: None,
        }
    }

    /// Whether it brings nothing, and so stands for what was out as the scenario begins.
    pub fn is_start(&self) -> bool {
        self.components.is_empty() && !self.settings && !self.program
    }

    /// Whether it is withdrawn or rolled back at some time.
    pub fn is_recalled(&self) -> bool {
        self.withdrawn_at.is_some() || self.rolled_back_at.is_some()
    }
}

impl Company {
    /// The switches of `agent`.
    pub fn settings_of(&self, agent: AgentId) -> &AgentSettings {
        &self.profiles[usize::from(self.agents.profile[agent])]
    }
}

/// Everything that a run is about, drawn and checked.
#[derive(Clone, Debug)]
pub struct Company {
    /// Where the scenario lies in the week.
    pub calendar: Calendar,
    /// How long it lasts.
    pub duration: SimDuration,
    /// Every switch.
    pub settings: Settings,
    /// The working day.
    pub working_day: WorkingDay,
    /// The components.
    pub catalogue: Catalogue,
    /// The releases, in the order of time.
    pub releases: Vec<Release>,
    /// What the administrator orders, in the order of time.
    pub commands: Vec<Command>,
    /// What breaks.
    pub faults: Vec<Fault>,
    /// Traffic of others, on the links that have any.
    pub background: BTreeMap<LinkId, Background>,
    /// The proxy (NET-1, NET-2).
    pub proxy: Option<Proxy>,
    /// The family by which agents reach the server (NET-1).
    pub server_family: Family,
    /// The family by which the server itself reaches others (NET-1).
    pub server_own_family: Family,
    /// The family by which `ActiveUpdate` is reached (NET-1; assumption).
    pub active_update_family: Family,
    /// The smart protection source (SPS-1).
    pub smart_protection: Option<SmartProtection>,
    /// The sites.
    pub sites: Column<SiteId, Site>,
    /// The agents.
    pub agents: Population,
    /// The switches of agents: each has one of these.
    pub profiles: Vec<AgentSettings>,
    /// The Update Agents, used under the options that have them.
    pub update_agents: Vec<UpdateAgent>,
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
    /// The fastest that `ActiveUpdate` serves one connection (assumption).
    pub active_update_ceiling: Option<BitRate>,
}

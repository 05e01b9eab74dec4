//! The changing state of a run: the agents and the sources.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use crate::ids::{AgentId, Column, ComponentId, LazyColumn, NodeId, RowId, SiteId, SourceId};
use crate::model::company::Company;
use crate::model::component::{ContentKind, KindSet, ScanMethod};
use crate::model::settings::{Overflow, TopologyOption};
use crate::model::trigger::{Trigger, TriggerSet};
use crate::model::version::{Offer, Spans, Version};
use crate::policy::admission::has_disk;
use crate::policy::content;
pub use crate::simulation::active_faults::SourceFaults;
use crate::simulation::event::TimerGeneration;
use crate::simulation::round_id::RoundId;
use crate::simulation::tracked::Tracked;
pub use crate::simulation::versions::Target;
use crate::simulation::versions::{VersionTable, VersionsId};
use crate::simulation::waiting_line::WaitingLine;
use crate::units::SimTime;

/// The version of every component at the start; agents may be up to this far behind.
pub const FIRST_VERSION: Version = Version(10_000);

/// A revision of settings or programs; each has a single sequence.
pub type Revision = u16;

/// The settings that an agent has: 0 are those of the start, n those after the first n changes of the company.
pub type Edition = u16;

/// What determines the sources of an agent: the settings that it has, and the other site that it is at, if it is at one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standpoint {
    /// The settings.
    pub edition: Edition,
    /// The site.
    pub visiting: Option<SiteId>,
}

/// The revisions of contents other than components that an agent or a source has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revisions {
    /// Of the settings.
    pub settings: Revision,
    /// Of the agent program.
    pub program: Revision,
}

/// Whether an agent holds one of the server's slots (SRV-4), and the generation of its time-out in 15 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotHold(u16);

impl SlotHold {
    const HELD: u16 = 1 << 15;

    /// Whether it holds one.
    pub fn is_held(self) -> bool {
        self.0 & Self::HELD != 0
    }

    /// Whether it holds one, and the time-out of this generation is that of its hold.
    pub fn expires_by(self, generation: TimerGeneration) -> bool {
        self.0 == generation | Self::HELD
    }

    /// Holds a slot from now on; returns the generation of its time-out.
    pub fn hold(&mut self) -> TimerGeneration {
        let generation = self.0.wrapping_add(1) & !Self::HELD;
        self.0 = generation | Self::HELD;
        generation
    }

    /// Holds none from now on; returns whether it did.
    pub fn free(&mut self) -> bool {
        let was_held = self.is_held();
        self.0 &= !Self::HELD;
        was_held
    }
}

/// What most events of an agent need.
#[derive(Clone, Copy, Debug)]
pub struct Agent {
    /// Its versions, as a row of [`Agents::table`].
    pub(super) versions: VersionsId,
    /// Its round in progress.
    pub round: RoundId,
    /// The slot that it holds.
    pub slot: SlotHold,
    /// The live timer of its round.
    pub timer: TimerGeneration,
    /// Whether the computer is on.
    pub online: bool,
    /// Whether it has every released content.
    pub up_to_date: bool,
    /// Whether the server will tell it to scan after its report of the update (NTF-5).
    pub scan_due: bool,
    /// Its present scan method (CMP-2, SPS-3).
    pub scan: ScanMethod,
}

const _: () = assert!(size_of::<Agent>() <= 16, "an agent's row takes at most 16 bytes");

/// The agents: a row for what most events need, and a column for each other changing property.
#[derive(Debug)]
pub struct Agents {
    rows: Column<AgentId, Agent>,
    table: VersionTable,
    /// Revisions of settings and program.
    pub revisions: LazyColumn<AgentId, Revisions>,
    /// The notifications that it received while it was updating (NTF-12).
    pub told: LazyColumn<AgentId, TriggerSet>,
    /// When the agent last looked by its schedule (SCH-5).
    pub last_look: LazyColumn<AgentId, SimTime>,
    /// One more than the day on which it last fetched settings on its schedule, 0 if never (SCH-2).
    pub settings_taken: LazyColumn<AgentId, u16>,
    /// The settings that it has.
    pub edition: LazyColumn<AgentId, Edition>,
    /// The computers that are at another site, and that site.
    pub visiting: BTreeMap<AgentId, SiteId>,
    /// How often each roaming computer has been switched on.
    pub times_on: LazyColumn<AgentId, u32>,
    /// The generation of its live schedule: an event with an older one is stale.
    pub schedule: LazyColumn<AgentId, TimerGeneration>,
    /// The retries of agents that found no source (SRC-5).
    pub retries: BTreeMap<AgentId, Retries>,
}

impl Index<AgentId> for Agents {
    type Output = Agent;

    fn index(&self, agent: AgentId) -> &Agent {
        &self.rows[agent]
    }
}

impl IndexMut<AgentId> for Agents {
    fn index_mut(&mut self, agent: AgentId) -> &mut Agent {
        &mut self.rows[agent]
    }
}

/// The retries of an agent that found no source (SRC-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// The time of the next one.
    pub next: SimTime,
    /// The number of those after it.
    pub left: u32,
    /// The trigger of the update that found no source.
    pub trigger: Trigger,
}

impl Agents {
    /// The agents at the start of the scenario: each as far behind as drawn.
    pub fn at_start(company: &Company) -> Self {
        let count = company.agents.len();
        let mut table = VersionTable::new(company.catalogue.len());
        let mut known: BTreeMap<u16, VersionsId> = BTreeMap::new();
        let mut row_of = |behind: u16| {
            *known.entry(behind).or_insert_with(|| table.intern(&at_lag(company, behind)))
        };
        let rows = company.agents.ids().map(|agent| Agent {
            versions: row_of(company.agents.behind.get(agent)),
            round: RoundId::NONE,
            slot: SlotHold::default(),
            timer: 0,
            online: false,
            up_to_date: false,
            scan_due: false,
            scan: company.agents.scan.get(agent),
        });
        Self {
            rows: rows.collect(),
            table,
            revisions: LazyColumn::new(Revisions::default(), count),
            told: LazyColumn::new(TriggerSet::default(), count),
            last_look: LazyColumn::new(SimTime::START, count),
            settings_taken: LazyColumn::new(0, count),
            edition: LazyColumn::new(0, count),
            visiting: BTreeMap::new(),
            times_on: LazyColumn::new(0, count),
            schedule: LazyColumn::new(0, count),
            retries: BTreeMap::new(),
        }
    }

    /// The ids of all agents, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = AgentId> + ExactSizeIterator + use<> {
        self.rows.ids()
    }

    /// All agents, in order of their ids.
    pub fn all(&self) -> impl Iterator<Item = &Agent> {
        self.rows.iter()
    }

    /// The number of agents.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An agent's version of each component.
    pub fn versions(&self, agent: AgentId) -> &[Version] {
        self.table.row(self.rows[agent].versions)
    }

    /// The versions in a row.
    pub(super) fn versions_of(&self, row: VersionsId) -> &[Version] {
        self.table.row(row)
    }

    /// The row of an agent's versions.
    pub(super) fn versions_id(&self, agent: AgentId) -> VersionsId {
        self.rows[agent].versions
    }

    /// Gives an agent the versions of an image that is `behind` daily releases behind.
    pub(super) fn install_image(&mut self, company: &Company, agent: AgentId, behind: u16) {
        self.set_versions(agent, &at_lag(company, behind));
    }

    /// Sets an agent's versions.
    pub(super) fn set_versions(&mut self, agent: AgentId, versions: &[Version]) {
        self.rows[agent].versions = self.row_of(versions);
    }

    /// The row of these versions.
    pub(super) fn row_of(&mut self, versions: &[Version]) -> VersionsId {
        self.table.intern(versions)
    }
}

/// The versions of an agent that is `behind` daily releases behind.
fn at_lag(company: &Company, behind: u16) -> Vec<Version> {
    let lag = |component| FIRST_VERSION.earlier(content::lag(component, behind));
    company.catalogue.iter().map(lag).collect()
}

/// The repository of a source: its offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its offer of each component.
    pub offers: Column<ComponentId, Offer>,
    /// Its revisions of settings and programs.
    pub revisions: Revisions,
}

impl Repository {
    /// The repository of a source that is `behind` daily releases behind and complete for its version.
    fn complete(company: &Company, behind: u16) -> Self {
        let offers = company
            .catalogue
            .iter()
            .map(|component| Offer {
                latest: FIRST_VERSION.earlier(content::lag(component, behind)),
                incrementals: if component.incremental.is_some() {
                    Spans::ALL
                } else {
                    Spans::NONE
                },
            })
            .collect();
        Self { offers, revisions: Revisions::default() }
    }

    /// What it offers: the latest version of each component, and the revisions.
    #[inline]
    pub(super) fn contents(&self) -> (impl Iterator<Item = Version>, Revisions) {
        (self.offers.iter().map(|offer| offer.latest), self.revisions)
    }

    /// Whether these contents have something newer of `kind`.
    pub(super) fn lacks(
        &self,
        kind: ContentKind,
        (versions, revisions): (impl Iterator<Item = Version>, Revisions),
    ) -> bool {
        match kind {
            ContentKind::Settings => self.revisions.settings < revisions.settings,
            ContentKind::Programs => self.revisions.program < revisions.program,
            ContentKind::Components => {
                self.contents().0.zip(versions).any(|(own, other)| own < other)
            }
        }
    }
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceRole {
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// The server.
    Server,
    /// An Update Agent, by its number in the company.
    UpdateAgent(usize),
    /// Another update source, by its number in the company.
    Other(usize),
}

impl SourceRole {
    /// The number of the Update Agent that it is, if it is one.
    pub fn update_agent(self) -> Option<usize> {
        match self {
            Self::UpdateAgent(index) => Some(index),
            Self::ActiveUpdate | Self::Server | Self::Other(_) => None,
        }
    }
}

/// A source of updates.
#[derive(Debug)]
pub struct Source {
    /// What it is.
    pub role: SourceRole,
    /// Where it is in the network.
    pub node: NodeId,
    /// The agent that it runs on, if it is an Update Agent.
    pub host: Option<AgentId>,
    /// The content kinds that it hosts (UAG-3, SRC-6).
    pub hosts: KindSet,
    /// What it offers now.
    pub repository: Tracked<Repository>,
    /// The number of requests that it serves now.
    pub active: u32,
    /// The maximum number of concurrent requests (UAG-1); `None`: unlimited.
    pub capacity: Option<u32>,
    /// What happens to a request beyond that.
    pub overflow: Overflow,
    /// Whether it has the disk space to obtain and serve (UAG-2).
    pub has_disk: bool,
    /// Its current faults.
    pub faults: SourceFaults,
    /// Rounds that wait for a place.
    pub waiting: WaitingLine,
    /// Whether notifications of an update to it failed until it was given up (NTF-10).
    pub given_up: bool,
    /// Kinds in which it offers something new of which it has not notified its agents.
    pub unannounced: KindSet,
    /// Whether it is to notify its agents of an update of which the server has notified it, and has not yet (NTF-10).
    pub is_due: bool,
    /// Kinds for which the server waits until it has obtained the new content (NTF-10).
    pub awaited: KindSet,
    /// The number of the server's current wait for it.
    pub wait_generation: TimerGeneration,
    /// The components that it will offer once its current transfer to serve has arrived (DUP-12).
    pub incoming: Vec<(ComponentId, Offer)>,
}

impl Source {
    /// Whether it has the disk space to obtain and serve now (UAG-2).
    pub(super) fn can_store(&self) -> bool {
        self.has_disk && self.faults.disk == 0
    }

    /// Whether it can serve one more request now (UAG-1).
    pub(super) fn has_free_place(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.active < capacity)
    }
}

/// `ActiveUpdate` among the sources.
pub const ACTIVE_UPDATE: SourceId = SourceId(0);
/// The server among the sources.
pub const SERVER: SourceId = SourceId(1);

/// The source that is Update Agent number `index` of the company.
pub fn update_agent_source(index: usize) -> SourceId {
    SourceId::from_index(index + 2)
}

/// All sources at the start: `ActiveUpdate`, the server, under the options that have them the Update
/// Agents, and last the other update sources.
pub fn sources_at_start(company: &Company, option: TopologyOption) -> Column<SourceId, Source> {
    let settings = &company.settings;
    let source = |role, node, hosts, behind| Source {
        role,
        node,
        host: None,
        hosts,
        repository: Tracked::new(Repository::complete(company, behind)),
        active: 0,
        capacity: None,
        overflow: Overflow::Refuse,
        has_disk: true,
        faults: SourceFaults::default(),
        waiting: WaitingLine::default(),
        given_up: false,
        unannounced: KindSet::NONE,
        is_due: false,
        awaited: KindSet::NONE,
        wait_generation: 0,
        incoming: Vec::new(),
    };
    let mut sources = Column::new();
    let components = KindSet::COMPONENTS;
    sources.push(source(SourceRole::ActiveUpdate, company.active_update, components, 0));
    sources.push(Source {
        capacity: settings.server.max_transfers,
        overflow: settings.server.overflow,
        ..source(SourceRole::Server, company.server, KindSet::ALL, settings.server.releases_behind)
    });
    if crate::policy::topology::roles(option).update_agents_serve {
        let usual = &settings.update_agent;
        for (number, agent) in company.update_agents.iter().enumerate() {
            let (role, behind) =
                (SourceRole::UpdateAgent(number), company.agents.behind.get(agent.agent));
            sources.push(Source {
                host: Some(agent.agent),
                capacity: Some(agent.capacity.unwrap_or(usual.capacity)),
                overflow: usual.overflow,
                has_disk: has_disk(agent.free_disk.unwrap_or(usual.free_disk), usual),
                ..source(role, agent.node, agent.hosts.unwrap_or(usual.hosts), behind)
            });
        }
    }
    for (number, other) in company.other_sources.iter().enumerate() {
        sources.push(Source {
            capacity: other.connections,
            overflow: other.overflow,
            ..source(SourceRole::Other(number), other.node, components, 0)
        });
    }
    sources
}

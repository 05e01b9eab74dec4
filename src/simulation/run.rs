//! The event loop of a run, and the list of all handlers.

use crate::engine::EventQueue;
use crate::ids::{AgentId, ChannelId, Column, ComponentId, NodeId, PathId, SourceId};
use crate::model::company::{Company, ListedSource};
use crate::model::settings::{Settings, TopologyOption};
use crate::model::version::Version;
use crate::network::tcp::TcpModel;
use crate::network::{Method, Network, TcpStarts, Topology, Transport};
use crate::policy::reachability::all_meet;
use crate::policy::source_order::{ProductRules, SourcePolicy};
use crate::policy::topology::{Roles, roles};
use crate::random::Streams;
use crate::simulation::active_faults::ActiveFaults;
use crate::simulation::census::Census;
use crate::simulation::event::Event;
use crate::simulation::fact::{Fact, Observer};
use crate::simulation::facts::Facts;
use crate::simulation::kept::KeptParts;
use crate::simulation::lists::SourceLists;
use crate::simulation::memo::Memo;
use crate::simulation::notification_queue::{NotificationQueue, Records};
use crate::simulation::other_stocks::OtherStocks;
use crate::simulation::other_traffic::OtherTraffic;
use crate::simulation::paths::Paths;
use crate::simulation::recalled_versions::Recalls;
use crate::simulation::release_coverage::ReleaseCoverage;
use crate::simulation::rollouts::Rollouts;
use crate::simulation::round::Rounds;
use crate::simulation::server_state::ServerState;
use crate::simulation::state::{self, Agents, FIRST_VERSION, Revisions, Source};
use crate::simulation::tag::Tag;
use crate::simulation::tracked::Tracked;
use crate::simulation::transfer_draws::TransferDraws;
use crate::simulation::update_agents::UpdateAgents;
use crate::units::{BitRate, SimTime};

/// One run: a company under one option, with the draws of one replication.
#[derive(Debug)]
pub struct Simulation<'a> {
    pub(super) company: &'a Company,
    pub(super) option: TopologyOption,
    pub(super) roles: Roles,
    pub(super) source_policy: &'a dyn SourcePolicy,
    pub(super) streams: Streams,
    pub(super) event_queue: EventQueue<Event>,
    pub(super) network: Network,
    pub(super) paths: Paths<'a>,
    pub(super) tcp: TcpStarts,
    pub(super) transfer_draws: TransferDraws,
    pub(super) lists: SourceLists,
    pub(super) agents: Agents,
    pub(super) kept: KeptParts,
    pub(super) sources: Column<SourceId, Source>,
    pub(super) other_stocks: OtherStocks,
    pub(super) memo: Memo,
    pub(super) rounds: Rounds,
    pub(super) server: ServerState,
    /// The queues of the notifiers: the server's, then the Update Agents'.
    pub(super) queues: Vec<NotificationQueue>,
    pub(super) records: Records,
    pub(super) newest: Tracked<Newest>,
    pub(super) census: Census,
    pub(super) coverage: ReleaseCoverage,
    pub(super) recalls: Recalls,
    pub(super) rollouts: Rollouts,
    pub(super) active_faults: ActiveFaults,
    pub(super) smart_protection: SmartProtection,
    pub(super) other_traffic: Option<OtherTraffic>,
    /// Whether no connection uses a proxy, and none fails for want of one.
    pub(super) ways_are_straight: bool,
    /// Connections through the proxy.
    pub(super) proxy_connections: u32,
    pub(super) update_agents: UpdateAgents,
    /// Sources with free places for which agents wait.
    pub(super) vacancies: Vec<SourceId>,
    facts: Facts,
    pub(super) events: u64,
}

/// What begins or ends at these nodes passes the Internet.
fn nodes_on_internet(company: &Company) -> Vec<NodeId> {
    let others = company.other_sources.iter().filter(|other| other.is_on_internet);
    std::iter::once(company.active_update).chain(others.map(|other| other.node)).collect()
}

fn ways_are_straight(company: &Company) -> bool {
    let of_sites = company.sites.iter().map(|site| site.family);
    let of_others = company.other_sources.iter().map(|other| other.family);
    let central = [company.server_family, company.server_own_family, company.active_update_family];
    company.proxy.is_none() && all_meet(of_sites.chain(of_others).chain(central))
}

/// The smart protection source (SPS-1).
#[derive(Debug, Default)]
pub(super) struct SmartProtection {
    /// When it downloads next; an earlier event is of a schedule that has changed.
    pub(super) next_look: SimTime,
    /// Whether it is downloading.
    pub(super) is_fetching: bool,
}

/// The newest contents released so far.
#[derive(Debug)]
pub(super) struct Newest {
    /// For each component, without recalled versions.
    pub(super) versions: Column<ComponentId, Version>,
    /// For each component, including recalled versions.
    pub(super) issued: Column<ComponentId, Version>,
    pub(super) revisions: Revisions,
    pub(super) releases: u32,
}

impl<'a> Simulation<'a> {
    /// A run of `company` over `topology` with `transport` under `option`, before its first event.
    pub fn new(
        company: &'a Company,
        topology: &'a Topology,
        transport: Transport,
        option: TopologyOption,
        streams: Streams,
    ) -> Self {
        Self::with_method(company, topology, transport, option, streams, Method::Automatic)
    }

    /// The same with a given method to compute the rates, for checks: the results are equal.
    pub fn with_method(
        company: &'a Company,
        topology: &'a Topology,
        transport: Transport,
        option: TopologyOption,
        streams: Streams,
        method: Method,
    ) -> Self {
        let roles = roles(option);
        let lists = SourceLists::resolve(company, option, roles);
        let bandwidths = topology.capacities();
        let payload = bandwidths.iter().map(|&bandwidth| transport.model.capacity(bandwidth));
        let sources = state::sources_at_start(company, option);
        let mut simulation = Self {
            company,
            option,
            roles,
            source_policy: &ProductRules,
            streams,
            event_queue: EventQueue::until(SimTime::START + company.duration),
            network: Network::with_method(&payload.collect(), method),
            tcp: TcpStarts::new(transport, bandwidths.len()),
            transfer_draws: if transport.model == TcpModel::FLUID {
                TransferDraws::none()
            } else {
                TransferDraws::of(company.agents.len())
            },
            paths: Paths::new(topology, nodes_on_internet(company), company.server),
            agents: Agents::at_start(company),
            kept: KeptParts::default(),
            memo: Memo::new(sources.len()),
            sources,
            other_stocks: OtherStocks::of(company),
            rounds: Rounds::new(company.catalogue.len()),
            server: ServerState::at_start(company),
            queues: (0..=company.update_agents.len())
                .map(|_| NotificationQueue::default())
                .collect(),
            records: Records::default(),
            newest: Tracked::new(Newest {
                versions: Column::filled(FIRST_VERSION, company.catalogue.len()),
                issued: Column::filled(FIRST_VERSION, company.catalogue.len()),
                revisions: Revisions::default(),
                releases: 0,
            }),
            census: Census::new(company.catalogue.len()),
            coverage: ReleaseCoverage::at_start(company),
            recalls: Recalls::of(company),
            rollouts: Rollouts::of(company),
            active_faults: ActiveFaults::default(),
            smart_protection: SmartProtection::default(),
            other_traffic: OtherTraffic::of(company, topology),
            ways_are_straight: ways_are_straight(company),
            proxy_connections: 0,
            update_agents: UpdateAgents::new(company, roles.update_agents_serve),
            lists,
            vacancies: Vec::new(),
            facts: Facts::default(),
            events: 0,
        };
        simulation.begin();
        simulation
    }

    /// Replaces the product's rules by `policy` for the agents' choice of sources.
    #[must_use]
    pub fn with_source_policy(self, policy: &'a dyn SourcePolicy) -> Self {
        Self { source_policy: policy, ..self }
    }

    /// Adds the events known at the start to the `event_queue`.
    fn begin(&mut self) {
        self.take_census();
        self.count_who_is_up_to_date(None);
        self.announce_releases();
        self.announce_changes();
        self.announce_commands();
        self.announce_faults();
        self.switch_on_who_is_there();
        self.set_capacities_of_hour();
        self.begin_schedules();
    }

    /// Runs until `end`, including the events at `end`; at most until the end of the company's scenario.
    pub fn run_until(&mut self, end: SimTime, observer: &mut dyn Observer) {
        loop {
            let moment = self.next_moment();
            if moment > end {
                break;
            }
            self.network.advance_to(moment);
            self.event_queue.advance_to(moment);
            self.live_through(observer);
        }
        self.facts.tell(observer);
        self.network.advance_to(end);
        self.event_queue.advance_to(end);
        debug_assert!(self.places_are_consistent(), "places are taken by those that hold them");
    }

    /// Handles one instant. Transfers end before events are handled, so that places are freed before others need them.
    fn live_through(&mut self, observer: &mut dyn Observer) {
        while let Some(ended) = self.network.pop_ended() {
            self.events += 1;
            match Tag::from_number(ended.tag) {
                Tag::Round(round) => self.round_transfer_ended(round),
                Tag::Report(agent) => self.report_arrives(agent),
                Tag::SmartProtection => self.smart_protection_fetched(ended.size),
                Tag::ServerStock => self.server_transfer_ended(ended.size),
            }
            self.fill_places();
            self.offer_slots();
            if self.server.desktops.has_room {
                self.begin_waiting_desktops();
            }
            self.facts.tell_many(observer);
        }
        while let Some(event) = self.event_queue.pop_due() {
            self.events += 1;
            self.handle(event);
            self.fill_places();
            self.offer_slots();
            if self.server.desktops.has_room {
                self.begin_waiting_desktops();
            }
            self.facts.tell_many(observer);
        }
    }

    /// Calls the handler of each event.
    fn handle(&mut self, event: Event) {
        match event {
            Event::ReleaseDue(release) => self.release(release),
            Event::ReleaseWithdrawn(release) => self.withdraw_release(release),
            Event::ReleaseRolledBack(release) => self.roll_back_release(release),
            Event::ChangeDue(number) => self.change(number),
            Event::WaveDue(release) => self.wave_is_due(release),
            Event::OtherSourceCopies(number) => self.other_source_copies(number),
            Event::PresenceChanges(agent) => self.change_presence(agent),
            Event::ReportProcessed(agent) => self.report_processed(agent),
            Event::SlotExpires(agent, generation) => self.slot_expires(agent, generation),
            Event::HourBegins => self.hour_begins(),
            Event::IncrementalsGenerated => self.server_offers(),
            Event::ServerLooks => self.server_looks(),
            Event::AgentLooks(agent, generation) => self.agent_looks(agent, generation),
            Event::FaultBegins(number) => self.fault_begins(number),
            Event::FaultEnds(number) => self.fault_ends(number),
            Event::SmartProtectionLooks => self.smart_protection_looks(),
            Event::VisitExpires(agent, generation) => self.visit_expires(agent, generation),
            Event::CommandDue(number) => self.command(number),
            Event::QueueCleanup => self.clean_queue(),
            Event::AgentPolls(agent, generation) => self.agent_polls(agent, generation),
            Event::AgentRetries(agent) => self.agent_retries(agent),
            Event::BatchDue(notifier) => self.next_batch(notifier),
            Event::NotificationEnds { record, answered } => {
                self.notification_ends(record, answered);
            }
            Event::RetryDue(record) => self.retry_notification(record),
            Event::UpdateAgentWaitEnds(number, generation) => {
                self.update_agent_wait_ends(number, generation);
            }
            Event::ConnectionBack(agent) => self.connection_is_back(agent),
            Event::AttemptGivenUp(agent, generation) => self.attempt_given_up(agent, generation),
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "the kind of fact decides what is done, and is known to the caller"
    )]
    #[inline(always)]
    pub(super) fn note(&mut self, fact: Fact) {
        self.facts.push(self.event_queue.now(), fact);
    }

    /// The same for `count` neighbours, of which the fact is about the first.
    pub(super) fn note_of_neighbours(&mut self, fact: Fact, count: u32) {
        self.facts.push_of_neighbours(self.event_queue.now(), fact, count);
    }

    /// The settings of the server now.
    pub fn settings(&self) -> &'a Settings {
        self.settings_with(self.server_edition())
    }

    /// The current time.
    pub fn now(&self) -> SimTime {
        self.event_queue.now()
    }

    /// The simulated company.
    pub fn company(&self) -> &'a Company {
        self.company
    }

    /// The option.
    pub fn option(&self) -> TopologyOption {
        self.option
    }

    /// The network, for reading.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The rate of payload that a link of this bandwidth can carry.
    pub fn payload(&self, bandwidth: BitRate) -> BitRate {
        self.tcp.transport().model.capacity(bandwidth)
    }

    /// The channels of a route, in order of travel.
    pub fn channels(&self, path: PathId) -> &[ChannelId] {
        &self.paths.route(path).channels
    }

    /// The sources, for reading.
    pub fn sources(&self) -> &Column<SourceId, Source> {
        &self.sources
    }

    /// The agents, for reading.
    pub fn agents(&self) -> &Agents {
        &self.agents
    }

    /// The number of the Update Agent that `agent`'s list names first.
    pub fn first_update_agent(&self, agent: AgentId) -> Option<u32> {
        match self.list_of(agent)?.first()? {
            ListedSource::UpdateAgent(index) => u32::try_from(*index).ok(),
            ListedSource::Server
            | ListedSource::ActiveUpdate
            | ListedSource::ForeignActiveUpdate
            | ListedSource::Other(_) => None,
        }
    }

    /// The server's notification queue, for reading.
    pub fn server_queue(&self) -> &NotificationQueue {
        &self.queues[super::lists::SERVER_NOTIFIER]
    }

    /// Slots of the server that are held now (SRV-4).
    pub fn slots_held(&self) -> u32 {
        self.server.slots_held
    }

    /// The number of agents with each version of each component (REP-1).
    pub fn census(&self) -> &Census {
        &self.census
    }

    /// The newest version of `component` that was released and not recalled.
    pub fn newest(&self, component: ComponentId) -> Version {
        self.newest.versions[component]
    }

    /// The number of events handled so far, including ends of transfers.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Whether `agent` has every content released so far that it is to get.
    pub fn is_up_to_date(&self, agent: AgentId) -> bool {
        self.agents[agent].up_to_date
    }
}

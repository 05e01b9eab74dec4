//! How server and Update Agents stock themselves: component duplication at work.

use crate::ids::{Column, ComponentId};
use crate::model::company::Company;
use crate::model::component::ContentKind;
use crate::model::version::{Offer, Version};
use crate::network::TransferId;
use crate::policy::admission::deploys;
use crate::policy::duplication::{mirrors, server_plan, update_agent_plan};
use crate::policy::{content, schedule};
use crate::random::Draw;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::round::Stage;
use crate::simulation::run::Simulation;
use crate::simulation::sending::Shipment;
use crate::simulation::state::{
    ACTIVE_UPDATE, FIRST_VERSION, RoundId, SERVER, Shelf, update_agent_source,
};
use crate::simulation::tag::Tag;
use crate::units::{Bytes, SimDuration};

/// Full versions that the server holds at the start, the latest included (DUP-6).
const HELD_AT_START: u16 = 7;

/// What the server's own update is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ServerStage {
    #[default]
    Idle,
    Index,
    Download,
    Generating,
}

/// The server's stock, beside its shelf.
#[derive(Debug)]
pub(super) struct ServerStock {
    /// Slots that are held (SRV-4).
    pub slots_held: u32,
    /// Until when the report processor is busy (SRV-5).
    pub(super) reports_until: crate::units::SimTime,
    stage: ServerStage,
    /// The transfer of its own update.
    transfer: Option<TransferId>,
    /// The full versions of each component, newest first (DUP-6).
    held: Column<ComponentId, Vec<Version>>,
    /// What will be held and offered when the update in progress is complete.
    next: Column<ComponentId, (Vec<Version>, Offer)>,
    /// CPU time that generating will take.
    generation: SimDuration,
}

impl ServerStock {
    /// The server at the start: current, with the older full versions that it keeps.
    pub(super) fn at_start(company: &Company) -> Self {
        let versions: Vec<Version> =
            (0..HELD_AT_START).map(|behind| FIRST_VERSION.earlier(behind)).collect();
        Self {
            slots_held: 0,
            reports_until: crate::units::SimTime::START,
            stage: ServerStage::Idle,
            transfer: None,
            held: company.catalogue.iter().map(|_| versions.clone()).collect(),
            next: Column::new(),
            generation: SimDuration::ZERO,
        }
    }
}

impl Simulation<'_> {
    /// The server looks for a release by its schedule (SRV-1).
    pub(super) fn server_looks(&mut self) {
        self.await_server_look();
        self.server_updates();
    }

    /// The server updates, unless it is at it already.
    pub(super) fn server_updates(&mut self) {
        if self.server.stage == ServerStage::Idle {
            self.server_fetches(ServerStage::Index, self.settings().sizes.index);
        }
    }

    pub(super) fn await_server_look(&mut self) {
        let schedule = self.settings().server.schedule;
        let draw = |_| Draw::from_bits(0);
        let next =
            schedule::next_look(schedule, self.company.calendar, self.event_queue.now(), draw);
        self.event_queue.at(next, Event::ServerLooks);
    }

    fn server_fetches(&mut self, stage: ServerStage, size: Bytes) {
        let (from, to) = (self.company.active_update, self.company.server);
        let ceiling = self.ceiling(ACTIVE_UPDATE);
        let tag = Tag::ServerStock;
        let works = self.works(ACTIVE_UPDATE, false) && self.server_is_up();
        let way = self.way_to(ACTIVE_UPDATE, None).filter(|_| works);
        let sent = way.and_then(|way| {
            let via = self.node_on(way);
            self.send(Shipment { from, via, to, ceiling, size, tag, agent: None })
        });
        // Without a way to ActiveUpdate the server keeps what it has.
        self.server.stage = if sent.is_some() { stage } else { ServerStage::Idle };
        self.server.transfer = sent;
    }

    /// The server's own update is cut short, as it or `ActiveUpdate` fails.
    pub(super) fn abandon_server_update(&mut self) {
        if let Some(transfer) = self.server.transfer.take() {
            let bytes = self.network.abort(transfer);
            self.note(Fact::ServerFetched(bytes));
            self.server.stage = ServerStage::Idle;
        }
    }

    /// A transfer of the server's own update has ended.
    pub(super) fn server_transfer_ended(&mut self, size: Bytes) {
        self.server.transfer = None;
        self.note(Fact::ServerFetched(size));
        match self.server.stage {
            ServerStage::Index => self.server_plans(),
            ServerStage::Download => {
                self.server.stage = ServerStage::Generating;
                self.event_queue.after(self.server.generation, Event::IncrementalsGenerated);
            }
            ServerStage::Idle | ServerStage::Generating => {}
        }
    }

    /// Compares with `ActiveUpdate` and downloads what is missing (DUP-3 to DUP-7).
    fn server_plans(&mut self) {
        let settings = &self.company.settings.server;
        let (mut size, mut generated) = (Bytes::ZERO, 0);
        self.server.next = Column::new();
        for (id, component) in self.company.catalogue.rows() {
            let offer = self.sources[ACTIVE_UPDATE].shelf.offers[id];
            let held = &self.server.held[id];
            let plan = server_plan(held, offer, component, settings.generates_incrementals);
            size += plan.downloads.iter().map(|package| package.size(component)).sum();
            generated += plan.generated.len() as u64;
            self.server.next.push((plan.held, plan.offer));
        }
        self.server.generation = settings.generation_time.saturating_mul(generated);
        if size == Bytes::ZERO {
            self.server.stage = ServerStage::Idle;
        } else {
            self.server_fetches(ServerStage::Download, size);
        }
    }

    /// The server offers the complete new set and tells its agents (NTF-1, SRV-2); one that is down
    /// has not finished generating, and begins anew at its next look.
    pub(super) fn server_offers(&mut self) {
        if !self.server_is_up() {
            self.server.stage = ServerStage::Idle;
            return;
        }
        let next = std::mem::take(&mut self.server.next);
        for (id, (held, offer)) in next.rows() {
            self.server.held[id].clone_from(held);
            self.sources[SERVER].shelf.offers[id] = *offer;
        }
        self.server.stage = ServerStage::Idle;
        self.note(Fact::ServerStocked { cpu: self.server.generation });
        self.server_deploys();
    }

    /// The server has something new for the agents.
    pub(super) fn server_deploys(&mut self) {
        if deploys(&self.settings().server) && self.roles.server_notifies {
            self.notify_all(SERVER_NOTIFIER);
        }
    }

    /// An Update Agent that is now current itself fetches what it needs only to serve (DUP-8);
    /// any other agent has nothing more to do here.
    pub(super) fn fetch_for_shelf(&mut self, id: RoundId) {
        let agent = self.rounds.get(id).agent;
        let Some(index) = self.update_agents.serving(agent) else { return self.leave_source(id) };
        let own = &self.sources[update_agent_source(index)];
        if !own.has_disk || own.faults.disk > 0 {
            return self.leave_source(id);
        }
        match self.plan_shelf(id, index) {
            None => self.leave_source(id),
            Some((size, _)) if size > Bytes::ZERO => self.fetch(id, Stage::Mirroring, size),
            Some((_, shelf)) => self.offer_shelf(id, index, shelf),
        }
    }

    /// The Update Agent has everything that it serves.
    pub(super) fn mirrored(&mut self, id: RoundId) {
        let agent = self.rounds.get(id).agent;
        let Some(index) = self.update_agents.serving(agent) else { return self.leave_source(id) };
        match self.plan_shelf(id, index) {
            Some((_, shelf)) => self.offer_shelf(id, index, shelf),
            None => self.leave_source(id),
        }
    }

    /// What the Update Agent still lacks of its source's shelf, and the shelf it will have; `None`
    /// if its source has nothing newer.
    fn plan_shelf(&self, id: RoundId, index: usize) -> Option<(Bytes, Shelf)> {
        let round = self.rounds.get(id);
        let own = &self.sources[update_agent_source(index)];
        let source = &self.sources[round.source];
        let scan = self.agents.scan[round.agent];
        let idle_mirrors = self.company.settings.update_agent.idle_mirrors;
        let mirrors = mirrors(self.lists.is_source(index), idle_mirrors);
        let scope = self.company.settings.agent.scope;
        let mut shelf = own.shelf.clone();
        let mut size = Bytes::ZERO;
        if own.hosts.and(source.hosts).has(ContentKind::Components) {
            for (id, component) in self.company.catalogue.rows() {
                let plan = update_agent_plan(
                    own.shelf.offers[id].latest,
                    source.shelf.offers[id],
                    component,
                    mirrors,
                );
                shelf.offers[id] = plan.offer;
                size += plan.mirrored.iter().map(|package| package.size(component)).sum();
                let for_others = mirrors && !content::gets(component, scan, scope);
                size += plan.own.filter(|_| for_others).map_or(Bytes::ZERO, |p| p.size(component));
            }
        }
        shelf.revisions = self.agents.revisions[round.agent];
        (shelf != own.shelf).then_some((size, shelf))
    }

    fn offer_shelf(&mut self, id: RoundId, index: usize, shelf: Shelf) {
        let source = update_agent_source(index);
        self.sources[source].shelf = shelf;
        self.note(Fact::UpdateAgentStocked(source));
        self.leave_source(id);
        if self.settings().notification.on_update {
            self.notify_all(index + 1);
        }
    }
}

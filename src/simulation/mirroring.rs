//! How server and Update Agents obtain the content that they serve: component duplication. Each file is offered from
//! the instant at which its last byte has arrived, and only the version whose transfer was begun (DUP-12).

use crate::ids::{AgentId, Column, ComponentId, SourceId};
use crate::model::component::{ContentKind, KindSet};
use crate::model::settings::UpdateScope;
use crate::model::version::{Offer, Spans, Version};
use crate::policy::content;
use crate::policy::duplication::{mirrors, server_plan, update_agent_plan};
use crate::policy::reachability::Way;
use crate::policy::recall::version_before;
use crate::random::Draw;
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::round::Stage;
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::sending::Shipment;
use crate::simulation::server_state::ServerStage;
use crate::simulation::state::{Revisions, SERVER, Source, Target, update_agent_source};
use crate::simulation::tag::Tag;
use crate::units::Bytes;

impl Simulation<'_> {
    /// The server checks for a release on its schedule (SRV-1).
    pub(super) fn server_looks(&mut self) {
        if self.server.next_look != self.event_queue.now() {
            return;
        }
        self.await_server_look();
        self.server_updates();
    }

    /// The server updates, unless it is already updating.
    pub(super) fn server_updates(&mut self) {
        if self.server.stage == ServerStage::Idle {
            self.server_fetches(ServerStage::Index, self.settings().sizes.index);
        }
    }

    pub(super) fn await_server_look(&mut self) {
        let next = self.next_look(self.settings().server.schedule, |_| Draw::from_bits(0));
        self.server.next_look = next;
        self.event_queue.at(next, Event::ServerLooks);
    }

    fn server_fetches(&mut self, stage: ServerStage, size: Bytes) {
        let source = self.external();
        let (from, to) = (self.sources[source].node, self.company.server);
        let cap = self.rate_cap(source, None);
        let tag = Tag::ServerStock;
        let works = self.works(source) && self.server_is_up();
        let way = self.way_to(source, None).filter(|way| works && self.has_place_on(*way));
        let sent = way.and_then(|way| {
            let via = self.node_on(way);
            self.send(Shipment { from, via, to, cap, size, tag, agent: None })
        });
        // Without a way to its source the server keeps what it has.
        let Some((transfer, _)) = sent else { return self.server_checks_in_vain() };
        self.is_out_of_reach_of_server(None);
        self.note(Fact::ServerUpdates(true));
        self.server.stage = stage;
        self.server.transfer = Some(transfer);
        self.server.by_proxy = way == Some(Way::ByProxy);
        self.proxy_connections += u32::from(self.server.by_proxy);
    }

    /// The server cannot update: it is out of service, or its source is, or nothing leads there.
    pub(super) fn server_checks_in_vain(&mut self) {
        let missing = if self.server_is_up() { self.external() } else { SERVER };
        self.is_out_of_reach_of_server(Some(missing));
    }

    fn is_out_of_reach_of_server(&mut self, source: Option<SourceId>) {
        if std::mem::replace(&mut self.server.out_of_reach, source) != source {
            self.note(Fact::ServerChecksInVain(source));
        }
    }

    /// After a repair the server waits for its next check, if it finds its source there.
    pub(super) fn server_may_reach_its_source(&mut self) {
        let source = self.external();
        let works = self.works(source) && self.server_is_up();
        if self.server.out_of_reach.is_some() && works && self.way_to(source, None).is_some() {
            self.is_out_of_reach_of_server(None);
        }
    }

    /// The server's own update continues over the best present route; without one it waits.
    pub(super) fn reroute_server_update(&mut self) {
        let source = self.external();
        let (from, to) = (self.sources[source].node, self.company.server);
        let via = self.way_to(source, None).map(|way| self.node_on(way));
        if let (Some(transfer), Some(via)) = (self.server.transfer, via)
            && let Some(path) = self.paths.between(from, via, to, 0)
        {
            self.move_to(path, transfer, self.rate_cap(source, None));
        }
    }

    /// The server drops the full version `bad` of a component, if it holds an older one, to which it returns if it offers
    /// `bad` (DUP-6). The incrementals that it has lead to `bad`, so it offers none; an update in which it fetches `bad`
    /// is given up.
    pub(super) fn server_goes_back(&mut self, component: ComponentId, bad: Version) {
        let has_plan = |all: &Self| {
            matches!(all.server.stage, ServerStage::Download | ServerStage::Generating)
        };
        let offered = self.sources[SERVER].repository.offers[component].latest;
        if has_plan(self) && offered != bad && self.server.next[component].1.latest == bad {
            self.give_up_server_update();
        }
        let Some(latest) = version_before(&self.server.held[component], bad) else { return };
        let without_bad = |held: &mut Vec<Version>, offer: &mut Offer| {
            held.retain(|held| *held != bad);
            if offer.latest == bad {
                *offer = Offer { latest, incrementals: Spans::NONE };
            }
        };
        let own = &mut self.sources[SERVER].repository.offers[component];
        without_bad(&mut self.server.held[component], own);
        if has_plan(self) {
            let (held, offer) = &mut self.server.next[component];
            without_bad(held, offer);
        }
    }

    /// The server's own update is cut short, as it or its source fails.
    pub(super) fn abandon_server_update(&mut self) {
        if let Some(transfer) = self.server.transfer.take() {
            let bytes = self.network.abort(transfer);
            self.note(Fact::ServerFetched(bytes));
            self.server_stops_updating();
        }
    }

    /// The server's own update ends, in any stage.
    fn server_stops_updating(&mut self) {
        self.note(Fact::ServerUpdates(false));
        self.server.stage = ServerStage::Idle;
        self.proxy_connections -= u32::from(std::mem::take(&mut self.server.by_proxy));
    }

    /// The server gives up its own update in any stage, and loses what it generates, too: it begins again at its next
    /// check.
    pub(super) fn give_up_server_update(&mut self) {
        self.abandon_server_update();
        if self.server.stage != ServerStage::Idle {
            self.server_stops_updating();
        }
    }

    /// What `agent` may update where programs are concerned: an Update Agent that hosts them fetches them to serve, even if
    /// it does not get them itself (CMP-7, UAG-3).
    pub(super) fn scope_of_programs(&self, agent: AgentId) -> UpdateScope {
        let scope = self.settings_of(agent).scope;
        let serves = || {
            let serving = self.update_agents.serving(agent);
            serving.is_some_and(|index| {
                self.sources[update_agent_source(index)].hosts.has(ContentKind::Programs)
            })
        };
        if !content::gets_programs(scope) && serves() { UpdateScope::Everything } else { scope }
    }

    /// An Update Agent has not fetched all that it is to serve.
    pub(super) fn lacks_what_it_serves(&self, agent: AgentId) -> bool {
        let serving = self.update_agents.serving(agent);
        serving.is_some_and(|index| !self.sources[update_agent_source(index)].incoming.is_empty())
    }

    /// A transfer of the server's own update has ended.
    pub(super) fn server_transfer_ended(&mut self, size: Bytes) {
        self.server.transfer = None;
        self.note(Fact::ServerFetched(size));
        let stage = self.server.stage;
        self.server_stops_updating();
        match stage {
            ServerStage::Index => self.server_plans(),
            ServerStage::Download => {
                self.server.stage = ServerStage::Generating;
                self.note(Fact::ServerUpdates(true));
                let at = self.event_queue.now().saturating_add(self.server.generation_time);
                self.server.generated_at = at;
                self.event_queue.at(at, Event::IncrementalsGenerated);
            }
            ServerStage::Idle | ServerStage::Generating => {}
        }
    }

    /// Compares with its source and downloads what is missing (DUP-3 to DUP-7).
    fn server_plans(&mut self) {
        let source = self.external();
        let settings = &self.settings().server;
        let (mut size, mut packages, mut generated) = (Bytes::ZERO, 0, 0);
        self.server.next = Column::new();
        for (id, component) in self.company.catalogue.rows() {
            let offer = self.sources[source].repository.offers[id];
            let own = self.sources[SERVER].repository.offers[id];
            let held = &self.server.held[id];
            let plan = server_plan(held, own, offer, component, settings.generates_incrementals);
            packages += plan.downloads.len();
            size += plan.downloads.iter().map(|package| package.size(component)).sum();
            generated += plan.generated.len() as u64;
            self.server.next.push((plan.held, plan.offer));
        }
        self.server.generation_time = settings.generation_time.saturating_mul(generated);
        if packages > 0 {
            // Packages that weigh nothing together are fetched, too.
            self.server_fetches(ServerStage::Download, size.max(Bytes::new(1)));
        }
    }

    /// The server offers the complete new set and notifies its agents (NTF-1, SRV-2).
    pub(super) fn server_offers(&mut self) {
        if self.server.stage != ServerStage::Generating
            || self.server.generated_at != self.event_queue.now()
        {
            return;
        }
        let next = std::mem::take(&mut self.server.next);
        for (id, (held, offer)) in next.rows() {
            self.server.held[id].clone_from(held);
            self.sources[SERVER].repository.offers[id] = *offer;
        }
        self.server_stops_updating();
        self.note(Fact::ServerStocked { cpu: self.server.generation_time });
        self.judge_source(SERVER);
        self.note_releases_of_server();
        self.server_notifies(KindSet::COMPONENTS);
    }

    /// An Update Agent offers the content that has just arrived (DUP-12): the settings or program, or the full versions
    /// of components, with the incrementals that led to them.
    pub(super) fn offer_received(&mut self, id: RoundId, kind: ContentKind) {
        let agent = self.rounds.get(id).agent;
        let Some(index) = self.update_agents.serving(agent) else { return };
        let received = self.agents.revisions.get(agent);
        let targets = self.company.catalogue.ids().zip(self.rounds.targets(id));
        let offers = targets.map(|(component, target)| {
            let Target { version: latest, incremental: incrementals } = *target;
            (component, Offer { latest, incrementals })
        });
        self.sources[update_agent_source(index)].offer(kind, received, offers);
    }

    /// An Update Agent offers what it has itself but could not serve when it arrived, for want of disk space or because it
    /// did not host it (UAG-2, UAG-3): revisions, and full versions of components.
    pub(super) fn offer_what_it_has(&mut self, index: usize) {
        let host = self.company.update_agents[index].agent;
        let has = self.agents.revisions.get(host);
        let (scan, scope) = (self.agents[host].scan, self.settings_of(host).scope);
        for kind in ContentKind::IN_ORDER {
            let versions = self.company.catalogue.rows().zip(self.agents.versions(host));
            let used = versions.filter(|((_, of), _)| content::gets(of, scan, scope));
            let offers = used.map(|((component, _), latest)| {
                (component, Offer { latest: *latest, incrementals: Spans::NONE })
            });
            self.sources[update_agent_source(index)].offer(kind, has, offers);
        }
    }

    /// An Update Agent that is now current fetches what it needs only to serve (DUP-8); for any other agent there is
    /// nothing to do here.
    pub(super) fn fetch_to_serve(&mut self, id: RoundId) {
        let agent = self.rounds.get(id).agent;
        let Some(index) = self.update_agents.serving(agent) else { return self.leave_source(id) };
        if !self.sources[update_agent_source(index)].can_store() {
            return self.leave_source(id);
        }
        self.offer_what_it_has(index);
        let size = self.plan_mirroring(id, index);
        if size > Bytes::ZERO {
            self.fetch_content(id, Stage::Mirroring, size);
        } else {
            self.mirrored(id);
        }
    }

    /// The Update Agent has everything that it was fetching only to serve, and offers it.
    pub(super) fn mirrored(&mut self, id: RoundId) {
        let agent = self.rounds.get(id).agent;
        if let Some(index) = self.update_agents.serving(agent) {
            let own = &mut self.sources[update_agent_source(index)];
            // Without disk space it has not stored them.
            let stores = own.can_store();
            for (component, offer) in own.incoming.drain(..).filter(|_| stores) {
                let served = own.repository.offers[component].latest;
                self.recalls.remember_served((agent, component, offer.latest), served);
                own.repository.offers[component] = offer;
                own.unannounced = own.unannounced.with_if(ContentKind::Components, true);
            }
        }
        self.leave_source(id);
    }

    /// The bytes that the Update Agent lacks of the content that it is to serve and that its source offers; records its
    /// offer after they have arrived. A component that the Update Agent uses itself is mirrored in its present version:
    /// later releases are left to the next round.
    fn plan_mirroring(&mut self, id: RoundId, index: usize) -> Bytes {
        let round = self.rounds.get(id);
        let own = update_agent_source(index);
        let mut incoming = std::mem::take(&mut self.sources[own].incoming);
        incoming.clear();
        let (own, source) = (&self.sources[own], &self.sources[round.source]);
        let scan = self.agents[round.agent].scan;
        let settings = self.settings();
        let is_source = self.lists.is_source(index, self.company, &self.agents);
        let mirrors = mirrors(is_source, settings.update_agent.idle_mirrors);
        let mut size = Bytes::ZERO;
        if mirrors && own.hosts.and(source.hosts).has(ContentKind::Components) {
            for (id, component) in self.company.catalogue.rows() {
                let uses = content::gets(component, scan, self.settings_of(round.agent).scope);
                let held = own.repository.offers[id];
                let offered = source.repository.offers[id];
                if uses && offered.latest > held.latest {
                    continue;
                }
                let plan = update_agent_plan(held, offered, component, mirrors);
                size += plan.own.map_or(Bytes::ZERO, |package| package.size(component));
                size += plan.mirrored.iter().map(|package| package.size(component)).sum();
                if plan.offer != own.repository.offers[id] {
                    incoming.push((id, plan.offer));
                }
            }
        }
        self.sources[update_agent_source(index)].incoming = incoming;
        size
    }
}

impl Source {
    /// Offers content of `kind` from now on, if it hosts this kind and has the disk space for it: of these
    /// revisions or `offers` of components those that are newer than its own.
    fn offer(
        &mut self,
        kind: ContentKind,
        has: Revisions,
        offers: impl Iterator<Item = (ComponentId, Offer)>,
    ) {
        if !self.hosts.has(kind) || !self.can_store() {
            return;
        }
        let mut next = (*self.repository).clone();
        match kind {
            ContentKind::Settings => {
                next.revisions.settings = has.settings.max(next.revisions.settings);
            }
            ContentKind::Programs => {
                next.revisions.program = has.program.max(next.revisions.program);
            }
            ContentKind::Components => {
                for (component, offer) in offers {
                    if offer.latest > next.offers[component].latest {
                        next.offers[component] = offer;
                    }
                }
            }
        }
        if next != *self.repository {
            *self.repository = next;
            self.unannounced = self.unannounced.with_if(kind, true);
        }
    }
}

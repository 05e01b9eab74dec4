//! Faults and repairs (NET-1, NET-2, NET-4, UAG-2, UAG-5).

use crate::ids::{AgentId, LinkId, NodeId, PathId, SourceId};
use crate::model::fault::{Fault, FaultAt, FaultKind, LinkFailure};
use crate::model::reach::Family;
use crate::network::TransferId;
use crate::policy::attempt::AttemptFailure;
use crate::policy::reachability::{NoWay, ProxyView, Way, entry_leads_there, way};
use crate::simulation::event::Event;
use crate::simulation::fact::Fact;
use crate::simulation::lists::SERVER_NOTIFIER;
use crate::simulation::notifiers::NotifierState;
use crate::simulation::round_id::RoundId;
use crate::simulation::run::Simulation;
use crate::simulation::server_state::ServerStage;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER, SourceRole, update_agent_source};
use crate::units::BitRate;

impl Simulation<'_> {
    pub(super) fn announce_faults(&mut self) {
        for (number, fault) in (0..).zip(&self.company.faults) {
            self.event_queue.at(fault.from, Event::FaultBegins(number));
            self.event_queue.at(fault.until, Event::FaultEnds(number));
        }
    }

    pub(super) fn fault_begins(&mut self, number: u32) {
        let fault = self.company.faults[number as usize];
        self.note(Fact::FaultBegan(number));
        match (fault.at, fault.kind) {
            (FaultAt::Link(link), _) => self.cut(link),
            (FaultAt::Proxy, _) => {
                self.count_fault(fault, 1);
                if self.server.by_proxy {
                    self.abandon_server_update();
                }
                for id in self.rounds.all() {
                    if self.rounds.get(id).by_proxy {
                        self.turn_away(id, AttemptFailure::Broken);
                    }
                }
            }
            (FaultAt::UpdateAgent(index), FaultKind::Down) => self.host_fault(index, 1),
            _ => {
                let notifier = self.notifier_at(fault.at);
                self.count_fault(fault, 1);
                if let (Some(source), FaultKind::Down | FaultKind::DiskFull) =
                    (self.source_at(fault.at), fault.kind)
                {
                    self.source_fails(source);
                }
                if let Some((index, before)) = notifier {
                    self.ceases_to_notify(index, before);
                }
            }
        }
        if !matches!(fault.at, FaultAt::Link(_) | FaultAt::UpdateAgent(_)) {
            self.drop_side_transfers();
        }
        if fault.at == FaultAt::Server {
            self.set_other_traffic();
            self.begin_who_waits_for_a_slot();
        }
    }

    pub(super) fn fault_ends(&mut self, number: u32) {
        let fault = self.company.faults[number as usize];
        self.note(Fact::FaultEnded(number));
        match (fault.at, fault.kind) {
            (FaultAt::Link(link), _) => self.mend(link),
            (FaultAt::UpdateAgent(index), FaultKind::Down) => self.host_fault(index, -1),
            (FaultAt::UpdateAgent(index), FaultKind::DiskFull) => {
                self.count_fault(fault, -1);
                self.has_disk_again(index);
            }
            _ => self.count_fault(fault, -1),
        }
        if fault.at == FaultAt::Server {
            self.set_other_traffic();
            self.serve_queue(SERVER_NOTIFIER);
        }
        self.server_may_reach_its_source();
        self.connect_who_could_not();
    }

    /// A fault of an Update Agent's computer begins or ends; it is down while any fault lasts.
    fn host_fault(&mut self, index: usize, change: i32) {
        let runs = self.update_agents.count_fault(index, change);
        self.set_online(self.company.update_agents[index].agent, runs);
    }

    /// An Update Agent's disk has room again: it offers what it has got in the meantime.
    fn has_disk_again(&mut self, index: usize) {
        let host = self.company.update_agents[index].agent;
        if self.update_agents.serves(host) && self.agents[host].online {
            self.offer_what_it_has(index);
            self.announce(index);
        }
    }

    fn count_fault(&mut self, fault: Fault, change: i32) {
        let count = match (fault.at, fault.kind) {
            (FaultAt::Proxy, _) => Some(&mut self.active_faults.proxy),
            (FaultAt::SmartProtection, _) => Some(&mut self.active_faults.smart_protection),
            (FaultAt::Server, FaultKind::WrongProxy) => {
                Some(&mut self.active_faults.wrong_proxy[0])
            }
            (FaultAt::Agents, _) => Some(&mut self.active_faults.wrong_proxy[1]),
            (at, kind) => {
                self.source_at(at).map(|source| &mut self.sources[source].faults).map(|faults| {
                    match kind {
                        FaultKind::DiskFull => &mut faults.disk,
                        FaultKind::AddressChange => &mut faults.address,
                        FaultKind::Down | FaultKind::WrongProxy => &mut faults.down,
                    }
                })
            }
        };
        if let Some(count) = count {
            *count = count.saturating_add_signed(change);
        }
    }

    /// A source can no longer serve: agents there notice it; the server's own update ends.
    fn source_fails(&mut self, source: SourceId) {
        self.drop_visitors(source);
        let is_updating = self.server.stage != ServerStage::Idle;
        if source == SERVER {
            self.give_up_server_update();
        } else if source == self.external() {
            self.abandon_server_update();
        }
        if is_updating && self.server.stage == ServerStage::Idle {
            self.server_checks_in_vain();
        }
    }

    /// A link fails.
    fn cut(&mut self, link: LinkId) {
        let count = self.active_faults.links.entry(link).or_default();
        *count += 1;
        if *count > 1 {
            return;
        }
        let over: Vec<RoundId> =
            self.rounds.all().into_iter().filter(|id| self.is_over(*id, link)).collect();
        self.paths.close(link);
        self.set_capacities(link);
        let link_failure = self.settings().source.link_failure;
        match link_failure {
            LinkFailure::Reroute => self.reroute_server_update(),
            LinkFailure::Abort if self.server_fetches_over(link) => self.abandon_server_update(),
            LinkFailure::Abort | LinkFailure::Stall => {}
        }
        for id in over {
            match link_failure {
                LinkFailure::Stall => {}
                LinkFailure::Abort => self.turn_away(id, AttemptFailure::Broken),
                LinkFailure::Reroute => self.reroute(id),
            }
        }
        self.cut_side_transfers(link, link_failure);
    }

    fn is_over(&self, id: RoundId, link: LinkId) -> bool {
        self.rounds.get(id).transfer.is_some_and(|transfer| self.crosses(transfer, link))
    }

    fn server_fetches_over(&self, link: LinkId) -> bool {
        self.server.transfer.is_some_and(|transfer| self.crosses(transfer, link))
    }

    pub(super) fn crosses(&self, transfer: TransferId, link: LinkId) -> bool {
        self.network.path(transfer).iter().any(|channel| channel.link() == link)
    }

    /// Reroutes a transfer, with its average weight.
    fn reroute(&mut self, id: RoundId) {
        let round = *self.rounds.get(id);
        let (Some(path), Some(transfer)) =
            (self.path_from(round.source, round.agent), round.transfer)
        else {
            return self.turn_away(id, AttemptFailure::Broken);
        };
        self.rounds.get_mut(id).path = Some(path);
        self.move_to(path, transfer, self.rate_cap(round.source, Some(round.agent)));
    }

    /// Moves a transfer with this rate cap to `path`, with its average weight.
    pub(super) fn move_to(&mut self, path: PathId, transfer: TransferId, cap: BitRate) {
        if self.network.path(transfer) != self.paths.route(path).channels {
            let class = self.average_class(path, cap);
            self.network.move_to_class(transfer, class);
        }
    }

    /// A link is repaired.
    fn mend(&mut self, link: LinkId) {
        let count = self.active_faults.links.entry(link).or_default();
        *count -= 1;
        if *count == 0 {
            self.paths.open(link);
            self.set_capacities(link);
            self.turn_back();
        }
    }

    /// If transfers are rerouted, they return to the best route once it works again.
    fn turn_back(&mut self) {
        if self.settings().source.link_failure != LinkFailure::Reroute {
            return;
        }
        self.reroute_server_update();
        self.reroute_side_transfers();
        for id in self.rounds.all() {
            let round = *self.rounds.get(id);
            if let Some(transfer) = round.transfer
                && let Some(path) = self.path_from(round.source, round.agent)
            {
                self.rounds.get_mut(id).path = Some(path);
                self.move_to(path, transfer, self.rate_cap(round.source, Some(round.agent)));
            }
        }
    }

    /// The protocol versions of a source and an agent, or the server if there is no agent (NET-1).
    fn families(&self, source: SourceId, agent: Option<AgentId>) -> [Family; 2] {
        let family_of = |agent: AgentId| self.company.sites[self.site_of(agent)].family;
        let company = self.company;
        let from = match self.sources[source].role {
            SourceRole::UpdateAgent(number) => family_of(company.update_agents[number].agent),
            SourceRole::Server => company.server_family,
            SourceRole::ActiveUpdate => company.active_update_family,
            SourceRole::Other(number) => company.other_sources[number].family,
        };
        [from, agent.map_or(self.company.server_own_family, family_of)]
    }

    /// The route by which `agent`, or the server if there is no agent, connects to `source`, if there is one.
    pub(super) fn way_to(&self, source: SourceId, agent: Option<AgentId>) -> Option<Way> {
        self.find_way(source, agent).ok()
    }

    /// The same, or why there is none (NET-1, NET-2).
    #[inline]
    pub(super) fn find_way(&self, source: SourceId, agent: Option<AgentId>) -> Result<Way, NoWay> {
        if self.ways_are_straight && self.active_faults.wrong_proxy == [0; 2] {
            return Ok(Way::Straight);
        }
        let [from, to] = self.families(source, agent);
        let wrong = self.active_faults.wrong_proxy[usize::from(agent.is_some())];
        let proxy = self.company.proxy.map(|proxy| ProxyView {
            is_up: self.active_faults.proxy == 0,
            to_internet: proxy.to_internet,
            settings_are_right: wrong == 0,
        });
        // Without a proxy, wrong settings for one fail too.
        let from_internet = self.is_on_internet(source);
        if from_internet && wrong > 0 {
            return Err(NoWay::WrongProxy);
        }
        way(from, to, from_internet, proxy)
    }

    /// The node through which a route leads, unless it is direct.
    pub(super) fn node_on(&self, way: Way) -> Option<NodeId> {
        match way {
            Way::Straight => None,
            Way::ByProxy => self.company.proxy.map(|proxy| proxy.node),
        }
    }

    /// Whether the source has no fault that prevents it from serving (UAG-2).
    pub(super) fn works(&self, source: SourceId) -> bool {
        let faults = self.sources[source].faults;
        faults.down == 0 && faults.disk == 0
    }

    /// Whether entries of the update source list lead to the source (UAG-5).
    pub(super) fn entry_leads_to(&self, source: SourceId) -> bool {
        let address_changed = self.sources[source].faults.address > 0;
        entry_leads_there(address_changed, self.settings().source.listed_by_host_name)
    }

    /// The Update Agent at which a fault is, and its state as a notifier, under an option in which it serves.
    fn notifier_at(&self, at: FaultAt) -> Option<(usize, NotifierState)> {
        match at {
            FaultAt::UpdateAgent(index) if self.roles.update_agents_serve => {
                Some((index, self.notifier_state(index)))
            }
            _ => None,
        }
    }

    fn source_at(&self, at: FaultAt) -> Option<SourceId> {
        match at {
            FaultAt::Server => Some(SERVER),
            FaultAt::ActiveUpdate => Some(ACTIVE_UPDATE),
            FaultAt::UpdateAgent(index) => {
                self.roles.update_agents_serve.then(|| update_agent_source(index))
            }
            FaultAt::Other(index) => Some(self.other_source(index)),
            FaultAt::Proxy | FaultAt::SmartProtection | FaultAt::Link(_) | FaultAt::Agents => None,
        }
    }
}

//! Transfers outside rounds when something fails: status reports (SRV-5) and the download of the smart protection source
//! (SPS-1). What is cut short is lost; nobody sends it again before its next trigger.

use crate::ids::{LinkId, PathId};
use crate::model::fault::LinkFailure;
use crate::network::TransferId;
use crate::policy::reachability::Way;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};
use crate::simulation::tag::Tag;

impl Simulation<'_> {
    /// A link fails under them.
    pub(super) fn cut_side_transfers(&mut self, link: LinkId, link_failure: LinkFailure) {
        let over = self.side_transfers().into_iter().filter(|(id, _)| self.crosses(*id, link));
        let over: Vec<(TransferId, Tag)> = over.collect();
        for (transfer, tag) in over {
            match link_failure {
                LinkFailure::Stall => {}
                LinkFailure::Abort => self.abort_side_transfer(transfer, tag),
                LinkFailure::Reroute => self.reroute_side_transfer(transfer, tag),
            }
        }
    }

    /// Those that may be rerouted take the best routes of the present.
    pub(super) fn reroute_side_transfers(&mut self) {
        for (transfer, tag) in self.side_transfers() {
            self.reroute_side_transfer(transfer, tag);
        }
    }

    /// Something else fails: those whose ends can no longer connect are lost.
    pub(super) fn drop_side_transfers(&mut self) {
        for (transfer, tag) in self.side_transfers() {
            if self.way_of(tag).is_none() {
                self.abort_side_transfer(transfer, tag);
            }
        }
    }

    fn side_transfers(&self) -> Vec<(TransferId, Tag)> {
        let all = self.network.transfers();
        let all = all.map(|transfer| (transfer.id, Tag::from_number(transfer.tag)));
        all.filter(|(_, tag)| matches!(tag, Tag::Report(_) | Tag::SmartProtection)).collect()
    }

    /// How the ends of such a transfer connect now, if both work.
    fn way_of(&self, tag: Tag) -> Option<Way> {
        match tag {
            Tag::Report(agent) if self.server_is_up() => self.way_to(SERVER, Some(agent)),
            Tag::SmartProtection if self.smart_protection_fetches() => {
                self.way_to(ACTIVE_UPDATE, None)
            }
            _ => None,
        }
    }

    fn route_of(&mut self, tag: Tag) -> Option<PathId> {
        let way = self.way_of(tag)?;
        let via = self.node_on(way);
        match tag {
            Tag::Report(agent) => {
                let turn = self.turn_of(Some(agent));
                self.paths.between(self.node_of(agent), via, self.company.server, turn)
            }
            Tag::SmartProtection => {
                let from = self.sources[ACTIVE_UPDATE].node;
                self.paths.between(from, via, self.company.smart_protection?, 0)
            }
            Tag::Round(_) | Tag::ServerStock => None,
        }
    }

    fn reroute_side_transfer(&mut self, transfer: TransferId, tag: Tag) {
        let ends = match tag {
            Tag::Report(agent) => (SERVER, Some(agent)),
            _ => (ACTIVE_UPDATE, None),
        };
        match self.route_of(tag) {
            Some(path) => self.move_to(path, transfer, ends),
            None => self.abort_side_transfer(transfer, tag),
        }
    }

    fn abort_side_transfer(&mut self, transfer: TransferId, tag: Tag) {
        let bytes = self.network.abort(transfer);
        match tag {
            Tag::Report(agent) => self.note(Fact::ReportLost { agent, bytes }),
            _ => self.smart_protection_fetched(bytes),
        }
    }
}

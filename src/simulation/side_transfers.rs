//! Transfers outside rounds: status reports (SRV-5) and the download of the smart protection source (SPS-1). If something
//! fails, what is cut short is lost; nobody sends it again before its next trigger.

use crate::ids::LinkId;
use crate::model::fault::LinkFailure;
use crate::network::TransferId;
use crate::policy::smart_protection::pattern_size;
use crate::simulation::fact::Fact;
use crate::simulation::run::Simulation;
use crate::simulation::sending::Shipment;
use crate::simulation::state::{ACTIVE_UPDATE, SERVER};
use crate::simulation::tag::Tag;

impl Simulation<'_> {
    /// A link fails under them.
    pub(super) fn cut_side_transfers(&mut self, link: LinkId, link_failure: LinkFailure) {
        for (transfer, tag) in self.side_transfers() {
            if !self.crosses(transfer, link) {
                continue;
            }
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
            if self.side_shipment(tag).is_none() {
                self.abort_side_transfer(transfer, tag);
            }
        }
    }

    fn side_transfers(&self) -> Vec<(TransferId, Tag)> {
        let all = self.network.transfers();
        let all = all.map(|transfer| (transfer.id, Tag::from_number(transfer.tag)));
        all.filter(|(_, tag)| matches!(tag, Tag::Report(_) | Tag::SmartProtection)).collect()
    }

    /// A status report or a download of the smart protection source, if both ends work and can connect now.
    #[inline]
    pub(super) fn side_shipment(&self, tag: Tag) -> Option<Shipment> {
        match tag {
            Tag::Report(agent) if self.server_is_up() => {
                let way = self.way_to(SERVER, Some(agent))?;
                Some(Shipment {
                    from: self.node_of(agent),
                    via: self.node_on(way),
                    to: self.company.server,
                    cap: self.rate_cap(SERVER, Some(agent)),
                    size: self.settings().server.report_size,
                    tag,
                    agent: Some(agent),
                })
            }
            Tag::SmartProtection
                if self.active_faults.smart_protection == 0 && self.works(ACTIVE_UPDATE) =>
            {
                // It connects to the Internet as the server does.
                let way = self.way_to(ACTIVE_UPDATE, None)?;
                Some(Shipment {
                    from: self.sources[ACTIVE_UPDATE].node,
                    via: self.node_on(way),
                    to: self.company.smart_protection?,
                    cap: self.rate_cap(ACTIVE_UPDATE, None),
                    size: pattern_size(&self.settings().smart_protection?),
                    tag,
                    agent: None,
                })
            }
            _ => None,
        }
    }

    fn reroute_side_transfer(&mut self, transfer: TransferId, tag: Tag) {
        let shipment = self.side_shipment(tag);
        let path = shipment.and_then(|shipment| Some((self.route(&shipment)?, shipment.cap)));
        match path {
            Some((path, cap)) => self.move_to(path, transfer, cap),
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

//! The data that agents and server exchange in addition to updates, and the links that it uses (NET-4).

use std::rc::Rc;

use crate::ids::{ChannelId, Column, LinkId, SiteId};
use crate::model::company::Company;
use crate::network::{Topology, Traffic};
use crate::units::Bytes;

/// The data that agents and server exchange in addition to updates.
#[derive(Debug)]
pub(super) struct OtherTraffic {
    /// The channels from the server to each site, without faults.
    pub(super) ways: Column<SiteId, Vec<ChannelId>>,
    /// The links of these channels.
    pub(super) links: Rc<[LinkId]>,
    /// The bytes a day over each channel of the agents that are online.
    pub(super) per_day: Column<ChannelId, Bytes>,
}

impl OtherTraffic {
    /// The traffic of `company`, if it has any; no agent is online yet.
    pub(super) fn of(company: &Company, topology: &Topology) -> Option<Self> {
        if company.settings.other_traffic.is_none() {
            return None;
        }
        let routes = topology.routes_from(company.server, Traffic::Inside);
        let way = |node| routes.between(node).map_or_else(Vec::new, |route| route.channels);
        let ways: Column<SiteId, Vec<ChannelId>> =
            company.sites.iter().map(|site| way(site.node)).collect();
        let mut links: Vec<LinkId> = ways.iter().flatten().map(|channel| channel.link()).collect();
        links.sort_unstable();
        links.dedup();
        let per_day = Column::filled(Bytes::ZERO, topology.capacities().len());
        Some(Self { ways, links: links.into(), per_day })
    }
}

//! The way of what agents and server say to each other beside updates (NET-4).

use crate::ids::{ChannelId, Column, LinkId, SiteId};
use crate::model::company::Company;
use crate::network::{Topology, Traffic};
use crate::units::Bytes;

/// What agents and server say to each other beside updates.
#[derive(Debug)]
pub(super) struct OtherTraffic {
    /// The channels from the server to each site, while nothing is cut.
    pub(super) ways: Column<SiteId, Vec<ChannelId>>,
    /// Links on these ways.
    pub(super) links: Vec<LinkId>,
    /// What agents that are on would send over each channel in a day.
    pub(super) per_day: Column<ChannelId, Bytes>,
}

impl OtherTraffic {
    /// That of `company`, if it has any; nobody is on yet.
    pub(super) fn of(company: &Company, topology: &Topology) -> Option<Self> {
        if company.settings.other_traffic.is_none() {
            return None;
        }
        let routes = topology.routes_from(company.server, Traffic::Inside);
        let way = |node| routes.to(node).map_or_else(Vec::new, |route| route.channels);
        let ways: Column<SiteId, Vec<ChannelId>> =
            company.sites.iter().map(|site| way(site.node)).collect();
        let mut links: Vec<LinkId> = ways.iter().flatten().map(|channel| channel.link()).collect();
        links.sort_unstable();
        links.dedup();
        let per_day = Column::filled(Bytes::ZERO, topology.capacities().len());
        Some(Self { ways, links, per_day })
    }
}

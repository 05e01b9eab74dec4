//! Explicit routers and links, as nodes and links of the network.

use std::collections::BTreeMap;

use super::super::links::{LinkEnd, WrittenLink};
use super::{Draft, SampledCompany};
use crate::ids::{LinkId, NodeId, SiteId};
use crate::network::{Link, Traffic};
use crate::units::SimDuration;

/// A route through the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayThrough<'a> {
    /// The names of its nodes.
    pub nodes: Vec<&'a str>,
    /// Its latency, one way.
    pub latency: SimDuration,
}

impl SampledCompany {
    /// The routes from the server to the first site of each group that has sites.
    pub fn ways_from_server(&self, counts: impl Iterator<Item = u32>) -> Vec<WayThrough<'_>> {
        let (company, topology) = (&self.company, &self.topology);
        let routes = topology.routes_from(company.server, Traffic::Inside);
        let mut first = 0;
        let mut ways = Vec::new();
        for count in counts {
            let site = &company.sites[SiteId(first)];
            first += count;
            let Some(route) = routes.between(site.node) else { continue };
            let mut nodes = vec![topology.name(company.server)];
            nodes.extend(route.channels.iter().map(|channel| {
                let [_, to] = topology.ends(*channel);
                topology.name(to)
            }));
            ways.push(WayThrough { nodes, latency: route.latency });
        }
        ways
    }
}

impl Draft<'_> {
    /// Routers and links that are written out.
    pub(super) fn place_graph(&mut self) {
        let graph = &self.scenario.graph;
        self.routers = graph.routers.iter().map(|name| self.topology.add_node(name)).collect();
        let mut first: BTreeMap<NodeId, LinkId> = BTreeMap::new();
        for written in &graph.links {
            for index in 0..written.count {
                let [from, to] = [written.from, written.to].map(|end| self.node_at(end, index));
                let WrittenLink { bandwidth, backward, latency, cost, carries, .. } = *written;
                let link = Link { from, to, bandwidth, backward, latency, cost, carries };
                let link = self.topology.add(link);
                self.wan.push(link);
                self.buy(link, &written.contract);
                self.rent(link, &written.contract);
                self.named_links.extend(written.name_of(index).map(|name| (name, link)));
                for end in [from, to] {
                    first.entry(end).or_insert(link);
                }
            }
        }
        let without = self.sites.ids().collect::<Vec<_>>().into_iter();
        let has_none = |site: &SiteId| !self.scenario.groups[self.placed[*site].group].has_link;
        let without: Vec<SiteId> = without.filter(has_none).collect();
        for site in without {
            let node = self.sites[site].node;
            // A group without any is reached over its own access to the Internet, or not at all.
            if let Some(link) = first.get(&node) {
                self.sites[site].link = *link;
            }
        }
    }

    /// The node of an end of link number `index`.
    pub(super) fn node_at(&self, end: LinkEnd, index: u32) -> NodeId {
        let site = |number: u32| self.sites[SiteId(number)].node;
        match end {
            LinkEnd::Internet => self.internet,
            LinkEnd::Router(number) => self.routers[number],
            LinkEnd::Site(group, own) => site(self.first_of[group] + own),
            LinkEnd::Group(group) => {
                site(self.first_of[group] + index % self.scenario.groups[group].count)
            }
        }
    }
}

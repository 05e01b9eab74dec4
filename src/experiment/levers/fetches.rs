//! What slows down how a source fetches from another: the narrowest link of the route, or what limits one connection.

use super::{Keyed, Levers, double, own_or_all};
use crate::ids::{ChannelId, NodeId, RowId};
use crate::model::company::{Company, ListedSource, Release, Upstream};
use crate::network::{Topology, Traffic};
use crate::policy::source_order::{UpdateAgentSource, update_agent_source};
use crate::random::Streams;
use crate::scenario::{ExplicitUpdateAgent, Group, NamedSource, Part, SampledCompany, Scenario};
use crate::units::BitRate;

/// A key, and the rate to which it limits a fetch.
type Limit = (String, BitRate);

impl Levers<'_> {
    /// The server's own update.
    pub(super) fn of_server_update(&self) -> Option<Keyed> {
        let to = self.places().company.server;
        self.narrowest(&self.scenario.external, to, Vec::new())
    }

    /// How an Update Agent fetches what it serves: components from its own source, the rest from the server if that has
    /// only components (SRC-6, UAG-4).
    pub(super) fn of_update_agent(
        &self,
        name: &str,
        own: Option<&ExplicitUpdateAgent>,
    ) -> Vec<Keyed> {
        let Some((group, index)) = self.site_of_update_agent(name) else { return Vec::new() };
        let name = self.scenario.groups[group].site_name(index);
        let company = &self.places().company;
        let site = company.sites.iter().find(|site| site.name == name);
        let Some(to) = site.map(|site| site.node) else { return Vec::new() };
        let usual = &self.scenario.settings.update_agent;
        let has_own = own.and_then(|own| own.uplink);
        let uplink = own_or_all(own.filter(|_| has_own.is_some()), "uplink");
        let mut cards = vec![(uplink, has_own.unwrap_or(usual.uplink))];
        cards.extend(usual.download.map(|rate| ("update_agents.download".into(), rate)));
        let sources = self.sources_of(own);
        let mut all: Vec<Keyed> = Vec::new();
        for keyed in sources.iter().filter_map(|from| self.narrowest(from, to, cards.clone())) {
            if !all.contains(&keyed) {
                all.push(keyed);
            }
        }
        all
    }

    /// The sources from which an Update Agent fetches what was released; none where the list decides, by addresses.
    fn sources_of(&self, own: Option<&ExplicitUpdateAgent>) -> Vec<NamedSource> {
        let named = own.and_then(|own| own.source.as_ref());
        let upstream = match named {
            None => Upstream::Unsaid,
            Some(NamedSource::Server) => Upstream::Server,
            Some(NamedSource::ActiveUpdate | NamedSource::ForeignActiveUpdate(_)) => {
                Upstream::ActiveUpdate
            }
            Some(NamedSource::UpdateAgent(_)) => Upstream::UpdateAgent(0),
            Some(NamedSource::Other(_)) => Upstream::Other(0),
        };
        let only_from_server = self.scenario.settings.update_agent.only_from_server;
        let (option, external) = (self.option, ListedSource::ActiveUpdate);
        let source = match update_agent_source(option, upstream, only_from_server, external) {
            UpdateAgentSource::Standard => return vec![NamedSource::Server],
            UpdateAgentSource::CustomizedList => return Vec::new(),
            UpdateAgentSource::List(_) => match named {
                None | Some(NamedSource::Server) => self.scenario.external.clone(),
                Some(named) => named.clone(),
            },
        };
        if matches!(source, NamedSource::UpdateAgent(_)) {
            return vec![source];
        }
        let releases = &self.scenario.releases;
        let has = |holds: fn(&Release) -> bool| releases.iter().any(holds);
        let components = has(|release| release.is_start() || !release.components.is_empty());
        let rest = has(|release| release.program || release.settings);
        let sources = [(components, source), (rest, NamedSource::Server)];
        sources.into_iter().filter(|(is_used, _)| *is_used).map(|(_, source)| source).collect()
    }

    /// The key of the lowest of `limits`, those of the links from a source to a node, and that of a connection to the
    /// source.
    fn narrowest(&self, from: &NamedSource, to: NodeId, mut limits: Vec<Limit>) -> Option<Keyed> {
        let SampledCompany { company, topology, .. } = self.places();
        let (node, is_on_internet) = self.node_of(from, company)?;
        if node == company.active_update {
            let per_connection = self.scenario.active_update.per_connection;
            limits.push(("active_update.per_connection".into(), per_connection));
        }
        let traffic = if is_on_internet { Traffic::Internet } else { Traffic::Inside };
        let proxy = company.proxy.filter(|proxy| is_on_internet && proxy.to_internet);
        let legs = match proxy {
            Some(proxy) => vec![(node, proxy.node), (proxy.node, to)],
            None => vec![(node, to)],
        };
        for (from, to) in legs {
            for channel in self.channels(from, to, traffic)? {
                let link = topology.link(channel.link());
                let rate = if channel.is_forward() { link.bandwidth } else { link.backward };
                limits.extend(self.key_of(topology, channel).map(|key| (key, rate)));
            }
        }
        let lowest = limits.into_iter().min_by_key(|(_, rate)| *rate)?;
        Some(double(&lowest.0))
    }

    /// The node of a source, and whether it is on the Internet.
    fn node_of(&self, source: &NamedSource, company: &Company) -> Option<(NodeId, bool)> {
        match source {
            NamedSource::Server => Some((company.server, false)),
            NamedSource::ActiveUpdate | NamedSource::ForeignActiveUpdate(_) => {
                Some((company.active_update, true))
            }
            NamedSource::Other(name) => {
                let mut others = company.other_sources.iter();
                let other = others.find(|other| other.name == *name)?;
                Some((other.node, other.is_on_internet))
            }
            NamedSource::UpdateAgent(name) => {
                let (group, index) = self.site_of_update_agent(name)?;
                let name = self.scenario.groups[group].site_name(index);
                let site = company.sites.iter().find(|site| site.name == name)?;
                Some((site.node, false))
            }
        }
    }

    /// The channels of the route between two nodes.
    fn channels(&self, from: NodeId, to: NodeId, traffic: Traffic) -> Option<Vec<ChannelId>> {
        if from == to {
            return Some(Vec::new());
        }
        let topology = &self.places().topology;
        let mut known = self.routes.borrow_mut();
        let routes = known.entry((from, traffic));
        let routes = routes.or_insert_with(|| topology.routes_from(from, traffic));
        routes.between(to).map(|route| route.channels)
    }

    /// The key of the bandwidth of a channel.
    fn key_of(&self, topology: &Topology, channel: ChannelId) -> Option<String> {
        let [from, to] = topology.ends(channel);
        let own = topology.link(channel.link());
        let ends = [own.from.min(own.to), own.from.max(own.to)];
        let until = topology.links().take(channel.link().index() + 1);
        let number =
            until.filter(|(_, link)| [link.from.min(link.to), link.from.max(link.to)] == ends);
        self.bandwidth([topology.name(from), topology.name(to)], number.count())
    }

    /// The company without agents: its places and links.
    fn places(&self) -> &SampledCompany {
        self.places.get_or_init(|| {
            let none = vec![Part { share: 1, from: 0, to: 0 }];
            let without =
                |group: &Group| Group { agents: none.clone(), update_agents: 0, ..group.clone() };
            let scenario = Scenario {
                groups: self.scenario.groups.iter().map(without).collect(),
                update_agents: Vec::new(),
                faults: Vec::new(),
                ..self.scenario.clone()
            };
            scenario.sample(&Streams::new(self.scenario.seed, 0))
        })
    }
}

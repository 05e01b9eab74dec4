//! The keys of the links, by the names of their directions in results.

use super::step::Step;
use super::{Keyed, Levers, Source, double, own_or_all};
use crate::scenario::{Group, LinkEnd, WayOut, WrittenLink};

/// A node of the network, by its name in results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node<'a> {
    Internet,
    Server,
    Proxy,
    SmartProtection,
    /// A site: the number of its group, and its index in the group.
    Site(usize, u32),
    /// Outside a site that one physical line leads to.
    Line(usize, u32),
    Router(usize),
    /// A source that is no site's: `ActiveUpdate`, an Update Agent or another update source.
    Source(&'a str),
}

/// A link by its keys: one for each direction, which is the same unless the other direction has its own.
struct LinkKeys {
    forward: String,
    backward: String,
    /// Whether the direction that was asked for is the forward one.
    is_forward: bool,
}

impl LinkKeys {
    fn both(key: &str) -> Self {
        Self { forward: key.into(), backward: key.into(), is_forward: true }
    }
}

impl<'a> Levers<'a> {
    /// The keys of a direction such as `hq → branch-017`: its bandwidth, and an Update Agent behind it where the option
    /// has any.
    pub(super) fn of_link(&self, direction: &str) -> Vec<Keyed> {
        let (ends, number) = numbered(direction);
        let Some((from, to)) = ends.split_once(" → ") else { return Vec::new() };
        let bandwidth = self.bandwidth([from, to], number);
        let beyond = self.update_agent_beyond([from, to]);
        bandwidth.map(|key| double(&key)).into_iter().chain(beyond).collect()
    }

    /// The key of the bandwidth from one node to another, over link `number` of those with these ends, from 1.
    pub(super) fn bandwidth(&self, ends: [&str; 2], number: usize) -> Option<String> {
        let [from, to] = ends.map(|name| self.node(name));
        let mut links = self.links_between(from, to).into_iter();
        let LinkKeys { forward, backward, is_forward } = links.nth(number.checked_sub(1)?)?;
        let has_own = self.scenario.value_of(&backward).is_some();
        Some(if is_forward || !has_own { forward } else { backward })
    }

    /// An Update Agent at the sites of a group that has none, behind the link of each or its line.
    fn update_agent_beyond(&self, ends: [&str; 2]) -> Option<Keyed> {
        let [from, to] = ends.map(|name| self.node(name));
        let below = match (from, to) {
            (Node::Site(one, _), Node::Site(other, _)) => one.max(other),
            (Node::Line(group, _), _) | (_, Node::Line(group, _)) => group,
            _ => return None,
        };
        let group = &self.scenario.groups[below];
        let is_there = |site: &str| site_of(group, site).is_some();
        let has_own = group.update_agents > 0
            || self.scenario.update_agents.iter().any(|written| is_there(&written.site));
        let is_listed = || self.scenario.can_list_update_agents(below);
        let helps = self.roles().update_agents_serve && !has_own && is_listed();
        (helps && group.fewest_agents() > 0)
            .then(|| (format!("site.{}.update_agents", group.name), Step::To("1".into())))
    }

    /// The site of an Update Agent: the number of its group, and its index in the group.
    pub(super) fn site_of_update_agent(&self, name: &str) -> Option<(usize, u32)> {
        let of_group = || name.rsplit_once("/ua-").map(|(site, _)| site);
        let site = self.explicit(name).map(|own| own.site.as_str()).or_else(of_group)?;
        self.site(site)
    }

    /// The site called `name`.
    fn site(&self, name: &str) -> Option<(usize, u32)> {
        let groups = self.scenario.groups.iter().enumerate();
        let mut found = groups.filter_map(|(number, group)| Some((number, site_of(group, name)?)));
        found.next()
    }

    /// The node called `name`.
    fn node<'n>(&self, name: &'n str) -> Node<'n>
    where
        'a: 'n,
    {
        let line = name.strip_suffix("/line").and_then(|site| self.site(site));
        let router = || self.scenario.graph.routers.iter().position(|router| router == name);
        match name {
            "internet" => Node::Internet,
            "server" => Node::Server,
            "proxy" => Node::Proxy,
            "smart-protection" => Node::SmartProtection,
            _ => match (self.site(name), line, router()) {
                (Some((group, index)), ..) => Node::Site(group, index),
                (_, Some((group, index)), _) => Node::Line(group, index),
                (.., Some(router)) => Node::Router(router),
                _ => Node::Source(name),
            },
        }
    }

    /// The links from one node to another, in the order in which results number them.
    fn links_between(&self, from: Node<'_>, to: Node<'_>) -> Vec<LinkKeys> {
        let written = self.scenario.graph.links.iter().enumerate().flat_map(|(number, link)| {
            let ways = self.joins(link, from, to).into_iter();
            ways.map(move |is_forward| keys_of_written(number, link, is_forward))
        });
        let own = self.link_between(from, to, true);
        let own = own.or_else(|| self.link_between(to, from, false));
        own.into_iter().chain(written).collect()
    }

    /// The link between two nodes that is no `[[link]]`, from the upper to the lower one.
    fn link_between(&self, upper: Node<'_>, lower: Node<'_>, is_forward: bool) -> Option<LinkKeys> {
        let group = |number: usize| &self.scenario.groups[number];
        let of_site = |number: usize, forward: &str, backward: &str| {
            let [forward, backward] =
                [forward, backward].map(|key| format!("site.{}.{key}", group(number).name));
            Some(LinkKeys { forward, backward, is_forward })
        };
        match (upper, lower) {
            (Node::Internet, Node::Site(0, _)) => {
                Some(LinkKeys::both("headquarters.internet_bandwidth"))
            }
            (Node::Internet, Node::Site(number, _) | Node::Line(number, _)) => {
                let is_own = matches!(group(number).internet, WayOut::Own { .. });
                let key = "internet_bandwidth";
                of_site(number, key, key).filter(|_| is_own)
            }
            (Node::Line(number, index), Node::Site(of, at)) if (number, index) == (of, at) => {
                of_site(number, "line", "line_up")
            }
            (Node::Site(via, at), Node::Site(number, index) | Node::Line(number, index)) => {
                let lower = group(number);
                let is_above = lower.via == Some(via) && index % group(via).count == at;
                let link = of_site(number, "bandwidth", "bandwidth_up");
                link.filter(|_| lower.has_link && is_above)
            }
            (Node::Site(0, _), Node::Server | Node::SmartProtection) => {
                Some(LinkKeys::both("headquarters.server_nic"))
            }
            (Node::Site(0, _), Node::Proxy) => Some(LinkKeys::both("proxy.bandwidth")),
            (_, Node::Source(name)) => self.card(name).map(|key| LinkKeys::both(&key)),
            _ => None,
        }
    }

    /// The key of a source's own link, or network card.
    fn card(&self, name: &str) -> Option<String> {
        Some(match self.source(name) {
            Source::ActiveUpdate => "active_update.bandwidth".into(),
            Source::Server => return None,
            Source::Other(source) => format!("other_source.{}.bandwidth", source.name),
            Source::UpdateAgent(own) => {
                let _ = self.site_of_update_agent(name)?;
                own_or_all(own.filter(|own| own.uplink.is_some()), "uplink")
            }
        })
    }

    /// For each link of a `[[link]]` that joins two nodes, whether it leads from the one to the other.
    fn joins(&self, link: &WrittenLink, from: Node<'_>, to: Node<'_>) -> Vec<bool> {
        let may_be = |end: LinkEnd, node: Node<'_>| match (end, node) {
            (LinkEnd::Internet, Node::Internet) => true,
            (LinkEnd::Router(number), Node::Router(other)) => number == other,
            (LinkEnd::Group(group) | LinkEnd::Site(group, _), Node::Site(of, _)) => group == of,
            _ => false,
        };
        let is = |end: LinkEnd, index: u32, node: Node<'_>| match (end, node) {
            (LinkEnd::Group(group), Node::Site(_, at)) => {
                index % self.scenario.groups[group].count == at
            }
            (LinkEnd::Site(_, own), Node::Site(_, at)) => own == at,
            _ => true,
        };
        let mut all = Vec::new();
        for (is_forward, [one, other]) in [(true, [from, to]), (false, [to, from])] {
            if may_be(link.from, one) && may_be(link.to, other) {
                let joined = |index: &u32| is(link.from, *index, one) && is(link.to, *index, other);
                all.extend((0..link.count).filter(joined).map(|_| is_forward));
            }
        }
        all
    }
}

/// The keys of a `[[link]]`, by its name or else its number.
fn keys_of_written(number: usize, link: &WrittenLink, is_forward: bool) -> LinkKeys {
    let name = if link.name.is_empty() { number.to_string() } else { link.name.clone() };
    LinkKeys {
        forward: format!("link.{name}.bandwidth"),
        backward: format!("link.{name}.bandwidth_back"),
        is_forward,
    }
}

/// The index in a group of the site called `name`, if it is one of its sites.
fn site_of(group: &Group, name: &str) -> Option<u32> {
    if group.count == 1 {
        return (name == group.name).then_some(0);
    }
    let number = name.strip_prefix(group.name.as_str())?.strip_prefix('-')?;
    let index = number.parse::<u32>().ok()?.checked_sub(1)?;
    (index < group.count && group.site_name(index) == name).then_some(index)
}

/// The ends of a direction, and its number among the links with the same ends: `a → b (2)` is the second.
fn numbered(direction: &str) -> (&str, usize) {
    let with_number = direction.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let found = with_number.and_then(|(ends, number)| Some((ends, number.parse().ok()?)));
    found.unwrap_or((direction, 1))
}

//! Explicit links and routers, with which the network is a general graph.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::groups::{Group, GroupNames};
use super::keys;
use super::lines::{Contract, LINE, LINK_TARIFF, read_tariff};
use super::reader::Fields;
use super::reserved_names::is_reserved;
use crate::network::{Carries, RouteChoice};
use crate::units::{BitRate, SimDuration};

/// An end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum LinkEnd {
    /// The Internet.
    Internet,
    /// Each site of a group, by its number.
    Group(usize),
    /// A site: the number of its group, and its index in the group.
    Site(usize, u32),
    /// A router, by its number.
    Router(usize),
}

/// A link, or one for each site of a group.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WrittenLink {
    /// Its name; empty if it has none.
    pub name: String,
    /// Its first end.
    pub from: LinkEnd,
    /// Its second end.
    pub to: LinkEnd,
    /// The number of links.
    pub count: u32,
    /// Bandwidth away from the first end.
    pub bandwidth: BitRate,
    /// Bandwidth of the other direction.
    pub backward: BitRate,
    /// What is committed, and what its traffic costs.
    #[serde(skip_serializing_if = "Contract::is_plain")]
    pub contract: Contract,
    /// Latency in either direction.
    pub latency: SimDuration,
    /// Its cost, if routes are chosen by cost.
    pub cost: u32,
    /// The traffic that it carries.
    #[serde(skip)]
    pub carries: Carries,
}

impl WrittenLink {
    /// The name of link number `index`, if it has one.
    pub(super) fn name_of(&self, index: u32) -> Option<String> {
        match (self.name.as_str(), self.count) {
            ("", _) => None,
            (name, 1) => Some(name.into()),
            (name, _) => Some(format!("{name}-{:03}", index + 1)),
        }
    }
}

/// The explicit links and routers.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Graph {
    /// Names of the routers.
    pub routers: Vec<String>,
    /// The links.
    pub links: Vec<WrittenLink>,
    /// Whether some link could not be read, so that not all names of links are known.
    #[serde(skip)]
    pub(super) lacks_links: bool,
}

impl Graph {
    /// Whether there are no explicit links and routers.
    pub fn is_empty(&self) -> bool {
        self.routers.is_empty() && self.links.is_empty()
    }

    /// The names of the links that `name` means: one, or all of a group.
    pub(super) fn links_called(&self, name: &str) -> Vec<String> {
        let names = |link: &WrittenLink| {
            let is_whole = link.name == name;
            let all = (0..link.count).filter_map(|index| link.name_of(index));
            all.filter(|one| is_whole || one == name).collect::<Vec<_>>()
        };
        self.links.iter().filter(|link| !link.name.is_empty()).flat_map(names).collect()
    }

    /// The names of all links that have one.
    pub(crate) fn link_names(&self) -> impl Iterator<Item = String> {
        self.links.iter().flat_map(|link| (0..link.count).filter_map(|index| link.name_of(index)))
    }
}

/// The ends that links may have, by their names.
pub(super) struct LinkEnds<'g> {
    groups: &'g [Group],
    names: &'g GroupNames,
    sites: BTreeMap<String, LinkEnd>,
    routers: BTreeMap<String, usize>,
    are_sure: bool,
}

impl<'g> LinkEnds<'g> {
    /// The places that there are once routers are read.
    pub(super) fn of(
        document: &Document<'_>,
        (groups, names): (&'g [Group], &'g GroupNames),
        graph: &Graph,
    ) -> Self {
        let are_named = !document.sections(&keys::OTHER_SOURCE).is_empty();
        let sites = if are_named { sites(groups) } else { BTreeMap::new() };
        let routers = graph.routers.iter().cloned().zip(0..).collect();
        let tables = document.sections(&keys::ROUTER);
        let are_sure = names.are_sure && tables.iter().all(|fields| fields.are_sound(&["name"]));
        Self { groups, names, sites, routers, are_sure }
    }

    /// Whether a place is called `name`.
    pub(super) fn is_place(&self, name: &str) -> bool {
        self.names.number(name).is_some()
            || self.sites.contains_key(name)
            || self.routers.contains_key(name)
    }

    /// Whether the physical line of a site is called `name`.
    fn is_line(&self, name: &str) -> bool {
        let site = name.strip_suffix(LINE).and_then(|site| self.sites.get(site));
        matches!(site, Some(LinkEnd::Site(number, _)) if self.groups[*number].line.is_some())
    }

    pub(super) fn read(
        &self,
        fields: &Fields,
        key: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<LinkEnd> {
        let name = fields.text(key);
        let found = match name.as_str() {
            _ if !fields.has(key) => return None,
            "internet" => Some(LinkEnd::Internet),
            name => (self.names.number(name).map(LinkEnd::Group))
                .or_else(|| self.sites.get(name).copied())
                .or_else(|| self.routers.get(name).copied().map(LinkEnd::Router)),
        };
        if found.is_none() && self.are_sure {
            let names = self.sites.keys().chain(self.routers.keys()).map(String::as_str);
            let names = names.chain(self.groups.iter().map(|group| group.name.as_str()));
            let help = nearest_if_shown(&name, names.chain(["internet"]), problems);
            let message = format!("there is no place `{name}`");
            let expected = "headquarters, a site, a group of sites, a router or `internet`";
            let problem = Diagnostic::new("unknown-name", fields.span_of(key), message, expected);
            problems.push(problem.with_help(help));
        }
        found
    }

    fn count(&self, end: LinkEnd) -> u32 {
        match end {
            LinkEnd::Group(number) => self.groups[number].count,
            _ => 1,
        }
    }
}

/// Reads routers and links; every group must be connected.
pub(super) fn read(
    document: &Document<'_>,
    (groups, names): (&[Group], &GroupNames),
    problems: &mut Vec<Diagnostic>,
) -> Graph {
    let mut graph = Graph::default();
    let tables = document.sections(&keys::ROUTER);
    let mut routers = BTreeMap::new();
    let sites = if document.sections(&keys::WAN_LINK).is_empty() && tables.is_empty() {
        BTreeMap::new()
    } else {
        sites(groups)
    };
    for fields in tables {
        let name = fields.text("name");
        let is_taken =
            name == "internet" || names.number(&name).is_some() || sites.contains_key(&name);
        if fields.has("name") && (is_taken || routers.contains_key(&name)) {
            let message = format!("there are two places called `{name}`");
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("duplicate", span, message, "a unique name"));
        }
        routers.entry(name.clone()).or_insert(graph.routers.len());
        graph.routers.push(name);
    }
    let are_sure = names.are_sure && tables.iter().all(|fields| fields.are_sound(&["name"]));
    let ends = LinkEnds { groups, names, sites, routers, are_sure };
    let mut taken = BTreeSet::new();
    let cost = document.section(&keys::COST_OF_YEAR);
    for fields in document.sections(&keys::WAN_LINK) {
        graph.lacks_links |= !fields.are_sound(&["name", "from", "to"]);
        if let Some(link) = read_link(fields, &ends, cost, problems) {
            if let Some(twin) =
                (0..link.count).filter_map(|index| link.name_of(index)).find(|name| {
                    let is_other = is_reserved(name) || ends.is_place(name) || ends.is_line(name);
                    is_other || !taken.insert(name.clone())
                })
            {
                let message = format!("`{twin}` is also the name of something else");
                let span = fields.span_of("name");
                problems.push(Diagnostic::new("duplicate", span, message, "a unique name"));
            }
            graph.links.push(link);
        }
    }
    if ends.are_sure && problems.is_empty() {
        check_connected(document, groups, &graph, problems);
    }
    graph
}

/// How routes through the network are chosen.
pub(super) fn read_routes(network: &Fields) -> RouteChoice {
    RouteChoice {
        by: network.word("routes_by"),
        are_shared: network.says("equal_routes", "shared"),
    }
}

fn sites(groups: &[Group]) -> BTreeMap<String, LinkEnd> {
    let of = |(number, group): (usize, &Group)| {
        let sites = (0..group.count).map(move |index| LinkEnd::Site(number, index));
        sites.zip((0..group.count).map(|index| group.site_name(index))).collect::<Vec<_>>()
    };
    groups.iter().enumerate().flat_map(of).map(|(end, name)| (name, end)).collect()
}

fn read_link(
    fields: &Fields,
    ends: &LinkEnds<'_>,
    cost: &Fields,
    problems: &mut Vec<Diagnostic>,
) -> Option<WrittenLink> {
    let [from, to] = ["from", "to"].map(|key| ends.read(fields, key, problems));
    let (from, to) = (from?, to?);
    if from == to {
        let message = "a link from a place to itself";
        let span = fields.span_of("to");
        problems.push(Diagnostic::new("same-node", span, message, "another place"));
        return None;
    }
    let is_out = [from, to].contains(&LinkEnd::Internet);
    let carries = match fields.maybe_word("carries") {
        Some(Carries::Everything | Carries::Inside) if is_out => {
            let message = "a link to the Internet carries only traffic from or to the Internet";
            let span = fields.span_of("carries");
            problems.push(Diagnostic::new("conflict", span, message, "carries = \"internet\""));
            return None;
        }
        Some(carries) => carries,
        None if is_out => Carries::Internet,
        None => Carries::Everything,
    };
    let backward = if fields.has("bandwidth_back") { "bandwidth_back" } else { "bandwidth" };
    Some(WrittenLink {
        name: fields.text("name"),
        from,
        to,
        count: ends.count(from).max(ends.count(to)),
        bandwidth: fields.rate("bandwidth"),
        backward: fields.rate(backward),
        contract: Contract {
            up: Vec::new(),
            committed: fields.maybe_rate("committed"),
            tariff: read_tariff(fields, LINK_TARIFF, cost, problems),
            per_mbps: fields.maybe_count("price_per_mbps"),
        },
        latency: fields.duration("latency"),
        cost: fields.count("cost"),
        carries,
    })
}

/// The sites of a group without links to the sites above must be connected by explicit links, each of them.
fn check_connected(
    document: &Document<'_>,
    groups: &[Group],
    graph: &Graph,
    problems: &mut Vec<Diagnostic>,
) {
    let mut sites = 0;
    let mut first_of = Vec::new();
    for group in groups {
        first_of.push(sites);
        sites += group.count as usize;
    }
    let site = |group: usize, index: u32| first_of[group] + (index % groups[group].count) as usize;
    let mut sets = Sets((0..sites + graph.routers.len()).collect());
    for (number, group) in groups.iter().enumerate() {
        if let Some(via) = group.via.filter(|_| group.has_link) {
            (0..group.count).for_each(|index| sets.join(site(number, index), site(via, index)));
        }
    }
    let place = |end, index| match end {
        LinkEnd::Internet => None,
        LinkEnd::Group(number) => Some(site(number, index)),
        LinkEnd::Site(number, own) => Some(site(number, own)),
        LinkEnd::Router(number) => Some(sites + number),
    };
    for link in graph.links.iter().filter(|link| link.carries != Carries::Internet) {
        for index in 0..link.count {
            if let (Some(from), Some(to)) = (place(link.from, index), place(link.to, index)) {
                sets.join(from, to);
            }
        }
    }
    let sites = groups.iter().enumerate().skip(1).zip(document.sections(&keys::SITE));
    for ((number, group), fields) in sites {
        if group.has_link {
            continue;
        }
        let is_apart = |index: &u32| sets.of(site(number, *index)) != sets.of(0);
        let apart: Vec<u32> = (0..group.count).filter(is_apart).collect();
        if let Some(first) = apart.first() {
            let is_all = apart.len() == group.count as usize;
            let name = if is_all { group.name.clone() } else { group.site_name(*first) };
            let message = format!("no link leads from headquarters to `{name}`");
            let expected = "a [[link]] to it, or `via`";
            let span = fields.span_of("via");
            problems.push(Diagnostic::new("unconnected", span, message, expected));
        }
    }
}

/// Disjoint sets. Source: Tarjan, *Efficiency of a good but not linear set union algorithm*, J. ACM 22
/// (1975).
struct Sets(Vec<usize>);

impl Sets {
    fn of(&mut self, mut member: usize) -> usize {
        while self.0[member] != member {
            self.0[member] = self.0[self.0[member]];
            member = self.0[member];
        }
        member
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.of(one), self.of(two));
        self.0[one.max(two)] = one.min(two);
    }
}

//! Groups of sites: their agents, links and addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ipnet::Ipv4Net;

use super::addresses::Addresses;
use super::diagnostic::Diagnostic;
use super::document::Document;
use super::groups::{DEFAULT_COST, Group, GroupNames, Headquarters, RangeOrigin, WayOut};
use super::keys::{self, MAX_AGENTS};
use super::lines::{Contract, check_access, read_line};
use super::prefixes::Prefixes;
use super::reader::Fields;
use super::reserved_names::{NO_LINK, is_reserved};
use super::served_ranges::derived_entries;
use super::traits::Traits;
use super::value_type::Part;
use crate::model::reach::Family;
use crate::policy::source_order::MAX_LIST_ENTRIES;

/// Reads headquarters and all groups of sites, and their names.
pub(super) fn read(
    document: &Document<'_>,
    problems: &mut Vec<Diagnostic>,
) -> (Headquarters, Vec<Group>, GroupNames) {
    let (fields, cost) =
        (document.section(&keys::HEADQUARTERS), document.section(&keys::COST_OF_YEAR));
    let headquarters = Headquarters {
        server_nic: fields.rate("server_nic"),
        internet_bandwidth: fields.rate("internet_bandwidth"),
        internet_latency: fields.duration("internet_latency"),
    };
    let sites = document.sections(&keys::SITE);
    let mut downstream = Vec::new();
    let mut addresses = Addresses::beside(std::iter::once(fields).chain(sites));
    let agents = vec![fixed(fields.count("agents"))];
    let own = Group { agents, ..population(fields, false, cost, problems) };
    check_reserved(fields, &["headquarters"], problems);
    let naming = ["name", "count", "update_agents"];
    let are_sure = std::iter::once(fields).chain(sites).all(|fields| fields.are_sound(&naming));
    let mut names = GroupNames { numbers: BTreeMap::from([(own.name.clone(), 0)]), are_sure };
    let mut groups = vec![own];
    groups[0].subnets = addresses.allot(&groups, 0, fields, problems);
    let mut prefixes = Prefixes::default();
    groups[0].prefixes = prefixes.allot(&groups[0], fields, problems);
    check_room(&groups[0], fields, problems);
    for fields in sites {
        let mut group = population(fields, true, cost, problems);
        check_reserved(fields, &[], problems);
        group.via = Some(via(fields, &names, problems));
        if fields.has("name") && names.numbers.contains_key(&group.name) {
            let message = format!("there are two groups called `{}`", group.name);
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("duplicate", span, message, "a unique name"));
        }
        group.internet = way_out(fields, problems);
        let is_own = fields.says("internet", "own");
        check_access(fields, is_own, problems);
        group.line = read_line(fields, is_own && group.has_link, problems);
        check_link(fields, &group, problems);
        let number = groups.len();
        names.numbers.entry(group.name.clone()).or_insert(number);
        groups.push(group);
        if groups[number].serves_downstream {
            downstream.push((number, fields.span_of("serves")));
        }
        groups[number].subnets = addresses.allot(&groups, number, fields, problems);
        groups[number].prefixes = prefixes.allot(&groups[number], fields, problems);
        check_room(&groups[number], fields, problems);
    }
    let hubs: BTreeSet<usize> = groups.iter().filter_map(|group| group.via).collect();
    for (number, span) in downstream {
        if !hubs.contains(&number) && names.are_sure {
            let message = format!("no site is below those of `{}`", groups[number].name);
            let expected = "a group of sites with this one as its `via`, or serves = \"site\"";
            problems.push(Diagnostic::new("conflict", span, message, expected));
        }
    }
    // A company without agents because a number is invalid is not a second problem.
    if problems.is_empty() {
        check_counts(&groups, &fields.span, problems);
    }
    (headquarters, groups, names)
}

/// Reports a name that means a part of every company, except `own`, which the site may have.
fn check_reserved(fields: &Fields, own: &[&str], problems: &mut Vec<Diagnostic>) {
    let name = fields.text("name");
    let is_taken = is_reserved(&name) || name == NO_LINK;
    if fields.has("name") && is_taken && !own.contains(&name.as_str()) {
        let message = format!("`{name}` has another meaning where sites are named");
        let span = fields.span_of("name");
        problems.push(Diagnostic::new("duplicate", span, message, "a name of its own"));
    }
}

fn fixed(value: u64) -> Part {
    Part { share: 1, from: value, to: value }
}

/// The common properties of headquarters and groups.
fn population(
    fields: &Fields,
    is_site: bool,
    cost: &Fields,
    problems: &mut Vec<Diagnostic>,
) -> Group {
    let of_link =
        |name: &str| if is_site { fields.parts(name).unwrap_or_default() } else { Vec::new() };
    Group {
        name: fields.text("name"),
        count: if is_site { fields.count("count") } else { 1 },
        via: None,
        has_link: !is_site || fields.text("via") != NO_LINK,
        cost: if is_site { fields.count("cost") } else { DEFAULT_COST },
        agents: if is_site { fields.parts("agents").unwrap_or_default() } else { Vec::new() },
        bandwidth: of_link("bandwidth"),
        latency: of_link("latency"),
        link: if is_site { Contract::of_link(fields, cost, problems) } else { Contract::default() },
        internet: WayOut::Above,
        access: if is_site {
            Contract::of_access(fields, cost, problems)
        } else {
            Contract::of_headquarters(fields, cost, problems)
        },
        line: None,
        family: if is_site { fields.word("family") } else { Family::Dual },
        nat: is_site && fields.flag("nat"),
        subnets: Vec::new(),
        range_origin: if fields.has("subnet") {
            RangeOrigin::Written
        } else {
            RangeOrigin::Allotted
        },
        prefixes: Vec::new(),
        update_agents: fields.count("update_agents"),
        serves_downstream: is_site && fields.says("serves", "downstream"),
        traits: Traits::read(fields),
    }
}

fn way_out(fields: &Fields, problems: &mut Vec<Diagnostic>) -> WayOut {
    let bandwidth = fields.parts("internet_bandwidth");
    if !fields.are_sound(&["internet", "internet_bandwidth"]) {
        return WayOut::Above;
    }
    let [is_own, is_none] = ["own", "none"].map(|word| fields.says("internet", word));
    fields.check_meaning("internet_latency", is_own, "internet = \"own\"", problems);
    match (is_own, bandwidth) {
        (true, Some(bandwidth)) => {
            WayOut::Own { bandwidth, latency: fields.duration("internet_latency") }
        }
        (true, None) => {
            problems.push(Diagnostic::new(
                "missing-key",
                fields.span_of("internet"),
                "its own Internet access has no bandwidth",
                "internet_bandwidth = \"50 Mbit/s\"",
            ));
            WayOut::Above
        }
        (false, Some(_)) => {
            let span = fields.span_of("internet_bandwidth");
            let message = "the bandwidth of an Internet access that the sites do not have";
            problems.push(Diagnostic::new("conflict", span, message, "internet = \"own\""));
            WayOut::Above
        }
        (false, None) if is_none => WayOut::None,
        (false, None) => WayOut::Above,
    }
}

/// Keys of a site's own link.
const OF_LINK: [&str; 7] =
    ["bandwidth", "bandwidth_up", "latency", "cost", "committed", "price_per_gb", "data_cap"];

/// Sites have a link with a bandwidth, or none at all.
fn check_link(fields: &Fields, group: &Group, problems: &mut Vec<Diagnostic>) {
    if group.has_link {
        if !fields.mentions("bandwidth") && fields.are_sound(&["via"]) {
            let message = "`bandwidth` is missing in [[site]]";
            let expected = "bandwidth = \"10 Mbit/s\", or via = \"none\"";
            let span = fields.span.clone();
            problems.push(Diagnostic::new("missing-key", span, message, expected));
        }
        return;
    }
    for key in OF_LINK {
        fields.check_meaning(key, false, "its own link, not via = \"none\"", problems);
    }
    let has_access = matches!(group.internet, WayOut::Own { .. });
    let wanted = "its own link or access to the Internet";
    fields.check_meaning("price_per_mbps", has_access, wanted, problems);
    if group.internet == WayOut::None {
        let message = "sites without their own link cannot close it to the Internet";
        let expected = "carries = \"inside\" at each [[link]]";
        let span = fields.span_of("internet");
        problems.push(Diagnostic::new("conflict", span, message, expected));
    }
}

/// What the scenario needs for agents to poll the server.
pub(super) const WITH_NAT: &str = "a group of sites with nat = true";

/// Whether some agents are behind NAT, as far as is known: only those poll the server.
pub(super) fn are_behind_nat(document: &Document<'_>) -> bool {
    let mut sites = document.sections(&keys::SITE).iter();
    sites.any(|fields| fields.flag("nat") || !fields.are_sound(&["nat"]))
}

/// The group of the sites above: it must precede this one, so that no loop is possible.
fn via(fields: &Fields, names: &GroupNames, problems: &mut Vec<Diagnostic>) -> usize {
    let name = fields.text("via");
    if name.is_empty() || name == NO_LINK {
        return 0;
    }
    if let Some(number) = names.number(&name) {
        return number;
    }
    if names.are_sure {
        let message = format!("no group named `{name}` precedes this one");
        let help = names.nearest(&name, problems);
        let expected = "headquarters or a preceding group of sites";
        problems.push(
            Diagnostic::new("unknown-name", fields.span_of("via"), message, expected)
                .with_help(help),
        );
    }
    0
}

fn check_room(group: &Group, fields: &Fields, problems: &mut Vec<Diagnostic>) {
    if !fields.are_sound(&["agents", "update_agents", "count", "subnet", "site_prefix", "via"]) {
        return;
    }
    let room = group.subnets.first().map_or(u64::MAX, |subnet| room(*subnet));
    if group.most_agents() > room {
        let message = format!("{} agents in a range of {room} addresses", group.most_agents());
        let span = fields.span_of("agents");
        let help = match group.via {
            Some(_) => "decrease `site_prefix` or enlarge `subnet`",
            None => "enlarge `subnet`",
        };
        problems.push(
            Diagnostic::new(
                "subnet-too-small",
                span,
                message,
                "at least as many addresses as agents",
            )
            .with_help(Some(help.into())),
        );
    }
    // At a site, `agents` is required.
    let is_known = group.via.is_none() || fields.has("agents");
    if is_known && group.fewest_agents() < u64::from(group.update_agents) {
        let message = format!(
            "{} Update Agents at a site of {} agents",
            group.update_agents,
            group.fewest_agents()
        );
        let expected = "at least as many agents as Update Agents, which are agents, too";
        problems.push(Diagnostic::new(
            "no-such-agent",
            fields.span_of("update_agents"),
            message,
            expected,
        ));
    }
}

/// The number of addresses available for agents of a site.
fn room(subnet: Ipv4Net) -> u64 {
    (1_u64 << (32 - subnet.prefix_len())).saturating_sub(2)
}

fn check_counts(groups: &[Group], span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    let total: u64 = groups
        .iter()
        .map(|group| group.most_agents().saturating_mul(u64::from(group.count)))
        .fold(0, u64::saturating_add);
    let whole = span.start..span.start;
    if total == 0 {
        let expected = "agents at headquarters or at sites";
        problems.push(Diagnostic::new("no-agents", whole.clone(), "there are no agents", expected));
    } else if total > MAX_AGENTS {
        let message = format!("up to {total} agents");
        let expected = format!("at most {MAX_AGENTS}");
        problems.push(Diagnostic::new("too-many-agents", whole.clone(), message, expected));
    }
    let entries = derived_entries(groups);
    if entries > MAX_LIST_ENTRIES as u64 {
        let message =
            format!("the groups' Update Agents result in a list of {entries} update sources");
        let expected = format!("at most {MAX_LIST_ENTRIES} entries (SRC-2)");
        let help =
            Some("let Update Agents at hubs serve the sites below: serves = \"downstream\"".into());
        problems
            .push(Diagnostic::new("too-many-sources", whole, message, expected).with_help(help));
    }
}

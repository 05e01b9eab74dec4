//! Explicit Update Agents and list entries.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::groups::Group;
use super::keys;
use super::named_source::NamedSource;
use super::other_sources::SourceNames;
use super::reader::Fields;
use super::reserved_names::is_reserved;
use super::settings::{always_only_from_server, has_measured_capacity};
use crate::model::address_range::AddressRange;
use crate::model::component::KindSet;
use crate::model::presence::Presence;
use crate::model::settings::{Settings, UpdateAgentSettings};
use crate::policy::admission::measured_capacity;
use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::units::{BitRate, Bytes};

/// An Update Agent that is written out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ExplicitUpdateAgent {
    /// Its name.
    pub name: String,
    /// Its site.
    pub site: String,
    /// The content that it hosts, if that is not as for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosts: Option<KindSet>,
    /// Maximum number of concurrent update requests (UAG-1), likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Free disk space (UAG-2), likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_disk: Option<Bytes>,
    /// Its network card (UAG-7), likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uplink: Option<BitRate>,
    /// Its own source, if the scenario names one (UAG-4).
    pub source: Option<NamedSource>,
    /// Its online pattern.
    pub presence: Presence,
    /// Whether it is in Independent mode.
    pub independent: bool,
    /// Whether it has the privilege of scheduled update, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<bool>,
}

/// An explicit entry of the customized list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ListedEntry {
    /// The addresses that it applies to.
    pub range: AddressRange,
    /// The source of these agents.
    pub source: NamedSource,
}

/// The names of all sites.
pub(super) fn site_names(groups: &[Group]) -> Vec<String> {
    let of = |group: &Group| -> Vec<String> {
        (0..group.count).map(|index| group.site_name(index)).collect()
    };
    groups.iter().flat_map(of).collect()
}

/// The names of the groups' own Update Agents.
pub(super) fn update_agent_names(groups: &[Group]) -> Vec<String> {
    let with = groups.iter().filter(|group| group.update_agents > 0);
    with.flat_map(|group| {
        let sites = (0..group.count).map(|index| group.site_name(index));
        sites.flat_map(|site| (1..=group.update_agents).map(move |n| format!("{site}/ua-{n}")))
    })
    .collect()
}

/// Names that others refer to.
struct KnownNames<'s> {
    names: BTreeSet<String>,
    /// What else names of sources mean.
    sources: &'s SourceNames<'s>,
    /// Whether these are all: else a name that is not among them is no problem.
    are_sure: bool,
}

/// Reads both, and checks every name. The entries are those of the start, under an empty name, and of each `[[change]]`,
/// under its name.
pub(super) fn read(
    document: &Document<'_>,
    (groups, are_sure, sources): (&[Group], bool, &SourceNames<'_>),
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<ExplicitUpdateAgent>, BTreeMap<String, Vec<ListedEntry>>) {
    let only_from_server =
        always_only_from_server(document, settings.update_agent.only_from_server);
    let sites = site_names(groups).into_iter().collect();
    let sites = KnownNames { names: sites, sources, are_sure };
    let mut names: BTreeSet<String> = update_agent_names(groups).into_iter().collect();
    let tables = document.sections(&keys::UPDATE_AGENT);
    let is_measured = has_measured_capacity(document.section(&keys::UPDATE_AGENTS));
    for fields in tables.iter().filter(|fields| fields.has("name")) {
        let name = fields.text("name");
        let is_other = sources.names().any(|other| other == name);
        if is_other || is_reserved(&name) || !names.insert(name.clone()) {
            let message = format!("there are two update sources called `{name}`");
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("duplicate", span, message, "a unique name"));
        }
    }
    let are_sound = tables.iter().all(|fields| fields.are_sound(&["name"]));
    let are_sure = are_sure && are_sound && sources.are_sure;
    let names = KnownNames { names, sources, are_sure };
    let agents: Vec<ExplicitUpdateAgent> = tables
        .iter()
        .map(|fields| {
            check_name(fields, "site", &sites, "a site of this scenario", problems);
            let source = fields.has("source").then(|| sources.source(&fields.text("source")));
            let usual = &settings.update_agent;
            let is_elsewhere = source.as_ref().is_some_and(|source| *source != NamedSource::Server);
            if !only_from_server && let Some(source) = &source {
                check_source(fields, source, &names, problems);
            }
            if is_elsewhere && only_from_server {
                let message = "a `source` in spite of `only_from_server = true`";
                let expected =
                    "`only_from_server = false` in [update_agents], or no `source` (UAG-4)";
                let span = fields.span_of("source");
                problems.push(Diagnostic::new("conflict", span, message, expected));
            }
            explicit(fields, source, (usual, is_measured))
        })
        .collect();
    if !only_from_server {
        check_loops(&agents, tables, problems);
    }
    let entries = read_list(document, &names, problems);
    let of_start = |fields: &&Fields| !fields.mentions("change");
    if let Some(first) = document.sections(&keys::UPDATE_SOURCE).iter().find(of_start)
        && let Some(group) = groups.iter().find(|group| group.serves_downstream)
    {
        let message =
            format!("the list is explicit, so `serves` of `{}` has no effect", group.name);
        let expected = "entries for the sites below too, or no `serves`, or no [[update_source]]";
        problems.push(Diagnostic::new("conflict", first.span.clone(), message, expected));
    }
    (agents, entries)
}

/// One that is written out; by default its capacity is as `usual`, or if it `is_measured` that of its own network card.
fn explicit(
    fields: &Fields,
    source: Option<NamedSource>,
    (usual, is_measured): (&UpdateAgentSettings, bool),
) -> ExplicitUpdateAgent {
    let uplink = fields.has("uplink").then(|| fields.rate("uplink"));
    let by_uplink = uplink.filter(|_| is_measured).map(measured_capacity);
    ExplicitUpdateAgent {
        presence: if fields.has("presence") { fields.word("presence") } else { usual.presence },
        independent: if fields.has("independent") {
            fields.flag("independent")
        } else {
            usual.independent
        },
        scheduled: fields.has("scheduled").then(|| fields.flag("scheduled")),
        name: fields.text("name"),
        site: fields.text("site"),
        hosts: fields.kinds("hosts"),
        capacity: fields.maybe_count("capacity").or(by_uplink),
        free_disk: fields.has("free_disk").then(|| fields.bytes("free_disk")),
        uplink,
        source,
    }
}

fn read_list(
    document: &Document<'_>,
    names: &KnownNames<'_>,
    problems: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Vec<ListedEntry>> {
    let changes = document.sections(&keys::CHANGE).iter();
    let are_sure = changes.clone().all(|fields| fields.are_sound(&["name"]));
    let changes: BTreeSet<String> = changes.map(|fields| fields.text("name")).collect();
    let mut lists: BTreeMap<String, Vec<ListedEntry>> = BTreeMap::new();
    let mut lengths: BTreeMap<String, usize> = BTreeMap::new();
    for fields in document.sections(&keys::UPDATE_SOURCE) {
        let change = fields.text("change");
        let length = lengths.entry(change.clone()).or_default();
        *length += 1;
        if *length == MAX_LIST_ENTRIES + 1 {
            let message = format!("more than {MAX_LIST_ENTRIES} update sources");
            let expected = format!("at most {MAX_LIST_ENTRIES} entries (SRC-2)");
            let span = fields.span.clone();
            problems.push(Diagnostic::new("too-many-sources", span, message, expected));
        }
        if are_sure {
            check_change(fields, &change, &changes, problems);
        }
        let source = names.sources.source(&fields.text("source"));
        check_source(fields, &source, names, problems);
        let range = fields.text("range");
        match range.parse() {
            Ok(range) => {
                lists.entry(change).or_default().push(ListedEntry { range, source });
            }
            Err(_) if !fields.has("range") => {}
            Err(message) => {
                let expected =
                    "a range such as \"10.1.0.0/16\", \"10.1.0.1-10.1.0.40\" or \"2001:db8::/48\"";
                problems.push(Diagnostic::new(
                    "bad-value",
                    fields.span_of("range"),
                    message,
                    expected,
                ));
            }
        }
    }
    lists
}

/// Reports a `change` that no `[[change]]` has as its name.
fn check_change(
    fields: &Fields,
    change: &str,
    changes: &BTreeSet<String>,
    problems: &mut Vec<Diagnostic>,
) {
    if fields.has("change") && (change.is_empty() || !changes.contains(change)) {
        let message = format!("there is no [[change]] `{change}`");
        let help = nearest_if_shown(change, changes.iter().map(String::as_str), problems);
        let span = fields.span_of("change");
        let expected = "the name of a [[change]]";
        problems.push(Diagnostic::new("unknown-name", span, message, expected).with_help(help));
    }
}

fn check_source(
    fields: &Fields,
    source: &NamedSource,
    names: &KnownNames<'_>,
    problems: &mut Vec<Diagnostic>,
) {
    if let NamedSource::UpdateAgent(_) = source {
        let expected =
            "`server`, `active-update` or the name of an Update Agent or an [[other_source]]";
        check_name(fields, "source", names, expected, problems);
    }
}

fn check_name(
    fields: &Fields,
    key: &str,
    names: &KnownNames<'_>,
    expected: &str,
    problems: &mut Vec<Diagnostic>,
) {
    let name = fields.text(key);
    if fields.has(key) && names.are_sure && !names.names.contains(&name) {
        let others = names.sources.names().filter(|_| key == "source");
        let all = names.names.iter().map(String::as_str).chain(others);
        let help = nearest_if_shown(&name, all, problems);
        let message = format!("there is no `{name}`");
        let span = fields.span_of(key);
        problems.push(Diagnostic::new("unknown-name", span, message, expected).with_help(help));
    }
}

/// A loop of Update Agents would wait for itself (UAG-4).
fn check_loops(agents: &[ExplicitUpdateAgent], tables: &[Fields], problems: &mut Vec<Diagnostic>) {
    let numbers: BTreeMap<&str, usize> =
        agents.iter().enumerate().map(|(number, agent)| (agent.name.as_str(), number)).collect();
    let next = |number: usize| match &agents[number].source {
        Some(NamedSource::UpdateAgent(next)) => numbers.get(next.as_str()).copied(),
        _ => None,
    };
    // The walk on which each was first met.
    let mut walk_of: Vec<Option<usize>> = vec![None; agents.len()];
    for walk in 0..agents.len() {
        let mut at = Some(walk);
        while let Some(number) = at.filter(|number| walk_of[*number].is_none()) {
            walk_of[number] = Some(walk);
            at = next(number);
        }
        let Some(first) = at.filter(|number| walk_of[*number] == Some(walk)) else { continue };
        let mut on_it = first;
        loop {
            let message = format!("`{}` updates from itself through others", agents[on_it].name);
            let expected = "a chain of Update Agents that ends at the server or ActiveUpdate";
            let span = tables[on_it].span_of("source");
            problems.push(Diagnostic::new("loop", span, message, expected));
            match next(on_it) {
                Some(next) if next != first => on_it = next,
                _ => break,
            }
        }
    }
}

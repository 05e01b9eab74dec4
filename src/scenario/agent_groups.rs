//! Groups of agents, `[[group]]`, with other values.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::groups::{Group, GroupNames};
use super::keys;
use super::reader::Fields;
use super::traits::Traits;

/// A group of agents, as in the console.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AgentGroup {
    /// Its name.
    pub name: String,
    /// Its sites, each by the number of its group of sites and its index in it, `None` meaning all of the group; empty:
    /// all sites.
    pub sites: BTreeSet<(usize, Option<u32>)>,
    /// Its agents: for each site their numbers there, from 1; empty: all agents.
    pub agents: BTreeMap<String, BTreeSet<u32>>,
    /// The share of these agents, in millionths.
    pub share: u32,
    /// The values for them.
    pub traits: Traits,
}

impl AgentGroup {
    /// Whether it may have agents of site `index`, named `name`, of group `group`.
    pub(super) fn has_site(&self, group: usize, index: u32, name: &str) -> bool {
        let sites = &self.sites;
        let is_there = sites.is_empty()
            || sites.contains(&(group, None))
            || sites.contains(&(group, Some(index)));
        is_there && (self.agents.is_empty() || self.agents.contains_key(name))
    }

    /// Whether agent number `number`, from 1, of the site `name` may be in it.
    pub(super) fn has_agent(&self, name: &str, number: u32) -> bool {
        self.agents.is_empty()
            || self.agents.get(name).is_some_and(|numbers| numbers.contains(&number))
    }
}

/// The groups of agents by the places that they name, so that those of a site are found without looking at all.
#[derive(Debug, Default)]
pub(super) struct GroupsByPlace<'s> {
    /// Those that name neither sites nor agents.
    anywhere: Vec<usize>,
    by_site: BTreeMap<(usize, Option<u32>), Vec<usize>>,
    /// Those that name agents, by the names of their sites.
    by_agents: BTreeMap<&'s str, Vec<usize>>,
}

impl<'s> GroupsByPlace<'s> {
    /// The places of `groups`.
    pub(super) fn of(groups: &'s [AgentGroup]) -> Self {
        let mut all = Self::default();
        for (number, group) in groups.iter().enumerate() {
            if !group.agents.is_empty() {
                for site in group.agents.keys() {
                    all.by_agents.entry(site).or_default().push(number);
                }
            } else if group.sites.is_empty() {
                all.anywhere.push(number);
            } else {
                for site in &group.sites {
                    all.by_site.entry(*site).or_default().push(number);
                }
            }
        }
        all
    }

    /// The groups that may have agents of site `index`, named `name`, of group `group`, in the order of the file.
    pub(super) fn at(
        &self,
        groups: &[AgentGroup],
        (group, index): (usize, u32),
        name: &str,
    ) -> Vec<usize> {
        let by_site = [None, Some(index)].map(|index| self.by_site.get(&(group, index)));
        let named = by_site.into_iter().chain([self.by_agents.get(name)]).flatten();
        let mut found: Vec<usize> = self.anywhere.iter().chain(named.flatten()).copied().collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|number| groups[*number].has_site(group, index, name));
        found
    }
}

/// Reads the groups of agents.
pub(super) fn read(
    document: &Document<'_>,
    (groups, names): (&[Group], &GroupNames),
    problems: &mut Vec<Diagnostic>,
) -> Vec<AgentGroup> {
    let tables = document.sections(&keys::GROUP);
    if tables.is_empty() {
        return Vec::new();
    }
    let sites = names_of_sites(groups);
    let headquarters = document.section(&keys::HEADQUARTERS);
    let mut places = std::iter::once(headquarters).chain(document.sections(&keys::SITE));
    let are_counted = places.all(|fields| fields.are_sound(&["agents"]));
    let referred = names_referred_to(document);
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for fields in tables {
        let name = fields.text("name");
        if fields.has("name") && !known.insert(name.clone()) {
            let message = format!("there are two groups of agents called `{name}`");
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("duplicate", span, message, "a unique name"));
        }
        let traits = Traits::read(fields);
        if traits.is_empty() && fields.all_sound() && !referred.contains(&name) {
            let message = "a group without any changes";
            let span = fields.span.clone();
            problems.push(Diagnostic::new(
                "conflict",
                span,
                message,
                "a key of [agents] in it, or a [[change]] or wave for it",
            ));
        }
        let mut group = AgentGroup {
            name,
            sites: BTreeSet::new(),
            agents: BTreeMap::new(),
            share: fields.count("share"),
            traits,
        };
        for (site, span) in fields.texts("sites") {
            let found = names
                .number(&site)
                .map(|number| (number, None))
                .or_else(|| sites.get(&site).map(|(number, index)| (*number, Some(*index))));
            match found {
                Some(found) => {
                    let _ = group.sites.insert(found);
                }
                None if names.are_sure => problems.push(no_site(&site, span, &sites, problems)),
                None => {}
            }
        }
        let are_sure = (names.are_sure, are_counted);
        group.agents = read_agents(fields, groups, &sites, are_sure, problems);
        all.push(group);
    }
    all
}

/// The agents that `fields` names: for each site their numbers there. `are_sure` tells whether all sites, and how many
/// agents they have, are known.
fn read_agents(
    fields: &Fields,
    groups: &[Group],
    sites: &BTreeMap<String, (usize, u32)>,
    (are_sure, are_counted): (bool, bool),
    problems: &mut Vec<Diagnostic>,
) -> BTreeMap<String, BTreeSet<u32>> {
    let mut agents: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (agent, span) in fields.texts("agents") {
        let found = number_at_site(&agent)
            .and_then(|(site, number)| Some((site, number, sites.get(site)?.0)));
        let mut unknown = |message, expected| {
            problems.push(Diagnostic::new("unknown-name", span.clone(), message, expected));
        };
        match found {
            Some((site, number, of)) => {
                let most = groups[of].most_agents();
                if are_counted && u64::from(number) > most {
                    let message = format!("there is no agent `{agent}`: `{site}` has {most}");
                    unknown(message, "an agent that the site has");
                }
                let _ = agents.entry(site.into()).or_default().insert(number);
            }
            None if are_sure => unknown(
                format!("there is no agent `{agent}`"),
                "the name of a site and a number, such as `branch-001/pc-0007`",
            ),
            None => {}
        }
    }
    agents
}

/// The groups that other tables name.
fn names_referred_to(document: &Document<'_>) -> BTreeSet<String> {
    let changes = document.sections(&keys::CHANGE).iter().map(|fields| fields.text("group"));
    let releases = document.sections(&keys::RELEASE).iter();
    let waves = releases.flat_map(|fields| fields.texts("waves").into_iter().map(|(name, _)| name));
    changes.chain(waves).collect()
}

/// All sites by name: the number of the group, and the index of the site in it.
fn names_of_sites(groups: &[Group]) -> BTreeMap<String, (usize, u32)> {
    let mut all = BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        for index in 0..group.count {
            all.insert(group.site_name(index), (number, index));
        }
    }
    all
}

/// `branch-001/pc-0007` as `branch-001` and 7.
fn number_at_site(agent: &str) -> Option<(&str, u32)> {
    let (site, number) = agent.rsplit_once("/pc-")?;
    number.parse().ok().filter(|number| *number > 0).map(|number| (site, number))
}

fn no_site(
    name: &str,
    span: std::ops::Range<usize>,
    sites: &BTreeMap<String, (usize, u32)>,
    problems: &[Diagnostic],
) -> Diagnostic {
    let message = format!("there is no site `{name}`");
    let help = nearest_if_shown(name, sites.keys().map(String::as_str), problems);
    Diagnostic::new("unknown-name", span, message, "a site or a group of sites").with_help(help)
}

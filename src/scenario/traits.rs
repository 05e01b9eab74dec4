//! What agents are like: as `[agents]` says, where their site or a `[[group]]` says nothing else.
//!
//! Of several that name an agent the last one counts, key by key: `[agents]`, then its `[[site]]`, then
//! each `[[group]]` in the order of the file.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::keys;
use super::reader::Fields;
use super::schedules::read_schedule;
use super::settings::{scope_of, settings_check_of};
use super::sites::{Group, GroupNames};
use super::value_type::Part;
use crate::model::calendar::Schedule;
use crate::model::settings::{AgentSettings, SettingsCheck, UpdateScope};
use crate::units::BitRate;

/// What is said of some agents; `None` where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Traits {
    /// Scan methods, by their place in the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<Vec<Part>>,
    /// Online patterns, by their place in the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<Vec<Part>>,
    /// Daily releases that they are behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases_behind: Option<Vec<Part>>,
    /// How many of a million are in Independent mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub independent: Option<u32>,
    /// How many of a million have the privilege of scheduled update (SCH-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<u32>,
    /// How many of a million have a user who would disable it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<u32>,
    /// Whether a user may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_disable: Option<bool>,
    /// `agents only update` (CMP-7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<UpdateScope>,
    /// The network card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nic: Option<BitRate>,
    /// When they look by themselves (SCH-2, SCH-3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// When they ask for settings and programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings_check: Option<SettingsCheck>,
    /// Whether settings are taken once a day (SCH-2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings_once_per_day: Option<bool>,
}

impl Traits {
    /// What `fields` say: those of `[agents]`, of a site or of a group.
    pub(super) fn read(fields: &Fields, problems: &mut Vec<Diagnostic>) -> Self {
        let share = |key| fields.maybe_count(key);
        let word = |key| Some(fields.text(key)).filter(|word| !word.is_empty());
        let has_schedule = !fields.text("schedule").is_empty();
        Self {
            scan: fields.parts("scan"),
            presence: fields.parts("presence"),
            releases_behind: fields.parts("releases_behind"),
            independent: share("independent"),
            scheduled: share("scheduled"),
            disabled: share("disable_schedule"),
            may_disable: fields.maybe_flag("may_disable_schedule"),
            scope: word("scope").map(|word| scope_of(&word)),
            nic: fields.maybe_rate("nic"),
            schedule: has_schedule.then(|| read_schedule(fields, "schedule", problems)),
            settings_check: word("settings_check").map(|word| settings_check_of(&word)),
            settings_once_per_day: fields.maybe_flag("settings_once_per_day"),
        }
    }

    /// The same over what `below` says.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        let own = self.clone();
        let below = below.clone();
        Self {
            scan: own.scan.or(below.scan),
            presence: own.presence.or(below.presence),
            releases_behind: own.releases_behind.or(below.releases_behind),
            independent: own.independent.or(below.independent),
            scheduled: own.scheduled.or(below.scheduled),
            disabled: own.disabled.or(below.disabled),
            may_disable: own.may_disable.or(below.may_disable),
            scope: own.scope.or(below.scope),
            nic: own.nic.or(below.nic),
            schedule: own.schedule.or(below.schedule),
            settings_check: own.settings_check.or(below.settings_check),
            settings_once_per_day: own.settings_once_per_day.or(below.settings_once_per_day),
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The switches of such agents, `default` where nothing is said.
    pub(super) fn settings(&self, default: AgentSettings) -> AgentSettings {
        AgentSettings {
            scope: self.scope.unwrap_or(default.scope),
            nic: self.nic.unwrap_or(default.nic),
            schedule: self.schedule.unwrap_or(default.schedule),
            settings_check: self.settings_check.unwrap_or(default.settings_check),
            settings_once_per_day: self
                .settings_once_per_day
                .unwrap_or(default.settings_once_per_day),
            ..default
        }
    }
}

/// A group of agents, as the console has them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AgentGroup {
    /// Its name.
    pub name: String,
    /// Its sites, each by the number of its group of sites and its own in there, `None` being all of
    /// these; empty: all sites.
    pub sites: BTreeSet<(usize, Option<u32>)>,
    /// Its agents one by one: site by site their numbers there, from 1; empty: all agents.
    pub agents: BTreeMap<String, BTreeSet<u32>>,
    /// How many of a million of these agents.
    pub share: u32,
    /// What holds for them.
    pub traits: Traits,
}

impl AgentGroup {
    /// Whether it may have agents of site `index`, called `name`, of group `group`.
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
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for fields in tables {
        let name = fields.text("name");
        if fields.has("name") && !known.insert(name.clone()) {
            let message = format!("there are two groups of agents called `{name}`");
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("duplicate", span, message, "a name of its own"));
        }
        let traits = Traits::read(fields, problems);
        if traits.is_empty() && fields.all_sound() {
            let message = "a group that changes nothing";
            let span = fields.span.clone();
            problems.push(Diagnostic::new("conflict", span, message, "a key of [agents] in it"));
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
        for (agent, span) in fields.texts("agents") {
            match number_at_site(&agent).filter(|(site, _)| sites.contains_key(*site)) {
                Some((site, number)) => {
                    let _ = group.agents.entry(site.into()).or_default().insert(number);
                }
                None if names.are_sure => {
                    let message = format!("there is no agent `{agent}`");
                    let expected = "the name of a site and a number, such as `branch-001/pc-0007`";
                    problems.push(Diagnostic::new("unknown-name", span, message, expected));
                }
                None => {}
            }
        }
        all.push(group);
    }
    all
}

/// All sites by their names: the number of the group, and the site's own in it.
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

//! Changes of settings while the scenario runs, `[[change]]`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::DeValue;

use super::agent_groups::AgentGroup;
use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::groups::Group;
use super::keys::{self, Key, Section, changeable};
use super::months::check_month;
use super::reader::Fields;
use super::section_names::full_name;
use super::settings;
use super::sites::{WITH_NAT, are_behind_nat};
use super::sources::{ExplicitUpdateAgent, ListedEntry};
use super::timeline::Moments;
use super::traits::Traits;
use super::update_paths;
use super::value_type::Value;
use crate::model::change::Taken;
use crate::model::settings::Settings;
use crate::units::SimTime;

/// A change of a setting, or of the update source list, as written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WrittenChange {
    /// Its name; empty if it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its time.
    pub at: SimTime,
    /// The change in words, such as `server.slots = 50`.
    pub what: String,
    /// Who has the new value, and when.
    pub taken: Taken,
    /// The number of the group of agents that it is for; `None`: all agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    /// What it changes of the traits of these agents.
    #[serde(skip)]
    pub traits: Traits,
    /// All settings from then on.
    #[serde(skip)]
    pub settings: Settings,
    /// The new update source list, if it changes that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Vec<ListedEntry>>,
}

impl WrittenChange {
    /// The same without its update source list; `None` if it changes nothing else.
    pub fn without_list(mut self) -> Option<Self> {
        if let Some(list) = self.list.take() {
            let rest = self.what.strip_suffix(&list_in_words(&list))?;
            self.what = rest.strip_suffix(SEPARATOR)?.into();
        }
        Some(self)
    }
}

/// What stands in words between what a change changes.
const SEPARATOR: &str = ", ";

/// A key with its new value.
struct NewValue {
    section: &'static Section,
    key: &'static Key,
    value: Value,
    span: Range<usize>,
}

/// Reads the changes, each with the settings that follow from it and all before. `lists` are the new update source
/// lists by the names of their changes.
pub(super) fn read(
    document: &Document<'_>,
    groups: &[AgentGroup],
    (moments, agents): (Moments, &Traits),
    mut lists: BTreeMap<String, Vec<ListedEntry>>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<WrittenChange> {
    let mut all = Vec::new();
    let groups_are_sure = names_are_sound(document, &keys::GROUP);
    let mut known = BTreeSet::new();
    for fields in document.sections(&keys::CHANGE) {
        let name = fields.text("name");
        if !name.is_empty() && !known.insert(name.clone()) {
            let message = format!("there are two changes called `{name}`");
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("duplicate", span, message, "a unique name"));
        }
        let new = read_value(fields, problems);
        if let Some(new) = &new {
            check_value(document, fields, new, moments, problems);
        }
        let group = read_group(fields, (groups, groups_are_sure), problems);
        let list = lists.remove(&name);
        if !fields.mentions("key") && list.is_none() {
            let message = "a change of nothing";
            let expected = "`key` and `to`, or [[update_source]] tables with its name as `change`";
            let span = fields.span.clone();
            problems.push(Diagnostic::new("conflict", span, message, expected));
        }
        if let Some(at) = moments.read(fields, "at", problems) {
            all.push((fields, at, new, group, list));
        }
    }
    if !problems.is_empty() {
        return Vec::new();
    }
    all.sort_by_key(|(_, at, ..)| *at);
    let mut tables = document.single();
    let mut changes = Vec::new();
    for (fields, at, new, group, list) in all {
        let mut traits = Traits::default();
        if let Some(NewValue { section, key, value, span }) = &new {
            if section.name == keys::AGENTS_SECTION.name {
                let empty = Fields::empty(&keys::GROUP, span.clone());
                traits = Traits::read(&empty.with(key.name, value.clone(), span.clone()));
            } else {
                tables.set(section, key.name, value.clone(), span.clone());
            }
        }
        let (settings, _) = settings::read(&tables, agents, problems);
        changes.push(WrittenChange {
            name: fields.text("name"),
            at,
            what: in_words(fields, new.as_ref(), group.map(|group| &groups[group]), list.as_ref()),
            taken: new.as_ref().and_then(|new| new.key.changes).unwrap_or(Taken::AtAgents),
            group,
            traits,
            settings,
            list,
        });
    }
    changes
}

/// Reports a new value that can have no effect in this scenario.
fn check_value(
    document: &Document<'_>,
    fields: &Fields,
    new: &NewValue,
    moments: Moments,
    problems: &mut Vec<Diagnostic>,
) {
    if let Value::Schedule(_, schedule) = &new.value {
        check_month(*schedule, moments.calendar, new.span.clone(), problems);
    }
    let mut needed = |message, wanted| {
        problems.push(Diagnostic::new("conflict", fields.span_of("key"), message, wanted));
    };
    if full_name(new.section, new.key) == "server.poll_every" && !are_behind_nat(document) {
        needed("`server.poll_every` has no effect here", WITH_NAT);
    }
    if new.section.name == keys::SMART_PROTECTION.name && !document.has(&keys::SMART_PROTECTION) {
        let message = "there is no smart protection source whose settings could change";
        needed(message, "[smart_protection] in addition");
    }
}

fn in_words(
    fields: &Fields,
    new: Option<&NewValue>,
    group: Option<&AgentGroup>,
    list: Option<&Vec<ListedEntry>>,
) -> String {
    let whose = group.map_or_else(String::new, |group| format!(" for `{}`", group.name));
    let value = new
        .map(|new| format!("{} = {}{whose}", full_name(new.section, new.key), fields.text("to")));
    let list = list.map(|list| list_in_words(list));
    value.into_iter().chain(list).collect::<Vec<_>>().join(SEPARATOR)
}

fn list_in_words(list: &[ListedEntry]) -> String {
    match list.len() {
        1 => "an update source list of 1 entry".into(),
        entries => format!("an update source list of {entries} entries"),
    }
}

/// Whether all tables of `section` have valid names, so that an unknown name is a problem.
fn names_are_sound(document: &Document<'_>, section: &'static Section) -> bool {
    document.sections(section).iter().all(|fields| fields.are_sound(&["name"]))
}

/// The key named `name` that can change, and its table.
fn called(name: &str) -> Option<(&'static Section, &'static Key)> {
    changeable().find(|(section, key)| full_name(section, key) == name)
}

/// Why a known key cannot change.
fn reason(name: &str) -> Option<&'static str> {
    // The name of a site may stand between the table and the key.
    let is_called = |(section, key): &(&Section, &Key)| {
        let rest = name.strip_prefix(section.name).and_then(|rest| rest.strip_prefix('.'));
        full_name(section, key) == name
            || section.repeated()
                && rest.is_some_and(|rest| rest.rsplit('.').next() == Some(key.name))
    };
    let all = keys::SECTIONS.iter();
    let mut all = all.flat_map(|section| section.keys.iter().map(move |key| (*section, key)));
    let (section, key) = all.find(is_called)?;
    let is_of = |sections: &[&Section]| sections.iter().any(|of| of.name == section.name);
    Some(match (section.name, key.name) {
        ("agents", "scan") => {
            "a command switches agents, [[command]] what = \"switch-to-smart-scan\""
        }
        _ if is_of(&[&keys::RELEASE, &keys::COMMAND, &keys::FAULT, &keys::CHANGE]) => {
            "it has a time of its own"
        }
        _ if is_of(&[
            &keys::SITE,
            &keys::HEADQUARTERS,
            &keys::WAN_LINK,
            &keys::ROUTER,
            &keys::PROXY,
        ]) =>
        {
            "it is the network, not a setting of the console; [[fault]] takes parts of it down"
        }
        _ if key.assumption => {
            "it is an assumption about the product or its users, not a setting of the console"
        }
        _ => "it is no setting of the console that takes effect while the product runs",
    })
}

/// The key that `fields` names and its new value.
fn read_value(fields: &Fields, problems: &mut Vec<Diagnostic>) -> Option<NewValue> {
    if !fields.has("key") {
        fields.check_meaning("to", fields.mentions("key"), "`key` in addition", problems);
        return None;
    }
    let name = fields.text("key");
    let Some((section, key)) = called(&name) else {
        let names: Vec<String> =
            changeable().map(|(section, key)| full_name(section, key)).collect();
        let why = reason(&name);
        let because = why.map_or_else(String::new, |why| format!(": {why}"));
        let message = format!("`{name}` cannot change while the scenario runs{because}");
        // A key that exists is no misspelt other one.
        let near = || nearest_if_shown(&name, names.iter().map(String::as_str), problems);
        let help = if why.is_none() { near() } else { None };
        let expected = format!("one of {}", names.join(", "));
        let span = fields.span_of("key");
        problems.push(Diagnostic::new("unknown-name", span, message, expected).with_help(help));
        return None;
    };
    let span = fields.span_of("to");
    if !fields.mentions("to") {
        let expected = format!("to = {}", key.form.expected());
        let message = "`to` is missing in [[change]]";
        problems.push(Diagnostic::new("missing-key", span, message, expected));
        return None;
    }
    let text = fields.text("to");
    let value = DeValue::parse(&text).ok()?;
    match key.form.read(&value) {
        Ok(value) => Some(NewValue { section, key, value, span }),
        Err(problem) => {
            problems.push(Diagnostic { span, ..problem });
            None
        }
    }
}

/// The group of agents that `fields` names.
fn read_group(
    fields: &Fields,
    (groups, are_sure): (&[AgentGroup], bool),
    problems: &mut Vec<Diagnostic>,
) -> Option<usize> {
    if !fields.has("group") {
        return None;
    }
    let name = fields.text("group");
    let found = groups.iter().position(|group| group.name == name);
    let span = fields.span_of("group");
    if found.is_none() && are_sure {
        let message = format!("there is no [[group]] `{name}`");
        let names = groups.iter().map(|group| group.name.as_str());
        let help = nearest_if_shown(&name, names, problems);
        let expected = "the name of a [[group]]";
        problems.push(Diagnostic::new("unknown-name", span, message, expected).with_help(help));
    } else if !fields.mentions("key")
        || called(&fields.text("key")).is_some_and(|(of, _)| of.name != keys::AGENTS_SECTION.name)
    {
        let message = "this change is not one of a group";
        let expected = "a key of [agents], or no `group`";
        problems.push(Diagnostic::new("conflict", span, message, expected));
    }
    found
}

/// Reports an Update Agent that updates from itself through others, by the list of the start or that of a change.
pub(super) fn check_paths(
    document: &Document<'_>,
    (groups, update_agents): (&[Group], &[ExplicitUpdateAgent]),
    of_start: (bool, &Vec<ListedEntry>),
    changes: &[WrittenChange],
    problems: &mut Vec<Diagnostic>,
) {
    let mut list = of_start.1;
    let mut versions = vec![of_start];
    for change in changes {
        list = change.list.as_ref().unwrap_or(list);
        let next = (change.settings.update_agent.only_from_server, list);
        if change.list.is_some() || versions.last().is_none_or(|last| last.0 != next.0) {
            versions.push(next);
        }
    }
    for (_, list) in versions.into_iter().filter(|(only_from_server, _)| !only_from_server) {
        if problems.is_empty() {
            update_paths::check_paths(document, groups, (update_agents, list), problems);
        }
    }
}

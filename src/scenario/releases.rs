//! Releases, each with its contents and times.

use std::collections::BTreeMap;

use super::agent_groups::AgentGroup;
use super::catalogue::unknown_component;
use super::diagnostic::{Diagnostic, nearest_if_shown};
use super::document::Document;
use super::keys;
use super::reader::Fields;
use super::timeline::Moments;
use crate::ids::RowId;
use crate::model::ReleaseScope;
use crate::model::calendar::{Calendar, Weekday};
use crate::model::company::Release;
use crate::model::component::Catalogue;
use crate::model::wave::{OTHERS, SEPARATOR, Waves};
use crate::units::{SimDuration, SimTime};

pub(super) fn read_releases(
    document: &Document<'_>,
    catalogue: &Catalogue,
    groups: &[AgentGroup],
    moments: Moments,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Release> {
    let mut releases = Vec::new();
    for fields in document.sections(&keys::RELEASE) {
        let Some(at) = moments.read(fields, "at", problems) else { continue };
        let mut components = Vec::new();
        for (name, span) in fields.texts("components") {
            match catalogue.ids().find(|id| catalogue[*id].name == name) {
                Some(id) => components.push(id),
                None => problems.push(unknown_component(&name, span, catalogue)),
            }
        }
        components.sort_by_key(|id| id.index());
        components.dedup();
        let (settings, program) = (fields.flag("settings"), fields.flag("program"));
        let are_sound = fields.are_sound(&["components", "settings", "program"]);
        if ReleaseScope::WORDS.contains(&fields.text("name").as_str()) {
            let message = format!("`{}` is a reserved word of thresholds", fields.text("name"));
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("bad-value", span, message, "another name"));
        }
        if fields.texts("components").is_empty() && !settings && !program && are_sound {
            let expected = "components, settings or program";
            let span = fields.span.clone();
            problems.push(Diagnostic::new(
                "empty-release",
                span,
                "a release without content",
                expected,
            ));
        }
        let [withdrawn_at, rolled_back_at] = ["withdrawn_at", "rolled_back_at"]
            .map(|key| read_recall(fields, key, (at, settings || program), moments, problems));
        let waves = read_waves(fields, groups, settings, problems);
        let name = fields.text("name");
        if name.contains(SEPARATOR) {
            let message = format!("`{SEPARATOR}` is reserved for waves");
            let span = fields.span_of("name");
            problems.push(Diagnostic::new("bad-value", span, message, "another name"));
        }
        releases.push(Release {
            name,
            at,
            components,
            settings,
            program,
            withdrawn_at,
            rolled_back_at,
            waves,
        });
    }
    if document.section(&keys::TOP).text("releases") == "as-measured" {
        let calendar = moments.calendar.unwrap_or_default();
        releases.extend(measured_releases(catalogue, calendar, moments.duration));
    }
    if releases.is_empty() && document.sections(&keys::RELEASE).is_empty() {
        releases.push(Release::of_start());
    }
    releases.sort_by_key(|release| release.at);
    number_names(&mut releases);
    releases
}

/// The groups that get a release one after the other.
fn read_waves(
    fields: &Fields,
    groups: &[AgentGroup],
    has_settings: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<Waves> {
    let written = fields.texts("waves");
    for key in ["wave_gap", "wave_done"] {
        let has_meaning = fields.mentions("waves") && (!written.is_empty() || !fields.has("waves"));
        fields.check_meaning(key, has_meaning, "`waves` in addition", problems);
    }
    if written.is_empty() {
        return None;
    }
    let span = fields.span_of("waves");
    let mut numbers = Vec::new();
    let mut names = Vec::new();
    for (name, span) in written {
        let Some(number) = groups.iter().position(|group| group.name == name) else {
            let message = format!("there is no [[group]] `{name}`");
            let all = groups.iter().map(|group| group.name.as_str());
            let help = nearest_if_shown(&name, all, problems);
            let expected = "names of [[group]] tables";
            let problem = Diagnostic::new("unknown-name", span, message, expected);
            problems.push(problem.with_help(help));
            continue;
        };
        if numbers.contains(&number) || name == OTHERS {
            let message = format!("two waves of `{name}`");
            problems.push(Diagnostic::new("duplicate", span, message, "each group once"));
        }
        numbers.push(number);
        names.push(name);
    }
    names.push(OTHERS.into());
    let (gap, done_per_million) = (fields.duration("wave_gap"), fields.count("wave_done"));
    let are_sound = fields.are_sound(&["wave_gap", "wave_done"]);
    if has_settings {
        let message = "settings do not come in waves";
        let expected = "a release of components or a program, or a [[change]] for each group";
        problems.push(Diagnostic::new("conflict", span, message, expected));
    } else if gap == SimDuration::ZERO && done_per_million == 0 && are_sound {
        let message = "all waves begin at once";
        problems.push(Diagnostic::new("conflict", span, message, "`wave_gap` or `wave_done`"));
    }
    Some(Waves { groups: numbers, names, gap, done_per_million })
}

/// When a release that is published at `at` is recalled, if `key` says so: only components can be.
fn read_recall(
    fields: &Fields,
    key: &str,
    (at, has_others): (SimTime, bool),
    moments: Moments,
    problems: &mut Vec<Diagnostic>,
) -> Option<SimTime> {
    let recalled = moments.read(fields, key, problems)?;
    let span = fields.span_of(key);
    if recalled <= at {
        let expected = "a time after `at`";
        problems.push(Diagnostic::new("bad-time", span, "not after the release", expected));
    } else if has_others {
        let message = "settings and programs cannot be recalled";
        let expected = "a release with only components";
        problems.push(Diagnostic::new("conflict", span, message, expected));
    }
    Some(recalled)
}

/// The time of day of each release.
const RELEASE_CLOCK: SimDuration = SimDuration::from_hours(10);
/// On these days components without incrementals are released, too.
const OF_WHOLE_FILES: [Weekday; 2] = [Weekday::Mon, Weekday::Thu];

/// The calendar that matches the volume of updates that the vendor measured (assumption; `docs/components.md` describes
/// the fit).
fn measured_releases(
    catalogue: &Catalogue,
    calendar: Calendar,
    duration: SimDuration,
) -> impl Iterator<Item = Release> {
    let moments = (0..).map(move |day| (day, calendar.at(day, RELEASE_CLOCK)));
    let is_within = move |at: SimTime| at.since(SimTime::START) < duration;
    moments
        .take_while(move |(_, at)| at.is_none_or(is_within))
        .filter_map(|(day, at)| at.map(|at| (day, at)))
        .map(move |(day, at)| {
            let all = OF_WHOLE_FILES.contains(&calendar.weekday(day));
            let comes_out = catalogue.rows().filter(|(_, of)| all || of.incremental.is_some());
            let components = comes_out.map(|(id, _)| id).collect();
            let name = format!("day-{day:03}");
            Release { name, at, components, ..Release::of_start() }
        })
}

/// Numbers releases with equal names, from the second on.
fn number_names(releases: &mut [Release]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for release in releases {
        let count = seen.entry(release.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            release.name = format!("{} ({count})", release.name);
        }
    }
}

//! What happens during a scenario, and when: releases, orders.

use super::document::Document;
use super::problem::Problem;
use super::reader::Fields;
use super::sites::{self, Group};
use super::{Order, keys, unknown_component};
use crate::ids::RowId;
use crate::model::calendar::{Calendar, Weekday};
use crate::model::company::Release;
use crate::model::component::Catalogue;
use crate::model::trigger::CommandKind;
use crate::units::{SimDuration, SimTime, text};

/// Which moments there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub(super) calendar: Calendar,
    pub(super) duration: SimDuration,
}

impl Moments {
    /// The moment that `key` names: a weekday and a time, or a duration from the start.
    fn read(self, fields: &Fields, key: &str, problems: &mut Vec<Problem>) -> Option<SimTime> {
        let written = fields.text(key);
        if !fields.has(key) {
            return None;
        }
        let at = match (parse_moment(&written), text::parse_duration(&written)) {
            (Some((day, clock)), _) => self.calendar.next(day, clock, SimTime::START),
            (None, Ok(after)) => SimTime::START + after,
            (None, Err(why)) => {
                let expected =
                    "a weekday and a time such as \"Mon 10:15\", or a duration from the start";
                problems.push(Problem::new("bad-value", fields.span_of(key), why, expected));
                return None;
            }
        };
        let duration = self.duration;
        if duration > SimDuration::ZERO && at.since(SimTime::START) >= duration {
            let message = format!("`{written}` is not before the end of the scenario");
            let expected = format!("a moment within {duration} of the start");
            problems.push(Problem::new("out-of-range", fields.span_of(key), message, expected));
        }
        Some(at)
    }
}

pub(super) fn read_commands(
    document: &Document<'_>,
    groups: &[Group],
    moments: Moments,
    problems: &mut Vec<Problem>,
) -> Vec<Order> {
    let mut orders = Vec::new();
    for fields in document.sections(&keys::COMMAND, problems) {
        let kind = match fields.text("what").as_str() {
            "update-server" => CommandKind::UpdateServer,
            "update-agents" => CommandKind::UpdateAgents,
            "notify-all" => CommandKind::NotifyAll,
            "switch-to-smart-scan" => CommandKind::SwitchToSmartScan,
            _ => CommandKind::UpdateNow,
        };
        let group = sites::named(&fields, "sites", groups, problems);
        if let Some(at) = moments.read(&fields, "at", problems) {
            orders.push(Order { at, kind, group });
        }
    }
    orders.sort_by_key(|order| order.at);
    orders
}

pub(super) fn read_releases(
    document: &Document<'_>,
    catalogue: &Catalogue,
    moments: Moments,
    problems: &mut Vec<Problem>,
) -> Vec<Release> {
    let mut releases = Vec::new();
    for fields in document.sections(&keys::RELEASE, problems) {
        let Some(at) = moments.read(&fields, "at", problems) else { continue };
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
        if fields.texts("components").is_empty() && !settings && !program {
            let expected = "components, settings or program";
            let span = fields.span.clone();
            problems.push(Problem::new("empty-release", span, "a release of nothing", expected));
        }
        releases.push(Release { name: fields.text("name"), at, components, settings, program });
    }
    if !document.has(&keys::RELEASE) {
        problems.push(Problem::new("no-release", 0..0, "nothing is released", "a [[release]]"));
    }
    releases.sort_by_key(|release| release.at);
    releases
}

/// `"Mon 10:15"`.
pub(super) fn parse_moment(text: &str) -> Option<(Weekday, SimDuration)> {
    let (day, clock) = text.split_once(' ')?;
    Some((Weekday::named(day)?, text::parse_clock(clock.trim()).ok()?))
}

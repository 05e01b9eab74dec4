//! Checks schedules by the day of the month (SCH-3).

use std::ops::Range;

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys::{Key, SECTIONS};
use super::value_type::ValueType;
use crate::model::calendar::{Calendar, Schedule};

/// Those of the start require a scenario that begins on a date.
pub(super) fn check_months(
    document: &Document<'_>,
    calendar: Option<Calendar>,
    problems: &mut Vec<Diagnostic>,
) {
    let is_schedule = |key: &&Key| matches!(key.form, ValueType::Schedule(_));
    let all = SECTIONS.iter().flat_map(|section| {
        section.keys.iter().filter(is_schedule).map(move |key| (section, key.name))
    });
    for (section, key) in all {
        for fields in document.sections(section) {
            if let Some(schedule) = fields.maybe_schedule(key) {
                check_month(schedule, calendar, fields.span_of(key), problems);
            }
        }
    }
}

/// Reports `schedule`, which is at `span`, if it is by the day of the month and the scenario has no date.
pub(super) fn check_month(
    schedule: Schedule,
    calendar: Option<Calendar>,
    span: Range<usize>,
    problems: &mut Vec<Diagnostic>,
) {
    let has_no_dates = calendar.is_some_and(|calendar| !calendar.has_dates());
    if has_no_dates && matches!(schedule, Schedule::Monthly { .. }) {
        let message = "a day of the month in a scenario without dates";
        let expected = "a `start` with a date, such as \"2026-11-02 06:00\"";
        problems.push(Diagnostic::new("conflict", span, message, expected));
    }
}

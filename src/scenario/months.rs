//! Checks schedules by the day of the month (SCH-3).

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys::{Key, SECTIONS};
use super::value_type::ValueType;
use crate::model::calendar::{Calendar, Schedule};

/// Schedules by the day of the month require a scenario that begins on a date.
pub(super) fn check_months(
    document: &Document<'_>,
    calendar: Option<Calendar>,
    problems: &mut Vec<Diagnostic>,
) {
    if calendar.is_none_or(Calendar::has_dates) {
        return;
    }
    let is_schedule = |key: &&Key| matches!(key.form, ValueType::Schedule(_));
    let all = SECTIONS.iter().flat_map(|section| {
        section.keys.iter().filter(is_schedule).map(move |key| (section, key.name))
    });
    for (section, key) in all {
        for fields in document.sections(section) {
            if let Some(Schedule::Monthly { .. }) = fields.maybe_schedule(key) {
                let message = "a day of the month in a scenario without dates";
                let expected = "a `start` with a date, such as \"2026-11-02 06:00\"";
                problems.push(Diagnostic::new("conflict", fields.span_of(key), message, expected));
            }
        }
    }
}

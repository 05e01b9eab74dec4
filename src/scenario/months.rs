//! Checks schedules by the day of the month (SCH-3).

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::keys;
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
    let with_schedule = [
        (&keys::SERVER, "schedule"),
        (&keys::NOTIFICATION, "cleanup"),
        (&keys::SMART_PROTECTION, "schedule"),
        (&keys::AGENTS_SECTION, "schedule"),
        (&keys::HEADQUARTERS, "schedule"),
        (&keys::SITE, "schedule"),
        (&keys::GROUP, "schedule"),
    ];
    for (section, key) in with_schedule {
        for fields in document.sections(section) {
            if let Some(Schedule::Monthly { .. }) = fields.maybe_schedule(key) {
                let message = "a day of the month in a scenario without dates";
                let expected = "a `start` with a date, such as \"2026-11-02 06:00\"";
                problems.push(Diagnostic::new("conflict", fields.span_of(key), message, expected));
            }
        }
    }
}

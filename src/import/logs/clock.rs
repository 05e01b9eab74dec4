//! Where the times of logs lie in the scenario's span.

use super::moment::{Moment, UtcOffset};
use crate::scenario::Scenario;
use crate::units::{SimDuration, SimTime};

/// The position of the scenario's span on the clock.
#[derive(Debug)]
pub(super) struct Span {
    /// The company's offset.
    company: UtcOffset,
    /// When it begins, and how long it is, in nanoseconds.
    start: i128,
    length: i128,
    /// The period of its repetitions: whole weeks, for a scenario without a date.
    period: Option<i128>,
}

/// A week in nanoseconds.
const WEEK: i128 = 7 * 86_400_000_000_000;

impl Span {
    pub(super) fn new(scenario: &Scenario, company: UtcOffset) -> Self {
        let calendar = scenario.calendar;
        let length = i128::from(scenario.duration.as_nanos());
        let first = i128::from(calendar.date_time(SimTime::START).unix_seconds()) * 1_000_000_000;
        let weeks = (length + WEEK - 1) / WEEK;
        let period = (!calendar.has_dates()).then_some(weeks.max(1) * WEEK);
        Self { company, start: first, length, period }
    }

    /// The repetition of the span that contains `moment`, and the time in it; `None` if it is outside.
    pub(super) fn place(&self, moment: Moment) -> Option<(i64, SimTime)> {
        let since = moment.by(self.company) - self.start;
        let (window, at) = match self.period {
            Some(period) => (since.div_euclid(period), since.rem_euclid(period)),
            None => (0, since),
        };
        let at = u64::try_from(at).ok().filter(|_| at <= self.length)?;
        Some((i64::try_from(window).ok()?, SimTime::from_nanos(at)))
    }

    /// How far `later` is before `earlier`, if it is.
    pub(super) fn back(&self, earlier: Moment, later: Moment) -> Option<SimDuration> {
        let back = earlier.by(self.company) - later.by(self.company);
        u64::try_from(back).ok().filter(|back| *back > 0).map(SimDuration::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Overrides;

    fn span(start: &str, hours: u32, company: &str) -> Span {
        let text = format!(
            "name = \"x\"\nstart = \"{start}\"\nduration = \"{hours} h\"\n\
             [headquarters]\nagents = 1\ninternet_bandwidth = \"1 Mbit/s\"\n\
             [[release]]\nname = \"r\"\nat = \"1 h\"\nsettings = true\n"
        );
        let scenario = Scenario::parse(&text, "x.toml", &Overrides::default()).expect("valid");
        Span::new(&scenario, UtcOffset::parse(company).expect("an offset"))
    }

    #[test]
    fn a_scenario_without_a_date_happens_every_week() {
        let span = span("Mon 10:00", 24, "+00:00");
        let at = |text: &str| span.place(Moment::iso(text.as_bytes()).expect("a moment"));
        // 1 January 2024 and 30 November 2026 are Mondays, 152 weeks apart.
        assert_eq!(at("2024-01-01T10:00:00Z"), Some((0, SimTime::START)));
        assert_eq!(at("2026-11-30T11:30:00Z"), Some((152, SimTime::from_secs(5_400))));
        assert_eq!(at("2023-12-25T10:00:00Z"), Some((-1, SimTime::START)));
        assert_eq!(at("2026-11-30T09:59:59Z"), None);
    }

    #[test]
    fn a_scenario_with_a_date_happens_once_by_the_companys_clock() {
        let span = span("2026-11-02 06:00", 24, "+01:00");
        let at = |text: &str| span.place(Moment::iso(text.as_bytes()).expect("a moment"));
        assert_eq!(at("2026-11-02T05:00:01Z"), Some((0, SimTime::from_secs(1))));
        assert_eq!(at("2026-11-02 06:00:01"), Some((0, SimTime::from_secs(1))));
        assert_eq!(at("2026-11-09T05:00:01Z"), None);
    }
}

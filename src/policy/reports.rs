//! The processing of status reports by the server (SRV-5).

use crate::model::settings::ServerSettings;
use crate::units::SimTime;

/// The fate of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportOutcome {
    /// When it has been processed.
    pub done: SimTime,
    /// Whether it found the buffer full and had to wait outside it.
    pub found_full: bool,
}

/// The fate of a report that arrives at `arrived` when all earlier ones will be done at `busy_until`
/// (SRV-5): one processor, first come first served; a report that finds the buffer full waits.
pub fn report_done(
    arrived: SimTime,
    busy_until: SimTime,
    settings: &ServerSettings,
) -> ReportOutcome {
    let begins = arrived.max(busy_until);
    let backlog = begins.since(arrived).as_nanos();
    let room = settings.report_time.saturating_mul(u64::from(settings.report_buffer));
    ReportOutcome { done: begins + settings.report_time, found_full: backlog > room.as_nanos() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    #[test]
    fn srv_5_a_report_that_finds_the_buffer_full_waits_and_is_counted() {
        let settings = ServerSettings {
            report_time: SimDuration::from_secs(1),
            report_buffer: 2,
            ..ServerSettings::default()
        };
        let at = SimTime::from_secs;
        let table = [(0, 1, false), (11, 12, false), (12, 13, false), (13, 14, true)];
        for (busy, done, found_full) in table {
            let busy = at(busy);
            let arrived = at(if busy.as_nanos() == 0 { 0 } else { 10 });
            let outcome = report_done(arrived, busy, &settings);
            assert_eq!(outcome, ReportOutcome { done: at(done), found_full });
        }
    }
}

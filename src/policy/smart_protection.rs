//! Queries of smart-scan agents to their smart protection source (SPS-1, SPS-2).

use crate::model::component::ScanMethod;
use crate::model::smart_protection::SmartProtectionSettings;
use crate::units::{Bytes, SimDuration};

/// Whether an agent sends queries: only smart-scan agents that are on do (SPS-2).
pub fn asks(scan: ScanMethod, online: bool) -> bool {
    online && scan == ScanMethod::Smart
}

/// The queries that the caches do not answer, in millionths, of agents that were on for `agent_time` in total (SPS-2).
pub fn queries(agent_time: u128, settings: &SmartProtectionSettings) -> u128 {
    let uncached = 1_000_000 - u128::from(settings.cached_per_million.min(1_000_000));
    let hour = u128::from(SimDuration::from_hours(1).as_nanos());
    agent_time * u128::from(settings.queries_per_hour) / hour * uncached
        + agent_time * u128::from(settings.queries_per_hour) % hour * uncached / hour
}

/// The size of each download of the source: the Smart Scan Pattern, which no server and no agent downloads (SPS-1,
/// CMP-1).
pub fn pattern_size(settings: &SmartProtectionSettings) -> Bytes {
    settings.pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Schedule;

    fn settings() -> SmartProtectionSettings {
        SmartProtectionSettings {
            schedule: Schedule::Every { interval: SimDuration::from_hours(1), spread: false },
            pattern: Bytes::new(1_000_000),
            queries_per_hour: 30,
            cached_per_million: 800_000,
            query: Bytes::new(1_000),
        }
    }

    #[test]
    fn sps_2_the_cache_answers_four_queries_of_five() {
        let hours = |hours| u128::from(SimDuration::from_hours(hours).as_nanos());
        assert_eq!(queries(hours(10), &settings()), 10 * 30 * 200_000);
        assert_eq!(queries(hours(1) / 3, &settings()), 10 * 200_000);
        assert!(asks(ScanMethod::Smart, true));
        assert!(!asks(ScanMethod::Smart, false) && !asks(ScanMethod::Conventional, true));
    }

    #[test]
    fn sps_1_the_source_alone_downloads_the_smart_scan_pattern() {
        assert_eq!(pattern_size(&settings()), Bytes::new(1_000_000));
        let catalogue = crate::model::component::vendor_catalogue();
        assert!(catalogue.iter().all(|component| component.name != "Smart Scan Pattern"));
    }
}

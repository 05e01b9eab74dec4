//! Hand-made runs for tests.

use crate::measure::METRICS;
use crate::measure::run::{
    LinkRow, ProtectionSample, RunMeasurements, ServerSample, SiteRow, SourceKind, SourceRow,
    Value, Work,
};
use crate::model::settings::TopologyOption;
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// A run of ten agents, sampled each minute, with the release after two; `up_to_date` holds how many
/// are at the end of each minute. The server sends 8 Mbit/s while it is not 0 and not 10.
pub(crate) fn run(option: TopologyOption, replication: u32, up_to_date: &[u64]) -> RunMeasurements {
    let minutes = |place: usize| SimTime::from_secs(60 * (place as u64 + 1));
    let protection = up_to_date.iter().enumerate().map(|(place, up_to_date)| ProtectionSample {
        time: minutes(place),
        up_to_date: *up_to_date,
        outdated: 10 - up_to_date,
        online: 10,
    });
    let server = up_to_date.iter().enumerate().map(|(place, up_to_date)| {
        let busy = u64::from(*up_to_date > 0 && *up_to_date < 10);
        ServerSample {
            time: minutes(place),
            egress: BitRate::from_megabits(8 * busy),
            active_transfers: 3 * busy,
            active_peak: 4 * busy,
            notification_queue: 5 * busy,
            requests_per_s: 0.5,
            cpu: SimDuration::from_millis(1500),
            ..ServerSample::default()
        }
    });
    let metrics = METRICS.iter().map(|metric| {
        let value = match metric.unit {
            "s" if metric.name == "protected_all_s" => Value::Seconds(None),
            "s" => Value::Seconds(Some(SimDuration::from_millis(4_980_500))),
            "agent-hours" | "cost" => Value::Real(2.25),
            _ => Value::Count(u64::from(replication)),
        };
        (metric, value)
    });
    RunMeasurements {
        option,
        replication,
        metrics: metrics.collect(),
        releases: Vec::new(),
        waits: Vec::new(),
        components: Vec::new(),
        carried: Vec::new(),
        protection: protection.collect(),
        server: server.collect(),
        sources: vec![SourceRow {
            source: "server".into(),
            kind: SourceKind::Server,
            served: 9,
            refused: 1,
            failed: 0,
            bytes: Bytes::new(1000),
            peak_active: 4,
            peak_egress: BitRate::from_megabits(8),
        }],
        update_agents: Vec::new(),
        links: vec![link("hq", "branch", up_to_date)],
        sites: vec![site("hq", "internet"), site("branch", "hq")],
        agents: Vec::new(),
        slowest: Vec::new(),
        released_at: SimTime::from_secs(120),
        sample_every: SimDuration::from_mins(1),
        work: Work::default(),
        cautions: Vec::new(),
    }
}

/// A site of five agents.
pub(crate) fn site(name: &str, above: &str) -> SiteRow {
    SiteRow {
        site: name.into(),
        above: above.into(),
        link: format!("{above} – {name}"),
        agents: 5,
        up_to_date: 4,
        protected: [Some(SimDuration::from_mins(2)), None, None],
        releases: Vec::new(),
    }
}

/// A direction of a link, busy in thousandths of a hundred for each agent up to date.
pub(crate) fn link(from: &str, to: &str, up_to_date: &[u64]) -> LinkRow {
    LinkRow {
        link: format!("{from} – {to}"),
        direction: format!("{from} → {to}"),
        capacity: BitRate::from_megabits(10),
        bytes: Bytes::new(77),
        mean_utilization: 0.25,
        peak_utilization: 1.0,
        saturated: SimDuration::from_millis(250),
        utilization_per_mille: up_to_date
            .iter()
            .map(|count| u16::try_from(count * 100).expect("at most 1000"))
            .collect(),
    }
}

//! Hand-made results for the tests of this layer.

use super::run::{Record, Results};
use super::sweep::{CautionKind, SweepRecord, SweepWork};
use crate::experiment::sweep::{Design, Point};
use crate::experiment::{Estimate, estimates};
use crate::measure::METRICS;
use crate::measure::run::{
    LinkRow, ProtectionSample, RunMeasurements, ServerSample, SiteRow, SourceKind, SourceRow,
    Value, Work,
};
use crate::model::settings::TopologyOption;
use crate::scenario::{Overrides, Scenario};
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// The owned data of results.
pub(super) struct OwnedResults {
    pub(super) record: Record,
    pub(super) runs: Vec<RunMeasurements>,
    estimates: Vec<Estimate>,
}

/// Results of `runs`.
pub(super) fn owned(runs: Vec<RunMeasurements>) -> OwnedResults {
    let text = "name = \"small\"\nduration = \"1 h\"\n[headquarters]\nagents = 10\n\
                internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"2 min\"\n\
                components = [\"Virus Pattern\"]\n";
    let scenario = Scenario::parse(text, "small.toml", &Overrides::default()).expect("valid");
    let estimates = estimates(&runs);
    let replications = runs.iter().map(|run| run.replication).max().unwrap_or(1);
    let command = vec!["updraft".into(), "compare".into()];
    OwnedResults { record: Record::new(&scenario, command, 1, replications), runs, estimates }
}

/// The record of a sweep of these points, two replications each, with a caution that is markup.
pub(super) fn sweep_record(keys: &[&str], points: Vec<Point>) -> SweepRecord {
    let record = Record { replications: 2, ..owned(Vec::new()).record };
    let keys = keys.iter().copied().map(String::from).collect();
    SweepRecord {
        record,
        build: "1.2.3+abc".into(),
        scenario_text: String::new(),
        scenario_set: Overrides::default(),
        design: Design { keys, points, conditions: Vec::new() },
        hash: String::new(),
        scenario_hashes: Vec::new(),
        drawn: Vec::new(),
        work: SweepWork::default(),
        cautions: vec![CautionKind {
            advice: MARKUP.into(),
            first_point: 1,
            name: "x".into(),
            points: 1,
            seen: MARKUP.into(),
        }],
    }
}

/// A text that would be executed if it were not escaped.
pub(super) const MARKUP: &str = "</script><script>alert(1)</script>\"'<!--";

impl OwnedResults {
    pub(super) fn results(&self) -> Results<'_> {
        Results { record: &self.record, runs: &self.runs, estimates: &self.estimates }
    }
}

/// A run of ten agents, sampled each minute, with the release after two; `up_to_date` holds how many
/// are at the end of each minute. The server sends 8 Mbit/s while it is not 0 and not 10.
pub(super) fn run(option: TopologyOption, replication: u32, up_to_date: &[u64]) -> RunMeasurements {
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
pub(super) fn site(name: &str, above: &str) -> SiteRow {
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
pub(super) fn link(from: &str, to: &str, up_to_date: &[u64]) -> LinkRow {
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

//! The rows of the tables as they are read; `report/tables.rs` says what is written.

use csv::{ErrorKind, ReaderBuilder};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::measure::run::{
    self, AgentRow, ComponentCount, ComponentRow, Outcome, ProtectionSample, ServerSample,
    SourceKind,
};
use crate::measure::run::{SiteRelease, SiteRow, SourceRow, Value, WaitRow};
use crate::measure::waiting::Reason;
use crate::model::settings::TopologyOption;
use crate::report::tables::read_text;
use crate::units::decimal::parse_scaled;
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// All rows of a table with their lines.
///
/// # Errors
/// The line of the first that is wrong, and what is wrong with it.
pub(super) fn parse<T: DeserializeOwned>(content: &[u8]) -> Result<Vec<(u64, T)>, (u64, String)> {
    let mut reader = ReaderBuilder::new().from_reader(content);
    let header = reader.headers().map_err(|error| (1, error.to_string()))?.clone();
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let more = reader.read_record(&mut record).map_err(|error| (line, error.to_string()))?;
        if !more {
            return Ok(rows);
        }
        let row = record.deserialize(Some(&header)).map_err(|error| (line, said(&error, &header)));
        rows.push((line, row?));
    }
}

/// What is wrong with a row, with the name of the column.
fn said(error: &csv::Error, header: &csv::StringRecord) -> String {
    let ErrorKind::Deserialize { err, .. } = error.kind() else { return error.to_string() };
    let column = err.field().and_then(|field| header.get(usize::try_from(field).ok()?));
    column.map_or_else(|| err.kind().to_string(), |name| format!("{name}: {}", err.kind()))
}

/// A row that is about one run.
pub(super) trait OfRun {
    /// Its option and replication.
    fn run(&self) -> (OptionCell, u32);
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        pub(super) struct $name {
            pub(super) option: OptionCell,
            pub(super) replication: u32,
            $(pub(super) $field: $kind,)*
        }

        impl OfRun for $name {
            fn run(&self) -> (OptionCell, u32) {
                (self.option, self.replication)
            }
        }
    )*};
}

rows! {
    /// `summary.csv`
    SummaryRow { release: String, metric: String, value: String, }
    /// `protection.csv`
    ProtectionRow { time_s: Seconds, up_to_date: u64, outdated: u64, online: u64, }
    /// `server_load.csv`
    ServerLoadRow {
        time_s: Seconds, egress_bps: u64, active_transfers: u64, queued_requests: u64,
        refused_requests: u64, requests_per_s: f64, notifications_in_flight: u64,
        notification_queue: u64, reports_per_s: f64, cpu_seconds: Seconds,
    }
    /// `sources.csv`
    SourcesRow {
        source: String, kind: String, served: u64, refused: u64, failed: u64, bytes: u64,
        peak_active: u64, peak_egress_bps: u64,
    }
    /// `update_agents.csv`
    UpdateAgentsRow {
        update_agent: String, agents: u64, served: u64, refused: u64, fell_back: u64,
        outdated: u64,
    }
    /// `links.csv`
    LinksRow {
        link: String, direction: String, capacity_bps: u64, bytes: u64, mean_utilization: f64,
        peak_utilization: f64, saturated_s: Seconds,
    }
    /// `link_load.csv`
    LinkLoadRow {
        link: String, direction: String, from_s: Seconds, to_s: Seconds,
        mean_utilization: String,
    }
    /// `sites.csv`
    SitesRow {
        release: String, site: String, above: String, link: String, agents: u64, agents_up_to_date: u64,
        protected_p50_s: Option<Seconds>, protected_p95_s: Option<Seconds>,
        protected_all_s: Option<Seconds>,
    }
    /// `components.csv`
    ComponentsRow {
        time_s: Seconds, component: String, latest_at_server: u16, agents_updated: u64,
        agents_outdated: u64,
    }
    /// `components_vendor.csv`
    VendorComponentsRow {
        time_s: Seconds, component: String, latest_at_vendor: u16, agents_updated: u64,
        agents_outdated: u64,
    }
    /// `waits.csv`
    WaitsRow { cause: String, r#where: String, agent_seconds: String, }
    /// `agents.csv` and `slowest_agents.csv`
    AgentsRow {
        agent: String, segment: String, updated_at_s: Option<Seconds>, source: String,
        attempts: u32, bytes: u64, outcome: String,
    }
}

/// A row of `sweep.csv`, without its factors.
#[derive(Debug, Deserialize)]
pub(super) struct SweepRow {
    pub(super) point: usize,
    pub(super) option: OptionCell,
    pub(super) replication: u32,
    pub(super) metric: String,
    pub(super) value: String,
}

/// A row of `sensitivity.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct IndexRow {
    pub(super) option: OptionCell,
    pub(super) metric: String,
    pub(super) key: String,
    pub(super) index: String,
    pub(super) value: Option<f64>,
    pub(super) ci95_low: Option<f64>,
    pub(super) ci95_high: Option<f64>,
}

/// A row of `factors.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct FactorRow {
    pub(super) key: String,
    pub(super) values: String,
    pub(super) left_out_because: String,
}

/// An option by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct OptionCell(pub(super) TopologyOption);

impl<'de> Deserialize<'de> for OptionCell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        TopologyOption::named(&name)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("no option is called `{name}`")))
    }
}

/// Seconds, to the nanosecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) SimDuration);

impl Seconds {
    fn parse(text: &str) -> Result<Self, String> {
        let nanos = parse_scaled(text, 1_000_000_000)?.nearest;
        let nanos = u64::try_from(nanos).map_err(|_| "too large".to_string())?;
        Ok(Self(SimDuration::from_nanos(nanos)))
    }

    pub(super) fn time(self) -> SimTime {
        SimTime::from_nanos(self.0.as_nanos())
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The value of a metric as the recorder had it.
pub(super) fn value(text: &str, metric: run::Metric) -> Result<Value, String> {
    let fail = || format!("value: `{text}` is not a number");
    match metric.unit {
        "s" if text.is_empty() => Ok(Value::Seconds(None)),
        "s" => Ok(Value::Seconds(Some(Seconds::parse(text)?.0))),
        "agent-hours" => text.parse().map(Value::Real).map_err(|_| fail()),
        _ => text.parse().map(Value::Count).map_err(|_| fail()),
    }
}

impl ProtectionRow {
    pub(super) fn sample(&self) -> ProtectionSample {
        ProtectionSample {
            time: self.time_s.time(),
            up_to_date: self.up_to_date,
            outdated: self.outdated,
            online: self.online,
        }
    }
}

impl ServerLoadRow {
    pub(super) fn sample(&self) -> ServerSample {
        ServerSample {
            time: self.time_s.time(),
            egress: BitRate::from_bits_per_sec(self.egress_bps),
            active_transfers: self.active_transfers,
            queued_requests: self.queued_requests,
            refused_requests: self.refused_requests,
            requests_per_s: self.requests_per_s,
            notifications_in_flight: self.notifications_in_flight,
            notification_queue: self.notification_queue,
            reports_per_s: self.reports_per_s,
            cpu: self.cpu_seconds.0,
        }
    }
}

impl SourcesRow {
    pub(super) fn source(&self) -> Result<SourceRow, String> {
        let kind = SourceKind::named(&self.kind);
        Ok(SourceRow {
            source: read_text(&self.source),
            kind: kind.ok_or_else(|| format!("kind: no kind is called `{}`", self.kind))?,
            served: self.served,
            refused: self.refused,
            failed: self.failed,
            bytes: Bytes::new(self.bytes),
            peak_active: self.peak_active,
            peak_egress: BitRate::from_bits_per_sec(self.peak_egress_bps),
        })
    }
}

impl LinkLoadRow {
    /// The utilisation in thousandths.
    pub(super) fn per_mille(&self) -> Result<u16, String> {
        let thousandths = parse_scaled(&self.mean_utilization, 1000)?.nearest;
        let thousandths = u16::try_from(thousandths).ok().filter(|share| *share <= 1000);
        thousandths.ok_or_else(|| "mean_utilization: more than 1".into())
    }
}

impl ComponentsRow {
    /// The row; what the vendor has released stands in another table.
    pub(super) fn component(&self) -> ComponentRow {
        let (latest, updated, outdated) =
            (self.latest_at_server, self.agents_updated, self.agents_outdated);
        let at_server = ComponentCount { latest, updated, outdated };
        let component = read_text(&self.component).into();
        ComponentRow { time: self.time_s.time(), component, at_server, at_vendor: at_server }
    }
}

impl VendorComponentsRow {
    /// Whether it is about the component and the time of `row`.
    pub(super) fn is_of(&self, row: &ComponentRow) -> bool {
        self.time_s.time() == row.time && read_text(&self.component) == *row.component
    }

    /// Its counts.
    pub(super) fn count(&self) -> ComponentCount {
        let (latest, updated, outdated) =
            (self.latest_at_vendor, self.agents_updated, self.agents_outdated);
        ComponentCount { latest, updated, outdated }
    }
}

impl WaitsRow {
    pub(super) fn wait(&self) -> Result<WaitRow, String> {
        let cause = Reason::named(&self.cause);
        Ok(WaitRow {
            cause: cause.ok_or_else(|| format!("cause: none is called `{}`", self.cause))?,
            place: read_text(&self.r#where),
            agent_nanos: parse_scaled(&self.agent_seconds, 1_000_000_000)?.nearest,
        })
    }
}

impl SitesRow {
    /// What the site has of the release that the row names.
    pub(super) fn release(&self) -> SiteRelease {
        let protected = [self.protected_p50_s, self.protected_p95_s, self.protected_all_s];
        SiteRelease {
            up_to_date: self.agents_up_to_date,
            protected: protected.map(|after| after.map(|after| after.0)),
        }
    }

    pub(super) fn site(&self) -> SiteRow {
        let protected = [self.protected_p50_s, self.protected_p95_s, self.protected_all_s];
        SiteRow {
            site: read_text(&self.site),
            above: read_text(&self.above),
            link: read_text(&self.link),
            agents: self.agents,
            up_to_date: self.agents_up_to_date,
            protected: protected.map(|after| after.map(|after| after.0)),
            releases: Vec::new(),
        }
    }
}

impl AgentsRow {
    pub(super) fn agent(&self) -> Result<AgentRow, String> {
        let outcome = Outcome::named(&self.outcome);
        Ok(AgentRow {
            agent: read_text(&self.agent),
            segment: read_text(&self.segment),
            updated_at: self.updated_at_s.map(Seconds::time),
            source: read_text(&self.source),
            attempts: self.attempts,
            bytes: Bytes::new(self.bytes),
            outcome: outcome.ok_or_else(|| format!("outcome: `{}` is none", self.outcome))?,
        })
    }
}

//! The row types of the tables of runs; `run/tables.rs` writes them.

use serde::Deserialize;

use crate::measure::run::{
    AgentOutcome, AgentRow, CarriedSample, ComponentCount, ComponentRow, ProtectionSample,
    ServerSample, SourceKind,
};
use crate::measure::run::{SiteRelease, SiteRow, SourceRow, WaitRow};
use crate::measure::waiting::Reason;
use crate::report::load::{OptionCell, Seconds};
use crate::report::tables::read_text;
use crate::units::decimal::parse_scaled;
use crate::units::{BitRate, Bytes};

/// A row that belongs to one run.
pub(in crate::report) trait OfRun {
    /// Its option and replication.
    fn run(&self) -> (OptionCell, u32);
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        pub(in crate::report) struct $name {
            pub(in crate::report) option: OptionCell,
            pub(in crate::report) replication: u32,
            $(pub(in crate::report) $field: $kind,)*
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
    /// `carried.csv`
    CarriedRow { time_s: Seconds, release: String, agents: u64, agents_ever: u64, }
    /// `server_load.csv`
    ServerLoadRow {
        time_s: Seconds, egress_bps: u64, active_transfers: u64, queued_requests: u64,
        refused_requests: u64, requests_per_s: f64, notifications_in_flight: u64,
        notification_queue: u64, reports_per_s: f64, cpu_seconds: Seconds,
        active_transfers_peak: Option<u64>,
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

impl CarriedRow {
    pub(in crate::report) fn sample(&self) -> CarriedSample {
        CarriedSample {
            time: self.time_s.time(),
            release: read_text(&self.release).into(),
            agents: self.agents,
            agents_ever: self.agents_ever,
        }
    }
}

impl ProtectionRow {
    pub(in crate::report) fn sample(&self) -> ProtectionSample {
        ProtectionSample {
            time: self.time_s.time(),
            up_to_date: self.up_to_date,
            outdated: self.outdated,
            online: self.online,
        }
    }
}

impl ServerLoadRow {
    pub(in crate::report) fn sample(&self) -> ServerSample {
        ServerSample {
            time: self.time_s.time(),
            egress: BitRate::from_bits_per_sec(self.egress_bps),
            active_transfers: self.active_transfers,
            // Older folders have only the state at the end of each interval.
            active_peak: self.active_transfers_peak.unwrap_or(self.active_transfers),
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
    pub(in crate::report) fn source(&self) -> Result<SourceRow, String> {
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
    /// The utilization in thousandths.
    pub(in crate::report) fn per_mille(&self) -> Result<u16, String> {
        let thousandths = parse_scaled(&self.mean_utilization, 1000)?.nearest;
        let thousandths = u16::try_from(thousandths).ok().filter(|share| *share <= 1000);
        thousandths.ok_or_else(|| "mean_utilization: more than 1".into())
    }
}

impl ComponentsRow {
    /// The row; the vendor's releases are in another table.
    pub(in crate::report) fn component(&self) -> ComponentRow {
        let (latest, updated, outdated) =
            (self.latest_at_server, self.agents_updated, self.agents_outdated);
        let at_server = ComponentCount { latest, updated, outdated };
        let component = read_text(&self.component).into();
        ComponentRow { time: self.time_s.time(), component, at_server, at_vendor: at_server }
    }
}

impl VendorComponentsRow {
    /// Whether it belongs to the component and the time of `row`.
    pub(in crate::report) fn is_of(&self, row: &ComponentRow) -> bool {
        self.time_s.time() == row.time && read_text(&self.component) == *row.component
    }

    /// Its counts.
    pub(in crate::report) fn count(&self) -> ComponentCount {
        let (latest, updated, outdated) =
            (self.latest_at_vendor, self.agents_updated, self.agents_outdated);
        ComponentCount { latest, updated, outdated }
    }
}

impl WaitsRow {
    pub(in crate::report) fn wait(&self) -> Result<WaitRow, String> {
        let cause = Reason::named(&self.cause);
        Ok(WaitRow {
            cause: cause.ok_or_else(|| format!("cause: none is called `{}`", self.cause))?,
            place: read_text(&self.r#where),
            agent_nanos: parse_scaled(&self.agent_seconds, 1_000_000_000)?.nearest,
        })
    }
}

impl SitesRow {
    /// The values of the site for the release in the row.
    pub(in crate::report) fn release(&self) -> SiteRelease {
        let protected = [self.protected_p50_s, self.protected_p95_s, self.protected_all_s];
        SiteRelease {
            up_to_date: self.agents_up_to_date,
            protected: protected.map(|after| after.map(|after| after.0)),
        }
    }

    pub(in crate::report) fn site(&self) -> SiteRow {
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
    pub(in crate::report) fn agent(&self) -> Result<AgentRow, String> {
        let outcome = AgentOutcome::named(&self.outcome);
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

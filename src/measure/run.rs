//! The measurements of one run (one option, one replication).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::waiting::Reason;
pub use crate::model::metric::Metric;
use crate::model::metric::Quantity;
use crate::model::settings::TopologyOption;
use crate::simulation::state::SourceRole;
use crate::units::{BitRate, Bytes, SimDuration, SimTime};

/// The value of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// Seconds, to the nanosecond; `None` if the time was never reached.
    Seconds(Option<SimDuration>),
    /// A ratio or product that is not an integer.
    Real(f64),
}

impl From<Quantity> for Value {
    #[expect(clippy::cast_precision_loss, reason = "hours for people")]
    fn from(quantity: Quantity) -> Self {
        match quantity {
            Quantity::Count(count) => Self::Count(count),
            Quantity::Time(time) => Self::Seconds(time),
            Quantity::AgentTime(agent_nanos) => Self::Real(agent_nanos as f64 / 3.6e12),
            Quantity::Money(sum) => Self::Real(sum as f64 / 1e12),
        }
    }
}

impl Value {
    /// As a floating-point number, times in seconds; `None` if the time was never reached.
    #[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(count as f64),
            Self::Seconds(span) => span.map(SimDuration::as_secs_f64),
            Self::Real(real) => Some(real),
        }
    }
}

/// One row of `protection.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtectionSample {
    /// The time.
    pub time: SimTime,
    /// Agents that have every released content.
    pub up_to_date: u64,
    /// Agents that lack some.
    pub outdated: u64,
    /// Agents that are on.
    pub online: u64,
}

/// One row of `server_load.csv`: means over the interval that ends at `time`, or the state at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServerSample {
    /// End of the interval.
    pub time: SimTime,
    /// Mean egress over the interval.
    pub egress: BitRate,
    /// Transfers that the server is sending.
    pub active_transfers: u64,
    /// The greatest number of requests served at once in the interval.
    pub active_peak: u64,
    /// Requests that wait at the server.
    pub queued_requests: u64,
    /// Requests refused so far.
    pub refused_requests: u64,
    /// Mean requests per second over the interval.
    pub requests_per_s: f64,
    /// Notifier threads at work.
    pub notifications_in_flight: u64,
    /// Records in the notification queue.
    pub notification_queue: u64,
    /// Mean reports processed per second over the interval.
    pub reports_per_s: f64,
    /// CPU time spent so far on generating incrementals and reports.
    pub cpu: SimDuration,
}

/// One row of `carried.csv`: a release that is withdrawn or rolled back during the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedSample {
    /// The time.
    pub time: SimTime,
    /// The release's name.
    pub release: Arc<str>,
    /// Agents that have it, and nothing newer in its place.
    pub agents: u64,
    /// Agents that have had it so far.
    pub agents_ever: u64,
}

/// The type of a source in `sources.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// `ActiveUpdate`.
    ActiveUpdate,
    /// The server.
    Server,
    /// An Update Agent.
    UpdateAgent,
    /// Another update source.
    Other,
}

impl SourceKind {
    const ALL: [Self; 4] = [Self::ActiveUpdate, Self::Server, Self::UpdateAgent, Self::Other];

    /// What the source of this role is.
    pub const fn of(role: SourceRole) -> Self {
        match role {
            SourceRole::ActiveUpdate => Self::ActiveUpdate,
            SourceRole::Server => Self::Server,
            SourceRole::UpdateAgent(_) => Self::UpdateAgent,
            SourceRole::Other(_) => Self::Other,
        }
    }

    /// The name in `sources.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ActiveUpdate => "active-update",
            Self::Server => "server",
            Self::UpdateAgent => "update-agent",
            Self::Other => "other-source",
        }
    }

    /// The type with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One row of `sources.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// The source's name.
    pub source: String,
    /// Its type.
    pub kind: SourceKind,
    /// Update requests that it served completely.
    pub served: u64,
    /// Requests that it refused.
    pub refused: u64,
    /// Requests that failed (unreachable, broken).
    pub failed: u64,
    /// Bytes that it sent.
    pub bytes: Bytes,
    /// Maximum number of concurrent requests.
    pub peak_active: u64,
    /// Highest mean egress over a sampling interval.
    pub peak_egress: BitRate,
}

/// One row of `update_agents.csv`, like the console's analytical report (REP-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAgentRow {
    /// Its name.
    pub update_agent: String,
    /// Agents whose list names it first.
    pub agents: u64,
    /// Update requests that it served completely, of any agents.
    pub served: u64,
    /// Requests that it refused.
    pub refused: u64,
    /// The number of times that its agents fell back to the server or `ActiveUpdate`.
    pub fell_back: u64,
    /// The number of its agents that lack some released content at the end.
    pub outdated: u64,
}

/// One row of `links.csv`: one direction of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRow {
    /// The link's name, such as `branch-017 – hq`.
    pub link: String,
    /// The direction, such as `hq → branch-017`.
    pub direction: String,
    /// Its bandwidth.
    pub capacity: BitRate,
    /// The bytes that it carried.
    pub bytes: Bytes,
    /// Mean utilization over the run, 0 to 1.
    pub mean_utilization: f64,
    /// Highest mean utilization over a sampling interval, 0 to 1.
    pub peak_utilization: f64,
    /// How long it was the bottleneck of at least one transfer.
    pub saturated: SimDuration,
    /// Mean utilization in each sampling interval, in thousandths: the row of the heat map. Kept for the first
    /// replication only.
    pub utilization_per_mille: Vec<u16>,
}

/// One row of `sites.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// The site's name.
    pub site: String,
    /// The other end of its link: another site, or `internet`.
    pub above: String,
    /// Its link's name, as in [`LinkRow`].
    pub link: String,
    /// The number of its agents.
    pub agents: u64,
    /// Those that have every released content at the end.
    pub up_to_date: u64,
    /// From the release until 50, 95 and 100 % of its agents had it, the worst release; `None` if never.
    pub protected: [Option<SimDuration>; 3],
    /// The same for each release, in their order, if there are several.
    pub releases: Vec<SiteRelease>,
}

/// A release at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteRelease {
    /// Agents that have it at the end.
    pub up_to_date: u64,
    /// From the release until 50, 95 and 100 % of its agents had it; `None` if never.
    pub protected: [Option<SimDuration>; 3],
}

/// The results for a release in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseMeasurements {
    /// Its name in the scenario.
    pub name: Arc<str>,
    /// Whether it was withdrawn or rolled back: then no headline is about it.
    pub is_recalled: bool,
    /// The metrics that have a value for each release, in the order of [`crate::measure::METRICS`].
    pub metrics: Vec<(&'static Metric, Value)>,
}

/// One row of `waits.csv`: a cause for which outdated agents waited, summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitRow {
    /// The cause.
    pub cause: Reason,
    /// The source or the direction of a link; empty if neither applies.
    pub place: String,
    /// Agents × time, in agent-nanoseconds.
    pub agent_nanos: u128,
}

/// The waits of all `runs` by cause and place, in agent-nanoseconds.
pub fn total_waits(runs: &[RunMeasurements]) -> BTreeMap<(Reason, &str), u128> {
    let mut sums = BTreeMap::new();
    for wait in runs.iter().flat_map(|run| &run.waits) {
        *sums.entry((wait.cause, wait.place.as_str())).or_default() += wait.agent_nanos;
    }
    sums
}

/// One row of `components.csv` and of `components_vendor.csv`: the dashboard's row of a component (REP-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentRow {
    /// The time.
    pub time: SimTime,
    /// The component's name.
    pub component: Arc<str>,
    /// Relative to the server's offer.
    pub at_server: ComponentCount,
    /// Relative to the vendor's releases.
    pub at_vendor: ComponentCount,
}

/// Agents by whether they have a version, among those that get the component (CMP-2, CMP-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComponentCount {
    /// The version, in releases since the scenario began.
    pub latest: u16,
    /// Agents that have it, or a later one.
    pub updated: u64,
    /// Agents that have an older one.
    pub outdated: u64,
}

/// The outcome of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentOutcome {
    /// It has every released content.
    Updated,
    /// It had them from the start.
    Current,
    /// Its last round ended without a source (SRC-5).
    Quit,
    /// It never began a round.
    NotReached,
    /// It has begun rounds, and none has brought it up to date yet.
    Unfinished,
}

impl AgentOutcome {
    const ALL: [Self; 5] =
        [Self::Updated, Self::Current, Self::Quit, Self::NotReached, Self::Unfinished];

    /// The outcome with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// The name in `agents.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Current => "current",
            Self::Quit => "quit",
            Self::NotReached => "not-reached",
            Self::Unfinished => "unfinished",
        }
    }
}

/// One row of `agents.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// The agent's name, such as `branch-017/pc-05`.
    pub agent: String,
    /// The site's name.
    pub segment: String,
    /// When it first had every released content, from the start of the scenario.
    pub updated_at: Option<SimTime>,
    /// The source that served its last components.
    pub source: String,
    /// The number of attempts at sources in all its rounds.
    pub attempts: u32,
    /// Bytes that it received, including index files and interrupted transfers.
    pub bytes: Bytes,
    /// Its outcome.
    pub outcome: AgentOutcome,
}

/// Exact counts of the operations of the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Events handled.
    pub events: u64,
    /// Transfers started.
    pub transfers: u64,
    /// Times the rates were settled.
    pub settlements: u64,
    /// Flow classes touched in settling.
    pub classes_touched: u64,
    /// Directions of links touched in settling.
    pub channels_touched: u64,
    /// Rounds of guess and verification of the general solver.
    pub rounds: u64,
    /// Moves of flow classes from one bottleneck's clock to another.
    pub clock_moves: u64,
}

/// Everything measured in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMeasurements {
    /// The option.
    pub option: TopologyOption,
    /// The number of the replication, from 1.
    pub replication: u32,
    /// The headline of each metric, in the order of [`crate::measure::METRICS`].
    pub metrics: Vec<(&'static Metric, Value)>,
    /// The releases, in order of time.
    pub releases: Vec<ReleaseMeasurements>,
    /// The causes of waits of outdated agents, the longest first.
    pub waits: Vec<WaitRow>,
    /// Agents with a recalled release over time; empty if the scenario recalls none.
    pub carried: Vec<CarriedSample>,
    /// Agents up to date over time.
    pub protection: Vec<ProtectionSample>,
    /// The components over time.
    pub components: Vec<ComponentRow>,
    /// The server over time.
    pub server: Vec<ServerSample>,
    /// All sources: `ActiveUpdate`, the server, Update Agents in the order of the scenario.
    pub sources: Vec<SourceRow>,
    /// The Update Agents that serve.
    pub update_agents: Vec<UpdateAgentRow>,
    /// All links, two rows each.
    pub links: Vec<LinkRow>,
    /// All sites, in scenario order.
    pub sites: Vec<SiteRow>,
    /// All agents, if requested.
    pub agents: Vec<AgentRow>,
    /// The agents that were up to date last, latest first; for the first replication only.
    pub slowest: Vec<AgentRow>,
    /// The publication of the release from which protection is measured.
    pub released_at: SimTime,
    /// The sampling interval.
    pub sample_every: SimDuration,
    /// The operations of the engine.
    pub work: Work,
    /// Reasons to doubt the numbers.
    pub cautions: Vec<Caution>,
}

impl RunMeasurements {
    /// Discards everything except the metrics, the work and the cautions.
    pub fn keep_metrics_alone(&mut self) {
        self.waits = Vec::new();
        self.carried = Vec::new();
        self.protection = Vec::new();
        self.components = Vec::new();
        self.server = Vec::new();
        self.sources = Vec::new();
        self.update_agents = Vec::new();
        self.links = Vec::new();
        self.sites = Vec::new();
        self.agents = Vec::new();
        self.slowest = Vec::new();
    }

    /// The value of the metric named `name` (`updraft list metrics`); `None` if there is no such metric, or if the time
    /// that it measures was never reached.
    pub fn value(&self, name: &str) -> Option<f64> {
        match self.metrics.iter().find(|(metric, _)| metric.name == name) {
            Some((_, value)) => value.as_f64(),
            // Metrics that do not apply to the scenario are none.
            None => Metric::named(name).map(|_| 0.0),
        }
    }
}

/// A caution: an observation, and advice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caution {
    /// A short name, such as `horizon-too-short`.
    pub name: Cow<'static, str>,
    /// The observation, with numbers.
    pub seen: String,
    /// The advice.
    pub advice: String,
}

//! The measurements of one run (one option, one replication).

use std::borrow::Cow;
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
    /// Seconds, to the nanosecond; `None` where it never came about.
    Seconds(Option<SimDuration>),
    /// A ratio or product that is no integer.
    Real(f64),
}

impl From<Quantity> for Value {
    #[expect(clippy::cast_precision_loss, reason = "hours for people")]
    fn from(quantity: Quantity) -> Self {
        match quantity {
            Quantity::Count(count) => Self::Count(count),
            Quantity::Time(time) => Self::Seconds(time),
            Quantity::AgentTime(agent_nanos) => Self::Real(agent_nanos as f64 / 3.6e12),
        }
    }
}

impl Value {
    /// As a floating-point number, times in seconds; `None` where it never came about.
    #[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(count as f64),
            Self::Seconds(span) => span.map(SimDuration::as_secs_f64),
            Self::Real(real) => Some(real),
        }
    }
}

/// One line of `protection.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtectionSample {
    /// When.
    pub time: SimTime,
    /// Agents that have every released content.
    pub up_to_date: u64,
    /// Agents that lack some.
    pub outdated: u64,
    /// Agents that are on.
    pub online: u64,
}

/// One line of `server_load.csv`: means over the interval that ends at `time`, or the state then.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServerSample {
    /// End of the interval.
    pub time: SimTime,
    /// Mean egress over the interval.
    pub egress: BitRate,
    /// Transfers that the server is sending.
    pub active_transfers: u64,
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

/// One line of `carried.csv`: a release that is withdrawn or rolled back at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedSample {
    /// When.
    pub time: SimTime,
    /// The release's name.
    pub release: Arc<str>,
    /// Agents that have it, and nothing newer in its place.
    pub agents: u64,
    /// Agents that have had it so far.
    pub agents_ever: u64,
}

/// What kind of source a row of `sources.csv` is about.
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

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One line of `sources.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// The source's name.
    pub source: String,
    /// What it is.
    pub kind: SourceKind,
    /// Update requests that it served to the end.
    pub served: u64,
    /// Requests that it turned away.
    pub refused: u64,
    /// Requests that failed (unreachable, broken).
    pub failed: u64,
    /// Bytes that it sent.
    pub bytes: Bytes,
    /// Most requests at once.
    pub peak_active: u64,
    /// Highest mean egress over a sampling interval.
    pub peak_egress: BitRate,
}

/// One line of `update_agents.csv`: what the console's analytical report shows (REP-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAgentRow {
    /// Its name.
    pub update_agent: String,
    /// Agents whose list names it first.
    pub agents: u64,
    /// Update requests that it served to the end, for whomever.
    pub served: u64,
    /// Requests that it turned away.
    pub refused: u64,
    /// How often its agents fell back to the server or `ActiveUpdate`.
    pub fell_back: u64,
    /// Its agents that lack some released content at the end.
    pub outdated: u64,
}

/// One line of `links.csv`: one direction of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRow {
    /// The link's name, such as `branch-017 – hq`.
    pub link: String,
    /// From node to node, such as `hq → branch-017`.
    pub direction: String,
    /// What it can carry.
    pub capacity: BitRate,
    /// What it carried.
    pub bytes: Bytes,
    /// Mean utilisation over the run, 0 to 1.
    pub mean_utilization: f64,
    /// Highest mean utilisation over a sampling interval, 0 to 1.
    pub peak_utilization: f64,
    /// How long it was the bottleneck of some transfer.
    pub saturated: SimDuration,
    /// Mean utilisation in each sampling interval, in thousandths: the row of the heat map. Kept of
    /// the first replication alone.
    pub utilization_per_mille: Vec<u16>,
}

/// One line of `sites.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// The site's name.
    pub site: String,
    /// What is at the other end of its link: another site, or `internet`.
    pub above: String,
    /// Its link's name, as in [`LinkRow`].
    pub link: String,
    /// Its agents.
    pub agents: u64,
    /// Those that have every released content at the end.
    pub up_to_date: u64,
    /// From the release until 50, 95 and 100 % of its agents had it, the worst release; `None` if never.
    pub protected: [Option<SimDuration>; 3],
    /// The same of each release, in their order, where there are several.
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

/// What became of a release in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseMeasurements {
    /// Its name in the scenario.
    pub name: Arc<str>,
    /// The metrics that have a value for each release, in the order of [`crate::measure::METRICS`].
    pub metrics: Vec<(&'static Metric, Value)>,
}

/// One line of `waits.csv`: what outdated agents waited for, summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitRow {
    /// For what.
    pub cause: Reason,
    /// At which source, or for which direction of a link; empty where neither.
    pub place: String,
    /// Agents × time, in agent-nanoseconds.
    pub agent_nanos: u128,
}

/// One line of `components.csv` and of `components_vendor.csv`: the dashboard's row of a component (REP-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentRow {
    /// When.
    pub time: SimTime,
    /// The component's name.
    pub component: Arc<str>,
    /// By what the server offers.
    pub at_server: ComponentCount,
    /// By what the vendor has released.
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

/// How an agent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has every released content.
    Updated,
    /// It had them from the start.
    Current,
    /// Its last round ended without a source (SRC-5).
    Quit,
    /// It never began a round.
    NotReached,
    /// Its round is not over, or its computer went off during it.
    Unfinished,
}

impl Outcome {
    const ALL: [Self; 5] =
        [Self::Updated, Self::Current, Self::Quit, Self::NotReached, Self::Unfinished];

    /// The outcome of that name.
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

/// One line of `agents.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// The agent's name, such as `branch-017/pc-05`.
    pub agent: String,
    /// The site's name.
    pub segment: String,
    /// When it came to have every released content, from the start of the scenario.
    pub updated_at: Option<SimTime>,
    /// The source that served its last components.
    pub source: String,
    /// Attempts at sources in all its rounds.
    pub attempts: u32,
    /// Bytes that it received, index files and interrupted transfers included.
    pub bytes: Bytes,
    /// How it ended.
    pub outcome: Outcome,
}

/// Exact counts of the work that the engine did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Events handled.
    pub events: u64,
    /// Transfers started.
    pub transfers: u64,
    /// Times the rates were settled.
    pub settlements: u64,
    /// Classes of transfers touched in settling.
    pub classes_touched: u64,
    /// Directions of links touched in settling.
    pub channels_touched: u64,
    /// Rounds of guess and verification, where links are no trees.
    pub rounds: u64,
    /// Moves of transfer classes from one bottleneck's clock to another.
    pub clock_moves: u64,
}

/// Everything measured in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMeasurements {
    /// Under which option.
    pub option: TopologyOption,
    /// Which replication, from 1.
    pub replication: u32,
    /// The headline of each metric, in the order of [`crate::measure::METRICS`].
    pub metrics: Vec<(&'static Metric, Value)>,
    /// The releases, in the order of time.
    pub releases: Vec<ReleaseMeasurements>,
    /// What outdated agents waited for, the longest first.
    pub waits: Vec<WaitRow>,
    /// Agents with a recalled release over time; empty where the scenario recalls none.
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
    /// All sites, in the order of the scenario.
    pub sites: Vec<SiteRow>,
    /// All agents, if they were asked for.
    pub agents: Vec<AgentRow>,
    /// The agents that were up to date last, the last one first; of the first replication.
    pub slowest: Vec<AgentRow>,
    /// The release that protection is measured from.
    pub released_at: SimTime,
    /// From one sample to the next.
    pub sample_every: SimDuration,
    /// What the engine did.
    pub work: Work,
    /// What the reader must know before trusting the numbers.
    pub cautions: Vec<Caution>,
}

impl RunMeasurements {
    /// Forgets everything but the metrics, the work and the cautions.
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

    /// The value of the metric called `name` (`updraft list metrics`); `None` if there is no such metric, or if what it
    /// measures never came about.
    pub fn value(&self, name: &str) -> Option<f64> {
        match self.metrics.iter().find(|(metric, _)| metric.name == name) {
            Some((_, value)) => value.as_f64(),
            // What the scenario has nothing of is none.
            None => Metric::named(name).map(|_| 0.0),
        }
    }
}

/// A caution: what was seen, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caution {
    /// A short name, such as `horizon-too-short`.
    pub name: Cow<'static, str>,
    /// What was seen, with numbers.
    pub seen: String,
    /// What to do about it.
    pub advice: String,
}

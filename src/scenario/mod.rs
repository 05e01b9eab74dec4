//! Scenarios: a file is read, checked and, for each replication, drawn as a company and its network.
//!
//! [`keys`] is the one table of keys. Reading does not stop at the first problem: all problems of a file are reported,
//! each with its position and what was expected there.

mod addresses;
mod agent_groups;
mod assumptions;
mod catalogue;
mod changed_keys;
mod changes;
mod codes;
mod cost;
mod current;
mod diagnostic;
mod document;
mod encoding;
mod fault_sampling;
mod fixed_parts;
mod groups;
pub mod keys;
mod layers;
mod lines;
mod links;
mod merging;
mod months;
mod named_source;
mod other_sources;
mod overlay;
mod prefixes;
mod provenance;
mod reader;
pub mod reference;
mod releases;
mod reserved_names;
mod rewrite;
mod roaming;
mod rows;
mod sample;
mod schedules;
pub mod schema;
mod section_names;
mod served_ranges;
mod settings;
mod sites;
mod source_table;
mod sources;
mod template;
mod thresholds;
mod timeline;
mod traits;
mod update_paths;
mod value_type;
mod varied;
mod words;
mod written;

use std::path::PathBuf;
use std::{fmt, io};

pub use agent_groups::AgentGroup;
pub use assumptions::{Assumption, FIXED, assumable};
pub use changed_keys::{ChangedKey, changed_keys};
pub use changes::WrittenChange;
pub use codes::{DIAGNOSTIC_KINDS, DiagnosticKind, Source};
#[cfg(feature = "program")]
pub(crate) use diagnostic::fill;
pub use diagnostic::{Diagnostic, DiagnosticRecord, Diagnostics, TextPart, nearest, nearest_names};
pub use encoding::{Decoded, TextEncoding, decode, read_text, text_of};
pub use groups::{Group, Headquarters, RangeOrigin, WayOut};
pub use layers::{ENVIRONMENT_PREFIX, Environment, Layers, Overrides};
pub use links::{Graph, LinkEnd, WrittenLink};
pub use named_source::NamedSource;
pub use other_sources::WrittenSource;
pub use overlay::{list_with, overlay};
pub use provenance::Given;
pub use rewrite::{with_settings, with_update_agents};
pub use rows::Rows;
pub use sample::{SampledCompany, WayThrough};
pub use section_names::full_name;
pub use settings::ProxySettings;
pub use sources::{ExplicitUpdateAgent, ListedEntry};
pub use template::Template;
pub use thresholds::Threshold;
pub use timeline::{Breakdown, BrokenPart, Order, OthersTraffic, When, Where};
pub use traits::Traits;
pub use value_type::{Bounds, Part, ValueType};
pub use varied::VariedKey;

// Readers of other files use the table of keys, too; plans place Update Agents by the ranges of sites.
pub(crate) use document::Document;
pub(crate) use layers::Texts;
pub(crate) use merging::SYNTAX;
pub(crate) use reader::Fields;
pub(crate) use served_ranges::OwnRanges;
#[cfg(feature = "program")]
pub(crate) use settings::read_transport;

use crate::model::ReleaseScope;
use crate::model::calendar::Calendar;
use crate::model::company::Release;
use crate::model::component::Catalogue;
use crate::model::cost::Prices;
use crate::model::metric::{Metric, Requirement};
use crate::model::presence::WorkingDay;
use crate::model::reach::Family;
use crate::model::settings::{Settings, TopologyOption};
use crate::network::{RouteChoice, Transport};
use crate::policy::source_order::MAX_LIST_ENTRIES;
use crate::units::{BitRate, SimDuration};
use other_sources::SourceNames;
use releases::read_releases;
use served_ranges::derived_entries;
use timeline::{Moments, parse_date, parse_moment, read_commands};

/// A scenario, read and checked.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Scenario {
    /// Its short name.
    pub name: String,
    /// A title of one line.
    pub title: String,
    /// The product version whose defaults apply.
    pub product: String,
    /// The option that `run` simulates.
    pub option: TopologyOption,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of runs with different draws.
    pub replications: u32,
    /// Whether that number is written, even if it is the default.
    #[serde(skip)]
    pub names_replications: bool,
    /// The position of its start in the week.
    pub calendar: Calendar,
    /// Its duration.
    pub duration: SimDuration,
    /// Interval of the time series.
    pub sample_every: SimDuration,
    /// The model of how transfers share links.
    pub network_model: &'static str,
    /// The parameters of that model.
    pub transport: Transport,
    /// Properties of headquarters.
    pub headquarters: Headquarters,
    /// Headquarters and the groups of sites.
    pub groups: Vec<Group>,
    /// Explicit links and routers.
    #[serde(skip_serializing_if = "Graph::is_empty")]
    pub graph: Graph,
    /// How routes through the network are chosen.
    #[serde(skip_serializing_if = "RouteChoice::is_default")]
    pub routes: RouteChoice,
    /// Update Agents in addition to those of the groups.
    pub update_agents: Vec<ExplicitUpdateAgent>,
    /// The customized list, if explicit.
    pub update_sources: Vec<ListedEntry>,
    /// Update sources that are neither the vendor's nor the product's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_sources: Vec<WrittenSource>,
    /// Whatever stands in the place of `ActiveUpdate` (TOP-1 to TOP-4).
    #[serde(skip_serializing_if = "NamedSource::is_active_update")]
    pub external: NamedSource,
    /// `ActiveUpdate`'s link and the fastest it serves one connection.
    pub active_update: ActiveUpdate,
    /// All settings of the product.
    pub settings: Settings,
    /// The working day.
    pub working_day: WorkingDay,
    /// The components.
    pub catalogue: Catalogue,
    /// The releases, in order of time.
    pub releases: Vec<Release>,
    /// The changes of settings, in order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<WrittenChange>,
    /// The administrator's commands, in order of time.
    pub commands: Vec<Order>,
    /// The faults.
    pub faults: Vec<Breakdown>,
    /// Background traffic.
    pub background: Vec<OthersTraffic>,
    /// The proxy, if there is one.
    pub proxy: Option<ProxySettings>,
    /// The family by which agents reach the server (NET-1).
    pub server_family: Family,
    /// The family by which the server itself reaches others (NET-1).
    pub server_own_family: Family,
    /// The default traits of agents.
    pub agents: Traits,
    /// Groups of agents with other values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agent_groups: Vec<AgentGroup>,
    /// The prices, if the cost of a year is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Prices>,
    /// The limits for the results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    /// The assumptions where the vendor's documents are silent.
    #[serde(skip)]
    pub assumptions: Vec<Assumption>,
    /// Every value that is not the default, with its source.
    #[serde(skip)]
    pub given: Vec<Given>,
    /// The text as written, with the values of a project file, overlays and the environment merged in, without `--set`:
    /// together with that, it is all that is needed to read the scenario again.
    #[serde(skip)]
    pub toml: String,
}

/// `ActiveUpdate` as the company meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ActiveUpdate {
    /// Its own link.
    pub bandwidth: BitRate,
    /// That link's latency, one way.
    pub latency: SimDuration,
    /// The rate cap of one connection.
    pub per_connection: BitRate,
    /// The versions of the Internet Protocol that it uses (NET-1).
    pub family: Family,
}

/// Why a scenario could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    Unreadable(PathBuf, io::Error),
    /// The file is invalid.
    Invalid(Box<Diagnostics>),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, cause) => write!(f, "cannot read {}: {cause}", path.display()),
            Self::Invalid(problems) => write!(f, "{problems}"),
        }
    }
}

impl std::error::Error for LoadError {}

impl Scenario {
    /// Reads the scenario `text` of the file named `file` with `overrides`.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn parse(text: &str, file: &str, overrides: &Overrides) -> Result<Self, Diagnostics> {
        Self::parse_with(text, file, &Layers { set: overrides.clone(), ..Layers::default() })
    }

    /// Reads the scenario `text` of the file named `file` with further `layers`.
    ///
    /// # Errors
    /// All problems of the text and of the layers.
    pub fn parse_with(text: &str, file: &str, layers: &Layers) -> Result<Self, Diagnostics> {
        let texts = Texts::new(text, layers);
        let mut problems = Vec::new();
        let document = Document::parse(keys::SECTIONS, &texts, &mut problems);
        let mut scenario = read(&document, &mut problems);
        if problems.is_empty() {
            let unmeasured = |metric: &Metric| scenario.unmeasured(metric);
            thresholds::check_measured(&document, &scenario.thresholds, unmeasured, &mut problems);
        }
        // If the text is not TOML, further problems are uncertain.
        if problems.iter().any(|problem| problem.code == SYNTAX) {
            problems.retain(|problem| problem.code == SYNTAX);
        }
        if problems.is_empty() {
            scenario.given = provenance::read(&document, &texts, file);
            match rewrite::with_layers(&texts) {
                Ok(toml) => return Ok(Self { toml, ..scenario }),
                Err(problem) => problems.push(problem),
            }
        }
        let mut diagnostics = Diagnostics::of_file(file, texts.all.clone(), problems);
        diagnostics.parts.clone_from(&texts.parts);
        document.refer(&mut diagnostics.list);
        Err(diagnostics)
    }

    /// Whether the list has room for an Update Agent at each site of the group number `number`, which has none: that it
    /// is derived, and would not become too long (SRC-2).
    pub fn can_list_update_agents(&self, number: usize) -> bool {
        let group = &self.groups[number];
        let more = if group.serves_downstream {
            let mut with = self.groups.clone();
            with[number].update_agents = 1;
            derived_entries(&with)
        } else {
            derived_entries(&self.groups) + u64::from(group.count)
        };
        self.update_sources.is_empty() && more <= MAX_LIST_ENTRIES as u64
    }

    /// What it lacks for `metric` to be measured, if anything.
    pub fn unmeasured(&self, metric: &Metric) -> Option<Requirement> {
        metric.requires.filter(|requirement| !self.meets(*requirement))
    }

    fn meets(&self, requirement: Requirement) -> bool {
        match requirement {
            Requirement::Recall => self.releases.iter().any(Release::is_recalled),
            Requirement::TrafficPrice => self.prices_traffic(),
            Requirement::YearlyPrices => self.cost.is_some(),
        }
    }

    /// Whether the traffic of some link has a price.
    fn prices_traffic(&self) -> bool {
        let contracts = self.groups.iter().flat_map(|group| [&group.link, &group.access]);
        let of_links = self.graph.links.iter().map(|link| &link.contract);
        contracts.chain(of_links).any(|contract| contract.tariff.is_some())
            || self.cost.is_some_and(|prices| prices.per_gb.is_some())
    }

    /// Whether results have a value for the release, or the wave of a release, that `scope` names.
    pub fn has_release(&self, scope: &ReleaseScope) -> bool {
        thresholds::has_release(&self.releases, scope)
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each section")]
fn read(document: &Document<'_>, problems: &mut Vec<Diagnostic>) -> Scenario {
    let top = document.section(&keys::TOP);
    let network = document.section(&keys::NETWORK);
    let au = document.section(&keys::ACTIVE_UPDATE);
    let agents = Traits::read(document.section(&keys::AGENTS_SECTION));
    let (settings, working_day) = settings::read(&document.single(), &agents, problems);
    let (headquarters, groups, names) = sites::read(document, problems);
    let is_behind_nat = sites::are_behind_nat(document);
    let server = document.section(&keys::SERVER);
    server.check_meaning("poll_every", is_behind_nat, sites::WITH_NAT, problems);
    lines::check_committed(document, problems);
    traits::check_images(document, problems);
    roaming::check(document, (&groups, &names), problems);
    let graph = links::read(document, (&groups, &names), problems);
    let agent_groups = agent_groups::read(document, (&groups, &names), problems);
    let catalogue = catalogue::read(document, problems);
    let calendar = read_start(top, problems);
    let duration = read_duration(top, problems);
    let moments = Moments { calendar, duration };
    months::check_months(document, calendar, problems);
    let releases = read_releases(document, &catalogue, &agent_groups, moments, problems);
    let thresholds = thresholds::read(document, &releases, problems);
    let commands = read_commands(document, &names, moments, problems);
    let ends = links::LinkEnds::of(document, (&groups, &names), &graph);
    let other_sources = other_sources::read(document, &groups, &ends, problems);
    let source_names = SourceNames::of(document, &other_sources);
    let external = source_names.read_external(document, problems);
    let (update_agents, mut lists) =
        sources::read(document, (&groups, names.are_sure, &source_names), &settings, problems);
    let update_sources = lists.remove("").unwrap_or_default();
    let changes = changes::read(document, &agent_groups, (moments, &agents), lists, problems);
    let of_start = (settings.update_agent.only_from_server, &update_sources);
    if problems.is_empty() {
        changes::check_paths(document, (&groups, &update_agents), of_start, &changes, problems);
    }
    let are_sure = names.are_sure && !graph.lacks_links && source_names.are_sure;
    let parts = timeline::Names::of(&groups, (&update_agents, &other_sources), &graph, are_sure);
    let faults = timeline::read_faults(document, &parts, moments, problems);
    let background = timeline::read_background(document, &names, &graph, problems);
    let transport = settings::read_transport(network, problems);
    let is_fluid = transport == Transport::default();
    Scenario {
        name: read_name(top, problems),
        title: top.text("title"),
        product: top.text("product"),
        option: TopologyOption::named(&top.text("option")).expect("the registry has its options"),
        seed: top.count("seed"),
        replications: top.count("replications"),
        names_replications: top.has("replications"),
        calendar: calendar.unwrap_or_default(),
        duration,
        sample_every: top.duration("sample_every"),
        network_model: if is_fluid { "fluid" } else { "tcp" },
        transport,
        headquarters,
        groups,
        graph,
        routes: links::read_routes(network),
        update_agents,
        update_sources,
        other_sources,
        external,
        active_update: ActiveUpdate {
            bandwidth: au.rate("bandwidth"),
            latency: au.duration("latency"),
            per_connection: au.rate("per_connection"),
            family: au.word("family"),
        },
        settings,
        working_day,
        catalogue,
        releases,
        changes,
        commands,
        faults,
        background,
        proxy: settings::read_proxy(document),
        server_family: settings::read_server_family(document),
        server_own_family: settings::read_server_own_family(document),
        agents,
        agent_groups,
        cost: cost::read(document, problems),
        thresholds,
        assumptions: assumptions::read(document),
        given: Vec::new(),
        toml: String::new(),
    }
}

fn read_name(top: &Fields, problems: &mut Vec<Diagnostic>) -> String {
    let name = top.text("name");
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.chars().all(plain) {
        let message = format!("`{name}` is not a valid folder name");
        let expected = "letters, digits, `-` and `_`";
        problems.push(Diagnostic::new("bad-name", top.span_of("name"), message, expected));
    }
    name
}

/// The position of the scenario's start in the week; `None` if it cannot be read.
fn read_start(top: &Fields, problems: &mut Vec<Diagnostic>) -> Option<Calendar> {
    if !top.are_sound(&["start"]) {
        return None;
    }
    let start = top.text("start");
    let on_weekday = || parse_moment(&start).map(|(day, clock)| Calendar::new(day, clock));
    let calendar = parse_date(&start).or_else(on_weekday);
    if calendar.is_none() {
        let message = format!("`{start}` is not a weekday or date with a time");
        let expected = "a weekday and a time such as \"Mon 06:00\", or \"2026-11-02 06:00\"";
        problems.push(Diagnostic::new("bad-value", top.span_of("start"), message, expected));
    }
    calendar
}

fn read_duration(top: &Fields, problems: &mut Vec<Diagnostic>) -> SimDuration {
    let duration = top.duration("duration");
    let every = top.duration("sample_every");
    if top.has("duration") && duration.as_nanos() / every.as_nanos() > 1_000_000 {
        let message = format!("a sample every {every} for {duration}");
        let expected = "at most a million samples";
        problems.push(Diagnostic::new("absurd", top.span_of("sample_every"), message, expected));
    }
    duration
}

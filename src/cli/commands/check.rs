//! `updraft check`: validates a scenario and shows what would be simulated, its cost and its warnings. It writes
//! nothing and runs only pilots.

mod watch;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::answer::quantities::{counted, quantity};
use crate::cli::shared::ensemble::{Ensemble, EnsembleArgument};
use crate::cli::shared::estimate::{as_float, estimate_run};
use crate::cli::shared::exit::{Exit, usage};
use crate::cli::shared::input::{Adjustments, load, shown};
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::output::print;
use crate::cli::shared::printing::Printing;
use crate::cli::shared::progress::Stopwatch;
use crate::cli::shared::terminal::{Format, complain};
use crate::cli::shared::values::is_dash;
use crate::experiment::sequential_stopping::PrecisionRule;
use crate::experiment::{Effort, memory, memory_of_replications};
use crate::measure::lints;
use crate::measure::run::Caution;
use crate::model::settings::TopologyOption;
use crate::network::{Link, RoutesBy};
use crate::random::Streams;
use crate::scenario::{SampledCompany, Scenario, WayThrough};
use crate::units::{Bytes, text};

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft check scenarios/campus.toml --set site.building.count=4
  updraft check mine.toml -v                  where each value comes from
  updraft check mine.toml --overlay more.toml -v
  updraft check mine.toml --watch             again after each save
  updraft check mine.toml --format concise    one line for each problem, for editors
  updraft check mine.toml --format json       all problems, for programs")]
pub(in crate::cli) struct Check {
    /// The scenario file; `-` is standard input.
    scenario: PathBuf,
    /// Changes to the scenario.
    #[command(flatten)]
    adjustments: Adjustments,
    /// Plausible overlays, which are checked, too.
    #[command(flatten)]
    ensemble: EnsembleArgument,
    /// Also prints all values that differ from the default, with their origin.
    #[arg(short, long)]
    verbose: bool,
    /// Checks again whenever the scenario, an overlay or updraft.toml is saved, until Ctrl-C.
    #[arg(long)]
    watch: bool,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
}

/// The number of links shown.
const SHOWN: usize = 5;
/// The number of seconds after which pilots are stopped.
const PATIENCE: f64 = 3.0;

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Check) -> Result<Exit, Exit> {
    if !asked.watch {
        return check(asked);
    }
    if is_dash(&asked.scenario) {
        return Err(usage(
            &"--watch needs a scenario file, because standard input can be read only once",
        ));
    }
    let mut files = asked.adjustments.files_with(&asked.scenario);
    files.extend(asked.ensemble.files());
    Ok(watch::repeat(&files, &Interruption::watch(), || {
        let _ = check(asked);
        complain("watching: checks again when a file is saved; Ctrl-C ends\n");
    }))
}

/// Checks once.
fn check(asked: &Check) -> Result<Exit, Exit> {
    let emitter = asked.printing.emitter();
    let scenario = load(&asked.scenario, &asked.adjustments, emitter)?;
    let ensemble = asked.ensemble.of(&scenario, &asked.adjustments.set, emitter)?;
    if asked.printing.terminal.quiet {
        return Ok(Exit::Done);
    }
    let outlook = ScenarioSummary::new(&scenario, &ensemble, asked.adjustments.seed_of(&scenario));
    let text = match asked.printing.format {
        Format::Text | Format::Concise => outlook.text(&shown(&asked.scenario), asked.verbose),
        Format::Json => format!("{}\n", outlook.json(asked.verbose)),
    };
    Ok(print(text.as_bytes()))
}

/// A summary of the simulation.
struct ScenarioSummary<'a> {
    scenario: &'a Scenario,
    /// The number of plausible overlays.
    overlays: usize,
    drawn: SampledCompany,
    groups: Vec<GroupLine>,
    warnings: Vec<Caution>,
    estimate: Estimate,
}

/// A drawn group of sites.
struct GroupLine {
    name: String,
    sites: usize,
    agents: usize,
    update_agents: usize,
}

/// `text` in one line, without characters that affect the terminal.
fn one_line(text: &str) -> String {
    let shown =
        |c: char| if c.is_control() { c.escape_default().collect() } else { String::from(c) };
    text.chars().map(shown).collect()
}

/// The cost of `compare`.
struct Estimate {
    /// By option, as far as the pilots got.
    efforts: Vec<(TopologyOption, Effort)>,
    /// For all options, on one core.
    seconds: f64,
    /// With one thread, and for each further one.
    memory_bytes: [u64; 2],
    /// As many as are named, or at most as many as `compare` makes.
    replications: u32,
    names_replications: bool,
    /// The basis of the estimate.
    basis: String,
}

impl<'a> ScenarioSummary<'a> {
    fn new(scenario: &'a Scenario, ensemble: &Ensemble, seed: u64) -> Self {
        let drawn = scenario.sample(&Streams::new(seed, 0));
        let warnings = lints(&drawn.company, &drawn.topology);
        let groups = groups(scenario, &drawn);
        let estimate = estimate(scenario, &drawn, ensemble);
        let overlays = ensemble.overlays.len();
        Self { scenario, overlays, drawn, groups, warnings, estimate }
    }

    /// The links between places, slowest first.
    fn thinnest(&self) -> Vec<(String, &Link)> {
        let topology = &self.drawn.topology;
        let mut links: Vec<&Link> = self.drawn.wan.iter().map(|id| topology.link(*id)).collect();
        links.sort_by_key(|link| link.bandwidth);
        let name =
            |link: &Link| format!("{} → {}", topology.name(link.from), topology.name(link.to));
        links.into_iter().take(SHOWN).map(|link| (name(link), link)).collect()
    }

    fn text(&self, file: &str, verbose: bool) -> String {
        let (company, scenario) = (&self.drawn.company, self.scenario);
        let mut out = format!(
            "{file}: valid\n  {} at {}, {}, {}, {}\n  \
             begins on {}, lasts {}, option {}\n",
            counted(company.agents.len(), "agent"),
            counted(company.sites.len(), "site"),
            counted(company.update_agents.len(), "Update Agent"),
            counted(self.drawn.topology.link_count(), "link"),
            counted(company.releases.len(), "release"),
            company.calendar.weekday(0).name(),
            scenario.duration,
            scenario.option.name(),
        );
        if self.overlays > 0 {
            let overlays = counted(self.overlays, "plausible overlay");
            let _ = writeln!(out, "  each replication uses one of {overlays}, all valid");
        }
        self.tell_agents(&mut out);
        let entries = text::counted(company.list.len(), "entry", "entries");
        let _ = writeln!(out, "\nSources\n  {}", self.sources().join(", "));
        let _ = writeln!(out, "  {entries} in the list of update sources\n\nSlowest links");
        for (name, link) in self.thinnest() {
            let name: String = one_line(&name).chars().take(40).collect();
            let bandwidth = quantity("bit/s", as_float(link.bandwidth.bits_per_sec()));
            let latency = link.latency.as_secs_f64() * 1000.0;
            let _ = writeln!(out, "  {name:40} {bandwidth:>14}, {latency:.1} ms");
        }
        out.push_str("\nReleases\n");
        for release in &company.releases {
            let components =
                release.components.iter().map(|id| company.catalogue[*id].name.as_str());
            let settings = release.settings.then_some("settings");
            let program = release.program.then_some("a program");
            let what: Vec<&str> = components.chain(settings).chain(program).collect();
            let name = one_line(&release.name);
            let waves = release.waves.as_ref().map(|waves| {
                let names: Vec<String> = waves.names.iter().map(|name| one_line(name)).collect();
                format!(", to {} in turn", names.join(", "))
            });
            let (at, what) = (release.at, what.join(", "));
            let _ = writeln!(out, "  {name} after {at}: {what}{}", waves.unwrap_or_default());
        }
        if !company.changes.is_empty() {
            out.push_str("\nChanges\n");
        }
        for change in &company.changes {
            let _ = writeln!(out, "  after {}: {}", change.at, one_line(&change.what));
        }
        out.push_str(&self.estimate.text());
        for warning in &self.warnings {
            let _ = write!(out, "\nwarning: {}\n         {}\n", warning.seen, warning.advice);
        }
        if verbose {
            self.tell_details(&mut out);
        }
        out
    }

    /// The groups of sites and of agents.
    fn tell_agents(&self, out: &mut String) {
        out.push_str("\nAgents\n");
        for group in self.groups.iter().take(20) {
            let GroupLine { name, sites, agents, update_agents } = group;
            let name: String = one_line(name).chars().take(40).collect();
            let (sites, update_agents) =
                (counted(*sites, "site"), counted(*update_agents, "Update Agent"));
            let _ = writeln!(out, "  {name:40} {agents:9} at {sites}, {update_agents}");
        }
        if self.groups.len() > 20 {
            let _ = writeln!(out, "  and {} more groups", self.groups.len() - 20);
        }
        for (group, members) in
            self.scenario.agent_groups.iter().zip(&self.drawn.group_members).take(20)
        {
            let name: String = one_line(&group.name).chars().take(40).collect();
            let members = counted(*members as usize, "agent");
            let _ = writeln!(out, "  group {name}: {members}");
        }
    }

    /// The routes, and the values that are not the default.
    fn tell_details(&self, out: &mut String) {
        let by = match self.scenario.routes.by {
            RoutesBy::Latency => "latency",
            RoutesBy::Cost => "cost",
        };
        let _ = writeln!(out, "\nRoutes from the server, by least {by}");
        for way in self.ways().iter().take(20) {
            let latency = way.latency.as_secs_f64() * 1000.0;
            let nodes: Vec<String> = way.nodes.iter().map(|name| one_line(name)).collect();
            let _ = writeln!(out, "  {}, {latency:.1} ms", nodes.join(" – "));
        }
        out.push_str("\nValues that are not the default\n");
        for given in &self.scenario.given {
            let _ = writeln!(out, "  {} = {}   {}", given.key, given.value, given.source);
        }
    }

    /// The route from the server to the first site of each group.
    fn ways(&self) -> Vec<WayThrough<'_>> {
        self.drawn.ways_from_server(self.scenario.groups.iter().map(|group| group.count))
    }

    fn sources(&self) -> Vec<String> {
        let company = &self.drawn.company;
        let mut all = vec!["ActiveUpdate".to_string(), "the server".into()];
        if !company.update_agents.is_empty() {
            let usual = company.settings.update_agent.capacity;
            let own = company.update_agents.iter().map(|agent| agent.capacity.unwrap_or(usual));
            let (least, most) = own.fold((u32::MAX, 0), |(a, b), own| (own.min(a), own.max(b)));
            let range = if least < most { format!("{least} to ") } else { String::new() };
            let count = counted(company.update_agents.len(), "Update Agent");
            let requests = counted(most as usize, "request");
            all.push(format!("{count} of {range}{requests} at once"));
        }
        all.extend(company.other_sources.iter().map(|other| {
            let name = one_line(&other.name);
            format!("`{name}`, which follows ActiveUpdate after {}", other.lag)
        }));
        all.extend(company.proxy.map(|_| "a proxy".into()));
        all.extend(company.smart_protection.map(|_| "a smart protection source".into()));
        all
    }

    fn json(&self, verbose: bool) -> Value {
        let company = &self.drawn.company;
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|group| {
                json!({
                    "name": group.name,
                    "sites": group.sites,
                    "agents": group.agents,
                    "update_agents": group.update_agents,
                })
            })
            .collect();
        let links: Vec<Value> = self
            .thinnest()
            .into_iter()
            .map(|(name, link)| {
                json!({
                    "link": name,
                    "bandwidth_bps": link.bandwidth.bits_per_sec(),
                    "latency_ns": link.latency.as_nanos(),
                })
            })
            .collect();
        let warnings: Vec<Value> = self
            .warnings
            .iter()
            .map(|warning| json!({ "name": warning.name, "seen": warning.seen, "advice": warning.advice }))
            .collect();
        let mut all = json!({
            "valid": true,
            "agents": company.agents.len(),
            "sites": company.sites.len(),
            "update_agents": company.update_agents.len(),
            "links": self.drawn.topology.link_count(),
            "releases": company.releases.len(),
            "sources": self.sources(),
            "source_list_entries": company.list.len(),
            "groups": groups,
            "thinnest_links": links,
            "warnings": warnings,
            "estimate": self.estimate.json(),
        });
        if self.overlays > 0 {
            all["plausible_overlays"] = self.overlays.into();
        }
        if verbose {
            all["values"] = json!(self.scenario.given);
            let way = |way: &WayThrough<'_>| json!({ "nodes": way.nodes, "latency_ns": way.latency.as_nanos() });
            all["ways_from_server"] = self.ways().iter().map(way).collect();
        }
        all
    }
}

/// The groups of sites, with their draws.
fn groups(scenario: &Scenario, drawn: &SampledCompany) -> Vec<GroupLine> {
    let company = &drawn.company;
    let mut agents = vec![0; company.sites.len()];
    let mut update_agents = agents.clone();
    for site in company.agents.sites() {
        agents[site.0 as usize] += 1;
    }
    for agent in &company.update_agents {
        update_agents[company.agents[agent.agent].site.0 as usize] += 1;
    }
    let mut first = 0;
    scenario
        .groups
        .iter()
        .map(|group| {
            let sites = first..first + group.count as usize;
            first = sites.end;
            GroupLine {
                name: group.name.clone(),
                sites: sites.len(),
                agents: agents[sites.clone()].iter().sum(),
                update_agents: update_agents[sites].iter().sum(),
            }
        })
        .collect()
}

/// The cost of a comparison, estimated by pilots.
fn estimate(scenario: &Scenario, drawn: &SampledCompany, ensemble: &Ensemble) -> Estimate {
    let agents = drawn.company.agents.len() as u64;
    let samples = scenario.duration.as_nanos() / scenario.sample_every.as_nanos().max(1);
    let watch = Stopwatch::start();
    let mut estimate = Estimate {
        efforts: Vec::new(),
        seconds: 0.0,
        memory_bytes: [0; 2],
        replications: ensemble.replications(scenario),
        names_replications: scenario.names_replications || !ensemble.overlays.is_empty(),
        basis: String::new(),
    };
    let mut piloted = None;
    for option in TopologyOption::ALL {
        let Some(run) = estimate_run(scenario, agents, option, &watch, PATIENCE) else {
            break;
        };
        piloted = run.piloted;
        estimate.seconds += run.seconds;
        estimate.efforts.push((option, run.effort));
    }
    if !estimate.names_replications {
        let each = estimate.efforts.iter().map(|(_, effort)| effort.events).sum();
        estimate.replications = PrecisionRule::AUTOMATIC.of_events(each).most;
    }
    let kept = memory_of_replications(samples, estimate.replications).count();
    let mut efforts: Vec<Effort> = estimate.efforts.iter().map(|(_, effort)| *effort).collect();
    let nothing = Effort { agents, events: 0, kept: Bytes::ZERO };
    let most = efforts.iter().copied().max_by_key(|effort| effort.kept).unwrap_or(nothing);
    efforts.resize(TopologyOption::ALL.len(), most);
    let [one, two] = [1, 2].map(|n| memory(&efforts, drawn.wan.len() as u64, n).count());
    estimate.memory_bytes = [one.saturating_add(kept), two - one];
    estimate.basis = match (estimate.efforts.len(), piloted) {
        (done, _) if done < TopologyOption::ALL.len() => {
            format!(
                "{done} of 4 options estimated: the pilots of the others took more than {PATIENCE} s"
            )
        }
        (_, None) => "counted in a run of each option".into(),
        (_, Some((large, small))) => {
            format!("extrapolated from pilots of {large} and of {small} agents")
        }
    };
    estimate
}

impl Estimate {
    fn text(&self) -> String {
        let mut out = String::from("\nCost of `compare` (an estimate)\n");
        for (option, effort) in &self.efforts {
            let _ = writeln!(out, "  {:10} {:>12} events", option.name(), effort.events);
        }
        if !self.efforts.is_empty() {
            let (seconds, options) = (self.seconds, self.efforts.len());
            let _ = writeln!(
                out,
                "  about {seconds:.1} s of one core for a replication of these {options} options"
            );
        }
        let [memory, more] = self.memory_bytes.map(|bytes| as_float(bytes) / 1e6);
        let threads = if more < 1.0 {
            String::new()
        } else {
            format!(" on one thread, and {more:.0} MB for each further thread")
        };
        let replications = match self.replications {
            1 => String::new(),
            more if self.names_replications => format!(" for {more} replications"),
            more => format!(" for at most {more} replications"),
        };
        let _ = writeln!(out, "  about {memory:.0} MB{replications}{threads}");
        let _ = writeln!(out, "  events and time: {}", self.basis);
        out
    }

    fn json(&self) -> Value {
        let events: serde_json::Map<String, Value> = self
            .efforts
            .iter()
            .map(|(option, effort)| (option.name().into(), json!(effort.events)))
            .collect();
        let seconds = (!self.efforts.is_empty()).then_some(self.seconds);
        json!({
            "events": events,
            "core_s": seconds,
            "memory_bytes": self.memory_bytes[0],
            "memory_bytes_of_each_further_thread": self.memory_bytes[1],
            "basis": self.basis,
        })
    }
}

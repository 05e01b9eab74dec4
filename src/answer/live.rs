//! A conversation with the engine, for the live page: requests and answers are JSON texts.
//!
//! A page loads a scenario, asks for runs one by one, and for the answer that the runs so far give. The answer is a function
//! of the requests alone, the same in a browser and here.

use serde::{Deserialize, Serialize};

use super::comparison::comparison;
use super::outcome::Outcome;
use super::recommendation::{Recommendation, recommend};
use super::series::{self, Chart};
use crate::experiment::sweep::PROGRAM;
use crate::experiment::{Experiment, estimates};
use crate::measure::run::{RunMeasurements, Value};
use crate::model::settings::TopologyOption;
use crate::scenario::{Overrides, Scenario, overlay, with_settings};

/// What a page asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Request {
    /// The version and the sources that the engine was built from.
    Program,
    /// Reads a scenario, and forgets the runs of the one before.
    Load { name: String, toml: String, set: Overrides, seed: u64 },
    /// Carries out one run.
    Run { option: String, replication: u32 },
    /// What the runs so far say.
    Answer,
    /// The scenario as an overlay, with a remark at its head.
    Overlay { remark: String },
}

/// The reply to a request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Reply {
    Program(&'static str),
    Done,
    Answer(Box<Answer>),
    Overlay(String),
    /// What is wrong with the request, or all problems of the scenario.
    Problem(String),
}

/// What runs say, as a page shows it.
#[derive(Debug, Serialize)]
struct Answer {
    /// The options, in the order of everything else.
    options: Vec<&'static str>,
    recommendation: Recommendation,
    protection: Chart,
    server: Vec<Chart>,
    /// The comparison of the options.
    measures: Vec<Measure>,
    /// Every metric of each run.
    runs: Vec<RunMetrics>,
}

/// A row of the comparison.
#[derive(Debug, Serialize)]
pub struct Measure {
    heading: String,
    label: String,
    metric: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    /// By option, as people read them.
    cells: Vec<String>,
}

/// The metrics of one run.
#[derive(Debug, Serialize)]
struct RunMetrics {
    option: &'static str,
    replication: u32,
    /// Release (empty: all), metric, and value: counts, nanoseconds (empty: never reached) or the shortest real number.
    metrics: Vec<(String, &'static str, String)>,
}

/// The engine: a scenario, and its runs so far.
#[derive(Debug, Default)]
pub struct Engine {
    loaded: Option<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    scenario: Scenario,
    set: Overrides,
    seed: u64,
    /// Ordered by option and then replication.
    runs: Vec<RunMeasurements>,
}

impl Engine {
    /// The reply to a request, both as JSON.
    pub fn ask(&mut self, request: &str) -> String {
        let reply = serde_json::from_str(request)
            .map_err(|error| format!("not a request: {error}"))
            .and_then(|request| self.reply(request))
            .unwrap_or_else(Reply::Problem);
        serde_json::to_string(&reply).expect("a reply has string keys")
    }

    fn reply(&mut self, request: Request) -> Result<Reply, String> {
        match request {
            Request::Program => Ok(Reply::Program(PROGRAM)),
            Request::Load { name, toml, set, seed } => {
                self.loaded = None;
                let scenario = Scenario::parse(&toml, &name, &set);
                let scenario = scenario.map_err(|problems| problems.render(false))?;
                self.loaded = Some(Loaded { scenario, set, seed, runs: Vec::new() });
                Ok(Reply::Done)
            }
            Request::Run { option, replication } => {
                let known = TopologyOption::named(&option);
                let option = known.ok_or_else(|| format!("no option is called `{option}`"))?;
                if replication == 0 {
                    return Err("replications count from 1".into());
                }
                self.loaded()?.run(option, replication);
                Ok(Reply::Done)
            }
            Request::Answer => self.loaded()?.answer().map(Box::new).map(Reply::Answer),
            Request::Overlay { remark } => self.loaded()?.overlay(&remark).map(Reply::Overlay),
        }
    }

    fn loaded(&mut self) -> Result<&mut Loaded, String> {
        self.loaded.as_mut().ok_or_else(|| "no scenario is loaded".into())
    }
}

impl Loaded {
    fn run(&mut self, option: TopologyOption, replication: u32) {
        let experiment = Experiment {
            scenario: &self.scenario,
            ensemble: &[],
            options: vec![option],
            replications: replication,
            seed: self.seed,
            keeps_agents: false,
            threads: 1,
        };
        let run = experiment.run_on_this_thread(option, replication);
        let place = |run: &RunMeasurements| (run.option, run.replication);
        self.runs.retain(|other| place(other) != place(&run));
        let behind = self.runs.partition_point(|other| place(other) < place(&run));
        self.runs.insert(behind, run);
    }

    fn answer(&self) -> Result<Answer, String> {
        if self.runs.is_empty() {
            return Err("nothing was run".into());
        }
        let estimates = estimates(&self.runs);
        let replications = self.runs.iter().map(|run| run.replication).max().unwrap_or(1);
        let (scenario, runs) = (Some(&self.scenario), &self.runs);
        let outcome = Outcome { scenario, replications, runs, estimates: &estimates };
        Ok(Answer {
            options: outcome.by_option().map(|runs| runs[0].option.name()).collect(),
            recommendation: recommend(&outcome),
            protection: series::protection(&outcome),
            server: series::server(&outcome),
            measures: measures(&outcome),
            runs: self.runs.iter().map(metrics).collect(),
        })
    }

    fn overlay(&self, remark: &str) -> Result<String, String> {
        let changed = with_settings(&self.scenario.toml, &self.set)?;
        overlay(&self.scenario.toml, &changed, remark)
            .ok_or_else(|| "no overlay can express these settings; use --set".into())
    }
}

/// The comparison as a page shows it.
pub fn measures(outcome: &Outcome<'_>) -> Vec<Measure> {
    let sections = comparison(outcome).into_iter();
    let rows = sections.flat_map(|section| {
        let heading = section.heading;
        section.lines.into_iter().map(move |line| Measure {
            heading: heading.clone(),
            label: line.label,
            metric: line.metric,
            release: line.release.map(|name| name.to_string()),
            cells: line.cells.into_iter().map(|cell| cell.shown).collect(),
        })
    });
    rows.collect()
}

fn metrics(run: &RunMeasurements) -> RunMetrics {
    let told = |value: Value| match value {
        Value::Count(count) => count.to_string(),
        Value::Seconds(span) => span.map(|span| span.as_nanos().to_string()).unwrap_or_default(),
        Value::Real(real) => real.to_string(),
    };
    let own = run.metrics.iter().map(|(metric, value)| (String::new(), metric.name, told(*value)));
    let of_releases = run.releases.iter().flat_map(|release| {
        let of = |(metric, value): &(&crate::measure::run::Metric, Value)| {
            (release.name.to_string(), metric.name, told(*value))
        };
        release.metrics.iter().map(of)
    });
    RunMetrics {
        option: run.option.name(),
        replication: run.replication,
        metrics: own.chain(of_releases).collect(),
    }
}

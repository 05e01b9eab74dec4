//! From what was asked to a plan, everything about it checked before anything runs.

use std::path::Path;

use super::asked::{Sample, Sweep};
use crate::cli::commands::{complain, load};
use crate::cli::exit::Exit;
use crate::cli::problems::Emitter;
use crate::experiment::sweep::{
    Case, Design, DesignError, Factor, FactorError, Levels, PointError, Run, Sampling, Summary,
    SweepPlan,
};
use crate::measure::METRICS;
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::report::SweepResults;
use crate::scenario::{DesignFile, LoadError, Overrides, Template, nearest};

/// What is drawn where nothing is asked for.
const DRAWN: [&str; 2] = ["protected_p95_s", "server_egress_peak_bps"];

/// A sweep, ready to be run.
pub(super) struct Assembled {
    /// The scenario's name.
    pub(super) name: String,
    pub(super) plan: SweepPlan,
    pub(super) cases: Vec<Case>,
    drawn: Vec<Metric>,
    command: Vec<String>,
    /// What was asked, with paths as they were given.
    pub(super) as_given: Vec<String>,
}

impl Assembled {
    /// The results, once it was run.
    pub(super) fn results(self, runs: Vec<Run>, summaries: Vec<Summary>) -> SweepResults {
        let Self { plan, cases, drawn, command, .. } = self;
        SweepResults { command, plan, cases, drawn, runs, summaries }
    }
}

/// The sweep that was asked for.
///
/// # Errors
/// How to exit, once people have been told.
pub(super) fn assemble(asked: &Sweep) -> Result<Assembled, Exit> {
    let set = Overrides(asked.set.clone());
    // Also of a file that is valid only with what is varied it must be known what it is.
    let base = load(&asked.scenario, &asked.set, emitter(asked))?;
    let file = asked.scenario.display().to_string();
    let template = Template { file, text: base.toml.clone(), set };
    let seed = asked.seed.unwrap_or(base.seed);
    let replications = asked.replications.unwrap_or(base.replications);
    let design = design(asked, base.option, seed)?;
    let drawn = drawn(asked)?;
    let plan = SweepPlan { template, design, seed, replications };
    let cases = plan.cases().map_err(|error| wrong_point(asked, *error))?;
    let bare = |path: &Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let as_given = command(asked, &plan, |path| path.display().to_string());
    let command = command(asked, &plan, bare);
    Ok(Assembled { name: base.name, plan, cases, drawn, command, as_given })
}

fn usage(cause: &dyn std::fmt::Display) -> Exit {
    complain(&format!("error: {cause}\n"));
    Exit::Usage
}

fn emitter(asked: &Sweep) -> Emitter {
    Emitter { format: asked.format, color: asked.terminal.color }
}

fn wrong_point(asked: &Sweep, error: PointError) -> Exit {
    let settings: Vec<String> =
        error.settings.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    complain(&format!("error: point {} ({}):\n", error.point, settings.join(", ")));
    emitter(asked).tell_load_error(&LoadError::Invalid(Box::new(error.problems)))
}

fn design(asked: &Sweep, own: TopologyOption, seed: u64) -> Result<Design, Exit> {
    let (factors, varied) = factors(asked)?;
    let options = match (&asked.option, varied) {
        (Some(_), Some(_)) => {
            return Err(usage(&"--option and --vary option=… say the same twice"));
        }
        (Some(names), None) => Some(options(names)?),
        (None, varied) => varied,
    };
    let options = options.unwrap_or_else(|| vec![own]);
    if let Some(path) = &asked.design {
        let file =
            DesignFile::load(path).map_err(|error| emitter(asked).tell_load_error(&error))?;
        return Design::written(&file, &options).map_err(|error| {
            complain(&format!("error: {}: {error}\n", path.display()));
            Exit::Invalid
        });
    }
    let sampling = match (asked.sample, asked.points) {
        (Some(Sample::Lhs), Some(points)) => Sampling::LatinHypercube(points),
        (Some(Sample::Sobol), Some(points)) => Sampling::Sobol(points),
        _ => Sampling::Factorial,
    };
    Design::new(&factors, sampling, &options, seed).map_err(|error| match error {
        DesignError::Empty => usage(&format!("{error}: add --vary KEY=V1,V2,… or --design FILE")),
        _ => usage(&error),
    })
}

/// The options of these names.
fn options(names: &str) -> Result<Vec<TopologyOption>, Exit> {
    TopologyOption::several(&names.replace(',', " ")).ok_or_else(|| {
        usage(&format!("`{names}` names no options: some of server, server-ua, ua, direct, or all"))
    })
}

/// What is varied, and the options if these are.
fn factors(asked: &Sweep) -> Result<(Vec<Factor>, Option<Vec<TopologyOption>>), Exit> {
    let (mut factors, mut varied) = (Vec::new(), None);
    for text in &asked.vary {
        let factor = Factor::parse(text).map_err(|error| {
            complain(&format!("error: --vary {error}\n"));
            match error {
                FactorError::Malformed(_) => Exit::Usage,
                FactorError::Invalid(_) => Exit::Invalid,
            }
        })?;
        match (factor.key.as_str(), &factor.levels) {
            ("option", Levels::Listed(names)) if varied.is_none() => {
                varied = Some(options(&names.join(" "))?);
            }
            ("option", _) => return Err(usage(&"`option` is varied twice")),
            (key @ ("seed" | "replications"), _) => {
                let why = "all points share their luck";
                return Err(usage(&format!("`{key}` cannot be varied, {why}: see --{key}")));
            }
            _ => factors.push(factor),
        }
    }
    Ok((factors, varied))
}

/// The metrics that are drawn.
fn drawn(asked: &Sweep) -> Result<Vec<Metric>, Exit> {
    let names: Vec<&str> = if asked.metric.is_empty() {
        DRAWN.to_vec()
    } else {
        asked.metric.iter().map(String::as_str).collect()
    };
    let metric = |name: &str| {
        let found = METRICS.into_iter().find(|metric| metric.name == name);
        found.ok_or_else(|| {
            let near = nearest(name, METRICS.iter().map(|metric| metric.name));
            let help = near.unwrap_or_else(|| "`updraft list metrics` lists all".into());
            usage(&format!("there is no metric `{name}`; {help}"))
        })
    };
    names.into_iter().map(metric).collect()
}

/// What was asked, without what changes nothing in the results.
fn command(asked: &Sweep, plan: &SweepPlan, name: impl Fn(&Path) -> String) -> Vec<String> {
    let mut words = vec!["updraft".to_string(), "sweep".into(), name(&asked.scenario)];
    let mut add = |flag: &str, value: String| words.extend([flag.to_string(), value]);
    for text in &asked.vary {
        add("--vary", text.clone());
    }
    if let Some(path) = &asked.design {
        add("--design", name(path));
    }
    if let (Some(sample), Some(points)) = (asked.sample, asked.points) {
        let how = match sample {
            Sample::Lhs => "lhs",
            Sample::Sobol => "sobol",
        };
        add("--sample", how.into());
        add("--points", points.to_string());
    }
    if let Some(options) = &asked.option {
        add("--option", options.clone());
    }
    for metric in &asked.metric {
        add("--metric", metric.clone());
    }
    add("--seed", plan.seed.to_string());
    add("--replications", plan.replications.to_string());
    for (key, value) in &asked.set {
        add("--set", format!("{key}={value}"));
    }
    words
}

//! Builds the plan of a sweep from its arguments and checks everything before the first run.

use std::path::Path;

use super::arguments::{Sample, Sweep};
use crate::answer::quantities::quantity;
use crate::cli::shared::exit::{Exit, usage};
use crate::cli::shared::input::bare;
use crate::cli::shared::sweep_arguments::{check_not_set, factors, metrics, template, wrong_point};
use crate::cli::shared::terminal::complain;
use crate::experiment::sweep::{
    Design, DesignError, DesignFile, MOST_RUNS, ResolvedScenario, Run, Sampling, Summary, SweepPlan,
};
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::report::{PlotFormats, SweepResults, TableFormats};
use crate::scenario::{LoadError, read_text};

/// The metrics drawn by default.
const DRAWN: [&str; 2] = ["protected_p95_s", "server_egress_peak_bps"];

/// A sweep that is ready to run.
pub(super) struct Assembled {
    /// The scenario's name.
    pub(super) name: String,
    pub(super) plan: SweepPlan,
    pub(super) cases: Vec<ResolvedScenario>,
    drawn: Vec<Metric>,
    /// The formats of tables.
    pub(super) tables: TableFormats,
    /// How plots are drawn and written.
    plots: PlotFormats,
    command: Vec<String>,
    /// The request, with paths as given.
    pub(super) as_given: Vec<String>,
}

impl Assembled {
    /// The results, after the runs.
    pub(super) fn results(self, runs: Vec<Run>, summaries: Vec<Summary>) -> SweepResults {
        let Self { plan, cases, drawn, tables, plots, command, .. } = self;
        SweepResults { command, plan, cases, drawn, tables, plots, runs, summaries }
    }
}

/// The requested sweep.
///
/// # Errors
/// The exit code, after the problem was reported.
pub(super) fn assemble(asked: &Sweep) -> Result<Assembled, Exit> {
    let emitter = asked.printing.emitter();
    asked.adjustments.agree("replications", asked.replications)?;
    let (base, template) = template(&asked.scenario, &asked.adjustments, emitter)?;
    let seed = asked.adjustments.seed_of(&base);
    let replications = asked.replications.unwrap_or(base.replications);
    let design = asked.point_filter.of(design(asked, base.option, seed)?)?;
    let runs = design.count_runs(replications);
    if runs > MOST_RUNS {
        #[expect(clippy::cast_precision_loss, reason = "a count for people")]
        let [runs, most] = [runs, MOST_RUNS].map(|runs| quantity("count", runs as f64));
        return Err(usage(&format!(
            "that makes {runs} runs, and a sweep has at most {most}: use fewer points (--sample, --where) or \
             replications"
        )));
    }
    let plan = SweepPlan { template, design, seed, replications };
    let cases = plan.cases().map_err(|error| wrong_point(emitter, *error))?;
    let drawn = metrics(&asked.metric, &DRAWN, &cases)?;
    let as_given = command(asked, &plan, |path| path.display().to_string());
    let command = command(asked, &plan, bare);
    let (name, tables, plots) = (base.name, asked.tables.formats(), asked.tables.plots());
    Ok(Assembled { name, plan, cases, drawn, tables, plots, command, as_given })
}

fn design(asked: &Sweep, own: TopologyOption, seed: u64) -> Result<Design, Exit> {
    let (factors, options) =
        factors(&asked.vary, asked.option.as_deref(), own, &asked.adjustments)?;
    if let Some(path) = &asked.design {
        let emitter = asked.printing.emitter();
        let file = load(path).map_err(|error| emitter.tell_load_error(&error))?;
        let has_options = file.points.iter().any(|point| point.options.is_some());
        let varied = file.keys.iter().map(String::as_str).chain(has_options.then_some("option"));
        check_not_set(&asked.adjustments, varied)?;
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

/// Reads the design in `path`: TOML if its name ends so, else CSV.
fn load(path: &Path) -> Result<DesignFile, LoadError> {
    let text = read_text(path)?;
    let is_toml = path.extension().is_some_and(|ending| ending == "toml");
    DesignFile::parse(&text, &path.display().to_string(), is_toml)
        .map_err(|problems| LoadError::Invalid(Box::new(problems)))
}

/// The request, without arguments that do not affect the results.
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
    for (flag, value) in asked.point_filter.words() {
        add(flag, value);
    }
    if let Some(options) = &asked.option {
        add("--option", options.clone());
    }
    for metric in &asked.metric {
        add("--metric", metric.name.into());
    }
    add("--seed", plan.seed.to_string());
    add("--replications", plan.replications.to_string());
    words.extend(asked.adjustments.set_words());
    words.extend(asked.adjustments.overlay_words(name));
    words
}

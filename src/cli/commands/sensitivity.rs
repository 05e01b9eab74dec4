//! `updraft sensitivity`: ranks keys by their effect on a metric.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::answer::quantities::counted;
use crate::cli::shared::batch::{BatchArguments, runs_told};
use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::input::{Adjustments, bare};
use crate::cli::shared::printing::Printing;
use crate::cli::shared::results_folder::{Authorship, Replacing, claim_results, results_folder};
use crate::cli::shared::sweep_arguments::{factors, metrics, template, wrong_point};
use crate::cli::shared::table_formats::Tables;
use crate::cli::shared::terminal::{Format, WIDTH};
use crate::experiment::metric_named;
use crate::experiment::sensitivity::{Candidates, LeftOut, Method, Study, StudyError, candidates};
use crate::experiment::sweep::{ResolvedScenario, SweepPlan};
use crate::measure::run::Metric;
use crate::report::{SensitivityResults, SweepResults, write_sensitivity};

/// Printed below the help.
const EXAMPLES: &str = "Examples:
  updraft sensitivity scenarios/campus.toml --assumptions
  updraft sensitivity scenarios/branch-offices.toml --method sobol --samples 256 \\
    --vary server.slots=50..250 --vary 'site.branch.bandwidth=2 Mbit/s..50 Mbit/s log'

docs/sensitivity.md explains the results.";

/// The default metric.
const METRIC: &str = "protected_p95_s";
/// The default number of trajectories.
const TRAJECTORIES: u32 = 10;
/// The default number of samples.
const SAMPLES: u32 = 256;

/// The arguments of `sensitivity`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Sensitivity {
    /// The scenario file; `-` is standard input.
    scenario: PathBuf,
    /// Varies a key: KEY=LOW..HIGH, on a logarithmic scale with `log` at the end, or KEY=V1,V2,… for words
    /// and flags. KEY is as in --set.
    #[arg(long, value_name = "KEY=RANGE")]
    vary: Vec<String>,
    /// Varies every assumption that the vendor's documents leave open: numbers from half to double, words
    /// and flags over all their values. Keys of --vary keep their range; keys of --set are not varied.
    #[arg(long)]
    assumptions: bool,
    /// The method: elementary effects are cheap and rank many keys; shares of the variance are for the few
    /// that remain.
    #[arg(long, value_enum, default_value_t = MethodName::Morris)]
    method: MethodName,
    /// Trajectories of Morris' method, 10 by default; each has one point more than there are keys.
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    trajectories: Option<u32>,
    /// Samples of Sobol's method, 256 by default, best a power of two; each has two points more than there
    /// are keys.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=1_000_000))]
    samples: Option<u32>,
    /// A metric (`updraft list metrics`), `protected_p95_s` by default; repeat for more.
    #[arg(long, value_name = "NAME", value_parser = metric_named)]
    metric: Vec<Metric>,
    /// The options, such as server,server-ua, or `all`; by default the scenario's own.
    #[arg(long, value_name = "OPTIONS")]
    option: Option<String>,
    /// The options of the runs.
    #[command(flatten)]
    batch: BatchArguments,
    /// The formats of tables.
    #[command(flatten)]
    tables: Tables,
    /// The results folder, by default results/<scenario name>-sensitivity.
    #[arg(short, long, value_name = "DIR", value_parser = results_folder())]
    output: Option<PathBuf>,
    /// Runs at each point with different random numbers, the same at all points; their mean is used. By default the
    /// scenario's number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
    /// Changes to the scenario.
    #[command(flatten)]
    adjustments: Adjustments,
    /// Whether results of something else are replaced.
    #[command(flatten)]
    replacing: Replacing,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
}

/// The methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MethodName {
    /// Elementary effects.
    Morris,
    /// Shares of the variance.
    Sobol,
}

/// A study that is ready to run.
struct Assembled {
    name: String,
    study: Study,
    left_out: Vec<LeftOut>,
    plan: SweepPlan,
    cases: Vec<ResolvedScenario>,
    metrics: Vec<Metric>,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Sensitivity) -> Result<Exit, Exit> {
    let Assembled { name, study, left_out, plan, cases, metrics } = asked.assemble()?;
    let name = format!("{name}-sensitivity");
    let (scenario, replacing) = (Some(asked.scenario.as_path()), asked.replacing);
    let authorship = Authorship { command: "sensitivity", scenario, replacing };
    let (target, folder) = claim_results(asked.output.as_deref(), &name, authorship)?;
    let runs = plan.runs();
    let outcome =
        asked.batch.evaluate(&cases, &runs, plan.seed, &target, asked.printing.terminal)?;
    let command = asked.command(&plan, study.method);
    let summaries = outcome.summaries;
    let instead = study.instead_of(&metrics, &runs, &summaries);
    let told = instead.map(|other| told_instead(&metrics, other));
    let drawn: Vec<Metric> = metrics.into_iter().chain(instead).collect();
    let (tables, plots) = (asked.tables.formats(), asked.tables.plots());
    let sweep = SweepResults { command, plan, cases, drawn, tables, plots, runs, summaries };
    let results = SensitivityResults::new(&sweep, &study, left_out);
    write_sensitivity(&results, folder).map_err(|error| failed(&error))?;
    Ok(asked.report(&results, &target, (outcome.recalled, told)))
}

/// Why another metric is ranked, too.
fn told_instead(metrics: &[Metric], other: Metric) -> String {
    let names: Vec<&str> = metrics.iter().map(|metric| metric.name).collect();
    let are = if names.len() == 1 { "has" } else { "have" };
    let line = format!(
        "{} {are} no ranking, because it was never reached at some point or was the same at all; {}, which the keys \
         change, is ranked in addition.",
        names.join(", "),
        other.name
    );
    format!("{}\n\n", textwrap::fill(&line, WIDTH))
}

impl Sensitivity {
    /// Builds the study from the arguments, and checks it completely before the first run.
    fn assemble(&self) -> Result<Assembled, Exit> {
        let method = self.method()?;
        let emitter = self.printing.emitter();
        self.adjustments.agree("replications", self.replications)?;
        let (base, template) = template(&self.scenario, &self.adjustments, emitter)?;
        let seed = self.adjustments.seed_of(&base);
        let replications = self.replications.unwrap_or(base.replications);
        let (mut factors, options) =
            factors(&self.vary, self.option.as_deref(), base.option, &self.adjustments)?;
        let mut left_out = Vec::new();
        if self.assumptions {
            let taken: Vec<String> = factors.iter().map(|factor| factor.key.clone()).collect();
            let Candidates { factors: more, left_out: left } =
                candidates(&base.assumptions, &taken, &template);
            factors.extend(more);
            left_out = left;
        }
        let (study, design) = Study::new(factors, method, &options, seed)
            .map_err(|error: StudyError| usage(&error))?;
        let plan = SweepPlan { template, design, seed, replications };
        let cases = plan.cases().map_err(|error| wrong_point(emitter, *error))?;
        let metrics = metrics(&self.metric, &[METRIC], &cases)?;
        Ok(Assembled { name: base.name, study, left_out, plan, cases, metrics })
    }

    fn method(&self) -> Result<Method, Exit> {
        match (self.method, self.trajectories, self.samples) {
            (MethodName::Morris, _, Some(_)) => Err(usage(&"--samples is for --method sobol")),
            (MethodName::Sobol, Some(_), _) => Err(usage(&"--trajectories is for --method morris")),
            (MethodName::Morris, count, None) => Ok(Method::Morris(count.unwrap_or(TRAJECTORIES))),
            (MethodName::Sobol, None, count) => Ok(Method::Sobol(count.unwrap_or(SAMPLES))),
        }
    }

    /// The request, without arguments that do not affect the results.
    fn command(&self, plan: &SweepPlan, method: Method) -> Vec<String> {
        let mut words = vec!["updraft".into(), "sensitivity".into(), bare(&self.scenario)];
        let mut add = |flag: &str, value: String| words.extend([flag.to_string(), value]);
        for text in &self.vary {
            add("--vary", text.clone());
        }
        add("--method", method.name().into());
        match method {
            Method::Morris(count) => add("--trajectories", count.to_string()),
            Method::Sobol(count) => add("--samples", count.to_string()),
        }
        for metric in &self.metric {
            add("--metric", metric.name.into());
        }
        if let Some(options) = &self.option {
            add("--option", options.clone());
        }
        add("--seed", plan.seed.to_string());
        add("--replications", plan.replications.to_string());
        words.extend(self.adjustments.set_words());
        words.extend(self.adjustments.overlay_words(bare));
        if self.assumptions {
            words.push("--assumptions".into());
        }
        words
    }

    /// Prints the findings.
    fn report(
        &self,
        results: &SensitivityResults,
        target: &Path,
        (recalled, instead): (usize, Option<String>),
    ) -> Exit {
        let (points, runs) = (results.points(), results.runs());
        let text = match self.printing.format {
            Format::Text | Format::Concise => {
                let (points, runs) = (counted(points, "point"), runs_told(runs, recalled));
                let (text, target) = (results.text(), target.display());
                let instead = instead.unwrap_or_default();
                format!("{instead}{text}{points}, {runs}\n\nResults: {target}\n")
            }
            Format::Json => {
                let mut told = results.json();
                told["results"] = target.display().to_string().into();
                told["points"] = points.into();
                told["runs"] = runs.into();
                told["recalled"] = recalled.into();
                format!("{told}\n")
            }
        };
        self.printing.print(&text)
    }
}

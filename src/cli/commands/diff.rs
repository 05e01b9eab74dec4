//! `updraft diff`: the differences between two results.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::input::{Adjustments, bare, load, shown};
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::printing::AnswerPrinting;
use crate::cli::shared::progress::RunProgress;
use crate::cli::shared::replications::share;
use crate::cli::shared::results_folder::tell_unreadable;
use crate::cli::shared::terminal::{AnswerFormat, complain, complain_to_programs};
use crate::cli::shared::threads::Threads;
use crate::cli::shared::values::is_dash;
use crate::experiment::{ChangeOutcome, Estimate, Experiment, Sampling, estimates, metric_named};
use crate::measure::run::{Metric, RunMeasurements};
use crate::model::settings::TopologyOption;
use crate::report::{
    Level, LoadedResults, Record, Results, annotation, diff, diff_json, diff_markdown, diff_text,
    worse_lines,
};
use crate::scenario::Scenario;

/// The default number of replications of a scenario: enough for an interval.
const REPLICATIONS: u32 = 5;

/// The arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft diff results/monday results/tuesday
  updraft diff base.toml mine.toml --fail-on worse
  updraft diff results/branch-offices scenarios/branch-offices.toml --format markdown")]
pub(in crate::cli) struct Diff {
    /// The earlier side: a results folder of `run`, `compare` or `plan`, or a scenario, which is simulated first.
    before: PathBuf,
    /// The later side: a results folder or a scenario.
    after: PathBuf,
    /// Compares only this metric; repeat for more.
    #[arg(long, value_name = "METRIC", value_parser = metric_named)]
    metric: Vec<Metric>,
    /// Ignores differences up to this share of the earlier value, such as 1%.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    tolerance: Option<f64>,
    /// Ends with exit code 4 if a metric is shown to be worse.
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Option<FailOn>,
    /// Also writes GitHub workflow commands to stderr: one for each metric that is worse.
    #[arg(long)]
    annotations: bool,
    /// Replications of scenarios; by default those of the other results folder, or the scenarios', at least 5.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
    /// The number of threads.
    #[command(flatten)]
    threads: Threads,
    /// Changes to the scenarios.
    #[command(flatten)]
    adjustments: Adjustments,
    /// The output format.
    #[command(flatten)]
    printing: AnswerPrinting,
}

/// The condition under which a comparison fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A metric that is shown to be worse.
    Worse,
}

/// A side before its simulation.
enum Source {
    Folder(Box<LoadedResults>),
    Scenario(Box<Scenario>),
}

/// The parameters of the simulations.
struct Plan {
    options: Vec<TopologyOption>,
    /// `None`: the scenario's.
    seed: Option<u64>,
    replications: u32,
}

/// A side with its runs.
struct Side {
    name: String,
    record: Record,
    runs: Vec<RunMeasurements>,
    estimates: Vec<Estimate>,
}

impl Side {
    fn results(&self) -> Results<'_> {
        let (record, runs, estimates) = (&self.record, &self.runs, &self.estimates);
        Results { scenario: None, record, runs, estimates }
    }
}

impl Diff {
    /// The results in a folder, or the scenario.
    fn source(&self, path: &Path) -> Result<Source, Exit> {
        if path.is_dir() {
            let kept = LoadedResults::read(path).map_err(|error| tell_unreadable(&error))?;
            return Ok(Source::Folder(Box::new(kept)));
        }
        let scenario = load(path, &self.adjustments, self.printing.emitter())?;
        Ok(Source::Scenario(Box::new(scenario)))
    }

    /// Arguments that need a scenario when there is none.
    fn contradiction(&self) -> Option<String> {
        if is_dash(&self.before) && is_dash(&self.after) {
            return Some(
                "standard input can be read only once: one of the two must be a file or folder"
                    .into(),
            );
        }
        if !(self.before.is_dir() && self.after.is_dir()) {
            return None;
        }
        let asked = [
            ("--seed", self.adjustments.seed.is_some()),
            ("--replications", self.replications.is_some()),
            ("--threads", self.threads.asked() > 0),
            ("--overlay", !self.adjustments.overlay_words(bare).is_empty()),
            ("--set", !self.adjustments.set.is_empty()),
        ];
        let (flag, _) = asked.into_iter().find(|(_, is_asked)| *is_asked)?;
        Some(format!(
            "both are results folders, which are not simulated again: {flag} has no effect"
        ))
    }

    /// The parameters for simulating the scenarios among `sources`: those of the folder among them, if there is one, so
    /// that replications pair.
    fn plan(&self, sources: [&Source; 2]) -> Plan {
        let folder = sources.iter().find_map(|source| match source {
            Source::Folder(kept) => Some(kept.results()),
            Source::Scenario(_) => None,
        });
        if let Some(results) = folder {
            return Plan {
                options: results.by_option().map(|runs| runs[0].option).collect(),
                seed: self.adjustments.seed.or(Some(results.record.seed)),
                replications: self.replications.unwrap_or(results.record.replications),
            };
        }
        let said = sources.iter().map(|source| match source {
            Source::Scenario(scenario) => scenario.replications,
            Source::Folder(_) => 0,
        });
        let most = said.fold(REPLICATIONS, u32::max);
        let replications = self.replications.unwrap_or(most);
        Plan { options: TopologyOption::ALL.to_vec(), seed: self.adjustments.seed, replications }
    }

    fn side(
        &self,
        path: &Path,
        source: Source,
        plan: &Plan,
        interruption: &Interruption,
    ) -> Result<Side, Exit> {
        let name = shown(path);
        match source {
            Source::Folder(kept) => {
                let record = kept.results().record.clone();
                let runs = kept.into_runs();
                Ok(Side { name, record, estimates: estimates(&runs), runs })
            }
            Source::Scenario(scenario) => self.simulate(name, path, &scenario, plan, interruption),
        }
    }

    fn simulate(
        &self,
        name: String,
        path: &Path,
        scenario: &Scenario,
        plan: &Plan,
        interruption: &Interruption,
    ) -> Result<Side, Exit> {
        let experiment = Experiment {
            scenario,
            options: plan.options.clone(),
            replications: plan.replications,
            seed: plan.seed.unwrap_or(scenario.seed),
            keeps_agents: false,
            ensemble: &[],
            threads: self.threads.asked(),
        };
        let all = experiment.plan().len();
        let progress = RunProgress::new(all, self.printing.terminal.shown_progress());
        let flag = interruption.flag();
        let sampled =
            experiment.sample(&Sampling::Fixed, Vec::new(), flag, &|at| progress.show(at));
        progress.finish();
        let sampled = sampled.map_err(|error| failed(&error))?;
        if sampled.missing > 0 {
            complain("interrupted\n");
            return Err(interruption.exit());
        }
        let mut command = vec!["updraft".into(), "diff".into(), bare(path)];
        command.extend(self.adjustments.overlay_words(bare));
        command.extend(self.adjustments.set_words());
        let record = Record::new(scenario, command, experiment.seed, plan.replications);
        let runs = sampled.runs;
        Ok(Side { name, record, estimates: estimates(&runs), runs })
    }
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Diff) -> Result<Exit, Exit> {
    if let Some(message) = asked.contradiction() {
        return Err(usage(&message));
    }
    asked.adjustments.agree("replications", asked.replications)?;
    let (before, after) = (asked.source(&asked.before)?, asked.source(&asked.after)?);
    let plan = asked.plan([&before, &after]);
    let interruption = Interruption::watch();
    let before = asked.side(&asked.before, before, &plan, &interruption)?;
    let after = asked.side(&asked.after, after, &plan, &interruption)?;
    let (own, other) = (before.results(), after.results());
    let tolerance = asked.tolerance.unwrap_or(0.0) / 100.0;
    let found = diff((&before.name, &own), (&after.name, &other), &asked.metric, tolerance)
        .map_err(|cause| usage(&cause))?;
    let is_worse = found.count(ChangeOutcome::Worse) > 0;
    let fails = is_worse && asked.fail_on == Some(FailOn::Worse);
    let printed = asked.printing.print(&match asked.printing.format {
        AnswerFormat::Text | AnswerFormat::Concise => diff_text(&found),
        AnswerFormat::Json => diff_json(&found),
        AnswerFormat::Markdown => diff_markdown(&found),
    });
    if printed != Exit::Done {
        return Err(printed);
    }
    let level = if fails { Level::Error } else { Level::Warning };
    let lines = worse_lines(&found);
    if asked.annotations {
        for line in &lines {
            complain_to_programs(&annotation(level, &after.name, "worse", line));
        }
    } else if fails && asked.printing.terminal.quiet {
        complain(&format!("worse: {}\n", lines.join("\nworse: ")));
    }
    Ok(if fails { Exit::NotMet } else { Exit::Done })
}

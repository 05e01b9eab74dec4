//! The arguments of `run` and `compare`; `verify` reads them from a manifest.

use std::path::PathBuf;

use clap::Args;

use super::ensemble::{Ensemble, EnsembleArgument};
use super::exit::Exit;
use super::input::{Adjustments, bare, load};
use super::live_page::LivePage;
use super::logs::Logs;
use super::printing::AnswerPrinting;
use super::replications::{PrecisionArguments, Rule, SelectionArguments};
use super::results_folder::Replacing;
use super::table_formats::Tables;
use super::threads::Threads;
use super::values::is_dash;
use crate::experiment::{Decision, Experiment, Sampling};
use crate::measure::run::RunMeasurements;
use crate::model::settings::TopologyOption;
use crate::report::{LIVE, PlotFormats, Record, TableFormats};
use crate::scenario::Scenario;

/// The arguments of all commands that simulate a scenario.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SimulationArguments {
    /// The scenario file; `-` is standard input.
    pub(in crate::cli) scenario: PathBuf,
    /// The results folder; by default results/<scenario name>. `-` prints summary.csv instead.
    #[arg(short, long, value_name = "DIR")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Runs of each option with different random numbers; by default the scenario's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(in crate::cli) replications: Option<u32>,
    /// The number of threads.
    #[command(flatten)]
    pub(in crate::cli) threads: Threads,
    /// Changes to the scenario.
    #[command(flatten)]
    pub(in crate::cli) adjustments: Adjustments,
    /// Plausible overlays.
    #[command(flatten)]
    pub(in crate::cli) ensemble: EnsembleArgument,
    /// Also writes agents.csv, a row for each agent.
    #[arg(long)]
    pub(in crate::cli) agents: bool,
    /// Also tries each lever of what agents wait for, one step and alone, and tells what it brings: under the
    /// recommended option, or else the one that protects soonest. The results folder does not depend on it.
    #[arg(long, conflicts_with = "quiet")]
    pub(in crate::cli) what_if: bool,
    /// Whether results of something else are replaced.
    #[command(flatten)]
    pub(in crate::cli) replacing: Replacing,
    /// The output format.
    #[command(flatten)]
    pub(in crate::cli) printing: AnswerPrinting,
}

impl SimulationArguments {
    /// Reads the scenario, or reports its problems.
    ///
    /// # Errors
    /// The exit code, after the problems were reported.
    pub(in crate::cli) fn load(&self) -> Result<Scenario, Exit> {
        self.adjustments.agree("replications", self.replications)?;
        load(&self.scenario, &self.adjustments, self.printing.emitter())
    }

    /// Whether the summary goes to standard output, and nothing to a folder.
    pub(in crate::cli) fn is_streamed(&self) -> bool {
        self.output.as_deref().is_some_and(is_dash)
    }
}

/// The request for a simulation.
#[derive(Debug)]
pub(in crate::cli) struct Request {
    name: &'static str,
    pub(in crate::cli) common: SimulationArguments,
    /// `None`: the scenario's own.
    options: Option<Vec<TopologyOption>>,
    /// `None`: nothing is said.
    rule: Option<Rule>,
    pub(in crate::cli) tables: TableFormats,
    plots: PlotFormats,
    pub(in crate::cli) logs: Logs,
    pub(in crate::cli) is_live: bool,
}

impl Request {
    /// The request of `run`.
    pub(in crate::cli) fn run(
        common: &SimulationArguments,
        option: Option<TopologyOption>,
        precise: &PrecisionArguments,
        tables: &Tables,
        logs: &Logs,
    ) -> Self {
        let options = option.map(|option| vec![option]);
        let (rule, tables, plots) = (precise.rule(), tables.formats(), tables.plots());
        let (common, logs) = (common.clone(), logs.clone());
        Self { name: "run", common, options, rule, tables, plots, logs, is_live: false }
    }

    /// The request of `compare`.
    ///
    /// # Errors
    /// If the arguments of a selection are incomplete.
    pub(in crate::cli) fn compare(
        common: &SimulationArguments,
        precise: &PrecisionArguments,
        select: &SelectionArguments,
        tables: &Tables,
    ) -> Result<Self, String> {
        let (options, rule) = (Some(TopologyOption::ALL.to_vec()), select.rule_or(precise)?);
        Ok(Self {
            name: "compare",
            common: common.clone(),
            options,
            rule,
            tables: tables.formats(),
            plots: tables.plots(),
            logs: Logs::default(),
            is_live: false,
        })
    }

    /// The same with this page.
    pub(in crate::cli) fn with_page(self, page: LivePage) -> Self {
        Self { is_live: page.live, ..self }
    }

    /// What decides how many replications of `scenario` are made: what is asked, or else the number that
    /// command line or scenario names. Where nobody names one, `run` makes one, and `compare` as many as
    /// it takes to tell the options apart; with an ensemble both make one for each overlay.
    pub(in crate::cli) fn rule(&self, scenario: &Scenario) -> Rule {
        let is_named = self.common.replications.is_some() || scenario.names_replications;
        match &self.rule {
            Some(rule) => rule.clone(),
            None if self.name == "run" || is_named || self.common.ensemble.is_asked() => {
                Rule::fixed()
            }
            None => Rule::automatic(),
        }
    }

    /// The requested runs.
    pub(in crate::cli) fn experiment<'s>(
        &self,
        scenario: &'s Scenario,
        ensemble: &'s Ensemble,
    ) -> Experiment<'s> {
        Experiment {
            scenario,
            options: self.options.clone().unwrap_or_else(|| vec![scenario.option]),
            replications: self.common.replications.unwrap_or(ensemble.replications(scenario)),
            seed: self.common.adjustments.seed_of(scenario),
            keeps_agents: self.common.agents,
            ensemble: &ensemble.scenarios,
            threads: self.common.threads.asked(),
        }
    }

    /// The record of the simulation, with the rule for the number of `runs`.
    pub(in crate::cli) fn record(
        &self,
        experiment: &Experiment<'_>,
        ensemble: &Ensemble,
        (runs, decision): (&[RunMeasurements], Decision),
    ) -> Record {
        let most = runs.iter().map(|run| run.replication).max();
        let replications = most.unwrap_or(experiment.replications);
        let command = self.canonical_command(experiment);
        let scenario = experiment.scenario;
        let fixed = Record::new(scenario, command, experiment.seed, replications);
        let (tables, plots) = (self.tables.clone(), self.plots.clone());
        let ensemble = ensemble.overlays.clone();
        Record { decision, ensemble, tables, plots, ..fixed }
    }

    /// The request, without arguments that do not affect the results.
    fn canonical_command(&self, experiment: &Experiment<'_>) -> Vec<String> {
        let mut words = vec!["updraft".into(), self.name.into(), bare(&self.common.scenario)];
        if self.name == "run" {
            words.extend(["--option".into(), experiment.options[0].name().into()]);
        }
        words.extend(["--seed".into(), experiment.seed.to_string()]);
        match self.rule(experiment.scenario) {
            Rule { sampling: Sampling::Fixed, .. } => {
                words.extend(["--replications".into(), experiment.replications.to_string()]);
            }
            rule => words.extend(rule.words),
        }
        words.extend(self.common.adjustments.overlay_words(bare));
        words.extend(self.common.adjustments.set_words());
        words.extend(self.common.ensemble.words());
        if self.common.agents {
            words.push("--agents".into());
        }
        words.extend(self.tables.words());
        words.extend(self.plots.words());
        words.extend(self.logs.words());
        if self.is_live {
            words.push(LIVE.into());
        }
        words
    }
}

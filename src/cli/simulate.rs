//! What `run` and `compare` are asked for; `verify` reads the same from a manifest.

use super::args::Common;
use super::input::bare;
use super::sampling::{Precise, Rule, Select};
use super::tables::Tables;
use crate::experiment::{Decision, Experiment, Sampling};
use crate::measure::run::RunMeasurements;
use crate::model::settings::TopologyOption;
use crate::report::{Record, TableFormats};
use crate::scenario::Scenario;

/// A simulation, as it is asked for.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    name: &'static str,
    pub(super) common: &'a Common,
    /// `None`: the scenario's own.
    options: Option<Vec<TopologyOption>>,
    rule: Rule,
    pub(super) tables: TableFormats,
}

impl<'a> Asked<'a> {
    /// What `run` asks for.
    pub(super) fn run(
        common: &'a Common,
        option: Option<TopologyOption>,
        precise: &Precise,
        tables: &Tables,
    ) -> Self {
        let options = option.map(|option| vec![option]);
        let (rule, tables) = (precise.rule(), tables.formats());
        Self { name: "run", common, options, rule, tables }
    }

    /// What `compare` asks for.
    ///
    /// # Errors
    /// If it is not clear how to select.
    pub(super) fn compare(
        common: &'a Common,
        precise: &Precise,
        select: &Select,
        tables: &Tables,
    ) -> Result<Self, String> {
        let (options, rule) = (Some(TopologyOption::ALL.to_vec()), select.rule_or(precise)?);
        Ok(Self { name: "compare", common, options, rule, tables: tables.formats() })
    }

    /// What decides how many replications are made.
    pub(super) fn sampling(&self) -> &Sampling {
        &self.rule.sampling
    }

    /// The runs that are asked for.
    pub(super) fn experiment<'s>(&self, scenario: &'s Scenario) -> Experiment<'s> {
        Experiment {
            scenario,
            options: self.options.clone().unwrap_or_else(|| vec![scenario.option]),
            replications: self.common.replications.unwrap_or(scenario.replications),
            seed: self.common.seed.unwrap_or(scenario.seed),
            keeps_agents: self.common.agents,
            threads: self.common.threads.unwrap_or(0) as usize,
        }
    }

    /// What was simulated, and how it came that there are so many `runs`.
    pub(super) fn record(
        &self,
        experiment: &Experiment<'_>,
        runs: &[RunMeasurements],
        decision: Decision,
    ) -> Record {
        let most = runs.iter().map(|run| run.replication).max();
        let replications = most.unwrap_or(experiment.replications);
        let command = self.canonical_command(experiment);
        let scenario = experiment.scenario;
        let fixed = Record::new(scenario, command, experiment.seed, replications);
        Record { decision, tables: self.tables.clone(), ..fixed }
    }

    /// What was asked, without what changes nothing in the results.
    fn canonical_command(&self, experiment: &Experiment<'_>) -> Vec<String> {
        let mut words = vec!["updraft".into(), self.name.into(), bare(&self.common.scenario)];
        if self.name == "run" {
            words.extend(["--option".into(), experiment.options[0].name().into()]);
        }
        words.extend(["--seed".into(), experiment.seed.to_string()]);
        match self.rule.sampling {
            Sampling::Fixed => {
                words.extend(["--replications".into(), experiment.replications.to_string()]);
            }
            _ => words.extend(self.rule.words.iter().cloned()),
        }
        words.extend(self.common.overlays.words(bare));
        for (key, value) in &self.common.set {
            words.extend(["--set".into(), format!("{key}={value}")]);
        }
        if self.common.agents {
            words.push("--agents".into());
        }
        words.extend(self.tables.words());
        words
    }
}

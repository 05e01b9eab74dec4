//! The results of runs, and the record of what was simulated.

use serde_json::Value;

use crate::experiment::{Decision, Estimate};
use crate::measure::run::RunMeasurements;
use crate::model::component::{Component, IncrementalSize};
use crate::report::tables::TableFormats;
use crate::scenario::{Scenario, Threshold};
use crate::units::Bytes;
use crate::units::decimal::Thousandths;

/// An experiment and its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// What was simulated, by which program.
    pub record: &'a Record,
    /// All runs, ordered by option and then replication.
    pub runs: &'a [RunMeasurements],
    /// Means over replications.
    pub estimates: &'a [Estimate],
}

/// What was simulated, by which program: all that a report says beside measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The version of updraft that simulated it.
    pub version: String,
    /// The commit it was built from, if that was known.
    pub commit: Option<String>,
    /// What was asked, without paths of outputs and numbers of threads: these change nothing.
    pub command: Vec<String>,
    /// The seed in force.
    pub seed: u64,
    /// The generator of all randomness.
    pub generator: String,
    /// The number of replications; where options have more or fewer, the most.
    pub replications: u32,
    /// What decided that number.
    pub decision: Decision,
    /// How transfers share links.
    pub network_model: String,
    /// What is assumed where the vendor's documents are silent.
    pub assumptions: Vec<Assumed>,
    /// What must hold of the results.
    pub thresholds: Vec<Threshold>,
    /// The whole resolved scenario.
    pub scenario: Value,
    /// The scenario as it was written, without what the command line sets. Older manifests have none.
    pub scenario_toml: Option<String>,
    /// In which formats its tables are written.
    pub tables: TableFormats,
    /// What it was run for, where that is not to see what comes of the scenario.
    pub purpose: Option<Purpose>,
}

/// A question that a run illustrates the answer of, such as that of a plan.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Purpose {
    /// The question.
    pub question: String,
    /// Its answer, in one or two sentences.
    pub answer: String,
    /// What was asked to find it, as [`Record::command`].
    pub command: Vec<String>,
    /// Where what is planned stands: sites with their number of Update Agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// What it changes in the main metrics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// A metric before and after a change, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Effect {
    /// The metric.
    pub metric: String,
    /// What it is called.
    pub label: String,
    /// Its mean before, or `never`.
    pub before: String,
    /// Its mean after, or `never`.
    pub after: String,
    /// `better`, `worse` or `changed`; empty: no difference is shown.
    pub outcome: String,
}

/// An assumption as it was in force.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Assumed {
    /// The scenario key that changes it.
    pub key: String,
    /// The value in force.
    pub value: String,
    /// What it means.
    pub meaning: String,
}

/// What is assumed of a component of the catalogue, and where that is from (CMP-1, CMP-8).
fn of_component(component: &Component) -> Assumed {
    let incrementals = match component.incremental {
        Some(IncrementalSize { listed: Some(sizes), .. }) => {
            format!("incrementals of {} to {}", sizes[0], sizes[sizes.len() - 1])
        }
        Some(IncrementalSize { base, step, .. }) if base == Bytes::ZERO => {
            format!("incrementals of {step} for each release spanned")
        }
        Some(IncrementalSize { base, step, .. }) => {
            format!("incrementals of {base} and {step} for each release spanned")
        }
        None => "sent whole".into(),
    };
    let cadence = Thousandths::new(component.releases_per_1000_days.into());
    Assumed {
        key: "component.full".into(),
        value: format!("{}, {incrementals}, {cadence} releases a day", component.full),
        meaning: format!("size and cadence of {}; source: {}", component.name, component.source),
    }
}

impl Record {
    /// The record of running `scenario` by this program, with a fixed number of replications.
    pub fn new(scenario: &Scenario, command: Vec<String>, seed: u64, replications: u32) -> Self {
        let assumed = scenario.assumptions.iter().map(|assumption| Assumed {
            key: assumption.key.clone(),
            value: assumption.value.clone(),
            meaning: assumption.meaning.into(),
        });
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            commit: option_env!("UPDRAFT_COMMIT").map(String::from),
            command,
            seed,
            generator: crate::random::GENERATOR.into(),
            replications,
            decision: Decision::Fixed,
            network_model: scenario.network_model.into(),
            assumptions: assumed.chain(scenario.catalogue.iter().map(of_component)).collect(),
            thresholds: scenario.thresholds.clone(),
            scenario: serde_json::to_value(scenario).expect("scenarios have string keys"),
            scenario_toml: Some(scenario.toml.clone()),
            tables: TableFormats::default(),
            purpose: None,
        }
    }

    /// The scenario's line for people, or its name where it has none.
    pub fn title(&self) -> &str {
        let said = |key: &str| self.scenario[key].as_str().filter(|text| !text.is_empty());
        said("title").or_else(|| said("name")).unwrap_or_default()
    }
}

impl Results<'_> {
    /// The runs of each option, in order.
    pub fn by_option(&self) -> impl Iterator<Item = &[RunMeasurements]> {
        self.runs.chunk_by(|a, b| a.option == b.option)
    }

    /// How many replications there are: "20", or "10 to 34" where options have more or fewer.
    pub fn replications(&self) -> String {
        let counts: Vec<usize> = self.by_option().map(<[_]>::len).collect();
        let (fewest, most) = (counts.iter().min(), counts.iter().max());
        let told = fewest.zip(most).map(|(fewest, most)| match most - fewest {
            0 => most.to_string(),
            _ => format!("{fewest} to {most}"),
        });
        told.unwrap_or_default()
    }
}

//! The results of runs, and the record of what was simulated.

use serde_json::Value;

use crate::answer::Outcome;
use crate::experiment::{Decision, Estimate};
use crate::measure::run::RunMeasurements;
use crate::model::component::{Component, IncrementalSize};
use crate::report::draw::PlotFormats;
use crate::report::tables::TableFormats;
use crate::scenario::{Overrides, Scenario, Threshold};
use crate::units::Bytes;
use crate::units::decimal::Thousandths;

/// An experiment and its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// The scenario; `None` where it cannot be read any more, or its levers are not told.
    pub scenario: Option<&'a Scenario>,
    /// The record of the simulation.
    pub record: &'a Record,
    /// All runs, ordered by option and then replication.
    pub runs: &'a [RunMeasurements],
    /// Means over replications.
    pub estimates: &'a [Estimate],
}

/// The record of a simulation: everything in a report except measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The version of updraft.
    pub version: String,
    /// The commit it was built from, if known.
    pub commit: Option<String>,
    /// The request, without paths of outputs and numbers of threads, which do not affect the results.
    pub command: Vec<String>,
    /// The seed in force.
    pub seed: u64,
    /// The generator of random numbers.
    pub generator: String,
    /// The number of replications; if options have different numbers, the greatest.
    pub replications: u32,
    /// The rule that decided that number.
    pub decision: Decision,
    /// The model of how transfers share links.
    pub network_model: String,
    /// The assumptions where the vendor's documents are silent.
    pub assumptions: Vec<Assumed>,
    /// The limits for the results.
    pub thresholds: Vec<Threshold>,
    /// The whole resolved scenario.
    pub scenario: Value,
    /// The scenario as written, without the settings of the command line. Older manifests have none.
    pub scenario_toml: Option<String>,
    /// The plausible overlays that replications use in turn; none: all use the scenario itself.
    pub ensemble: Vec<PlausibleOverlay>,
    /// The formats of its tables.
    pub tables: TableFormats,
    /// How its plots are drawn and written.
    pub plots: PlotFormats,
    /// The purpose of the run, if it is not the results themselves.
    pub purpose: Option<Purpose>,
}

/// A question whose answer a run illustrates, such as that of a plan.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Purpose {
    /// The question.
    pub question: String,
    /// Its answer, in one or two sentences.
    pub answer: String,
    /// The request that led to the answer, as [`Record::command`].
    pub command: Vec<String>,
    /// The targets of a plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Where what is planned stands: sites with their number of Update Agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// What it changes in the main metrics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// The risk of each number of Update Agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk: Vec<RiskPoint>,
    /// The candidates by cost and time, if there are prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trade_off: Vec<TradeOffPoint>,
    /// The days on which the answer missed a target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedDay>,
}

/// How often a number of Update Agents misses a target.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RiskPoint {
    /// The number of Update Agents.
    pub update_agents: u32,
    /// The number of days.
    pub days: u32,
    /// The number of days on which a target was missed.
    pub missed: u32,
}

/// What a candidate costs, and how soon it protects.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TradeOffPoint {
    /// The number of Update Agents.
    pub update_agents: u32,
    /// The option.
    pub option: String,
    /// The levers that differ from the scenario.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub levers: String,
    /// The mean cost of a year.
    pub cost: f64,
    /// The mean time until 95 % of the agents are protected, in seconds; `None` if never reached on some day.
    pub protected_s: Option<f64>,
    /// The number of days, and of those on which all targets were met.
    pub days: u32,
    /// The number of days on which all targets were met.
    pub met: u32,
    /// Whether no other candidate is cheaper and at least as soon, or sooner at no higher cost.
    pub is_on_front: bool,
}

/// A day on which a target was missed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MissedDay {
    /// Its replication.
    pub day: u32,
    /// The values of the targets, as people read them.
    pub values: Vec<String>,
    /// What agents waited for longest, and what was off.
    pub cause: String,
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

/// An overlay of an ensemble.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PlausibleOverlay {
    /// The name of its file.
    pub name: String,
    /// Its text.
    pub toml: String,
}

/// An assumption with its current value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Assumed {
    /// The scenario key that changes it.
    pub key: String,
    /// The current value.
    pub value: String,
    /// Its meaning.
    pub meaning: String,
}

/// The assumptions about a component of the catalogue, with their sources (CMP-1, CMP-8).
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
            ensemble: Vec::new(),
            tables: TableFormats::default(),
            plots: PlotFormats::default(),
            purpose: None,
        }
    }

    /// The values that the command sets in the scenario.
    pub(in crate::report) fn set(&self) -> Overrides {
        let words = self.command.windows(2).filter(|words| words[0] == "--set");
        let pairs = words.filter_map(|words| words[1].split_once('='));
        Overrides(pairs.map(|(key, value)| (key.to_string(), value.to_string())).collect())
    }

    /// The scenario, read again; `None` where an earlier version recorded no text, or what this one does not take.
    pub(in crate::report) fn scenario(&self) -> Option<Scenario> {
        Scenario::parse(self.scenario_toml.as_ref()?, "scenario_toml", &self.set()).ok()
    }

    /// The scenario's title, or its name if it has none.
    pub fn title(&self) -> &str {
        let said = |key: &str| self.scenario[key].as_str().filter(|text| !text.is_empty());
        said("title").or_else(|| said("name")).unwrap_or_default()
    }
}

impl<'a> Results<'a> {
    /// The results without their record.
    pub fn outcome(&self) -> Outcome<'a> {
        let Results { scenario, record, runs, estimates } = *self;
        Outcome { scenario, replications: record.replications, runs, estimates }
    }

    /// The runs of each option, in order.
    pub fn by_option(&self) -> impl Iterator<Item = &'a [RunMeasurements]> + use<'a> {
        self.outcome().by_option()
    }

    /// The number of replications: "20", or "10 to 34" if options have different numbers.
    pub fn replications(&self) -> String {
        self.outcome().replication_counts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without the feature `float_roundtrip` of `serde_json` some of these are read as a neighbour.
    #[test]
    fn a_cost_is_read_back_to_the_last_bit() {
        let thirds = (1..=10_000_u32).map(|nth| 1e8 / f64::from(3 * nth));
        for cost in thirds.chain([9_755.675_706_842_047]) {
            let point = TradeOffPoint {
                update_agents: 1,
                option: "server-ua".into(),
                levers: String::new(),
                cost,
                protected_s: Some(cost / 7.0),
                days: 20,
                met: 19,
                is_on_front: true,
            };
            let text = serde_json::to_string(&point).expect("string keys");
            assert_eq!(serde_json::from_str::<TradeOffPoint>(&text).expect(&text), point);
        }
    }
}

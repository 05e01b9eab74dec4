//! The page of runs: one file that shows the results in a browser, offline.
//!
//! Text and the table of options are static HTML and readable without scripts; scripts draw the charts from a JSON block.

mod agents;
mod answer;
mod components;
mod network;
mod purpose;

use std::error::Error;

use minijinja::{Value, context};
use serde::Serialize;

use super::cautions::{CautionRow, cautions};
use super::decision;
use super::live::{self, Live};
use crate::answer::causes::{by_reason, causes, percent, what};
use crate::answer::comparison::{ComparisonCell, Section, comparison};
pub(super) use answer::shown_first;

use super::results::{Assumed, Results};
use super::thresholds::{self, Told};
use crate::answer::quantities::thousands;
use crate::answer::recommend;
use crate::answer::series::{self, Chart};
use crate::measure::METRICS;
use crate::measure::waiting::Reason;
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::page::{fill, json, put};

const TEMPLATE: &str = include_str!("../../../assets/page/template.html");
/// The scripts of a page, and more after them.
macro_rules! scripts {
    ($($more:literal)*) => {
        concat!(
            include_str!("../../../assets/vendor/uplot/uPlot.iife.min.js"),
            "\n",
            include_str!("../../../assets/page/numbers.js"),
            include_str!("../../../assets/page/again.js"),
            include_str!("../../../assets/page/charts.js"),
            include_str!("../../../assets/page/map.js"),
            include_str!("../../../assets/page/tables.js"),
            include_str!("../../../assets/page/page.js"),
            $(include_str!($more),)*
        )
    };
}

const SCRIPT: &str = scripts!();
const LIVE_SCRIPT: &str = scripts!(
    "../../../assets/live/charts.js"
    "../../../assets/live/settings.js"
    "../../../assets/live/page.js"
);

/// The data for the scripts.
#[derive(Debug, Serialize)]
struct Data<'a> {
    options: Vec<&'static str>,
    /// The index of the option that map and tables show first.
    shown_first: usize,
    protection: Chart,
    server: Vec<Chart>,
    components: Vec<components::Component<'a>>,
    network: network::Network,
    /// By option.
    slowest: Vec<Vec<agents::Agent<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Live>,
}

/// Writes the page.
pub(in crate::report) fn write(
    results: &Results<'_>,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    put(render(results), folder)
}

fn render(results: &Results<'_>) -> Result<String, Box<dyn Error>> {
    let outcome = results.outcome();
    let data = Data {
        options: results.by_option().map(|runs| runs[0].option.name()).collect(),
        shown_first: answer::shown_first(results),
        protection: series::protection(&outcome),
        server: series::server(&outcome),
        components: components::components(results),
        network: network::network(results),
        slowest: agents::slowest(results),
        live: live::live(results)?,
    };
    let script = if data.live.is_some() { LIVE_SCRIPT } else { SCRIPT };
    let json = json(&data)?;
    let record = results.record;
    let joined = |words: &[String]| shlex::try_join(words.iter().map(String::as_str));
    let command = joined(&record.command)?;
    let purpose = record.purpose.as_ref().map(|of| purpose::purpose(of, results));
    let agents = answer::agents(results);
    let advice = recommend(&outcome);
    let content = context! {
        title => record.title(),
        question => answer::question(results),
        answer => advice.text.as_str(),
        cause => advice.cause.as_deref(),
        broken => thresholds::broken(results),
        purpose => purpose.transpose()?,
        decision => decision::lines(results).lines().map(String::from).collect::<Vec<_>>(),
        options => data.options,
        waits => waits(results),
        components => components::at_end(results),
        sections => comparison(&outcome).iter().map(section).collect::<Vec<_>>(),
        thresholds => thresholds::told(results).iter().map(threshold).collect::<Vec<_>>(),
        replications => results.replications(),
        several => record.replications > 1,
        agents => thousands(agents),
        agent_count => agents,
        slowest => data.slowest.iter().map(Vec::len).max(),
        network => data.network.counts(),
        cautions => cautions(results).iter().map(caution).collect::<Vec<_>>(),
        assumptions => record.assumptions.iter().map(assumed).collect::<Vec<_>>(),
        command,
        record => context! {
            version => record.version.as_str(),
            seed => record.seed,
            generator => record.generator.as_str(),
            network_model => record.network_model.as_str(),
        },
        live => data.live.as_ref().map(|_| live::blocks()).transpose()?,
        data => Value::from_safe_string(json),
    };
    Ok(fill(TEMPLATE, script, content)?)
}

fn section(section: &Section) -> Value {
    let lines = section.lines.iter().map(|line| {
        let question = METRICS.iter().find(|metric| metric.name == line.metric);
        context! {
            metric => line.metric,
            release => line.release.as_deref(),
            label => line.label.as_str(),
            question => question.map(|metric| metric.question),
            cells => line.cells.iter().map(cell).collect::<Vec<_>>(),
        }
    });
    context! { heading => section.heading.as_str(), lines => lines.collect::<Vec<_>>() }
}

fn cell(cell: &ComparisonCell) -> Value {
    context! {
        shown => cell.shown.as_str(),
        // As in the tables, so that both can be compared as text.
        exact => cell.mean.map(|mean| mean.to_string()).unwrap_or_default(),
        half => cell.half_width.as_deref(),
        is_best => cell.is_best,
    }
}

/// The causes of waiting, one row each, with their share under each option; causes that are below one in two hundred
/// everywhere are omitted.
fn waits(results: &Results<'_>) -> Vec<Value> {
    let options: Vec<Vec<(Reason, f64)>> =
        results.by_option().map(|runs| by_reason(&causes(runs))).collect();
    let share = |option: &[(Reason, f64)], reason| {
        option.iter().find(|at| at.0 == reason).map_or(0.0, |at| at.1)
    };
    let most = |reason| options.iter().map(|option| share(option, reason)).fold(0.0, f64::max);
    let mut reasons: Vec<Reason> =
        Reason::ALL.into_iter().filter(|reason| most(*reason) >= 0.005).collect();
    reasons.sort_by(|a, b| most(*b).total_cmp(&most(*a)));
    let cell = |share: f64| context! { share => share, shown => percent(share) };
    let row = |reason: Reason| {
        let cells = options.iter().map(|option| cell(share(option, reason))).collect::<Vec<_>>();
        context! { cause => reason.name(), told => what(reason), cells }
    };
    reasons.into_iter().map(row).collect()
}

/// What a plan changes in a metric.
fn threshold(told: &Told) -> Value {
    context! {
        verdict => told.verdict.name(),
        sign => told.sign(),
        condition => told.condition.as_str(),
        option => told.option,
        measured => told.measured.as_str(),
        note => told.note.as_deref(),
    }
}

fn caution(caution: &CautionRow) -> Value {
    context! { seen => caution.seen.as_str(), advice => caution.advice.as_str() }
}

fn assumed(assumed: &Assumed) -> Value {
    let Assumed { key, value, meaning } = assumed;
    context! { key => key.as_str(), value => value.as_str(), meaning => meaning.as_str() }
}

#[cfg(test)]
mod tests;

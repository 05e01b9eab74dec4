//! The page of a sweep: best points, explorer, plots and table.

mod explorer;

use std::error::Error;

use minijinja::{Value, context};

use super::answer::{best, superlative};
use super::columns::{Column, columns};
use super::record::CautionKind;
use super::summary::{PointEstimates, SweepSummary};
use crate::answer::quantities::{counted, quantity};
use crate::experiment::sweep::Applied;
use crate::measure::run::Metric;
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::draw::Picture;
use crate::report::page::{fill, json, pictures as chosen, put};
use explorer::Explorer;

const TEMPLATE: &str = include_str!("../../../assets/sweep/page.html");
const SCRIPT: &str = concat!(
    include_str!("../../../assets/vendor/uplot/uPlot.iife.min.js"),
    "\n",
    include_str!("../../../assets/page/numbers.js"),
    include_str!("../../../assets/page/again.js"),
    include_str!("../../../assets/page/charts.js"),
    include_str!("../../../assets/page/sorting.js"),
    include_str!("../../../assets/sweep/explorer.js"),
    include_str!("../../../assets/sweep/curves.js"),
    include_str!("../../../assets/sweep/page.js"),
);
/// The maximum number of rows shown; the tables have the rest.
const MOST_ROWS: usize = 500;

/// Writes the page.
pub(super) fn write(
    swept: &SweepSummary,
    pictures: &[Picture],
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    put(render(swept, pictures), folder)
}

fn render(swept: &SweepSummary, pictures: &[Picture]) -> Result<String, Box<dyn Error>> {
    let (record, design) = (&swept.record.record, &swept.record.design);
    let all: Vec<PointEstimates<'_>> = swept.cells().collect();
    let drawn = &swept.record.drawn;
    let bests: Vec<Option<usize>> = drawn.iter().map(|metric| best(&all, *metric)).collect();
    let explorer = Explorer::new(swept, &all, &bests);
    let told = drawn.iter().zip(&bests).map(|(metric, best)| {
        let best = best.map(|place| told_best(swept, all[place], *metric));
        let least = superlative(*metric);
        context! { name => metric.name, question => metric.question, best, least }
    });
    let factors = columns(design);
    let (embedded, beside) = chosen(pictures);
    let rows = all.iter().take(MOST_ROWS);
    let content = context! {
        title => record.title(),
        points => counted(design.points.len(), "point"),
        runs => counted(swept.runs(), "run"),
        replications => counted(record.replications as usize, "replication"),
        several => record.replications > 1,
        keys => design.keys.clone(),
        conditions => design.conditions.iter().map(condition).collect::<Vec<_>>(),
        metrics => told.collect::<Vec<_>>(),
        is_grid => explorer.is_grid,
        options => explorer.options.clone(),
        embedded => explorer.cells.len(),
        rows_in_all => all.len(),
        pictures => embedded,
        beside,
        rows => rows.map(|cell| row(swept, &factors, *cell)).collect::<Vec<_>>(),
        left_out => all.len().saturating_sub(MOST_ROWS),
        cautions => swept.record.cautions.iter().map(caution).collect::<Vec<_>>(),
        command => swept.record.command()?,
        version => swept.record.build.as_str(),
        network_model => record.network_model.as_str(),
        seed => record.seed,
        data => Value::from_safe_string(json(&explorer)?),
    };
    Ok(fill(TEMPLATE, SCRIPT, content)?)
}

fn condition(at: &Applied) -> Value {
    context! { condition => at.condition.as_str(), left_out => counted(at.left_out, "point") }
}

/// A type of caution for a page.
pub(in crate::report) fn caution(caution: &CautionKind) -> Value {
    context! {
        points => counted(caution.points, "point"),
        first_point => caution.first_point,
        seen => caution.seen.as_str(),
        advice => caution.advice.as_str(),
    }
}

fn told_best(swept: &SweepSummary, cell: PointEstimates<'_>, metric: Metric) -> Value {
    let settings = swept.record.design.settings(cell.run.case);
    let levels: Vec<String> =
        settings.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    context! {
        value => cell.mean(metric).map(|mean| quantity(metric.unit, mean)),
        point => swept.record.design.number_of(cell.run),
        option => cell.run.option.name(),
        levels => levels.join(", "),
    }
}

fn row(swept: &SweepSummary, factors: &[Column], cell: PointEstimates<'_>) -> Value {
    let point = cell.run.case;
    let told = |metric: &Metric| {
        let ci95 = cell.of(*metric).and_then(|estimate| estimate.ci95);
        let half = ci95.filter(|(low, high)| high > low);
        context! {
            shown => cell.shown(*metric),
            // As in the tables, so that both can be compared as text.
            exact => cell.mean(*metric).map(|mean| mean.to_string()).unwrap_or_default(),
            half => half.map(|(low, high)| format!("± {}", quantity(metric.unit, (high - low) / 2.0))),
        }
    };
    let level = |factor: &Column| {
        let exact = factor.is_number().then(|| factor.cells[point].clone());
        context! { shown => factor.written[point].as_str(), exact }
    };
    context! {
        point => swept.record.design.number_of(cell.run),
        option => cell.run.option.name(),
        levels => factors.iter().map(level).collect::<Vec<_>>(),
        cells => swept.record.drawn.iter().map(told).collect::<Vec<_>>(),
    }
}

#[cfg(test)]
mod tests;

//! The page of a sweep: the best points, the pictures and a table, in one file without scripts.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::{Environment, Value, context};

use super::record::{CautionKind, SweepRecord};
use super::{Cell, Swept};
use crate::experiment::Estimate;
use crate::measure::run::Metric;
use crate::report::folder::{ClaimedFolder, ReportError};
use crate::report::page::{PAGE, hash};
use crate::report::plots::Picture;
use crate::report::quantities::quantity;

const TEMPLATE: &str = include_str!("../../../assets/sweep/page.html");
const STYLE: &str = include_str!("../../../assets/page/page.css");
/// So many rows are shown; the rest stands in the tables.
const MOST_ROWS: usize = 500;

/// Writes the page.
pub(super) fn write(
    swept: &Swept,
    pictures: &[Picture],
    folder: &ClaimedFolder,
) -> Result<(), ReportError> {
    let page = render(swept, pictures);
    let page = page.map_err(|cause| ReportError::at(&folder.target().join(PAGE), cause))?;
    folder.write(PAGE, page.as_bytes())
}

fn render(swept: &Swept, pictures: &[Picture]) -> Result<String, Box<dyn std::error::Error>> {
    let SweepRecord { record, design, drawn, .. } = &swept.record;
    let cells: Vec<(Cell<'_>, Vec<Estimate>)> = swept
        .cells()
        .map(|cell| {
            let of = cell.estimates();
            (cell, of)
        })
        .collect();
    let picture = |picture: &Picture| {
        context! {
            name => picture.name.as_str(),
            caption => picture.caption.as_str(),
            data => BASE64_STANDARD.encode(&picture.svg),
        }
    };
    let mut environment = Environment::new();
    environment.add_template(PAGE, TEMPLATE)?;
    let page = environment.get_template(PAGE)?.render(context! {
        title => record.title(),
        points => design.points.len(),
        runs => swept.values.len(),
        replications => record.replications,
        keys => design.keys.clone(),
        bests => drawn.iter().filter_map(|metric| best(swept, &cells, *metric)).collect::<Vec<_>>(),
        pictures => pictures.iter().map(picture).collect::<Vec<_>>(),
        metrics => drawn.iter().map(|metric| metric.name).collect::<Vec<_>>(),
        rows => cells.iter().take(MOST_ROWS).map(|(cell, of)| row(swept, cell, of)).collect::<Vec<_>>(),
        left_out => cells.len().saturating_sub(MOST_ROWS),
        cautions => swept.record.cautions.iter().map(caution).collect::<Vec<_>>(),
        command => swept.record.command()?,
        version => swept.record.build.as_str(),
        style_hash => Value::from_safe_string(hash(STYLE)),
        style => Value::from_safe_string(STYLE.into()),
    })?;
    Ok(page)
}

fn caution(caution: &CautionKind) -> Value {
    context! {
        points => caution.points,
        first_point => caution.first_point,
        seen => caution.seen.as_str(),
        advice => caution.advice.as_str(),
    }
}

fn of_metric(estimates: &[Estimate], metric: Metric) -> Option<&Estimate> {
    estimates.iter().find(|estimate| estimate.metric == metric)
}

/// The point with the least mean of a metric, where all replications came to it.
fn best(swept: &Swept, cells: &[(Cell<'_>, Vec<Estimate>)], metric: Metric) -> Option<Value> {
    let complete = |estimate: &&Estimate| estimate.replications == swept.record.record.replications;
    let means = cells
        .iter()
        .filter_map(|(cell, of)| Some((of_metric(of, metric).filter(complete)?.mean?, cell.run)));
    let (mean, run) = means.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let settings = swept.record.design.settings(run.case);
    let levels: Vec<String> =
        settings.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    Some(context! {
        metric => metric.name,
        question => metric.question,
        value => quantity(metric.unit, mean),
        point => run.case + 1,
        option => run.option.name(),
        levels => levels.join(", "),
    })
}

fn row(swept: &Swept, cell: &Cell<'_>, estimates: &[Estimate]) -> Value {
    let told = |metric: &Metric| {
        let estimate = of_metric(estimates, *metric);
        let complete = estimate.filter(|at| at.replications == swept.record.record.replications);
        let mean = complete.and_then(|at| at.mean);
        let half = complete.and_then(|at| at.ci95).filter(|(low, high)| high > low);
        context! {
            shown => mean.map_or_else(|| "never".into(), |mean| quantity(metric.unit, mean)),
            half => half.map(|(low, high)| format!("± {}", quantity(metric.unit, (high - low) / 2.0))),
        }
    };
    context! {
        point => cell.run.case + 1,
        option => cell.run.option.name(),
        levels => swept.record.design.points[cell.run.case].values.clone(),
        cells => swept.record.drawn.iter().map(told).collect::<Vec<_>>(),
    }
}

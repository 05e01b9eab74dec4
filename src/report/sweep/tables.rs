//! The tables of a sweep: one row a number, with its factors behind it.

use super::columns::{Column, columns};
use super::{Cell, Swept};
use crate::experiment::Estimate;
use crate::experiment::sweep::Design;
use crate::measure::METRICS;
use crate::report::folder::{ClaimedFolder, ReportError};
use crate::report::tables::{Rows, render, text, value};

/// Writes all tables.
pub(super) fn write(swept: &Swept, folder: &ClaimedFolder) -> Result<(), ReportError> {
    let factors = columns(&swept.record.design);
    for (name, rows) in [
        ("points.csv", points(&swept.record.design)),
        ("sweep.csv", sweep(swept, &factors)),
        ("estimates.csv", estimates(swept, &factors)),
    ] {
        let content = render(&rows).map_err(|cause| ReportError::at(folder.target(), cause))?;
        folder.write(name, &content)?;
    }
    Ok(())
}

/// The design as it is written: a file that `--design` reads.
pub(in crate::report) fn points(design: &Design) -> Rows {
    let mut header = vec!["point".to_string(), "option".into()];
    header.extend(design.keys.iter().cloned());
    let mut rows = vec![header];
    for (number, point) in (1..).zip(&design.points) {
        let options: Vec<&str> = point.options.iter().map(|option| option.name()).collect();
        let mut row = vec![number.to_string(), options.join(" ")];
        row.extend(point.values.iter().map(|value| text(value)));
        rows.push(row);
    }
    rows
}

/// A header with the factors at its end.
fn header(names: &str, factors: &[Column]) -> Rows {
    let own = names.split(',').map(String::from);
    vec![own.chain(factors.iter().map(|factor| factor.name.clone())).collect()]
}

/// What each factor is at a point, as cells.
fn levels(factors: &[Column], point: usize) -> impl Iterator<Item = String> {
    factors.iter().map(move |factor| {
        let cell = &factor.cells[point];
        if factor.is_number { cell.clone() } else { text(cell) }
    })
}

fn begin(cell: &Cell<'_>) -> Vec<String> {
    vec![(cell.run.case + 1).to_string(), cell.run.option.name().into()]
}

fn sweep(swept: &Swept, factors: &[Column]) -> Rows {
    let mut rows = header("point,option,replication,metric,unit,value", factors);
    for cell in swept.cells() {
        for (replication, values) in (1..).zip(cell.replications) {
            for (metric, of) in METRICS.iter().zip(values) {
                let mut row = begin(&cell);
                row.push(u32::to_string(&replication));
                row.extend([metric.name.into(), metric.unit.into(), value(*of)]);
                row.extend(levels(factors, cell.run.case));
                rows.push(row);
            }
        }
    }
    rows
}

fn estimates(swept: &Swept, factors: &[Column]) -> Rows {
    let mut rows = header("point,option,metric,unit,mean,ci95_low,ci95_high,replications", factors);
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    for cell in swept.cells() {
        for estimate in cell.estimates {
            let Estimate { metric, mean, ci95, replications, .. } = *estimate;
            let mut row = begin(&cell);
            row.extend([
                metric.name.into(),
                metric.unit.into(),
                number(mean),
                number(ci95.map(|(low, _)| low)),
                number(ci95.map(|(_, high)| high)),
                replications.to_string(),
            ]);
            row.extend(levels(factors, cell.run.case));
            rows.push(row);
        }
    }
    rows
}

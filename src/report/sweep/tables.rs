//! The tables of a sweep: one row for each value, followed by the factors.

use super::columns::{Column, Kind, columns};
use super::summary::SweepSummary;
use crate::experiment::Estimate;
use crate::experiment::sweep::{Design, Run};
use crate::measure::METRICS;
use crate::measure::run::{Metric, Value};
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::tables::{Definition, Number, Table, value, write_all};

/// Writes all tables.
pub(super) fn write(swept: &SweepSummary, folder: &AtomicDirectory) -> Result<(), ReportError> {
    let factors = columns(&swept.record.design);
    let tables = [points(&swept.record.design), sweep(swept, &factors), estimates(swept, &factors)];
    write_all(&tables, &swept.record.record.tables, folder)
}

/// The design as written: a file for `--design`.
pub(in crate::report) fn points(design: &Design) -> Table<'_> {
    let points = Table::of("points", &design.points)
        .integer("point", |point| point.number as u64)
        .text("option", |point| {
            let options: Vec<&str> = point.options.iter().map(|option| option.name()).collect();
            options.join(" ")
        });
    let keys = design.keys.iter().enumerate();
    let all = keys
        .fold(points, |table, (place, key)| table.text(key, |point| point.values[place].as_str()));
    all.done()
}

/// The table with the factors as last columns; `point` yields the index, from 0, of the point of a row.
fn with_factors<'a, R: Copy>(
    table: Definition<'a, R>,
    factors: &'a [Column],
    point: impl Fn(R) -> usize,
) -> Table<'a> {
    let all = factors.iter().fold(table, |table, factor| {
        let cell = |row| factor.cells[point(row)].as_str();
        match factor.kind {
            Kind::Whole => {
                table.integer(&factor.name, |row| cell(row).parse::<u64>().expect("whole"))
            }
            Kind::Decimal => table.number(&factor.name, |row| Number::of_digits(cell(row))),
            Kind::Words => table.text(&factor.name, cell),
        }
    });
    all.done()
}

fn sweep<'a>(swept: &'a SweepSummary, factors: &'a [Column]) -> Table<'a> {
    let design = &swept.record.design;
    let rows = swept.record.runs().into_iter().zip(&swept.values).flat_map(|(run, values)| {
        METRICS.into_iter().zip(values).filter_map(move |(metric, of)| Some((run, metric, (*of)?)))
    });
    let table = Table::of("sweep", rows)
        .integer("point", |(run, ..): (Run, Metric, Value)| design.number_of(run) as u64)
        .text("option", |(run, ..)| run.option.name())
        .integer("replication", |(run, ..)| run.replication)
        .text("metric", |(_, metric, _)| metric.name)
        .text("unit", |(_, metric, _)| metric.unit)
        .number("value", |(.., of)| value(of));
    with_factors(table, factors, |(run, ..)| run.case)
}

fn estimates<'a>(swept: &'a SweepSummary, factors: &'a [Column]) -> Table<'a> {
    let design = &swept.record.design;
    let rows = swept
        .cells()
        .flat_map(|cell| cell.estimates.iter().map(move |estimate| (cell.run, estimate)));
    let table = Table::of("estimates", rows)
        .integer("point", |(run, _): (Run, &Estimate)| design.number_of(run) as u64)
        .text("option", |(run, _)| run.option.name())
        .text("metric", |(_, of)| of.metric.name)
        .text("unit", |(_, of)| of.metric.unit)
        .number("mean", |(_, of)| of.mean.and_then(Number::real))
        .number("ci95_low", |(_, of)| of.ci95.and_then(|(low, _)| Number::real(low)))
        .number("ci95_high", |(_, of)| of.ci95.and_then(|(_, high)| Number::real(high)))
        .integer("replications", |(_, of)| of.replications);
    with_factors(table, factors, |(run, _)| run.case)
}

//! The tables of a sensitivity analysis.

use super::results::SensitivityResults;
use crate::experiment::sensitivity::{Analysis, Finding, Method};
use crate::measure::run::Value;
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::sweep::points;
use crate::report::tables::{Number, Table, value, write_all};

/// Writes all tables.
pub(super) fn write(
    results: &SensitivityResults,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    let tables = [indices(results), factors(results), points(&results.record.design)];
    write_all(&tables, &results.record.record.tables, folder)
}

/// An index of a key.
#[derive(Clone, Copy)]
struct IndexRow<'a> {
    analysis: &'a Analysis,
    finding: &'a Finding,
    name: &'static str,
    value: Option<Value>,
    ci95: Option<(f64, f64)>,
}

/// The indices of a key.
fn rows<'a>(method: Method, analysis: &'a Analysis, finding: &'a Finding) -> Vec<IndexRow<'a>> {
    let index = &finding.index;
    let row = |name, value, ci95| IndexRow { analysis, finding, name, value, ci95 };
    let numbers = method.indices().iter().zip(&index.numbers).map(|(name, number)| {
        let value = number.map(|at| Value::Real(at.value));
        row(name, value, number.and_then(|at| at.ci95))
    });
    let counts = [("never", index.never), ("never_by_key", index.never_by_key)];
    let counts = counts.map(|(name, count)| row(name, Some(Value::Count(count as u64)), None));
    numbers.chain(counts).collect()
}

/// A row for each index. `never` counts the comparisons of a key that have no value, `never_by_key` those of them in
/// which the key decides.
fn indices(results: &SensitivityResults) -> Table<'_> {
    let method = results.method;
    let rows = results.analyses.iter().flat_map(|analysis| {
        analysis.findings.iter().flat_map(move |finding| rows(method, analysis, finding))
    });
    Table::of("sensitivity", rows)
        .text("method", |_| method.name())
        .text("option", |row: IndexRow<'_>| row.analysis.option.name())
        .text("metric", |row| row.analysis.metric.name)
        .text("key", |row| results.key(row.finding.factor))
        .text("index", |row| row.name)
        .number("value", |row| row.value.and_then(value))
        .number("ci95_low", |row| row.ci95.and_then(|(low, _)| Number::real(low)))
        .number("ci95_high", |row| row.ci95.and_then(|(_, high)| Number::real(high)))
        .done()
}

/// The levels of each key, and the assumptions that were not varied, with the reason.
fn factors(results: &SensitivityResults) -> Table<'_> {
    let varied = results.factors.iter().map(|(key, levels)| (key.as_str(), levels.as_str(), ""));
    let left_out = results.left_out.iter();
    let left_out = left_out.map(|left| (left.about.as_str(), "", left.why.as_str()));
    Table::of("factors", varied.chain(left_out))
        .text("key", |(key, ..)| key)
        .text("values", |(_, values, _)| values)
        .text("left_out_because", |(.., why)| why)
        .done()
}

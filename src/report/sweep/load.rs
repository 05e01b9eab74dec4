//! Reads a sweep from its results folder.

use std::fmt::Display;
use std::path::Path;

use super::manifest::SweepManifest;
use super::summary::SweepSummary;
use crate::experiment::sweep::{Point, Run};
use crate::measure::METRICS;
use crate::model::settings::TopologyOption;
use crate::report::load::{Files, OptionCell, ResultsLoadError, value};
use crate::report::manifest;
use crate::report::tables::read_text;
use serde::Deserialize;

/// A row of `sweep.csv`, without its factors.
#[derive(Debug, Deserialize)]
struct SweepRow {
    point: usize,
    option: OptionCell,
    replication: u32,
    metric: String,
    value: String,
}

/// Reads the sweep in `folder`.
pub(in crate::report) fn read(
    folder: &Path,
    text: &[u8],
) -> Result<SweepSummary, ResultsLoadError> {
    let manifest = parse(folder, text)?;
    let files = Files::new(folder, manifest.files_blake3.clone());
    let points = points(&files, &manifest.keys)?;
    let record = manifest.record(points).map_err(|cause| in_manifest(folder, cause))?;
    let mut values = Vec::new();
    let rows = files.rows::<SweepRow>(TABLE)?;
    let always = METRICS.iter().filter(|metric| metric.requires.is_none()).count();
    let of_runs = |metrics: usize| {
        record.design.count_runs(record.record.replications).saturating_mul(metrics as u128)
    };
    let (least, most) = (of_runs(always), of_runs(METRICS.len()));
    if !(least..=most).contains(&(rows.len() as u128)) {
        let found = rows.len();
        let cause = format!("{found} rows, and the manifest's runs have {least} to {most}");
        return Err(files.invalid(TABLE, cause));
    }
    let mut rows = rows.into_iter().peekable();
    for run in record.runs() {
        let mut own = Vec::new();
        for metric in METRICS {
            let number = record.design.number_of(run);
            let is_it = |row: &SweepRow| is_of(row, run, number) && row.metric == metric.name;
            match rows.next_if(|(_, row)| is_it(row)) {
                Some((line, row)) => {
                    let value = value(&row.value, metric);
                    own.push(Some(value.map_err(|cause| files.at_line(TABLE, line, cause))?));
                }
                None if metric.requires.is_some() => own.push(None),
                None => {
                    let cause = expected(run, number, metric.name);
                    return Err(match rows.peek() {
                        Some((line, _)) => files.at_line(TABLE, *line, cause),
                        None => files.invalid(TABLE, "rows are missing"),
                    });
                }
            }
        }
        values.push(own);
    }
    match rows.next() {
        Some((line, _)) => Err(files.at_line(TABLE, line, "a row that belongs to no run")),
        None => Ok(SweepSummary::new(record, values)),
    }
}

const TABLE: &str = "sweep.csv";

/// Whether a row belongs to the run of the point with that number.
fn is_of(row: &SweepRow, run: Run, point: usize) -> bool {
    (row.point, row.option.0, row.replication) == (point, run.option, run.replication)
}

fn expected(run: Run, point: usize, metric: &str) -> String {
    let Run { option, replication, .. } = run;
    format!("expected {metric} at point {point}, {}, replication {replication}", option.name())
}

/// Reads the manifest in `folder`.
pub(in crate::report) fn parse(
    folder: &Path,
    manifest: &[u8],
) -> Result<SweepManifest, ResultsLoadError> {
    SweepManifest::parse(manifest).map_err(|cause| in_manifest(folder, cause))
}

/// What is wrong with the manifest in `folder`.
pub(in crate::report) fn in_manifest(folder: &Path, cause: impl Display) -> ResultsLoadError {
    ResultsLoadError::Invalid(folder.join(manifest::NAME), cause.to_string())
}

/// The points of `points.csv`: number, options, and the value of each of `keys`.
pub(in crate::report) fn points(
    files: &Files<'_>,
    keys: &[String],
) -> Result<Vec<Point>, ResultsLoadError> {
    const NAME: &str = "points.csv";
    let mut points: Vec<Point> = Vec::new();
    for (line, cells) in files.rows::<Vec<String>>(NAME)? {
        let fail = |cause: String| files.at_line(NAME, line, cause);
        let [number, options, values @ ..] = cells.as_slice() else {
            return Err(fail("expected a point and its options".into()));
        };
        let last = points.last().map_or(0, |point| point.number);
        let number = number.parse().ok().filter(|number| *number > last);
        let Some(number) = number.filter(|_| values.len() == keys.len()) else {
            return Err(fail(format!("expected a point after {last} with {} keys", keys.len())));
        };
        let option = |name: &str| {
            TopologyOption::named(name).ok_or_else(|| format!("there is no option `{name}`"))
        };
        let options = options.split_whitespace().map(option).collect::<Result<_, _>>();
        points.push(Point {
            number,
            values: values.iter().map(|value| read_text(value)).collect(),
            options: options.map_err(fail)?,
        });
    }
    Ok(points)
}

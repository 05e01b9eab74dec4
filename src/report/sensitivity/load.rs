//! Reads a sensitivity analysis from its results folder.

use std::path::Path;
use std::vec::IntoIter;

use super::results::SensitivityResults;
use crate::experiment::sensitivity::{Analysis, Finding, Index, LeftOut, Method, Number};
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::report::load::{Files, OptionCell, ResultsLoadError};
use crate::report::manifest;
use crate::report::sweep::{AnalysisRow, StudyRow};
use crate::report::sweep::{in_manifest, parse, read_points as points};
use crate::report::tables::read_text;
use serde::Deserialize;

/// A row of `sensitivity.csv`.
#[derive(Debug, Deserialize)]
struct IndexRow {
    option: OptionCell,
    metric: String,
    key: String,
    index: String,
    value: Option<f64>,
    ci95_low: Option<f64>,
    ci95_high: Option<f64>,
}

/// A row of `factors.csv`.
#[derive(Debug, Deserialize)]
struct FactorRow {
    key: String,
    values: String,
    left_out_because: String,
}

/// Reads the sensitivity analysis in `folder`.
pub(in crate::report) fn read(
    folder: &Path,
    manifest: &[u8],
) -> Result<SensitivityResults, ResultsLoadError> {
    let manifest = parse(folder, manifest)?;
    let wrong = |cause: String| in_manifest(folder, cause);
    let files = Files::new(folder, manifest.files_blake3.clone());
    let study = manifest.sensitivity.clone();
    let study = study.ok_or_else(|| wrong("it has no `sensitivity`".into()))?;
    let StudyRow { analyses, comparisons, method } = study;
    let method = Method::named(&method, comparisons);
    let method = method.ok_or_else(|| wrong("there is no such method".into()))?;
    let points = points(&files, &manifest.keys)?;
    let record = manifest.record(points).map_err(wrong)?;
    let (factors, left_out) = factors(&files)?;
    let keys: Vec<&str> = factors.iter().map(|(key, _)| key.as_str()).collect();
    if !keys.iter().eq(&record.design.keys) {
        return Err(files.invalid(FACTORS, "other keys than in points.csv"));
    }
    let rows = files.rows::<IndexRow>(INDICES)?.into_iter();
    let mut reader = AnalysisReader { files: &files, method, keys, rows };
    let analyses = analyses.iter().map(|of| reader.analysis(of)).collect::<Result<_, _>>()?;
    if let Some((line, _)) = reader.rows.next() {
        return Err(files.at_line(INDICES, line, "a row that belongs to no analysis"));
    }
    Ok(SensitivityResults { record, method, factors, left_out, analyses })
}

const INDICES: &str = "sensitivity.csv";
const FACTORS: &str = "factors.csv";

/// The varied keys with their levels, and those that were not varied, with the reason.
type Factors = (Vec<(String, String)>, Vec<LeftOut>);

fn factors(files: &Files<'_>) -> Result<Factors, ResultsLoadError> {
    let (mut factors, mut left_out) = (Vec::new(), Vec::new());
    for (_, row) in files.rows::<FactorRow>(FACTORS)? {
        let (key, why) = (read_text(&row.key), read_text(&row.left_out_because));
        if why.is_empty() {
            factors.push((key, read_text(&row.values)));
        } else {
            left_out.push(LeftOut { about: key, why });
        }
    }
    Ok((factors, left_out))
}

/// `sensitivity.csv` that is being read.
struct AnalysisReader<'a> {
    files: &'a Files<'a>,
    method: Method,
    keys: Vec<&'a str>,
    rows: IntoIter<(u64, IndexRow)>,
}

impl AnalysisReader<'_> {
    fn analysis(&mut self, of: &AnalysisRow) -> Result<Analysis, ResultsLoadError> {
        let unknown = |what: &str, name: &str| {
            self.files.invalid(manifest::NAME, format!("there is no {what} `{name}`"))
        };
        let metric = Metric::named(&of.metric).ok_or_else(|| unknown("metric", &of.metric))?;
        let option = TopologyOption::named(&of.option);
        let option = option.ok_or_else(|| unknown("option", &of.option))?;
        let findings = self
            .keys
            .clone()
            .iter()
            .map(|_| self.finding(option, metric))
            .collect::<Result<_, _>>()?;
        let (never, points) = (of.points_never, of.points);
        Ok(Analysis { option, metric, findings, never, points })
    }

    /// The findings on the key of the next row.
    fn finding(
        &mut self,
        option: TopologyOption,
        metric: Metric,
    ) -> Result<Finding, ResultsLoadError> {
        let mut factor = None;
        let (method, mut numbers) = (self.method, Vec::new());
        for name in method.indices() {
            let number = self.next(&mut factor, option, metric, name)?;
            numbers.push(number);
        }
        let mut count = |name| {
            let number = self.next(&mut factor, option, metric, name)?;
            Ok(number.map_or(0, |number| whole(number.value)))
        };
        let (never, never_by_key) = (count("never")?, count("never_by_key")?);
        let factor = factor.unwrap_or_default();
        Ok(Finding { factor, index: Index { never, never_by_key, numbers } })
    }

    /// The index named `name` in the next row, which must be of `factor` or determines it.
    fn next(
        &mut self,
        factor: &mut Option<usize>,
        option: TopologyOption,
        metric: Metric,
        name: &str,
    ) -> Result<Option<Number>, ResultsLoadError> {
        let (line, row) =
            self.rows.next().ok_or_else(|| self.files.invalid(INDICES, "rows are missing"))?;
        let key = read_text(&row.key);
        let found = self.keys.iter().position(|known| *known == key);
        let is_it = (row.option.0, row.metric.as_str(), row.index.as_str())
            == (option, metric.name, name)
            && found.is_some()
            && factor.is_none_or(|factor| found == Some(factor));
        if !is_it {
            let expected = format!("expected {name} of {} under {}", metric.name, option.name());
            return Err(self.files.at_line(INDICES, line, expected));
        }
        *factor = found;
        let ci95 = row.ci95_low.zip(row.ci95_high);
        Ok(row.value.map(|value| Number { value, ci95 }))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count as it was written"
)]
fn whole(count: f64) -> usize {
    count as usize
}

//! A calibration: the overlay, the ensemble, the evidence, and the performance of the model on held-out days.

mod page;
mod results;
mod text;

use std::collections::BTreeMap;

use serde_json::json;

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::manifest::{CALIBRATION, NAME, PROGRAM, hash};
use super::tables::{Number, Table, TableFormats, write_all};
use crate::experiment::calibration::Calibrated;
use crate::experiment::calibration::estimate::Estimate;
use crate::experiment::calibration::plausible::Plausible;
use crate::experiment::calibration::verdict::Held;
pub use results::CalibrationResults;

/// The folder of plausible overlays in the folder of a calibration.
pub const ENSEMBLE: &str = "ensemble";

/// Writes all files of a calibration into `folder` and moves it into place.
///
/// # Errors
/// If a file cannot be written; then nothing has changed.
pub fn write_calibration(
    results: &CalibrationResults<'_>,
    folder: AtomicDirectory,
) -> Result<(), ReportError> {
    let calibrated = results.calibrated;
    folder.write("overlay.toml", calibrated.best.as_bytes())?;
    for (number, overlay) in (1..).zip(&calibrated.ensemble) {
        folder.write(&format!("{ENSEMBLE}/{number:03}.toml"), overlay.as_bytes())?;
    }
    let tables = [estimates(&calibrated.estimates), held_out(calibrated)];
    write_all(&tables, &TableFormats::default(), &folder)?;
    folder.write("account.txt", (results.account.join("\n") + "\n").as_bytes())?;
    folder.write("report.html", page::page(results).as_bytes())?;
    let files: BTreeMap<String, String> =
        folder.files()?.into_iter().map(|(name, content)| (name, hash(&content))).collect();
    let manifest = json!({
        "command_line": results.command,
        "files_blake3": files,
        "kind": CALIBRATION,
        "p_value": calibrated.verdict.p_value,
        "coverage_90": calibrated.verdict.coverage(),
        "program": PROGRAM,
        "reproduces_held_out_days": calibrated.verdict.reproduces(),
        "scenario": results.scenario,
        "seed": results.seed,
        "version": env!("CARGO_PKG_VERSION"),
    });
    folder.write(NAME, format!("{manifest:#}\n").as_bytes())?;
    folder.put_in_place()
}

/// The text for the terminal; `target` is the folder.
pub fn calibration_text(results: &CalibrationResults<'_>, target: &str) -> String {
    text::told(results, target)
}

/// `calibration.csv`: every estimate.
fn estimates(all: &[Estimate]) -> Table<'_> {
    let end = |of: fn((f64, f64)) -> f64| {
        move |estimate: &Estimate| estimate.interval.map(of).and_then(Number::real)
    };
    Table::of("calibration", all)
        .text("key", |estimate| estimate.key.as_str())
        .flag("is_key", |estimate| estimate.is_key)
        .text("unit", |estimate| estimate.unit)
        .number("estimate", |estimate| estimate.value.and_then(Number::real))
        .number("ci90_low", end(|(low, _)| low))
        .number("ci90_high", end(|(_, high)| high))
        .text("written", |estimate| {
            estimate.plausible.as_ref().map_or_else(String::new, Plausible::best)
        })
        .text("method", |estimate| estimate.method)
        .number("lines", |estimate| Some(Number::count(estimate.lines as u64)))
        .text("evidence", |estimate| estimate.evidence.as_str())
        .done()
}

/// `held_out.csv`: every number of the held-out days, with the model's prediction.
fn held_out(calibrated: &Calibrated) -> Table<'_> {
    let groups = &calibrated.shape.groups;
    Table::of("held_out", &calibrated.verdict.held)
        .number("span", |held| Number::count(u64::from(held.day.window) + 1))
        .number("day", |held| Number::count(u64::from(held.day.day) + 1))
        .text("measure", |held| held.cell.measure.name())
        .text("site", |held| groups[held.cell.group].as_str())
        .number("hour", |held| held.cell.hour.map(|hour| Number::count(u64::from(hour))))
        .number("observed", |held| Number::real(held.observed))
        .number("model_mean", |held| Number::real(held.mean))
        .number("model_p05", |held| Number::real(held.low))
        .number("model_p95", |held| Number::real(held.high))
        .flag("is_inside", Held::is_inside)
        .number("deviations", |held| Number::real(held.z))
        .done()
}

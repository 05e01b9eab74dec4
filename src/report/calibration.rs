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
use crate::experiment::calibration::cells::DayCell;
use crate::experiment::calibration::estimate::Estimate;
use crate::experiment::calibration::history_matching::{
    CUT_OFF, History, MatchedPoint, RUNS, Wave,
};
use crate::experiment::calibration::plausible::Plausible;
use crate::experiment::calibration::shape::Shape;
use crate::experiment::calibration::verdict::Held;
use crate::experiment::sweep::Factor;
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
    let mut tables = vec![estimates(&calibrated.estimates), held_out(calibrated)];
    let ranges = calibrated.history.as_ref().map(ranges).unwrap_or_default();
    if let Some(history) = &calibrated.history {
        tables.extend([waves(&ranges), points(history, &calibrated.shape)]);
    }
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
        "reproduces_training_days": calibrated.comes_near(),
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

/// A key after a wave of history matching.
struct Range<'a> {
    number: u64,
    wave: &'a Wave,
    key: usize,
}

/// The keys after each wave.
fn ranges(history: &History) -> Vec<Range<'_>> {
    let of = |(number, wave)| (0..history.space.len()).map(move |key| Range { number, wave, key });
    (1..).zip(&history.waves).flat_map(of).collect()
}

/// `history_matching.csv`: what each wave leaves of each key.
fn waves<'a>(all: &'a [Range<'a>]) -> Table<'a> {
    let count = |number: usize| Number::count(number as u64);
    Table::of("history_matching", all)
        .number("wave", |range| Number::count(range.number))
        .text("key", |range| range.wave.left[range.key].key.as_str())
        .text("left", |range| range.wave.left[range.key].levels.to_string())
        .number("left_share", |range| Number::real(range.wave.shares[range.key]))
        .number("points", move |range| count(range.wave.points))
        .number("plausible_points", move |range| count(range.wave.plausible))
        .number("space_left_share", |range| Number::real(range.wave.space_left))
        .done()
}

/// `history_points.csv`: the values of each point and how far its runs are from the training days.
fn points<'a>(history: &'a History, shape: &'a Shape) -> Table<'a> {
    let worst = |of: fn(&DayCell, &Shape) -> String| {
        move |point: &MatchedPoint| point.worst.map_or(String::new(), |cell| of(&cell, shape))
    };
    let mut table = Table::of("history_points", &history.points)
        .number("wave", |point| Number::count(point.wave.into()))
        .number("point", |point| Number::count(point.number.into()));
    for (place, key) in history.keys().enumerate() {
        table = table.text(key, move |point: &MatchedPoint| {
            point.values.get(place).cloned().unwrap_or_default()
        });
    }
    table
        .number("implausibility", |point| Number::real(point.implausibility))
        .text("worst_measure", worst(|cell, _| cell.measure.name().into()))
        .text("worst_site", worst(|cell, shape| shape.groups[cell.group].clone()))
        .text(
            "worst_hour",
            worst(|cell, _| cell.hour.map_or(String::new(), |hour| hour.to_string())),
        )
        .done()
}

/// What history matching left, as JSON.
pub fn history_json(history: &History) -> serde_json::Value {
    let keys = |wave: &Wave| -> Vec<_> {
        let of = |(left, share): (&Factor, &f64)| json!({ "key": left.key, "left": left.levels.to_string(), "left_share": share });
        wave.left.iter().zip(&wave.shares).map(of).collect()
    };
    let waves: Vec<_> = history
        .waves
        .iter()
        .map(|wave| {
            json!({
                "points": wave.points,
                "plausible_points": wave.plausible,
                "space_left_share": wave.space_left,
                "keys": keys(wave),
            })
        })
        .collect();
    json!({
        "cut_off": CUT_OFF,
        "runs_per_point": RUNS,
        "keeps_scenario_values": history.keeps_own(),
        "waves": waves,
    })
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

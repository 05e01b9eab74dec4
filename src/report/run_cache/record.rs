//! The format of a cached run: a checksum, then JSON, on one line.

use serde::{Deserialize, Serialize};

use crate::experiment::sweep::{RunId, Summary};
use crate::measure::METRICS;
use crate::measure::run::{Caution, Value, Work};
use crate::model::settings::TopologyOption;
use crate::units::SimDuration;

/// The number of hexadecimal digits of a checksum.
const DIGITS: usize = 32;

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    program: String,
    case: String,
    option: String,
    seed: u64,
    replication: u32,
    /// `None`: not measured.
    values: Vec<Option<StoredValue>>,
    /// Events, transfers, settlements, classes, channels, rounds, moves between clocks.
    work: [u64; 7],
    cautions: Vec<[String; 3]>,
}

/// A value; a real number is stored by its bits, so that it is restored exactly.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredValue {
    Count(u64),
    Nanos(Option<u64>),
    Bits(u64),
}

/// `text` as a line with a checksum.
pub(in crate::report) fn line(text: &str) -> String {
    format!("{} {text}\n", &blake3::hash(text.as_bytes()).to_hex()[..DIGITS])
}

/// The text from which [`line()`] made `line`.
///
/// # Errors
/// If it was changed.
pub(in crate::report) fn of_line(line: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(line).ok().and_then(|line| line.strip_suffix('\n'));
    let parts = text.and_then(|text| text.split_once(' '));
    let sound =
        |(sum, text): &(&str, &str)| *sum == &blake3::hash(text.as_bytes()).to_hex()[..DIGITS];
    let sound = parts.filter(sound).map(|(_, text)| text);
    sound.ok_or_else(|| "it was changed after it was written (its checksum differs)".into())
}

/// A run as text.
pub(in crate::report) fn write_run(id: &RunId, summary: &Summary) -> String {
    let cell = |value: &Value| match value {
        Value::Count(count) => StoredValue::Count(*count),
        Value::Seconds(span) => StoredValue::Nanos(span.map(SimDuration::as_nanos)),
        Value::Real(real) => StoredValue::Bits(real.to_bits()),
    };
    let caution = |at: &Caution| [at.name.to_string(), at.seen.clone(), at.advice.clone()];
    let work = summary.work;
    let record = Record {
        program: id.program.clone(),
        case: id.case.clone(),
        option: id.option.name().into(),
        seed: id.seed,
        replication: id.replication,
        values: summary.values.iter().map(|value| value.as_ref().map(cell)).collect(),
        work: [
            work.events,
            work.transfers,
            work.settlements,
            work.classes_touched,
            work.channels_touched,
            work.rounds,
            work.clock_moves,
        ],
        cautions: summary.cautions.iter().map(caution).collect(),
    };
    serde_json::to_string(&record).expect("a record has string keys")
}

/// The run that [`write_run`] wrote.
///
/// # Errors
/// A description of the error.
pub(in crate::report) fn read_run(text: &str) -> Result<(RunId, Summary), String> {
    let record: Record = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let option = TopologyOption::named(&record.option).ok_or("an unknown option")?;
    // Another version may have other metrics; its runs are not reused.
    let id = RunId {
        program: record.program,
        case: record.case,
        option,
        seed: record.seed,
        replication: record.replication,
    };
    if id.program == crate::experiment::sweep::PROGRAM && record.values.len() != METRICS.len() {
        return Err("not all metrics".into());
    }
    let value = |cell: &StoredValue| match *cell {
        StoredValue::Count(count) => Value::Count(count),
        StoredValue::Nanos(nanos) => Value::Seconds(nanos.map(SimDuration::from_nanos)),
        StoredValue::Bits(bits) => Value::Real(f64::from_bits(bits)),
    };
    let [events, transfers, settlements, classes_touched, channels_touched, rounds, clock_moves] =
        record.work;
    let work = Work {
        events,
        transfers,
        settlements,
        classes_touched,
        channels_touched,
        rounds,
        clock_moves,
    };
    let caution = |[name, seen, advice]: [String; 3]| Caution { name: name.into(), seen, advice };
    let cautions = record.cautions.into_iter().map(caution).collect();
    let values = record.values.iter().map(|cell| cell.as_ref().map(value)).collect();
    Ok((id, Summary { values, work, cautions }))
}

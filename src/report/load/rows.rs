//! Rows of a table, and the cell types that all artefacts share.

use csv::{ErrorKind, ReaderBuilder};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::measure::run::{Metric, Value};
use crate::model::settings::TopologyOption;
use crate::units::decimal::parse_scaled;
use crate::units::{SimDuration, SimTime};

/// All rows of a table with their line numbers.
///
/// # Errors
/// The line of the first invalid row, and its problem.
pub(in crate::report) fn parse<T: DeserializeOwned>(
    content: &[u8],
) -> Result<Vec<(u64, T)>, (u64, String)> {
    let mut reader = ReaderBuilder::new().from_reader(content);
    let header = reader.headers().map_err(|error| (1, error.to_string()))?.clone();
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let more = reader.read_record(&mut record).map_err(|error| (line, error.to_string()))?;
        if !more {
            return Ok(rows);
        }
        let row = record.deserialize(Some(&header)).map_err(|error| (line, said(&error, &header)));
        rows.push((line, row?));
    }
}

/// The problem of a row, with the name of the column.
fn said(error: &csv::Error, header: &csv::StringRecord) -> String {
    let ErrorKind::Deserialize { err, .. } = error.kind() else { return error.to_string() };
    let column = err.field().and_then(|field| header.get(usize::try_from(field).ok()?));
    column.map_or_else(|| err.kind().to_string(), |name| format!("{name}: {}", err.kind()))
}

/// An option by its name.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct OptionCell(pub(in crate::report) TopologyOption);

impl<'de> Deserialize<'de> for OptionCell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        TopologyOption::named(&name)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("there is no option `{name}`")))
    }
}

/// Seconds, to the nanosecond.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Seconds(pub(in crate::report) SimDuration);

impl Seconds {
    fn parse(text: &str) -> Result<Self, String> {
        let nanos = parse_scaled(text, 1_000_000_000)?.nearest;
        let nanos = u64::try_from(nanos).map_err(|_| "too large".to_string())?;
        Ok(Self(SimDuration::from_nanos(nanos)))
    }

    pub(in crate::report) fn time(self) -> SimTime {
        SimTime::from_nanos(self.0.as_nanos())
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The value of a metric as recorded.
pub(in crate::report) fn value(text: &str, metric: Metric) -> Result<Value, String> {
    let fail = || format!("value: `{text}` is not a number");
    match metric.unit {
        "s" if text.is_empty() => Ok(Value::Seconds(None)),
        "s" => Ok(Value::Seconds(Some(Seconds::parse(text)?.0))),
        "agent-hours" | "cost" => text.parse().map(Value::Real).map_err(|_| fail()),
        _ => text.parse().map(Value::Count).map_err(|_| fail()),
    }
}

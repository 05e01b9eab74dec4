//! Converts logs of a company's update servers to observations of agents.
//!
//! A log is recognised by its content. Each reader processes its file line by line and passes its findings to a
//! [`Gathering`]; unreadable lines and lines that cannot be assigned are counted in the report.

mod access;
mod agents;
mod clock;
mod content;
mod deployment;
mod error;
mod gathering;
mod lines;
mod log_kind;
mod merging;
mod moment;
mod plain;
mod reading;
mod recognition;
mod request;
mod sources;
mod tmu_dump;

use std::io::BufRead;

use crate::scenario::Scenario;
pub use error::LogError;
use gathering::Gathering;
pub use gathering::LogRules;
pub(crate) use lines::for_each_line;
use log_kind::LogKind;
pub(crate) use moment::Moment;
pub use moment::UtcOffset;
pub use reading::LogReading;
pub(crate) use recognition::looks_like_requests;
use recognition::{recognise, refusal};
pub(crate) use request::{Fields, Misread, Request, combined};

/// Reads logs, one after the other.
#[derive(Debug)]
pub struct LogReader {
    gathering: Gathering,
}

impl LogReader {
    /// A reader of logs of the company in `scenario`, whose sites and clock apply.
    pub fn new(scenario: &Scenario, rules: LogRules) -> Self {
        Self { gathering: Gathering::new(scenario, rules) }
    }

    /// Reads a log, which is named `file` in the report.
    ///
    /// # Errors
    /// If it cannot be read, is not a known log, or has no line about updates.
    pub fn read(&mut self, file: &str, mut input: impl BufRead) -> Result<(), LogError> {
        let unreadable = |cause| LogError::Unreadable(file.to_string(), cause);
        let beginning = input.fill_buf().map_err(unreadable)?;
        let kind = recognise(beginning).ok_or_else(|| refusal(file, beginning))?;
        self.gathering.begin(file, kind);
        let read = match kind {
            LogKind::Deployment => deployment::read(input, &mut self.gathering),
            LogKind::Extended | LogKind::Combined => access::read(input, &mut self.gathering),
            LogKind::TmuDump => tmu_dump::read(input, file, &mut self.gathering),
            LogKind::Plain => plain::read(input, &mut self.gathering),
        };
        read.map_err(unreadable)?;
        self.gathering.end().map_err(|why| recognition::without_updates(file, kind, &why))
    }

    /// The result.
    ///
    /// # Errors
    /// If no line is within the scenario's span.
    pub fn finish(self) -> Result<LogReading, LogError> {
        let reading = self.gathering.finish();
        if reading.observations.list.is_empty() {
            return Err(recognition::outside(&reading.account));
        }
        Ok(reading)
    }
}

//! Writes a run in the formats of the product's own logs, in the results folder.

use std::sync::atomic::AtomicBool;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::experiment::Experiment;
use crate::measure::event_log::RunLog;
use crate::report::{AtomicDirectory, LogForm, ReportError, write_logs};

/// The arguments of `run` for logs.
#[derive(Clone, Debug, Default, Args)]
pub(in crate::cli) struct Logs {
    /// Also writes the events of the first replication in the formats of the product's own logs, such as ptndp,iis.
    #[arg(long, value_name = "FORMS", value_delimiter = ',', value_parser = form_named())]
    log_as: Vec<LogForm>,
}

impl Logs {
    /// The formats, without duplicates, in their order.
    pub(in crate::cli) fn forms(&self) -> Vec<LogForm> {
        LogForm::ALL.into_iter().filter(|form| self.log_as.contains(form)).collect()
    }

    /// The arguments for these formats.
    pub(in crate::cli) fn words(&self) -> Vec<String> {
        let names: Vec<&str> = self.forms().into_iter().map(LogForm::name).collect();
        if names.is_empty() {
            return Vec::new();
        }
        vec!["--log-as".into(), names.join(",")]
    }
}

/// The requested logs.
pub(in crate::cli) struct LogFiles(Option<(RunLog, Vec<LogForm>)>);

impl LogFiles {
    /// The logs of the first replication of `experiment`; `None` if `stop` was set before the end.
    pub(in crate::cli) fn of(
        asked: &Logs,
        experiment: &Experiment<'_>,
        stop: &AtomicBool,
    ) -> Option<Self> {
        let forms = asked.forms();
        if forms.is_empty() {
            return Some(Self(None));
        }
        let log = experiment.event_log(experiment.options[0], 1, stop)?;
        Some(Self(Some((log, forms))))
    }

    /// Writes the logs into `folder`.
    pub(in crate::cli) fn write(&self, folder: &AtomicDirectory) -> Result<(), ReportError> {
        match &self.0 {
            Some((log, forms)) => write_logs(log, forms, folder),
            None => Ok(()),
        }
    }
}

/// Parses the name of a format; help and shell completions know the names.
fn form_named() -> impl TypedValueParser<Value = LogForm> {
    let names = PossibleValuesParser::new(LogForm::ALL.map(LogForm::name));
    names.try_map(|name| LogForm::named(&name).ok_or("an unknown format"))
}

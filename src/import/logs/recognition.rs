//! Recognises the format of a log by its content.

use std::path::Path;

use super::error::LogError;
use super::lines::parts;
use super::log_kind::LogKind;
use super::{deployment, plain, tmu_dump};
use crate::import::ImportError;
use crate::import::sniff::{kind_name, kind_of};
use crate::scenario::{Diagnostic, Diagnostics};

/// The supported formats.
const EXPECTED: &str = "a deployment log of the server (*PtnDP*.log), an access log (W3C extended as IIS writes it, or \
                        the combined form of nginx and Apache), TmuDump.txt, or a table with the columns \
                        agent,time,event,source,bytes";

/// The number of lines at the beginning that are examined.
const LOOKED_AT: usize = 200;

/// The format of a log with this beginning; `None` if it is not a known one.
pub(super) fn recognise(beginning: &[u8]) -> Option<LogKind> {
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    let lines = || text.split(|byte| *byte == b'\n').take(LOOKED_AT).map(<[u8]>::trim_ascii);
    let mut filled = lines().filter(|line| !line.is_empty());
    if filled.next().is_some_and(plain::is_header) {
        return Some(LogKind::Plain);
    }
    lines().find_map(|line| {
        let has = |words: &[u8]| line.windows(words.len()).any(|part| part == words);
        if deployment::state(parts::<4>(line, b',')[3]).is_some() {
            Some(LogKind::Deployment)
        } else if line.starts_with(b"#Fields:") {
            Some(LogKind::Extended)
        } else if has(tmu_dump::BEGINS) || has(tmu_dump::ENDS) {
            Some(LogKind::TmuDump)
        } else if has(b" [") && has(b"] \"") && has(b" HTTP/") {
            Some(LogKind::Combined)
        } else {
            None
        }
    })
}

/// Whether `beginning` is the beginning of an access log.
pub(crate) fn looks_like_requests(beginning: &[u8]) -> bool {
    matches!(recognise(beginning), Some(LogKind::Extended | LogKind::Combined))
}

/// The error for a file with this beginning that is none of these.
pub(super) fn refusal(file: &str, beginning: &[u8]) -> LogError {
    let kind = kind_of(beginning);
    let (name, way_out) = kind_name(beginning).unwrap_or((kind.name(), None));
    let message = format!("this is {name}, not a log that is known");
    refuse(file, message, way_out.map(String::from))
}

/// The error that a log contains no updates.
pub(super) fn without_updates(file: &str, kind: LogKind, why: &str) -> LogError {
    refuse(file, format!("this is {}, without any line about an update: {why}", kind.name()), None)
}

/// The error that no line of any log is within the scenario's span.
pub(super) fn outside(account: &[String]) -> LogError {
    let message = format!("no line is within the scenario's span: {}", account.join("; "));
    let expected = "logs of the time of the scenario, from `start` on";
    let help =
        "set `start` to the date of the first day; a scenario without a date repeats every week";
    let problem =
        Diagnostic::new("out-of-range", 0..0, message, expected).with_help(Some(help.into()));
    LogError::Invalid(ImportError::of(vec![Diagnostics::of_file("logs", "", vec![problem])]))
}

fn refuse(file: &str, message: String, help: Option<String>) -> LogError {
    let problem = Diagnostic::new("unknown-format", 0..0, message, EXPECTED).with_help(help);
    let file = Path::new(file).display().to_string();
    LogError::Invalid(ImportError::of(vec![Diagnostics::of_file(&file, "", vec![problem])]))
}

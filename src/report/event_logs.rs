//! Writes a run in the formats of the product's own logs (`docs/logs.md`): a deployment log, an access log of the
//! server, and a plain table.

use std::fmt::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::{fs, io};

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::tables::{Number, Table, TableFormats, write_all};
use crate::measure::event_log::{
    LoggedContent, LoggedEvent, LoggedFile, LoggedLine, LoggedSource, RunLog,
};
use crate::measure::run::SourceKind;
use crate::model::calendar::DateTime;
use crate::model::component::ComponentKind;
use crate::model::version::{Package, Version};
use crate::units::{Bytes, SimDuration, SimTime};

/// A log format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogForm {
    /// The server's deployment log, `*PtnDP*.log` (KA-0001467).
    Deployment,
    /// The access log of the server, W3C extended as IIS writes it.
    Access,
    /// `agent,time,event,source,bytes`.
    Plain,
}

/// The ports of the server and of Update Agents; `ActiveUpdate` uses 80.
const SERVER_PORT: u16 = 8080;
const AGENT_PORT: u16 = 21112;
const INTERNET_PORT: u16 = 80;

impl LogForm {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Deployment, Self::Access, Self::Plain];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "ptndp",
            Self::Access => "iis",
            Self::Plain => "csv",
        }
    }

    /// The format with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The name of its file in a results folder.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Deployment => "server_PtnDP.log",
            Self::Access => "server_u_ex.log",
            Self::Plain => "events.csv",
        }
    }
}

/// Writes `log` in `forms`, one file each, into `folder`.
///
/// # Errors
/// If one cannot be written.
pub fn write_logs(
    log: &RunLog,
    forms: &[LogForm],
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    for form in forms {
        match form {
            LogForm::Deployment => folder.write(form.file(), deployment(log).as_bytes())?,
            LogForm::Access => folder.write(form.file(), access(log).as_bytes())?,
            LogForm::Plain => write_all(&[plain(log)], &TableFormats::default(), folder)?,
        }
    }
    Ok(())
}

/// Copies the logs in `from`, if there are any, to `folder`: redrawing does not write them again.
///
/// # Errors
/// If one cannot be read or written.
pub(super) fn take_logs_over(from: &Path, folder: &AtomicDirectory) -> Result<(), ReportError> {
    for form in LogForm::ALL {
        let path = from.join(form.file());
        match fs::read(&path) {
            Ok(content) => folder.write(form.file(), &content)?,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(ReportError::at(&path, cause)),
        }
    }
    Ok(())
}

/// The printed number of a version: two more for each release (DUP-1), followed by two digits.
fn printed(version: Version) -> u64 {
    u64::from(version.0) * 200
}

/// The server's deployment log: one line for each state. Fields without a value are `#NA`.
fn deployment(log: &RunLog) -> String {
    const NONE: &str = "#NA";
    let mut out = String::new();
    for line in &log.lines {
        let told = log.address(line).to_string();
        let [address, state, value, source] = match line.event {
            LoggedEvent::NotifyBegins(by) if log.is_server(by) => {
                [NONE.into(), "#BEGIN_Notify".into(), NONE.into(), NONE.into()]
            }
            LoggedEvent::Notified { by, answered: true, took } if log.is_server(by) => {
                let micros = took.as_nanos() / 1_000;
                let seconds = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
                [told, "#OK_Notify".into(), seconds, NONE.into()]
            }
            LoggedEvent::Notified { by, answered: false, .. } if log.is_server(by) => {
                [told, "#FAIL_Notify".into(), NONE.into(), NONE.into()]
            }
            LoggedEvent::Reported { updated: Some((source, version)), .. } => {
                let (version, host) = (printed(version).to_string(), host(log.source(source)));
                [String::new(), "#OK_Update".into(), version, host]
            }
            _ => continue,
        };
        let (seconds, agent) = (log.calendar.date_time(line.at).unix_seconds(), line.agent.0 + 1);
        let _ = writeln!(
            out,
            "{seconds},{address},00000000-0000-4000-8000-{agent:012x},{state},{value},{source}"
        );
    }
    out
}

/// The address and port of a source.
fn host(source: &LoggedSource) -> String {
    let port = match source.kind {
        SourceKind::Server => SERVER_PORT,
        SourceKind::UpdateAgent => AGENT_PORT,
        SourceKind::ActiveUpdate | SourceKind::Other => INTERNET_PORT,
    };
    match source.address {
        Some(address) => format!("{address}:{port}"),
        None => format!("{}:{port}", source.name),
    }
}

/// A request that the server has answered.
struct Request {
    /// The end of the answer.
    at: SimTime,
    took: SimDuration,
    method: &'static str,
    path: String,
    status: u16,
    /// The status of the connection: 0, or 64 if it broke.
    system: u16,
    sent: Bytes,
    received: Bytes,
    client: Ipv4Addr,
}

/// The server's access log: one line for each request, at the end of its answer.
fn access(log: &RunLog) -> String {
    let mut requests: Vec<Request> =
        log.lines.iter().flat_map(|line| requests_of(log, line)).collect();
    requests.sort_by_key(|request| request.at);
    let (date, clock) = date_and_clock(log.calendar.date_time(SimTime::START));
    let mut out = format!(
        "#Software: updraft {}\n#Version: 1.0\n#Date: {date} {clock}\n#Fields: date time s-ip cs-method \
         cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status \
         sc-bytes cs-bytes time-taken\n",
        env!("CARGO_PKG_VERSION"),
    );
    for request in requests {
        let (date, clock) = date_and_clock(log.calendar.date_time(request.at));
        let Request { method, path, status, system, sent, received, client, .. } = &request;
        let (server, millis) = (log.server, request.took.as_nanos() / 1_000_000);
        let (sent, received) = (sent.count(), received.count());
        let _ = writeln!(
            out,
            "{date} {clock} {server} {method} {path} - {SERVER_PORT} - {client} - {status} 0 {system} {sent} \
             {received} {millis}"
        );
    }
    out
}

/// The requests to the server, with the times of their answers.
fn requests_of(log: &RunLog, line: &LoggedLine) -> Vec<Request> {
    let get = |path: &str| Request {
        at: line.at,
        took: SimDuration::ZERO,
        method: "GET",
        path: format!("/officescan/{path}"),
        status: 200,
        system: 0,
        sent: Bytes::ZERO,
        received: Bytes::ZERO,
        client: log.address(line),
    };
    match line.event {
        LoggedEvent::On { connects: true } => {
            vec![Request { method: "POST", ..get("cgi/cgiOnStart.exe") }]
        }
        LoggedEvent::Reported { bytes, took, .. } => {
            let post = get("cgi/cgiLog.exe");
            vec![Request { method: "POST", received: bytes, took, ..post }]
        }
        LoggedEvent::Refused(source) if log.is_server(source) => {
            vec![Request { status: 503, ..get("download/server.ini") }]
        }
        LoggedEvent::Sent { source, content, bytes, began } if log.is_server(source) => {
            let took = line.at.since(began);
            let whole = |path| vec![Request { sent: bytes, took, ..get(path) }];
            match content {
                LoggedContent::Index => whole("download/server.ini"),
                LoggedContent::Settings => whole("download/settings.zip"),
                LoggedContent::Program => whole("download/program.zip"),
                LoggedContent::Mirror => whole("download/pattern/incrementals"),
                LoggedContent::CutShort => {
                    let path = "-".to_string();
                    vec![Request { sent: bytes, took, path, system: 64, ..get("") }]
                }
                LoggedContent::Components { first, end } if first == end => {
                    whole("download/components")
                }
                LoggedContent::Components { first, end } => {
                    let parts = in_turn(&log.files[first..end], began, took);
                    let part = |(file, at, took): (&LoggedFile, SimTime, SimDuration)| {
                        let path = format!("download/{}", path(log, file));
                        Request { at, took, sent: file.bytes, ..get(&path) }
                    };
                    parts.map(part).collect()
                }
            }
        }
        _ => Vec::new(),
    }
}

/// The files of one transfer with the given start and duration: one after the other, each with a share of the time in
/// proportion to its bytes. Returns the arrival and duration of each.
fn in_turn(
    files: &[LoggedFile],
    began: SimTime,
    took: SimDuration,
) -> impl Iterator<Item = (&LoggedFile, SimTime, SimDuration)> {
    let whole: Bytes = files.iter().map(|file| file.bytes).sum();
    let nanos = move |bytes: Bytes| {
        let share = u128::from(took.as_nanos()) * u128::from(bytes.count());
        let share = share / u128::from(whole.count()).max(1);
        SimDuration::from_nanos(u64::try_from(share).expect("a part of the time"))
    };
    let mut before = Bytes::ZERO;
    files.iter().map(move |file| {
        let from = nanos(before);
        before += file.bytes;
        let to = nanos(before);
        (file, began.saturating_add(to), to.saturating_sub(from))
    })
}

/// The path of a file at its source, as in the catalogue of a source: full files `NAME<version>.zip`, incrementals
/// `NAME_<from>.<to>`.
fn path(log: &RunLog, file: &LoggedFile) -> String {
    let component = log.component(file);
    let folder = match component.kind {
        ComponentKind::Pattern => "pattern",
        ComponentKind::Engine => "engine",
        ComponentKind::Driver => "driver",
    };
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = component.name.to_lowercase().chars().map(letter).collect();
    match file.package {
        Package::Full(version) => format!("{folder}/{name}{}.zip", printed(version)),
        Package::Incremental { from, to } => {
            format!("{folder}/{name}_{}.{}", printed(from), printed(to))
        }
    }
}

/// The plain table: the lines of all other logs, for all sources.
fn plain(log: &RunLog) -> Table<'_> {
    Table::of("events", &log.lines)
        .text("agent", |line| log.address(line).to_string())
        .text("time", |line| {
            let at = log.calendar.date_time(line.at);
            let (date, clock) = date_and_clock(at);
            format!("{date}T{clock}.{:03}Z", at.clock.as_nanos() / 1_000_000 % 1_000)
        })
        .text("event", |line| event(line.event))
        .text("source", |line| line.event.source().map_or("", |source| &log.source(source).name))
        .number("bytes", |line| match line.event {
            LoggedEvent::Sent { bytes, .. } | LoggedEvent::Reported { bytes, .. } => {
                Some(Number::count(bytes.count()))
            }
            _ => None,
        })
        .done()
}

/// The name of an event in the plain table.
fn event(event: LoggedEvent) -> &'static str {
    match event {
        LoggedEvent::On { .. } => "on",
        LoggedEvent::Off => "off",
        LoggedEvent::NotifyBegins(_) => "notify",
        LoggedEvent::Notified { answered: true, .. } => "answered",
        LoggedEvent::Notified { answered: false, .. } => "unanswered",
        LoggedEvent::Refused(_) => "refused",
        LoggedEvent::Failed(_) => "failed",
        LoggedEvent::Reported { updated: Some(_), .. } => "updated",
        LoggedEvent::Reported { updated: None, .. } => "reported",
        LoggedEvent::Sent { content, .. } => match content {
            LoggedContent::Index => "index",
            LoggedContent::Settings => "settings",
            LoggedContent::Components { .. } => "components",
            LoggedContent::Program => "program",
            LoggedContent::Mirror => "mirrored",
            LoggedContent::CutShort => "interrupted",
        },
    }
}

/// A date and a time of day, in ISO 8601.
fn date_and_clock(at: DateTime) -> (String, String) {
    let seconds = at.clock.as_nanos() / 1_000_000_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    (
        format!("{:04}-{:02}-{:02}", at.year, at.month, at.day),
        format!("{hours:02}:{minutes:02}:{seconds:02}"),
    )
}

//! The common part of `run` and `compare`: read a scenario, simulate, write results, check thresholds.

use super::exit::{Exit, failed, usage};
use super::input::shown;
use super::interruption::Interruption;
use super::logs::LogFiles;
use super::open_report::OpenReport;
use super::output::print;
use super::progress::RunProgress;
use super::request::Request;
use super::resume::{Missing, Resume, judge};
use super::sink::Sink;
use super::terminal::{AnswerFormat, complain};
use crate::experiment::{Decision, Sampled, Sampling, estimates};
use crate::report::{self, Origin, Results};

/// Executes a request: its results go to a folder, or with `-o -` its summary to standard output.
///
/// # Errors
/// The exit code, after a problem was reported.
pub(in crate::cli) fn simulate(
    request: &Request,
    resume: &Resume,
    open_report: OpenReport,
) -> Result<Exit, Exit> {
    let common = &request.common;
    if let Some(message) = contradiction(request, resume, open_report) {
        return Err(usage(&message));
    }
    let scenario = common.load()?;
    let interruption = Interruption::watch();
    let sink = Sink::claim(common, &scenario)?;
    let junit = resume.claim_junit(sink.path())?;
    let experiment = request.experiment(&scenario);
    let fixed = request.record(&experiment, &[], Decision::Fixed);
    let done = sink.earlier_runs(resume, &fixed)?;
    let all = experiment.count_by(request.sampling());
    let progress = RunProgress::new(all, common.printing.terminal.shown_progress());
    let flag = interruption.flag();
    let Some(logs) = LogFiles::of(&request.logs, &experiment, flag) else {
        complain("interrupted\n");
        return Ok(interruption.exit());
    };
    let sampled = experiment.sample(request.sampling(), done, flag, &|at| progress.show(at));
    let took = progress.elapsed();
    progress.finish();
    let Sampled { runs, missing, decision } = sampled.map_err(|error| failed(&error))?;
    let estimates = estimates(&runs);
    if missing > 0 {
        let results = Results { record: &fixed, runs: &runs, estimates: &estimates };
        let missing = Missing { runs: missing, is_open: *request.sampling() != Sampling::Fixed };
        return sink.keep(&results, missing, &interruption);
    }
    let is_open = matches!(decision, Decision::Selection { best: None, .. });
    let record = request.record(&experiment, &runs, decision);
    let results = Results { record: &record, runs: &runs, estimates: &estimates };
    let path = sink.path().to_path_buf();
    let answer = sink.deliver(&results, &logs, common)?;
    if let Some(file) = junit {
        let origin = Origin { scenario: shown(&common.scenario), took };
        report::write_junit(&results, &origin, file).map_err(|error| failed(&error))?;
    }
    let printed = print(&answer);
    if printed != Exit::Done {
        return Err(printed);
    }
    open_report.open(&path);
    if resume.annotates() {
        complain(&report::threshold_annotations(&results, &shown(&common.scenario)));
    }
    let shows_verdicts = !common.printing.terminal.quiet
        && !common.is_streamed()
        && common.printing.format != AnswerFormat::Json;
    let judged = judge(&results, shows_verdicts);
    Ok(if is_open { Exit::NotMet } else { judged })
}

/// The argument that contradicts `-o -`, if any.
fn contradiction(request: &Request, resume: &Resume, open_report: OpenReport) -> Option<String> {
    let common = &request.common;
    if !common.is_streamed() {
        return None;
    }
    let asked = [
        ("--tables", !request.tables.words().is_empty()),
        ("--log-as", !request.logs.words().is_empty()),
        ("--resume", resume.is_asked()),
        ("--agents", common.agents),
        ("--format json", common.printing.format == AnswerFormat::Json),
        ("--format markdown", common.printing.format == AnswerFormat::Markdown),
        ("--quiet", common.printing.terminal.quiet),
        ("--open", open_report.is_asked()),
    ];
    let (flag, _) = asked.into_iter().find(|(_, is_asked)| *is_asked)?;
    Some(format!("`-o -` prints summary.csv and writes no folder: {flag} has no effect with it"))
}

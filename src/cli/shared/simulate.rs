//! The common part of `run` and `compare`: read a scenario, simulate, write results, check thresholds.

use std::sync::atomic::AtomicBool;

use super::exit::{Exit, failed, usage};
use super::input::shown;
use super::interruption::Interruption;
use super::logs::LogFiles;
use super::open_report::OpenReport;
use super::output::print_as_is;
use super::progress::RunProgress;
use super::request::Request;
use super::resume::{Missing, Resume, judge};
use super::sink::{Sink, WhatIf};
use super::terminal::{AnswerFormat, complain, complain_to_programs};
use crate::experiment::{Decision, Experiment, Sampled, Sampling, estimates, what_if};
use crate::report::{self, LIVE_OF_ENSEMBLE, Origin, Results, live_pages};
use crate::scenario::Overrides;

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
    let rule = request.rule(&scenario);
    rule.check_measured(&scenario)?;
    let emitter = common.printing.emitter();
    let ensemble = common.ensemble.of(&scenario, &common.adjustments.set, emitter)?;
    let interruption = Interruption::watch();
    let sink = Sink::claim(common, &scenario)?;
    let junit = resume.claim_junit(sink.path())?;
    let experiment = request.experiment(&scenario, &ensemble);
    let fixed = request.record(&experiment, &ensemble, (&[], Decision::Fixed));
    let done = sink.earlier_runs(resume, &fixed)?;
    let sampling = rule.sampling;
    let all = experiment.count_by(&sampling);
    let progress = RunProgress::new(all, common.printing.terminal.shown_progress());
    let flag = interruption.flag();
    let Some(logs) = LogFiles::of(&request.logs, &experiment, flag) else {
        complain("interrupted\n");
        return Ok(interruption.exit());
    };
    let sampled = experiment.sample(&sampling, done, flag, &|at| progress.show(at));
    let took = progress.elapsed();
    progress.finish();
    let Sampled { runs, missing, decision } = sampled.map_err(|error| failed(&error))?;
    let (estimates, scenario) = (estimates(&runs), Some(&scenario));
    if missing > 0 {
        let record = &fixed;
        let results = Results { scenario, record, runs: &runs, estimates: &estimates };
        let missing = Missing { runs: missing, is_open: sampling != Sampling::Fixed };
        return sink.keep(&results, missing, &interruption);
    }
    let is_open = matches!(decision, Decision::Selection { best: None, .. });
    let record = request.record(&experiment, &ensemble, (&runs, decision));
    let results = Results { scenario, record: &record, runs: &runs, estimates: &estimates };
    let path = sink.path().to_path_buf();
    let tried = if common.what_if { tried(&experiment, &results, request, flag)? } else { None };
    let answer = sink.deliver(&results, &logs, common, tried.as_ref())?;
    if let Some(file) = junit {
        let origin = Origin { scenario: shown(&common.scenario), took };
        report::write_junit(&results, &origin, file).map_err(|error| failed(&error))?;
    }
    let printed = print_as_is(&answer);
    if printed != Exit::Done {
        return Err(printed);
    }
    if common.what_if && tried.is_none() {
        return Ok(interruption.exit());
    }
    open_report.open(&path);
    if resume.annotates() {
        complain_to_programs(&report::threshold_annotations(&results, &shown(&common.scenario)));
    }
    let shows_verdicts = !common.printing.terminal.quiet
        && !common.is_streamed()
        && common.printing.format != AnswerFormat::Json;
    let judged = judge(&results, shows_verdicts);
    Ok(if is_open { Exit::NotMet } else { judged })
}

/// What each lever brings under the option that matters most. An interruption tries no more of them; the results are
/// whole.
fn tried(
    experiment: &Experiment<'_>,
    results: &Results<'_>,
    request: &Request,
    stop: &AtomicBool,
) -> Result<Option<WhatIf>, Exit> {
    let common = &request.common;
    let runs = report::leading(results);
    let set = Overrides(common.adjustments.set.clone());
    let progress = RunProgress::new(0, common.printing.terminal.shown_progress());
    let tried = what_if(experiment, &set, runs, stop, &|at| progress.show(at));
    progress.finish();
    let tried = tried.map_err(|error| failed(&error))?;
    if tried.is_none() {
        complain("interrupted: the levers were not tried; the results are complete\n");
    }
    let option = runs.first().map_or("", |run| run.option.name());
    Ok(tried.map(|tried| WhatIf { option, tried }))
}

/// The argument that contradicts `-o -`, if any.
fn contradiction(request: &Request, resume: &Resume, open_report: OpenReport) -> Option<String> {
    let common = &request.common;
    if common.what_if && common.ensemble.is_asked() {
        let cause = "--what-if moves the levers of one scenario: it has no meaning with --ensemble";
        return Some(cause.into());
    }
    if request.is_live {
        if let Err(cause) = live_pages() {
            return Some(cause);
        }
        if common.ensemble.is_asked() {
            return Some(LIVE_OF_ENSEMBLE.into());
        }
    }
    if !common.is_streamed() {
        return None;
    }
    let asked = [
        ("--tables", !request.tables.words().is_empty()),
        ("--log-as", !request.logs.words().is_empty()),
        ("--resume", resume.is_asked()),
        ("--agents", common.agents),
        ("--what-if", common.what_if),
        ("--format json", common.printing.format == AnswerFormat::Json),
        ("--format markdown", common.printing.format == AnswerFormat::Markdown),
        ("--quiet", common.printing.terminal.quiet),
        ("--live", request.is_live),
        ("--open", open_report.is_asked()),
    ];
    let (flag, _) = asked.into_iter().find(|(_, is_asked)| *is_asked)?;
    Some(format!("`-o -` prints summary.csv and writes no folder: {flag} has no effect with it"))
}

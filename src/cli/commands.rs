//! What each command does.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{Arguments, Command, Common, Format};
use super::exit::Exit;
use super::finishing::{self, Finishing, Lack};
use super::input::load;
use super::interruption::Interruption;
use super::opening::Opening;
use super::problems::Emitter;
use super::progress::RunProgress;
use super::simulate::Asked;
use super::streaming;
use super::varied::usage;
use crate::experiment::{Decision, Sampled, Sampling, estimates};
use crate::report::{self, AtomicDirectory, Results};
use crate::scenario::Scenario;

/// Carries out what was asked.
pub(super) fn carry_out(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Command::Run { common, option, precise, tables, finishing, opening } => {
            load_and_simulate(&Asked::run(common, *option, precise, tables), finishing, *opening)
        }
        Command::Compare { common, precise, select, tables, finishing, opening } => {
            match Asked::compare(common, precise, select, tables) {
                Ok(asked) => load_and_simulate(&asked, finishing, *opening),
                Err(message) => usage(&message),
            }
        }
        Command::Check(asked) => super::check::carry_out(asked),
        Command::Init(asked) => super::init::carry_out(asked),
        Command::Plan(asked) => super::plan::carry_out(asked),
        Command::Explain(explain) => super::explain::carry_out(explain),
        Command::List(list) => super::list::carry_out(list),
        Command::Replay(replay) => super::replay::carry_out(replay),
        Command::Sweep(asked) => super::sweep::carry_out(asked),
        Command::Sensitivity(asked) => super::sensitivity::carry_out(asked),
        Command::Merge(asked) => super::merge::carry_out(asked),
        Command::Report(asked) => super::report::carry_out(asked),
        Command::Verify(asked) => super::verify::carry_out(asked),
        Command::Schema(asked) => super::schema::carry_out(asked),
        Command::Completions(asked) => super::completions::carry_out(asked),
        Command::Man(asked) => super::man::carry_out(asked),
    }
}

fn load_and_simulate(asked: &Asked<'_>, finishing: &Finishing, opening: Opening) -> Exit {
    let common = asked.common;
    let is_streamed = streaming::is_asked(common);
    if is_streamed && let Some(message) = streaming::contradiction(asked, finishing, opening) {
        return usage(&message);
    }
    let scenario = match load_common(common) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    let ended = if is_streamed {
        streaming::simulate(asked, finishing, &scenario)
    } else {
        simulate(asked, finishing, opening, &scenario)
    };
    ended.unwrap_or_else(|exit| exit)
}

/// The scenario that `common` names, or what to exit with once it has been told why not.
fn load_common(common: &Common) -> Result<Scenario, Exit> {
    let emitter = Emitter { format: common.format, color: common.terminal.color };
    load(&common.scenario, &common.overlays, &common.set, emitter)
}

fn simulate(
    asked: &Asked<'_>,
    finishing: &Finishing,
    opening: Opening,
    scenario: &Scenario,
) -> Result<Exit, Exit> {
    let common = asked.common;
    let target =
        common.output.clone().unwrap_or_else(|| PathBuf::from("results").join(&scenario.name));
    let interruption = Interruption::watch();
    let folder = AtomicDirectory::claim(&target).map_err(|error| failed(&error))?;
    let junit = finishing.claim_junit(&target)?;
    let experiment = asked.experiment(scenario);
    let all = experiment.count_by(asked.sampling());
    let fixed = asked.record(&experiment, &[], Decision::Fixed);
    let done = finishing.take_up(&target, &fixed)?;
    let progress = RunProgress::new(all, common.terminal.shown_progress());
    let sampled =
        experiment.sample(asked.sampling(), done, interruption.flag(), &|at| progress.show(at));
    progress.finish();
    let Sampled { runs, missing, decision } = sampled.map_err(|error| failed(&error))?;
    let estimates = estimates(&runs);
    if missing > 0 {
        let results = Results { record: &fixed, runs: &runs, estimates: &estimates };
        let lack = Lack { missing, is_open: *asked.sampling() != Sampling::Fixed };
        return finishing::keep(&results, lack, &target, &interruption);
    }
    let is_open = matches!(decision, Decision::Selection { best: None, .. });
    let record = asked.record(&experiment, &runs, decision);
    let results = Results { record: &record, runs: &runs, estimates: &estimates };
    report::write(&results, folder).map_err(|error| failed(&error))?;
    finishing::forget(&target);
    if let Some(file) = junit {
        report::write_junit(&results, file).map_err(|error| failed(&error))?;
    }
    if !common.terminal.quiet {
        print_results(common, &results, &target).map_err(|error| failed(&error))?;
    }
    opening.open(&target);
    let is_told = !common.terminal.quiet && common.format != Format::Json;
    let judged = finishing::judge(&results, is_told);
    Ok(if is_open { Exit::NotMet } else { judged })
}

/// Columns of what is printed for people.
const WIDTH: usize = 79;

fn print_results(common: &Common, results: &Results<'_>, target: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let printed = match common.format {
        Format::Text | Format::Concise => {
            let color = common.terminal.color.is_on(&io::stdout());
            let title = results.record.title();
            let advice = report::recommendation_text(results, WIDTH);
            write!(out, "{title}\n\n{advice}\n{}", report::table(results, color))
                .and_then(|()| write!(out, "{}", report::decision(results)))
                .and_then(|()| match report::verdicts(results) {
                    none if none.is_empty() => Ok(()),
                    verdicts => write!(out, "\n{verdicts}"),
                })
                .and_then(|()| writeln!(out, "\nResults: {}", target.display()))
        }
        Format::Json => {
            let estimates: Vec<_> = results
                .estimates
                .iter()
                .map(|estimate| {
                    json!({
                        "option": estimate.option.name(),
                        "metric": estimate.metric.name,
                        "unit": estimate.metric.unit,
                        "mean": estimate.mean,
                        "ci95": estimate.ci95,
                        "replications": estimate.replications,
                    })
                })
                .collect();
            let all = json!({
                "results": target.display().to_string(),
                "decision": results.record.decision,
                "recommendation": report::recommend(results),
                "estimates": estimates,
                "thresholds": report::verdict_rows(results),
            });
            writeln!(out, "{all}")
        }
    };
    ignore_closed_pipe(printed)
}

/// Prints what was asked for.
pub(super) fn print(text: &[u8]) -> Exit {
    let printed = ignore_closed_pipe(io::stdout().lock().write_all(text));
    printed.map_or_else(|error| failed(&error), |()| Exit::Done)
}

/// Whoever reads may stop reading.
pub(super) fn ignore_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says what went wrong; the exit code of it.
pub(super) fn failed(error: &dyn std::fmt::Display) -> Exit {
    complain(&format!("error: {error}\n"));
    Exit::Failed
}

/// Tells people what is wrong; where that cannot be told, nobody is there to be told.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

//! `-o -`: summary.csv on standard output, and no results folder.

use super::args::{Common, Format};
use super::commands::{complain, failed, print};
use super::exit::Exit;
use super::finishing::{self, Finishing};
use super::input::{DASH, is_dash};
use super::interruption::Interruption;
use super::opening::Opening;
use super::progress::RunProgress;
use super::simulate::Asked;
use crate::experiment::{Decision, Sampled, estimates};
use crate::report::{self, Results};
use crate::scenario::Scenario;

/// Whether the summary is asked for on standard output.
pub(super) fn is_asked(common: &Common) -> bool {
    common.output.as_deref().is_some_and(is_dash)
}

/// What is asked for beside it that it cannot have.
pub(super) fn contradiction(
    request: &Asked<'_>,
    finishing: &Finishing,
    opening: Opening,
) -> Option<String> {
    let common = request.common;
    let asked = [
        ("--tables", !request.tables.words().is_empty()),
        ("--resume", finishing.resumes()),
        ("--agents", common.agents),
        ("--format json", common.format == Format::Json),
        ("--quiet", common.terminal.quiet),
        ("--open", opening.is_asked()),
    ];
    let (flag, _) = asked.into_iter().find(|(_, is_asked)| *is_asked)?;
    Some(format!("`-o -` prints summary.csv and writes no folder: {flag} means nothing with it"))
}

/// Runs what is asked for and prints its summary, which is whole or not there.
pub(super) fn simulate(
    asked: &Asked<'_>,
    finishing: &Finishing,
    scenario: &Scenario,
) -> Result<Exit, Exit> {
    let interruption = Interruption::watch();
    let junit = finishing.claim_junit(DASH.as_ref())?;
    let experiment = asked.experiment(scenario);
    let all = experiment.count_by(asked.sampling());
    let progress = RunProgress::new(all, asked.common.terminal.shown_progress());
    let flag = interruption.flag();
    let sampled = experiment.sample(asked.sampling(), Vec::new(), flag, &|at| progress.show(at));
    progress.finish();
    let Sampled { runs, missing, decision } = sampled.map_err(|error| failed(&error))?;
    if missing > 0 {
        complain("interrupted: nothing is printed, and nothing is kept\n");
        return Ok(interruption.exit());
    }
    let is_open = matches!(decision, Decision::Selection { best: None, .. });
    let record = asked.record(&experiment, &runs, decision);
    let results = Results { record: &record, runs: &runs, estimates: &estimates(&runs) };
    let summary = report::summary_csv(&results).map_err(|error| failed(&error))?;
    if let Some(file) = junit {
        report::write_junit(&results, file).map_err(|error| failed(&error))?;
    }
    let printed = print(&summary);
    let judged = finishing::judge(&results, false);
    Ok(match printed {
        Exit::Done if is_open => Exit::NotMet,
        Exit::Done => judged,
        failed => failed,
    })
}

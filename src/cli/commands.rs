//! What each command does.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::args::{Arguments, Command, Common, Format};
use super::exit::Exit;
use super::problems::Emitter;
use super::progress::Bar;
use super::simulate::Asked;
use crate::experiment::{Decision, estimates};
use crate::random::Streams;
use crate::report::{self, ClaimedFolder, Results};
use crate::scenario::{Overrides, Scenario};

/// Carries out what was asked.
pub(super) fn carry_out(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Command::Run { common, option, precise } => {
            load_and_simulate(&Asked::run(common, *option, precise))
        }
        Command::Compare { common, precise, select } => {
            match Asked::compare(common, precise, select) {
                Ok(asked) => load_and_simulate(&asked),
                Err(message) => {
                    complain(&format!("error: {message}\n"));
                    Exit::Usage
                }
            }
        }
        Command::Check { common } => {
            let scenario = load_common(common);
            scenario.map_or_else(|exit| exit, |scenario| check(common, &scenario))
        }
        Command::Plan(asked) => super::plan::carry_out(asked),
        Command::Explain(explain) => super::explain::carry_out(explain),
        Command::List(list) => super::list::carry_out(list),
        Command::Replay(replay) => super::replay::carry_out(replay),
        Command::Report(asked) => super::report::carry_out(asked),
        Command::Verify(asked) => super::verify::carry_out(asked),
        Command::Schema(asked) => super::schema::carry_out(asked),
        Command::Completions(asked) => super::completions::carry_out(asked),
        Command::Man(asked) => super::man::carry_out(asked),
    }
}

fn load_and_simulate(asked: &Asked<'_>) -> Exit {
    let common = asked.common;
    let scenario = match load_common(common) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    simulate(asked, &scenario).unwrap_or_else(|message| {
        complain(&format!("error: {message}\n"));
        Exit::Failed
    })
}

fn load_common(common: &Common) -> Result<Scenario, Exit> {
    let emitter = Emitter { format: common.format, color: common.terminal.color };
    load(&common.scenario, &common.set, emitter)
}

/// The scenario in `file` with `set`, or what to exit with once it has been told why not.
pub(super) fn load(
    file: &Path,
    set: &[(String, String)],
    emitter: Emitter,
) -> Result<Scenario, Exit> {
    let overrides = Overrides(set.to_vec());
    Scenario::load(file, &overrides).map_err(|error| emitter.tell_load_error(&error))
}

fn simulate(asked: &Asked<'_>, scenario: &Scenario) -> Result<Exit, String> {
    let common = asked.common;
    let target =
        common.output.clone().unwrap_or_else(|| PathBuf::from("results").join(&scenario.name));
    let stop = stop_on_interrupt();
    let folder = ClaimedFolder::claim(&target).map_err(|error| error.to_string())?;
    let experiment = asked.experiment(scenario);
    let visible = common.terminal.shows_progress();
    let bar = Bar::new(experiment.count_by(asked.sampling()), visible);
    let sampled = experiment.sample(asked.sampling(), &stop, &|progress| bar.show(progress));
    bar.finish();
    let Some(sampled) = sampled.map_err(|error| error.to_string())? else {
        complain("interrupted: nothing was written, earlier results are as they were\n");
        return Ok(Exit::Interrupted);
    };
    let estimates = estimates(&sampled.runs);
    let record = asked.record(&experiment, &sampled.runs, sampled.decision.clone());
    let results = Results { record: &record, runs: &sampled.runs, estimates: &estimates };
    report::write(&results, folder).map_err(|error| error.to_string())?;
    if !common.terminal.quiet {
        print_results(common, &results, &target).map_err(|error| error.to_string())?;
    }
    let is_open = matches!(sampled.decision, Decision::Selection { best: None, .. });
    Ok(if is_open { Exit::NotMet } else { Exit::Done })
}

/// A flag that Ctrl-C raises.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raise = Arc::clone(&stop);
    // A second handler cannot be set in one process; then Ctrl-C ends it at once, as before.
    let _ = ctrlc::set_handler(move || raise.store(true, Ordering::Relaxed));
    stop
}

fn print_results(common: &Common, results: &Results<'_>, target: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let printed = match common.format {
        Format::Text | Format::Concise => {
            let color = common.terminal.color.is_on(&io::stdout());
            let title = results.record.title();
            write!(out, "{title}\n\n{}", report::table(results, color))
                .and_then(|()| write!(out, "{}", report::decision(results)))
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
                "estimates": estimates,
            });
            writeln!(out, "{all}")
        }
    };
    ignore_closed_pipe(printed)
}

fn check(common: &Common, scenario: &Scenario) -> Exit {
    let drawn = scenario.draw(&Streams::new(common.seed.unwrap_or(scenario.seed), 0));
    let company = &drawn.company;
    let mut out = io::stdout().lock();
    let text = format!(
        "{}: valid\n  {} agents at {} sites, {} Update Agents, {} links, {} releases\n  \
         begins on {}, lasts {}, option {}\n",
        common.scenario.display(),
        company.agents.site.len(),
        company.sites.len(),
        company.update_agents.len(),
        drawn.topology.link_count(),
        company.releases.len(),
        company.calendar.weekday(0).name(),
        scenario.duration,
        scenario.option.name(),
    );
    let json = json!({
        "valid": true,
        "agents": company.agents.site.len(),
        "sites": company.sites.len(),
        "update_agents": company.update_agents.len(),
        "links": drawn.topology.link_count(),
        "releases": company.releases.len(),
    });
    let written = match common.format {
        _ if common.terminal.quiet => Ok(()),
        Format::Text | Format::Concise => out.write_all(text.as_bytes()),
        Format::Json => writeln!(out, "{json}"),
    };
    if ignore_closed_pipe(written).is_ok() { Exit::Done } else { Exit::Failed }
}

/// Prints what was asked for.
pub(super) fn print(text: &[u8]) -> Exit {
    match ignore_closed_pipe(io::stdout().lock().write_all(text)) {
        Ok(()) => Exit::Done,
        Err(error) => {
            complain(&format!("error: {error}\n"));
            Exit::Failed
        }
    }
}

/// Whoever reads may stop reading.
pub(super) fn ignore_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Tells people what is wrong; where that cannot be told, nobody is there to be told.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

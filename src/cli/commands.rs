//! What each command does.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::args::{Arguments, Color, Command, Common, Format};
use super::exit::Exit;
use super::progress::Bar;
use crate::experiment::{Experiment, estimates};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::report::{self, ClaimedFolder, Record, Results};
use crate::scenario::{LoadError, Overrides, Scenario};

/// Carries out what was asked.
pub(super) fn carry_out(arguments: &Arguments) -> Exit {
    let (name, common, options) = match &arguments.command {
        Command::Run { common, option } => ("run", common, option.map(|option| vec![option])),
        Command::Compare { common } => ("compare", common, Some(TopologyOption::ALL.to_vec())),
        Command::Check { common } => {
            let scenario = load(&common.scenario, &common.set, common.terminal.color);
            return scenario.map_or_else(|exit| exit, |scenario| check(common, &scenario));
        }
        Command::Explain(explain) => return super::explain::carry_out(explain),
        Command::List(list) => return super::list::carry_out(list),
        Command::Replay(replay) => return super::replay::carry_out(replay),
        Command::Sweep(sweep) => return super::sweep::carry_out(sweep),
        Command::Sensitivity(asked) => return super::sensitivity::carry_out(asked),
        Command::Merge(merge) => return super::merge::carry_out(merge),
        Command::Report(asked) => return super::report::carry_out(asked),
    };
    let scenario = match load(&common.scenario, &common.set, common.terminal.color) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    let options = options.unwrap_or_else(|| vec![scenario.option]);
    simulate(name, common, &scenario, options).unwrap_or_else(|message| {
        complain(&format!("error: {message}\n"));
        Exit::Failed
    })
}

/// The scenario in `file` with `set`, or what to exit with once people have been told.
pub(super) fn load(file: &Path, set: &[(String, String)], color: Color) -> Result<Scenario, Exit> {
    let overrides = Overrides(set.to_vec());
    Scenario::load(file, &overrides).map_err(|error| match error {
        LoadError::Invalid(problems) => {
            let color = color.is_on(io::stderr().is_terminal());
            let count = problems.list.len();
            complain(&problems.render(color));
            complain(&format!("{count} problem(s) in {}\n", problems.file));
            Exit::Invalid
        }
        LoadError::Unreadable(..) => {
            complain(&format!("error: {error}\n"));
            Exit::Failed
        }
    })
}

fn simulate(
    name: &str,
    common: &Common,
    scenario: &Scenario,
    options: Vec<TopologyOption>,
) -> Result<Exit, String> {
    let target =
        common.output.clone().unwrap_or_else(|| PathBuf::from("results").join(&scenario.name));
    let folder = ClaimedFolder::claim(&target).map_err(|error| error.to_string())?;
    let experiment = Experiment {
        scenario,
        options,
        replications: common.replications.unwrap_or(scenario.replications),
        seed: common.seed.unwrap_or(scenario.seed),
        keeps_agents: common.agents,
        threads: common.threads.unwrap_or(0) as usize,
    };
    let stop = stop_on_interrupt();
    let visible = common.terminal.shows_progress();
    let bar = Bar::new(experiment.count(), visible);
    let runs = experiment.run(&stop, &|progress| bar.show(progress));
    bar.finish();
    let Some(runs) = runs.map_err(|error| error.to_string())? else {
        complain("interrupted: nothing was written, earlier results are as they were\n");
        return Ok(Exit::Interrupted);
    };
    let estimates = estimates(&runs);
    let command = canonical_command(name, common, &experiment);
    let record = Record::new(scenario, command, experiment.seed, experiment.replications);
    let results = Results { record: &record, runs: &runs, estimates: &estimates };
    report::write(&results, folder).map_err(|error| error.to_string())?;
    if !common.terminal.quiet {
        print_results(common, &results, &target).map_err(|error| error.to_string())?;
    }
    Ok(Exit::Done)
}

/// A flag that Ctrl-C raises.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raise = Arc::clone(&stop);
    // A second handler cannot be set in one process; then Ctrl-C ends it at once, as before.
    let _ = ctrlc::set_handler(move || raise.store(true, Ordering::Relaxed));
    stop
}

/// What was asked, without what changes nothing in the results.
fn canonical_command(name: &str, common: &Common, experiment: &Experiment<'_>) -> Vec<String> {
    let file = common.scenario.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut words = vec!["updraft".into(), name.into(), file.unwrap_or_default()];
    if name == "run" {
        words.extend(["--option".into(), experiment.options[0].name().into()]);
    }
    words.extend(["--seed".into(), experiment.seed.to_string()]);
    words.extend(["--replications".into(), experiment.replications.to_string()]);
    for (key, value) in &common.set {
        words.extend(["--set".into(), format!("{key}={value}")]);
    }
    if common.agents {
        words.push("--agents".into());
    }
    words
}

fn print_results(common: &Common, results: &Results<'_>, target: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let printed = match common.format {
        Format::Text => {
            let color = common.terminal.color.is_on(io::stdout().is_terminal());
            let title = results.record.title();
            write!(out, "{title}\n\n{}", report::table(results, color))
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
            let all = json!({ "results": target.display().to_string(), "estimates": estimates });
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
        Format::Text => out.write_all(text.as_bytes()),
        Format::Json => writeln!(out, "{json}"),
    };
    if ignore_closed_pipe(written).is_ok() { Exit::Done } else { Exit::Failed }
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

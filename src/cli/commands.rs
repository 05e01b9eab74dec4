//! What each command does.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{Arguments, Color, Command, Common, Format};
use super::exit::Exit;
use super::finishing::{self, Finishing};
use super::interruption::Interruption;
use super::progress::RunProgress;
use crate::experiment::{Experiment, estimates};
use crate::model::settings::TopologyOption;
use crate::random::Streams;
use crate::report::{self, ClaimedFolder, Record, Results};
use crate::scenario::{LoadError, Overrides, Scenario};

/// Carries out what was asked.
pub(super) fn carry_out(arguments: &Arguments) -> Exit {
    let (name, common, finishing, options) = match &arguments.command {
        Command::Run { common, option, finishing } => {
            ("run", common, finishing, option.map(|option| vec![option]))
        }
        Command::Compare { common, finishing } => {
            ("compare", common, finishing, Some(TopologyOption::ALL.to_vec()))
        }
        Command::Check { common } => {
            let scenario = load(&common.scenario, &common.set, common.terminal.color);
            return scenario.map_or_else(|exit| exit, |scenario| check(common, &scenario));
        }
        Command::Explain(explain) => return super::explain::carry_out(explain),
        Command::List(list) => return super::list::carry_out(list),
        Command::Replay(replay) => return super::replay::carry_out(replay),
        Command::Report(asked) => return super::report::carry_out(asked),
    };
    let scenario = match load(&common.scenario, &common.set, common.terminal.color) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    let options = options.unwrap_or_else(|| vec![scenario.option]);
    simulate(name, common, finishing, &scenario, options).unwrap_or_else(|exit| exit)
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
    finishing: &Finishing,
    scenario: &Scenario,
    options: Vec<TopologyOption>,
) -> Result<Exit, Exit> {
    let target =
        common.output.clone().unwrap_or_else(|| PathBuf::from("results").join(&scenario.name));
    let folder = ClaimedFolder::claim(&target).map_err(|error| failed(&error))?;
    let junit = finishing.claim_junit(&target)?;
    let experiment = Experiment {
        scenario,
        options,
        replications: common.replications.unwrap_or(scenario.replications),
        seed: common.seed.unwrap_or(scenario.seed),
        keeps_agents: common.agents,
        threads: common.threads.unwrap_or(0) as usize,
    };
    let command = canonical_command(name, common, &experiment);
    let record = Record::new(scenario, command, experiment.seed, experiment.replications);
    let done = finishing.take_up(&target, &record)?;
    let interruption = Interruption::watch();
    let plan = experiment.plan();
    let all = plan.len();
    let progress = RunProgress::new(plan, common.terminal.shown_progress());
    let runs = experiment.go_on(done, interruption.flag(), &|at| progress.show(at));
    progress.finish();
    let runs = runs.map_err(|error| failed(&error))?;
    let estimates = estimates(&runs);
    let results = Results { record: &record, runs: &runs, estimates: &estimates };
    if runs.len() < all {
        return finishing::keep(&results, all - runs.len(), &target, &interruption);
    }
    report::write(&results, folder).map_err(|error| failed(&error))?;
    finishing::forget(&target);
    if let Some(file) = junit {
        report::write_junit(&results, file).map_err(|error| failed(&error))?;
    }
    if !common.terminal.quiet {
        print_results(common, &results, &target).map_err(|error| failed(&error))?;
    }
    let is_told = !common.terminal.quiet && common.format == Format::Text;
    Ok(finishing::judge(&results, is_told))
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
                "estimates": estimates,
                "thresholds": report::verdict_rows(results),
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

/// Says what went wrong; the exit code of it.
pub(super) fn failed(error: &dyn std::fmt::Display) -> Exit {
    complain(&format!("error: {error}\n"));
    Exit::Failed
}

/// Tells people what is wrong; where that cannot be told, nobody is there to be told.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

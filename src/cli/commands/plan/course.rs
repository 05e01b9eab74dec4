//! The course of the command: the search, the runs of its answer, the folder, and what is printed.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::arguments::PlanArguments;
use super::scenario_files::shown;
use crate::cli::shared::exit::Exit;
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::progress::SearchProgress;
use crate::cli::shared::terminal::{Format, WIDTH, complain};
use crate::experiment::plan::{Halt, Setting};
use crate::experiment::{Experiment, Tried, estimates, what_if};
use crate::measure::run::RunMeasurements;
use crate::report::{self, AtomicDirectory, Planned, Record, Results};
use crate::scenario::{Overrides, Scenario};

/// Computes the plan, prints it and writes its folder.
pub(super) fn plan(
    asked: &PlanArguments,
    settings: &[Setting],
    target: &Path,
    folder: AtomicDirectory,
) -> Result<Exit, String> {
    let first = &settings[0].scenario;
    let interruption = Interruption::watch();
    let stop = interruption.flag();
    let seed = asked.adjustments.seed_of(first);
    let threads = asked.threads.asked();
    let question = asked.question(settings, seed, threads);
    let progress = SearchProgress::new(asked.printing.terminal.shown_progress());
    let plan = question
        .answer(asked.method.into(), stop, &|probe| progress.show(probe))
        .map_err(|error| error.to_string())?;
    progress.finish();
    if plan.halt == Some(Halt::Interrupted) {
        complain("interrupted: nothing was written; earlier results are unchanged\n");
        return Ok(interruption.exit());
    }
    let planned = Planned {
        plan: &plan,
        settings,
        goal: question.goal,
        targets: &asked.target,
        survival: question.survival,
        confidence: asked.confidence,
    };
    let (tables, plots) = (asked.tables.formats(), asked.tables.plots());
    let shown = shown(asked, settings, &plan)?;
    let files: Vec<_> = shown.files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    planned.write(&folder, &files, &tables).map_err(|error| error.to_string())?;
    let scenario = shown.scenario.as_ref().unwrap_or(first);
    let experiment = Experiment {
        scenario,
        options: vec![scenario.option],
        replications: scenario.replications,
        seed,
        keeps_agents: false,
        threads,
    };
    let runs = experiment.run(stop, &|_| {}).map_err(|error| error.to_string())?;
    let Some(runs) = runs else { return Ok(interruption.exit()) };
    let file = shown.files.first().map_or("the unchanged scenario", |(name, _)| name);
    let command = command(file, &experiment, &[tables.words(), plots.words()].concat());
    let record = Record::new(scenario, command, seed, scenario.replications);
    let before = before(asked, &experiment, &settings[0], stop)?;
    let Some(before) = before else { return Ok(interruption.exit()) };
    let effects = report::effects(&before, &runs);
    let purpose = Some(planned.purpose(asked.words(), effects));
    let record = Record { tables, plots, purpose, ..record };
    let levers = if plan.choice.is_some() {
        None
    } else {
        // The scenario of the closest plan already has the values of the command line.
        let set = match shown.scenario {
            Some(_) => Vec::new(),
            None => asked.adjustments.set.iter().chain(&settings[0].levers).cloned().collect(),
        };
        let tried = what_if(&experiment, &Overrides(set), &runs, stop, &|_| {});
        let Some(tried) = tried.map_err(|error| error.to_string())? else {
            return Ok(interruption.exit());
        };
        Some(tried)
    };
    let estimates = estimates(&runs);
    let results = Results { record: &record, runs: &runs, estimates: &estimates };
    report::write(&results, folder).map_err(|error| error.to_string())?;
    let printed =
        asked.printing.print(&answer(asked, &planned, &results, levers.as_deref(), target));
    if printed != Exit::Done {
        return Ok(printed);
    }
    asked.open_report.open(target);
    Ok(if plan.choice.is_some() { Exit::Done } else { Exit::NotMet })
}

/// Runs of the scenario as it is, without the levers, with the replications of `planned`; `None` if `stop` was raised.
fn before(
    asked: &PlanArguments,
    planned: &Experiment<'_>,
    setting: &Setting,
    stop: &AtomicBool,
) -> Result<Option<Vec<RunMeasurements>>, String> {
    let set = Overrides(asked.adjustments.set.clone());
    let scenario = Scenario::parse(&setting.scenario.toml, "scenario.toml", &set)
        .map_err(|problems| format!("the scenario without the levers is not valid: {problems}"))?;
    let options = vec![scenario.option];
    let experiment = Experiment { scenario: &scenario, options, ..*planned };
    experiment.run(stop, &|_| {}).map_err(|error| error.to_string())
}

/// The rest of the plan's folder: a run of `file` in it.
fn command(file: &str, experiment: &Experiment<'_>, more: &[String]) -> Vec<String> {
    let replications = experiment.replications.to_string();
    let seed = experiment.seed.to_string();
    let option = experiment.options[0].name();
    ["updraft", "run", file, "--option", option, "--seed", &seed, "--replications", &replications]
        .into_iter()
        .map(String::from)
        .chain(more.iter().cloned())
        .collect()
}

fn answer(
    asked: &PlanArguments,
    planned: &Planned<'_>,
    results: &Results<'_>,
    levers: Option<&[Tried]>,
    target: &Path,
) -> String {
    let option = results.runs.first().map_or("", |run| run.option.name());
    let shown = target.display();
    if asked.printing.format == Format::Json {
        let mut all = planned.as_json();
        all["results"] = shown.to_string().into();
        all["effects"] = serde_json::json!(results.record.purpose.as_ref().map(|at| &at.effects));
        if let Some(levers) = levers {
            all["what_if"] = report::what_if_json(option, levers);
        }
        return format!("{all:#}\n");
    }
    let choice = planned.plan.choice.as_ref();
    let has_list = choice.is_some_and(|choice| !choice.scenario.update_agents.is_empty());
    let list = if has_list {
        format!("\nFor the console: {}", target.join("update_sources.csv").display())
    } else {
        String::new()
    };
    let levers = levers.map_or_else(String::new, |levers| {
        format!("\n{}", report::what_if_text(option, levers, WIDTH))
    });
    let (title, text) = (results.record.title(), planned.as_text());
    let effects = results.record.purpose.as_ref().map_or(&[][..], |purpose| &purpose.effects);
    let effects = report::effects_text(effects);
    format!("{title}\n\n{text}\n{effects}{levers}{list}\nResults: {shown}\n")
}

//! The course of the command: the search, the runs of its answer, the folder, and what is printed.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::arguments::PlanArguments;
use super::scenario_files::{Shown, shown};
use crate::cli::shared::ensemble::Ensemble;
use crate::cli::shared::exit::Exit;
use crate::cli::shared::interruption::Interruption;
use crate::cli::shared::progress::SearchProgress;
use crate::cli::shared::terminal::{Format, WIDTH, complain};
use crate::experiment::plan::{Halt, Plan, Setting};
use crate::experiment::{Experiment, Tried, estimates, what_if};
use crate::measure::run::RunMeasurements;
use crate::report::{self, AtomicDirectory, Planned, PlausibleOverlay, Record, Results};
use crate::scenario::{Overrides, Scenario};

/// Computes the plan, prints it and writes its folder.
pub(super) fn plan(
    asked: &PlanArguments,
    (settings, overlays): (&[Setting], &[PlausibleOverlay]),
    target: &Path,
    folder: AtomicDirectory,
) -> Result<Exit, String> {
    let first = &settings[0].scenario;
    let interruption = Interruption::watch();
    let stop = interruption.flag();
    let seed = asked.adjustments.seed_of(first);
    let question = asked.question(settings, seed, asked.threads.asked());
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
    let set = set_for(asked, settings, &plan, &shown);
    let ensemble = laid_over(scenario, overlays, &set)?;
    let experiment = Experiment {
        scenario,
        options: vec![scenario.option],
        replications: ensemble.replications(scenario),
        seed,
        keeps_agents: false,
        ensemble: &ensemble.scenarios,
        threads: question.threads,
    };
    let runs = experiment.run(stop, &|_| {}).map_err(|error| error.to_string())?;
    let Some(runs) = runs else { return Ok(interruption.exit()) };
    let file = shown.files.first().map_or("the unchanged scenario", |(name, _)| name);
    let more = [tables.words(), plots.words(), ensemble_words(asked, &set)].concat();
    let command = command(file, &experiment, &more);
    let record = Record::new(scenario, command, seed, experiment.replications);
    let before = before(asked, &experiment, (&settings[0], overlays), stop)?;
    let Some(before) = before else { return Ok(interruption.exit()) };
    let effects = report::effects(&before, &runs);
    let purpose = Some(planned.purpose(asked.words(), effects));
    let record = Record { ensemble: ensemble.overlays.clone(), tables, plots, purpose, ..record };
    // The scenario of the closest plan already has the values of the command line.
    let set = if shown.scenario.is_some() { Vec::new() } else { set };
    let levers = if plan.choice.is_some() || asked.ensemble.is_asked() {
        None
    } else {
        match what_if(&experiment, &Overrides(set), &runs, stop, &|_| {}) {
            Ok(Some(tried)) => Some(tried),
            Ok(None) => return Ok(interruption.exit()),
            Err(error) => return Err(error.to_string()),
        }
    };
    let estimates = estimates(&runs);
    let known = Some(scenario);
    let results = Results { scenario: known, record: &record, runs: &runs, estimates: &estimates };
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
    (setting, overlays): (&Setting, &[PlausibleOverlay]),
    stop: &AtomicBool,
) -> Result<Option<Vec<RunMeasurements>>, String> {
    let set = Overrides(asked.adjustments.set.clone());
    let scenario = Scenario::parse(&setting.scenario.toml, "scenario.toml", &set)
        .map_err(|problems| format!("the scenario without the levers is not valid: {problems}"))?;
    let options = vec![scenario.option];
    let ensemble = laid_over(&scenario, overlays, &set.0)?;
    let ensemble = &ensemble.scenarios;
    let experiment = Experiment { scenario: &scenario, ensemble, options, ..*planned };
    experiment.run(stop, &|_| {}).map_err(|error| error.to_string())
}

/// What sets keys of the scenario whose runs are shown: the command line, and the levers of the plan, or of the closest
/// candidate; of the first setting if neither is shown.
fn set_for(
    asked: &PlanArguments,
    settings: &[Setting],
    plan: &Plan,
    shown: &Shown,
) -> Vec<(String, String)> {
    let closest = || plan.closest.as_ref().map(|closest| closest.setting);
    let setting = plan.choice.as_ref().map(|choice| choice.setting).or_else(closest);
    let setting = setting.filter(|_| shown.scenario.is_some()).unwrap_or_default();
    let levers = &settings[setting].levers;
    asked.adjustments.set.iter().chain(levers).cloned().collect()
}

/// The arguments of a run with the ensemble, if there is one: its overlays are stronger than the values that the plan's
/// file has from `set`.
fn ensemble_words(asked: &PlanArguments, set: &[(String, String)]) -> Vec<String> {
    let mut words = asked.ensemble.words();
    if !words.is_empty() {
        words
            .extend(set.iter().flat_map(|(key, value)| ["--set".into(), format!("{key}={value}")]));
    }
    words
}

/// The ensemble for the scenario of the runs.
fn laid_over(
    scenario: &Scenario,
    overlays: &[PlausibleOverlay],
    set: &[(String, String)],
) -> Result<Ensemble, String> {
    Ensemble::laid_over(scenario, overlays.to_vec(), set).map_err(|error| error.to_string())
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
    let ensemble = match results.record.ensemble.len() {
        0 => String::new(),
        overlays => {
            format!("\nEnsemble: each day uses one of {overlays} plausible overlays in turn.\n")
        }
    };
    format!("{title}\n\n{text}\n{effects}{ensemble}{levers}{list}\nResults: {shown}\n")
}

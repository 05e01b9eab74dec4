//! `updraft plan`: finds the smallest number of Update Agents that meets a target, or the cheapest, and their sites.

mod arguments;
mod course;
mod scenario_files;

use crate::cli::shared::ensemble::{Ensemble, tell};
use crate::cli::shared::exit::{Exit, failed, unmeasured, usage};
use crate::cli::shared::input::Input;
use crate::cli::shared::results_folder::{Authorship, claim_results};
use crate::cli::shared::sweep_arguments::check_not_set;
use crate::experiment::plan::{Setting, Target, contradiction, misses_allowed, places};
use crate::experiment::sweep::listed;
use crate::measure::run::Metric;
use crate::report::PlausibleOverlay;
use crate::scenario::{BrokenPart, Scenario};
use arguments::AskedGoal;
pub(in crate::cli) use arguments::PlanArguments;

/// Computes the plan, prints it and writes its folder.
pub(in crate::cli) fn carry_out(asked: &PlanArguments) -> Result<Exit, Exit> {
    if asked.target.is_empty() && asked.minimise == AskedGoal::UpdateAgents {
        return Err(usage(&"without a --target no Update Agent is needed"));
    }
    if let Some((low, high)) = contradiction(&asked.target) {
        return Err(usage(&format!("`{low}` and `{high}` contradict each other")));
    }
    if misses_allowed(asked.confidence, asked.fresh_days).is_none() {
        let percent = 100.0 * asked.confidence;
        let days = asked.fresh_days;
        let enough = (days..=10_000).find(|days| misses_allowed(asked.confidence, *days).is_some());
        let enough = enough.map_or("more than 10000".into(), |days| days.to_string());
        let cause =
            format!("{days} fresh days are too few to show {percent} %: {enough} are needed");
        return Err(usage(&cause));
    }
    let overlays = asked.ensemble.overlays(asked.printing.emitter())?;
    let settings = settings(asked, &overlays)?;
    check_measured(asked, &settings)?;
    check_faults(&settings[0].scenario)?;
    if settings.iter().any(|at| places(&at.scenario) != places(&settings[0].scenario)) {
        let cause =
            "a lever must not change the sites: use --set and a separate plan for each value";
        return Err(usage(&cause));
    }
    let name = format!("{}-plan", settings[0].scenario.name);
    let (scenario, replacing) = (Some(asked.scenario.as_path()), asked.replacing);
    let authorship = Authorship { command: "plan", scenario, replacing };
    let (target, folder) = claim_results(asked.output.as_deref(), &name, authorship)?;
    course::plan(asked, (&settings, &overlays), &target, folder).map_err(|message| failed(&message))
}

/// Every setting must measure the metrics of the targets and of the goal, and have the releases that targets name.
fn check_measured(asked: &PlanArguments, settings: &[Setting]) -> Result<(), Exit> {
    let goal = Metric::named("cost_per_year").filter(|_| asked.minimise == AskedGoal::Cost);
    let targets = asked.target.iter().map(|target| (target.metric, target.to_string()));
    for (metric, words) in targets.chain(goal.map(|metric| (metric, "--minimise cost".into()))) {
        if let Some(requirement) = settings.iter().find_map(|at| at.scenario.unmeasured(&metric)) {
            return Err(unmeasured(&words, requirement));
        }
    }
    let has_release = |target: &&Target| {
        settings.iter().all(|setting| setting.scenario.has_release(&target.release))
    };
    match asked.target.iter().find(|target| !has_release(target)) {
        Some(target) => Err(usage(&format!(
            "`{target}`: the scenario has no such release; expected the name of a [[release]] or of its wave, `each` \
             or `worst`"
        ))),
        None => Ok(()),
    }
}

/// No fault may be one of an Update Agent: the scenario's own are not part of a plan, and those of the plan are not known.
fn check_faults(scenario: &Scenario) -> Result<(), Exit> {
    let name = scenario.faults.iter().find_map(|fault| match &fault.at {
        BrokenPart::UpdateAgent(name) => Some(name),
        _ => None,
    });
    name.map_or(Ok(()), |name| {
        Err(usage(&format!(
            "the scenario has a [[fault]] of the Update Agent `{name}`, and a plan places the Update Agents itself: \
             remove the fault; --survive 1 demands that any one may be off"
        )))
    })
}

/// Why `key` is no lever, if a plan would not use its value.
fn not_a_lever(key: &str) -> Option<&'static str> {
    let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
    let table = table.split('.').next().unwrap_or_default();
    match (table, name) {
        ("", "seed") => Some("all candidates share their random numbers: see --seed"),
        ("", "replications") => Some("a day is one replication: see --days and --fresh-days"),
        ("headquarters" | "site", "update_agents" | "serves")
        | ("update_agent" | "update_source", _) => {
            Some("a plan places the Update Agents and writes their list itself")
        }
        _ => None,
    }
}

/// Every combination of the levers' values, where the first lever changes slowest.
fn settings(asked: &PlanArguments, overlays: &[PlausibleOverlay]) -> Result<Vec<Setting>, Exit> {
    let mut combinations: Vec<Vec<(String, String)>> = vec![Vec::new()];
    check_not_set(&asked.adjustments, asked.lever.iter().map(|(key, _)| key.as_str()))?;
    for (place, (key, values)) in asked.lever.iter().enumerate() {
        if asked.lever[..place].iter().any(|(other, _)| other == key) {
            return Err(usage(&format!("--lever {key}: it is a lever twice")));
        }
        if let Some(why) = not_a_lever(key) {
            return Err(usage(&format!("--lever {key}: {why}")));
        }
        let values = listed(values).map_err(|why| usage(&format!("--lever {key}: {why}")))?;
        let with = |levers: &Vec<(String, String)>| {
            let levers = levers.clone();
            let with = move |value: &String| {
                levers.iter().cloned().chain([(key.clone(), value.clone())]).collect()
            };
            values.iter().map(with).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(with).collect();
    }
    let emitter = asked.printing.emitter();
    let input = Input::read(&asked.scenario, &asked.adjustments, emitter)?;
    let setting = |levers: Vec<(String, String)>| {
        let set: Vec<_> = asked.adjustments.set.iter().chain(&levers).cloned().collect();
        let scenario = input.scenario(&set, emitter)?;
        let ensemble = Ensemble::laid_over(&scenario, overlays.to_vec(), &set);
        let ensemble = ensemble.map_err(|error| tell(&error, emitter))?.scenarios;
        Ok(Setting { levers, scenario, ensemble })
    };
    combinations.into_iter().map(setting).collect()
}

//! The scenario files of a plan's folder: the plan, its overlay, or the closest candidate.

use super::arguments::PlanArguments;
use crate::experiment::plan::{Plan, Setting};
use crate::scenario::{Layers, Overrides, Scenario, overlay, with_update_agents};

/// The content of the folder.
pub(super) struct Shown {
    /// The scenario that is run; `None`: unchanged.
    pub(super) scenario: Option<Scenario>,
    /// Scenario files, the one that is run first.
    pub(super) files: Vec<(&'static str, String)>,
}

/// The plan with its overlay; without a plan the closest candidate, if it can be written.
pub(super) fn shown(
    asked: &PlanArguments,
    settings: &[Setting],
    plan: &Plan,
) -> Result<Shown, String> {
    if let Some(choice) = &plan.choice {
        let came = format!("held on {} of {} fresh days.", choice.met, choice.days);
        let (setting, name) = (&settings[choice.setting], "plan.toml");
        let found = rewritten(asked, setting, &choice.scenario, name, &came)?;
        let mut files = vec![(name, found.toml.clone())];
        files.extend(changed(&setting.scenario, &found).map(|text| ("plan-overlay.toml", text)));
        return Ok(Shown { scenario: Some(found), files });
    }
    let closest = plan.closest.as_ref().and_then(|closest| {
        let probe = &closest.probe;
        let came =
            format!("held on {} of {} days, the most that was found.", probe.met, probe.days);
        let setting = &settings[closest.setting];
        rewritten(asked, setting, &closest.scenario, "closest.toml", &came).ok()
    });
    let files = closest.iter().map(|found| ("closest.toml", found.toml.clone())).collect();
    Ok(Shown { scenario: closest, files })
}

/// The overlay that turns `base` into the plan, if it exists.
fn changed(base: &Scenario, plan: &Scenario) -> Option<String> {
    let name = "plan-overlay.toml";
    let remark = "The changes of the plan: apply it to the scenario with --overlay.";
    let text = overlay(&base.toml, &plan.toml, remark)?;
    let overlays = vec![(name.to_string(), text.clone())];
    let layers = Layers { overlays, ..Layers::default() };
    let laid = Scenario::parse_with(&base.toml, "scenario.toml", &layers).ok()?;
    is_same(&laid, plan).then_some(text)
}

fn is_same(one: &Scenario, other: &Scenario) -> bool {
    let as_json = |scenario: &Scenario| serde_json::to_value(scenario).ok();
    as_json(one) == as_json(other)
}

/// The scenario file `name` of the `setting` with the placement in `scenario` and the values of all layers; its head
/// states the request and the result.
fn rewritten(
    asked: &PlanArguments,
    setting: &Setting,
    scenario: &Scenario,
    name: &str,
    came: &str,
) -> Result<Scenario, String> {
    let Setting { levers, scenario: setting, .. } = setting;
    let set: Vec<_> = asked.adjustments.set.iter().chain(levers).cloned().collect();
    let goals: Vec<String> = asked.target.iter().map(ToString::to_string).collect();
    let remark = format!(
        "A plan of updraft {}: {} Update Agents, so that\n{}\n{came}",
        env!("CARGO_PKG_VERSION"),
        scenario.update_agents.len(),
        goals.join("\n"),
    );
    let placed = (&*scenario.update_agents, &*scenario.update_sources);
    let text = with_update_agents(&setting.toml, &set, placed, &remark)?;
    let read = Scenario::parse(&text, name, &Overrides::default())
        .map_err(|problems| format!("the plan cannot be written as a scenario: {problems}"))?;
    let expected = Scenario { name: read.name.clone(), ..scenario.clone() };
    if is_same(&read, &expected) {
        Ok(read)
    } else {
        Err("the plan cannot be written into this scenario file: write its sites as [[site]] tables".into())
    }
}

//! Arguments for varied keys, options and metrics, and their error messages.

use std::path::Path;

use super::diagnostics::Emitter;
use super::exit::{Exit, unmeasured, usage};
use super::input::{Adjustments, load, shown};
use super::terminal::complain;
use crate::experiment::sweep::{Factor, FactorError, Levels, PointError, ResolvedScenario};
use crate::measure::run::Metric;
use crate::model::metric::Requirement;
use crate::model::settings::TopologyOption;
use crate::scenario::{LoadError, Overrides, Scenario, Template};

/// The scenario in `file` with `adjustments`, as the template of other scenarios.
///
/// # Errors
/// The exit code, after the problem was reported.
pub(in crate::cli) fn template(
    file: &Path,
    adjustments: &Adjustments,
    emitter: Emitter,
) -> Result<(Scenario, Template), Exit> {
    let base = load(file, adjustments, emitter)?;
    // Values of other layers are part of its text.
    let (text, set) = (base.toml.clone(), Overrides(adjustments.set.clone()));
    Ok((base, Template { file: shown(file), text, set }))
}

/// Checks that `--set` fixes none of the `varied` keys.
///
/// # Errors
/// The exit code, after the first that it fixes was reported.
pub(in crate::cli) fn check_not_set<'k>(
    adjustments: &Adjustments,
    varied: impl IntoIterator<Item = &'k str>,
) -> Result<(), Exit> {
    let is_set = |key: &&str| adjustments.set.iter().any(|(set, _)| set == key);
    match varied.into_iter().find(is_set) {
        Some(key) => Err(usage(&format!("`{key}` is set with --set and cannot be varied, too"))),
        None => Ok(()),
    }
}

/// Reports the point at which the scenario is invalid.
pub(in crate::cli) fn wrong_point(emitter: Emitter, error: PointError) -> Exit {
    let settings: Vec<String> =
        error.settings.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    complain(&format!("error: point {} ({}):\n", error.point, settings.join(", ")));
    emitter.tell_load_error(&LoadError::Invalid(Box::new(error.problems)))
}

/// Reports an error of `flag` about keys.
pub(in crate::cli) fn wrong_factor(flag: &str, error: &FactorError) -> Exit {
    complain(&format!("error: {flag} {error}\n"));
    match error {
        FactorError::Malformed(_) => Exit::Usage,
        FactorError::Invalid(_) => Exit::Invalid,
    }
}

/// The factors and options of `--vary` and `--option`; by default the scenario's `own` option.
///
/// # Errors
/// The exit code, after the problem was reported.
pub(in crate::cli) fn factors(
    vary: &[String],
    option: Option<&str>,
    own: TopologyOption,
    adjustments: &Adjustments,
) -> Result<(Vec<Factor>, Vec<TopologyOption>), Exit> {
    adjustments.agree("option", option)?;
    let (mut factors, mut varied) = (Vec::new(), None);
    for text in vary {
        let factor = Factor::parse(text).map_err(|error| wrong_factor("--vary", &error))?;
        check_not_set(adjustments, [factor.key.as_str()])?;
        match (factor.key.as_str(), &factor.levels) {
            ("option", Levels::Listed(names)) if varied.is_none() => {
                varied = Some(options(&names.join(" "))?);
            }
            ("option", _) => return Err(usage(&"`option` is varied twice")),
            (key @ ("seed" | "replications"), _) => {
                let why = "all points share their random numbers";
                return Err(usage(&format!(
                    "`{key}` cannot be varied, because {why}: see --{key}"
                )));
            }
            _ => factors.push(factor),
        }
    }
    let options = match (option, varied) {
        (Some(_), Some(_)) => {
            return Err(usage(&"--option and --vary option=… contradict each other: use one"));
        }
        (Some(names), None) => options(names)?,
        (None, varied) => varied.unwrap_or_else(|| vec![own]),
    };
    Ok((factors, options))
}

/// The options with these names.
fn options(names: &str) -> Result<Vec<TopologyOption>, Exit> {
    TopologyOption::several(&names.replace(',', " ")).ok_or_else(|| {
        usage(&format!(
            "unknown option in `{names}`: expected some of server, server-ua, ua, direct, or all"
        ))
    })
}

/// The metrics `asked` for without duplicates, or the default ones, which every scenario measures.
///
/// # Errors
/// The exit code, after a metric that is measured at no point was reported.
pub(in crate::cli) fn metrics(
    asked: &[Metric],
    otherwise: &[&str],
    cases: &[ResolvedScenario],
) -> Result<Vec<Metric>, Exit> {
    let otherwise = || otherwise.iter().filter_map(|name| Metric::named(name)).collect();
    let all = if asked.is_empty() { otherwise() } else { asked.to_vec() };
    let mut once: Vec<Metric> = Vec::new();
    for metric in all {
        let lacking: Option<Vec<Requirement>> =
            cases.iter().map(|case| case.scenario.unmeasured(&metric)).collect();
        if let Some(requirement) = lacking.and_then(|all| all.first().copied()) {
            return Err(unmeasured(&format!("--metric {}", metric.name), requirement));
        }
        if !once.contains(&metric) {
            once.push(metric);
        }
    }
    Ok(once)
}

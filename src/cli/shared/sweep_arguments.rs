//! Arguments for varied keys, options and metrics, and their error messages.

use std::path::Path;

use super::diagnostics::Emitter;
use super::exit::{Exit, usage};
use super::input::{Adjustments, load, shown};
use super::terminal::complain;
use crate::experiment::sweep::{Factor, FactorError, Levels, PointError};
use crate::measure::METRICS;
use crate::measure::run::Metric;
use crate::model::settings::TopologyOption;
use crate::scenario::{LoadError, Overrides, Scenario, Template, nearest};

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
) -> Result<(Vec<Factor>, Vec<TopologyOption>), Exit> {
    let (mut factors, mut varied) = (Vec::new(), None);
    for text in vary {
        let factor = Factor::parse(text).map_err(|error| wrong_factor("--vary", &error))?;
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

/// The metrics with these names, without duplicates, or the default ones.
///
/// # Errors
/// The exit code, after an unknown metric was reported.
pub(in crate::cli) fn metrics(names: &[String], otherwise: &[&str]) -> Result<Vec<Metric>, Exit> {
    let names: Vec<&str> = if names.is_empty() {
        otherwise.to_vec()
    } else {
        names.iter().map(String::as_str).collect()
    };
    let metric = |name: &str| {
        let found = METRICS.into_iter().find(|metric| metric.name == name);
        found.ok_or_else(|| {
            let near = nearest(name, METRICS.iter().map(|metric| metric.name));
            let help = near.unwrap_or_else(|| "`updraft list metrics` lists all".into());
            usage(&format!("there is no metric `{name}`; {help}"))
        })
    };
    let mut all: Vec<Metric> = Vec::new();
    for name in names {
        let metric = metric(name)?;
        if !all.contains(&metric) {
            all.push(metric);
        }
    }
    Ok(all)
}

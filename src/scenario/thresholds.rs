//! Limits for the results.

use super::diagnostic::{Diagnostic, nearest};
use super::document::Document;
use super::keys;
use super::reader::Fields;
use crate::model::ReleaseScope;
use crate::model::company::Release;
use crate::model::metric::{METRICS, Metric, Requirement};
use crate::model::settings::TopologyOption;
use crate::model::wave::wave_name;
use crate::units::decimal::Thousandths;

/// Limits for a metric.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Threshold {
    /// The metric's name.
    pub metric: String,
    /// The option; `None`: each option that is run.
    pub option: Option<TopologyOption>,
    /// The release.
    #[serde(default, skip_serializing_if = "ReleaseScope::is_worst")]
    pub release: ReleaseScope,
    /// The minimum, in the metric's unit.
    pub min: Option<Thousandths>,
    /// The maximum, in the metric's unit.
    pub max: Option<Thousandths>,
    /// Whether it counts as broken if the replications do not decide.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fails_undecided: bool,
}

pub(super) fn read(
    document: &Document<'_>,
    releases: &[Release],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Threshold> {
    let sections = document.sections(&keys::THRESHOLD);
    sections.iter().map(|fields| read_one(fields, releases, problems)).collect()
}

/// A metric that the scenario does not measure is a problem: `unmeasured` says what it lacks.
pub(super) fn check_measured(
    document: &Document<'_>,
    thresholds: &[Threshold],
    unmeasured: impl Fn(&Metric) -> Option<Requirement>,
    problems: &mut Vec<Diagnostic>,
) {
    for (fields, threshold) in document.sections(&keys::THRESHOLD).iter().zip(thresholds) {
        let name = &threshold.metric;
        if let Some(lacking) = Metric::named(name).and_then(|metric| unmeasured(&metric)) {
            let message = format!("`{name}` is not measured in this scenario");
            let span = fields.span_of("metric");
            problems.push(Diagnostic::new("conflict", span, message, lacking.remedy()));
        }
    }
}

/// Whether results have a value for the release, or the wave of a release, that `scope` names.
pub(super) fn has_release(releases: &[Release], scope: &ReleaseScope) -> bool {
    match scope {
        ReleaseScope::Worst | ReleaseScope::Each => true,
        ReleaseScope::Named(name) => {
            releases.iter().any(|release| release.name == *name)
                || waves(releases).any(|wave| wave == *name)
        }
    }
}

/// The names of all waves in results.
fn waves(releases: &[Release]) -> impl Iterator<Item = String> {
    releases.iter().flat_map(|release| {
        let names = release.waves.iter().flat_map(|waves| &waves.names);
        names.map(|wave| wave_name(&release.name, wave))
    })
}

/// The release of a threshold; the metric must have a value for each release.
fn read_release(
    fields: &Fields,
    metric: &str,
    releases: &[Release],
    problems: &mut Vec<Diagnostic>,
) -> ReleaseScope {
    let scope = ReleaseScope::from(fields.text("release"));
    if scope.is_worst() {
        return scope;
    }
    let span = fields.span_of("release");
    if Metric::named(metric).is_some_and(|metric| metric.of_release.is_none()) {
        let expected = "a metric with a value for each release, such as `protected_p95_s`";
        let message = format!("`{metric}` has one value for all releases");
        problems.push(Diagnostic::new("conflict", span, message, expected));
    } else if let ReleaseScope::Named(name) = &scope
        && !has_release(releases, &scope)
    {
        let expected = "\"worst\", \"each\", or the name of a [[release]] or of its wave";
        let message = format!("there is no release `{name}`");
        let names = releases.iter().map(|release| release.name.as_str());
        let help = nearest(name, names.chain(ReleaseScope::WORDS));
        problems.push(Diagnostic::new("unknown-name", span, message, expected).with_help(help));
    }
    scope
}

fn read_one(fields: &Fields, releases: &[Release], problems: &mut Vec<Diagnostic>) -> Threshold {
    let metric = fields.text("metric");
    if fields.has("metric") && Metric::named(&metric).is_none() {
        let message = format!("there is no metric `{metric}`");
        let expected = "a metric of summary.csv (`updraft list metrics`)";
        let problem = Diagnostic::new("unknown-name", fields.span_of("metric"), message, expected);
        let names = METRICS.iter().map(|metric| metric.name);
        problems.push(problem.with_help(nearest(&metric, names)));
    }
    let unit = Metric::named(&metric).map_or("count", |metric| metric.unit);
    let [min, max] = ["min", "max"].map(|key| fields.maybe_limit(key, unit, problems));
    if !fields.mentions("min") && !fields.mentions("max") {
        let message = "a threshold without a limit";
        problems.push(Diagnostic::new("no-limit", fields.span.clone(), message, "`min` or `max`"));
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        let message = format!("at least {min} and at most {max}");
        let span = fields.span_of("min");
        problems.push(Diagnostic::new("conflict", span, message, "at most `max`"));
    }
    let release = read_release(fields, &metric, releases, problems);
    let option = TopologyOption::named(&fields.text("option"));
    let fails_undecided = fields.says("on_undecided", "fail");
    Threshold { metric, option, release, min, max, fails_undecided }
}

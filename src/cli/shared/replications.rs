//! Arguments that determine the number of replications of `run` and `compare`.

use clap::Args;

use super::exit::{Exit, unmeasured};
use crate::experiment::ranking_and_selection::SelectionRule;
use crate::experiment::sequential_stopping::PrecisionRule;
use crate::experiment::{Sampling, metric_named};
use crate::measure::run::Metric;
use crate::scenario::Scenario;
use crate::units::text;

/// Replications at most, if nothing is said.
const MOST: u32 = 200;

/// Replications of each option before the first comparison of a selection.
const FIRST_STAGE: u32 = 10;

/// Replications of each remaining option between comparisons: enough for two cores with one of two options.
const STEP: u32 = 4;

/// The metric whose mean must be precise, if nothing is said.
const PROTECTED: &str = "protected_p95_s";

/// How the automatic rule is written.
const AUTO: &str = "auto";

/// The default indifference zone of times.
const INDIFFERENCE: &str = "5 min";

/// Replications until a mean is precise.
#[derive(Debug, Args)]
pub(in crate::cli) struct PrecisionArguments {
    /// Adds replications until the half-width of the 95 % interval is at most this share of the mean, such
    /// as 5%, and remains so for 5 more; `auto` is 5% within some seconds of work, and what `compare` does
    /// where neither command line nor scenario says how many.
    #[arg(long, value_name = "SHARE|auto", value_parser = precision, group = "rule", conflicts_with = "replications")]
    precision: Option<AskedPrecision>,
    /// The metric whose mean must be precise, under each option.
    #[arg(long, value_name = "METRIC", default_value = PROTECTED, requires = "precision", conflicts_with = "replications", value_parser = metric_named)]
    precision_of: Metric,
    /// The maximum number of replications for --precision and --select: 200 by default, 20 for auto.
    #[arg(long, value_name = "N", requires = "rule", value_parser = clap::value_parser!(u32).range(i64::from(FIRST_STAGE)..=100_000))]
    max_replications: Option<u32>,
}

/// How precise a mean is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum AskedPrecision {
    /// As [`PrecisionRule::AUTOMATIC`] says.
    Auto,
    /// Half the interval is at most so many percent of it.
    Percent(f64),
}

/// Replications until the best option is known.
#[derive(Debug, Args)]
pub(in crate::cli) struct SelectionArguments {
    /// Adds replications until the option with the least METRIC is known (for `agents_up_to_date`: the
    /// greatest); worse options get no more.
    #[arg(id = "select", long = "select", value_name = "METRIC", group = "rule", conflicts_with_all = ["replications", "precision_of"], value_parser = metric_named)]
    by: Option<Metric>,
    /// The smallest difference that matters, in the metric's unit; 5 min for times, required for all other
    /// metrics.
    #[arg(long, value_name = "DELTA", requires = "select", conflicts_with_all = ["precision", "replications"])]
    indifference: Option<String>,
    /// The probability of selecting the best option, if it is better by DELTA.
    #[arg(long, value_name = "SHARE", default_value = "95%", requires = "select", conflicts_with_all = ["precision", "replications"], value_parser = confidence)]
    confidence: f64,
}

/// The rule for the number of replications.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Rule {
    /// The executable form.
    pub(in crate::cli) sampling: Sampling,
    /// As arguments with all defaults; empty for a fixed number.
    pub(in crate::cli) words: Vec<String>,
}

impl PrecisionArguments {
    /// The rule that is asked for; `None`: nothing is said.
    pub(in crate::cli) fn rule(&self) -> Option<Rule> {
        let (rule, written) = match self.precision? {
            AskedPrecision::Auto => (PrecisionRule::AUTOMATIC, AUTO.to_string()),
            AskedPrecision::Percent(percent) => {
                (PrecisionRule { percent, most: MOST, events: None }, format!("{percent}%"))
            }
        };
        let most = self.max_replications.unwrap_or(rule.most);
        Some(Rule::until_precise(self.precision_of, PrecisionRule { most, ..rule }, written))
    }
}

impl SelectionArguments {
    /// The requested rule, or else `precise`.
    ///
    /// # Errors
    /// If it is not said what difference matters, or not in the metric's unit.
    pub(in crate::cli) fn rule_or(
        &self,
        precise: &PrecisionArguments,
    ) -> Result<Option<Rule>, String> {
        let Some(metric) = self.by else { return Ok(precise.rule()) };
        let by_default = (metric.unit == "s").then(|| INDIFFERENCE.to_string());
        let written = self.indifference.clone().or(by_default).ok_or_else(|| {
            let (name, form) = (metric.name, form(metric));
            format!(
                "--select {name} needs --indifference: the smallest difference that matters, {form}"
            )
        })?;
        let indifference = indifference(&written, metric).map_err(|why| {
            format!("--indifference \"{written}\": {why}; expected {}", form(metric))
        })?;
        let (percent, most) = (self.confidence, precise.max_replications.unwrap_or(MOST));
        let rule =
            SelectionRule { percent, indifference, first_stage: FIRST_STAGE, step: STEP, most };
        let asked = [
            ("--select", metric.name.into()),
            ("--indifference", written),
            ("--confidence", format!("{percent}%")),
            ("--max-replications", most.to_string()),
        ];
        Ok(Some(Rule { sampling: Sampling::UntilSelected(metric, rule), words: words(asked) }))
    }
}

impl Rule {
    /// A fixed number of replications.
    pub(in crate::cli) fn fixed() -> Self {
        Self { sampling: Sampling::Fixed, words: Vec::new() }
    }

    /// As many replications as it takes to tell the options apart, within some seconds of work.
    pub(in crate::cli) fn automatic() -> Self {
        Self::until_precise(protected(), PrecisionRule::AUTOMATIC, AUTO.into())
    }

    /// Checks that `scenario` measures the metric that decides.
    ///
    /// # Errors
    /// The exit code, after it was reported that it does not.
    pub(in crate::cli) fn check_measured(&self, scenario: &Scenario) -> Result<(), Exit> {
        let (flag, metric) = match self.sampling {
            Sampling::Fixed => return Ok(()),
            Sampling::UntilPrecise(metric, _) => ("--precision-of", metric),
            Sampling::UntilSelected(metric, _) => ("--select", metric),
        };
        match scenario.unmeasured(&metric) {
            Some(requirement) => Err(unmeasured(&format!("{flag} {}", metric.name), requirement)),
            None => Ok(()),
        }
    }

    /// Replications until the mean of `metric` is as precise as `rule` says, which is `written` so.
    fn until_precise(metric: Metric, rule: PrecisionRule, written: String) -> Self {
        let asked = [
            ("--precision", written),
            ("--precision-of", metric.name.into()),
            ("--max-replications", rule.most.to_string()),
        ];
        Self { sampling: Sampling::UntilPrecise(metric, rule), words: words(asked) }
    }
}

/// The metric that decides if nothing is said.
fn protected() -> Metric {
    Metric::named(PROTECTED).expect("the table of metrics has it")
}

fn words<const N: usize>(asked: [(&str, String); N]) -> Vec<String> {
    asked.into_iter().flat_map(|(flag, value)| [flag.to_string(), value]).collect()
}

/// The form of a difference of a metric.
fn form(metric: Metric) -> &'static str {
    match metric.unit {
        "s" => text::DURATION_FORM,
        "bytes" => text::BYTES_FORM,
        "bit/s" => text::RATE_FORM,
        _ => "a number such as 10",
    }
}

/// A difference of a metric, above 0.
#[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
fn indifference(written: &str, metric: Metric) -> Result<f64, String> {
    let value = match metric.unit {
        "s" => text::parse_duration(written)?.as_secs_f64(),
        "bytes" => text::parse_bytes(written)?.count() as f64,
        "bit/s" => text::parse_rate(written)?.bits_per_sec() as f64,
        _ => written.trim().parse().map_err(|_| "not a number".to_string())?,
    };
    if value > 0.0 && value < f64::INFINITY { Ok(value) } else { Err("not above 0".into()) }
}

/// The automatic rule, or a percentage.
fn precision(written: &str) -> Result<AskedPrecision, String> {
    if written.trim() == AUTO {
        return Ok(AskedPrecision::Auto);
    }
    share(written).map(AskedPrecision::Percent).map_err(|expected| format!("{expected}, or {AUTO}"))
}

/// A percentage above 0 and below 100.
pub(in crate::cli) fn share(written: &str) -> Result<f64, String> {
    let expected = || "expected a percentage above 0 and below 100, such as 5%".to_string();
    let number = written.trim().strip_suffix('%').ok_or_else(expected)?;
    let percent: f64 = number.trim().parse().map_err(|_| expected())?;
    if percent > 0.0 && percent < 100.0 { Ok(percent) } else { Err(expected()) }
}

/// A percentage above 50.
fn confidence(written: &str) -> Result<f64, String> {
    let percent = share(written)?;
    if percent > 50.0 { Ok(percent) } else { Err("expected more than 50%, such as 95%".into()) }
}

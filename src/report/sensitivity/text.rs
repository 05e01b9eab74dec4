//! The ranking of keys as text for the terminal.

use std::fmt::Write as _;

use super::results::SensitivityResults;
use crate::answer::quantities::signed;
use crate::experiment::sensitivity::{Analysis, Finding, Method, Number};
use crate::report::aligned::{Side, aligned};

impl SensitivityResults {
    /// The text for the terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for analysis in &self.analyses {
            out.push_str(&table(self, analysis));
            out.push('\n');
        }
        if !self.left_out.is_empty() {
            let _ = writeln!(out, "Assumptions that were not varied");
            for left in &self.left_out {
                let _ = writeln!(out, "  {}: {}", left.about, left.why);
            }
            out.push('\n');
        }
        out
    }
}

/// The ranking of one metric under one option.
fn table(results: &SensitivityResults, analysis: &Analysis) -> String {
    let method = results.method;
    let (count, kind) = method.comparisons();
    let mut out = format!(
        "{} under {}: {}, {count} {kind}\n",
        analysis.metric.name,
        analysis.option.name(),
        match method {
            Method::Morris(_) => "elementary effects (Morris)",
            Method::Sobol(_) => "shares of its variance (Sobol')",
        }
    );
    if analysis.is_constant(method) {
        let _ = writeln!(out, "  The value was the same at all {} points.", analysis.points);
        return out;
    }
    let mut rows = vec![heading(method)];
    let is_idle =
        |finding: &&Finding| finding.rank(method).is_some_and(|number| number.value <= 0.0);
    let (idle, told): (Vec<&Finding>, Vec<&Finding>) = analysis.findings.iter().partition(is_idle);
    rows.extend(told.iter().map(|finding| row(results, analysis, finding)));
    out.push_str(&textwrap::indent(&aligned(&rows, Side::Right), "  "));
    if !idle.is_empty() {
        let keys: Vec<&str> = idle.iter().map(|finding| results.key(finding.factor)).collect();
        let idle = format!("No effect at these points: {}.", keys.join(", "));
        let indent = textwrap::Options::new(80).initial_indent("  ").subsequent_indent("  ");
        let _ = writeln!(out, "{}", textwrap::fill(&idle, indent));
    }
    if analysis.never > 0 {
        out.push_str(&never(analysis));
    }
    out
}

fn heading(method: Method) -> Vec<String> {
    let names: &[&str] = match method {
        Method::Morris(_) => &["μ*", "95 % interval", "μ", "σ", "key"],
        Method::Sobol(_) => &["ST", "95 % interval", "S1", "95 % interval", "key"],
    };
    names.iter().map(|name| (*name).to_string()).collect()
}

fn row(results: &SensitivityResults, analysis: &Analysis, finding: &Finding) -> Vec<String> {
    let unit = analysis.metric.unit;
    let numbers = &finding.index.numbers;
    let effect = |value: f64| signed(unit, value);
    let mut cells = match results.method {
        Method::Morris(_) => vec![
            value(numbers[1], effect),
            interval(numbers[1], effect),
            value(numbers[0], effect),
            value(numbers[2], effect),
        ],
        Method::Sobol(_) => vec![
            value(numbers[1], share),
            interval(numbers[1], share),
            value(numbers[0], share),
            interval(numbers[0], share),
        ],
    };
    let (count, _) = results.method.comparisons();
    if finding.index.never > 0 {
        let (never, by_key) = (finding.index.never, finding.index.never_by_key);
        let by_key = if by_key > 0 { format!(", {by_key} by it") } else { String::new() };
        cells[1] = format!("never in {never} of {count}{by_key}");
    }
    cells.push(results.key(finding.factor).into());
    cells
}

fn value(number: Option<Number>, told: impl Fn(f64) -> String) -> String {
    number.map_or_else(|| "–".into(), |number| told(number.value))
}

pub(super) fn interval(number: Option<Number>, told: impl Fn(f64) -> String) -> String {
    let ci95 = number.and_then(|number| number.ci95);
    ci95.map_or_else(String::new, |(low, high)| format!("{} .. {}", told(low), told(high)))
}

/// A share of the variance.
pub(super) fn share(value: f64) -> String {
    format!("{value:.3}")
}

/// Why keys have no index.
fn never(analysis: &Analysis) -> String {
    let told = format!(
        "{} was never reached at {} of {} points, so it has no mean there, and the effect of the keys with – is \
         unknown. `by it` means that the key alone decided whether it was reached: fix the key with \
         --set or a narrower range, lengthen the scenario, or use exposure_agent_hours, which always \
         has a value.",
        analysis.metric.name, analysis.never, analysis.points
    );
    textwrap::fill(&told, 80) + "\n"
}

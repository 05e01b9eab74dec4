//! The page of a sensitivity analysis: answer, rankings, plots, assumptions that were not varied.

use std::error::Error;

use minijinja::{Value, context};

use super::answer::{Verdict, sentence, verdicts};
use super::results::SensitivityResults;
use super::text::{interval, share};
use crate::answer::quantities::{counted, signed};
use crate::experiment::sensitivity::{Analysis, Finding, Method, Number};
use crate::report::atomic_directory::{AtomicDirectory, ReportError};
use crate::report::draw::Picture;
use crate::report::page::{fill, pictures as chosen, put};
use crate::report::sweep::caution;

const TEMPLATE: &str = include_str!("../../../assets/sensitivity/page.html");
const SCRIPT: &str = concat!(
    include_str!("../../../assets/page/numbers.js"),
    include_str!("../../../assets/page/again.js"),
    include_str!("../../../assets/page/sorting.js"),
);

/// Writes the page.
pub(super) fn write(
    results: &SensitivityResults,
    pictures: &[Picture],
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    put(render(results, pictures), folder)
}

fn render(results: &SensitivityResults, pictures: &[Picture]) -> Result<String, Box<dyn Error>> {
    let record = &results.record.record;
    let (comparisons, kind) = results.method.comparisons();
    let (embedded, beside) = chosen(pictures);
    let left_out = results.left_out.iter().map(|left| {
        context! { about => left.about.as_str(), why => left.why.as_str() }
    });
    let mut metrics: Vec<&str> = results.record.drawn.iter().map(|metric| metric.name).collect();
    metrics.dedup();
    let content = context! {
        title => record.title(),
        points => counted(results.points(), "point"),
        runs => counted(results.runs(), "run"),
        replications => counted(record.replications as usize, "replication"),
        keys => counted(results.factors.len(), "key"),
        metrics,
        is_morris => matches!(results.method, Method::Morris(_)),
        comparisons => format!("{comparisons} {kind}"),
        columns => columns(results.method),
        analyses => results.analyses.iter().map(|of| analysis(results, of)).collect::<Vec<_>>(),
        pictures => embedded,
        beside,
        left_out => left_out.collect::<Vec<_>>(),
        cautions => results.record.cautions.iter().map(caution).collect::<Vec<_>>(),
        command => results.record.command()?,
        version => results.record.build.as_str(),
        network_model => record.network_model.as_str(),
        seed => record.seed,
    };
    Ok(fill(TEMPLATE, SCRIPT, content)?)
}

/// The headings of the indices, in the order of [`numbers`], with their meanings.
fn columns(method: Method) -> Vec<Value> {
    let columns: &[(&str, &str)] = match method {
        Method::Morris(_) => &[
            ("μ*", "how much it matters: the mean size of its effects over its range"),
            ("95 % interval", "of μ*"),
            ("μ", "the direction: the mean of its effects"),
            ("σ", "large if the effect depends on other keys or is nonlinear"),
        ],
        Method::Sobol(_) => &[
            ("ST", "share of the variance due to the key and its interactions"),
            ("95 % interval", "of ST"),
            ("S1", "share of the variance due to the key alone"),
            ("95 % interval", "of S1"),
        ],
    };
    columns.iter().map(|&(name, about)| context! { name, about }).collect()
}

fn analysis(results: &SensitivityResults, of: &Analysis) -> Value {
    let verdicts = verdicts(of, results.method);
    let rows = of.findings.iter().zip(verdicts).map(|(at, verdict)| row(results, of, at, verdict));
    context! {
        metric => of.metric.name,
        question => of.metric.question,
        option => of.option.name(),
        answer => sentence(results, of),
        rows => rows.collect::<Vec<_>>(),
    }
}

fn row(
    results: &SensitivityResults,
    analysis: &Analysis,
    finding: &Finding,
    verdict: Verdict,
) -> Value {
    let (key, levels) = &results.factors[finding.factor];
    let (never, by_key) = (finding.index.never, finding.index.never_by_key);
    let (count, _) = results.method.comparisons();
    let note = (never > 0).then(|| {
        let by_key = if by_key > 0 { format!(", {by_key} by it") } else { String::new() };
        format!("never in {never} of {count}{by_key}")
    });
    context! {
        key => key.as_str(),
        levels => levels.as_str(),
        cells => numbers(results.method, analysis, finding),
        verdict => verdict.words(),
        is_first => verdict == Verdict::Greatest,
        note,
    }
}

/// The indices of a key as shown, with all digits.
fn numbers(method: Method, analysis: &Analysis, finding: &Finding) -> Vec<Value> {
    let numbers = &finding.index.numbers;
    let told = |value: f64| match method {
        Method::Morris(_) => signed(analysis.metric.unit, value),
        Method::Sobol(_) => share(value),
    };
    let value = |number: Option<Number>| {
        let exact = number.map(|number| number.value.to_string()).unwrap_or_default();
        let shown = number.map_or_else(|| "–".into(), |number| told(number.value));
        context! { shown, full => exact.as_str(), exact }
    };
    let interval = |number: Option<Number>| {
        let ends = number.and_then(|number| number.ci95);
        let full = ends.map(|(low, high)| format!("{low} .. {high}")).unwrap_or_default();
        let exact = ends.map(|(low, _)| low.to_string()).unwrap_or_default();
        context! { shown => interval(number, told), full, exact }
    };
    match method {
        Method::Morris(_) => {
            vec![value(numbers[1]), interval(numbers[1]), value(numbers[0]), value(numbers[2])]
        }
        Method::Sobol(_) => {
            vec![value(numbers[1]), interval(numbers[1]), value(numbers[0]), interval(numbers[0])]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::sensitivity::{Index, LeftOut};
    use crate::measure::run::Metric;
    use crate::model::settings::TopologyOption;
    use crate::report::fixture::{MARKUP, sweep_record};
    use crate::report::page::{STYLE, hash};

    /// Two keys by Sobol's method, of which the second has no shares.
    fn results() -> SensitivityResults {
        let number = Some(Number { value: 2.0 / 3.0, ci95: Some((0.5, 0.75)) });
        let finding = |(factor, numbers)| Finding {
            factor,
            index: Index { never: factor, never_by_key: 0, numbers },
        };
        let analysis = Analysis {
            option: TopologyOption::Ua,
            metric: Metric::named("wan_bytes").expect("a metric"),
            findings: [vec![number; 2], vec![None; 2]]
                .into_iter()
                .enumerate()
                .map(finding)
                .collect(),
            never: 1,
            points: 8,
        };
        SensitivityResults {
            record: sweep_record(&[MARKUP, "b"], Vec::new()),
            method: Method::Sobol(4),
            factors: vec![(MARKUP.into(), "x,y".into()), ("b".into(), "1..2".into())],
            left_out: vec![LeftOut { about: MARKUP.into(), why: MARKUP.into() }],
            analyses: vec![analysis],
        }
    }

    #[test]
    fn names_are_data_and_the_security_policy_knows_the_blocks() {
        let page = render(&results(), &[]).expect("a page");
        assert!(!page.contains("<script>alert") && !page.contains("<!--"), "{page}");
        assert_eq!(page.matches("</script>").count(), 1, "what is ours");
        for block in [STYLE, SCRIPT] {
            assert!(page.contains(&hash(block)) && page.contains(block));
        }
        assert!(page.contains("default-src 'none'") && !page.contains(" style=\""));
    }

    #[test]
    fn each_key_has_its_indices_in_full_and_what_is_missing_says_why() {
        let page = render(&results(), &[]).expect("a page");
        assert!(page.contains("data-exact=\"0.6666666666666666\""), "{page}");
        assert!(page.contains("title=\"0.5 .. 0.75\">0.500 .. 0.750"));
        assert!(page.contains("unknown<span class=\"half\">never in 1 of 4</span>"));
        assert!(page.contains("depends most on") && page.contains("None: no key has an index."));
    }
}

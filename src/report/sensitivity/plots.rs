//! The plots of a sensitivity analysis: Morris plots and Sobol indices.

use super::results::SensitivityResults;
use crate::answer::quantities::counted;
use crate::experiment::sensitivity::{Analysis, Finding, Method, Number};
use crate::report::draw::{Axis, Bar, BarRow, Bars, Picture, Scatter, Series};

/// The maximum number of keys named in a picture; the table has all.
const NAMED: usize = 8;
/// The maximum number of keys with bars.
const MOST_ROWS: usize = 24;

/// A picture of each metric under each option, by its file's name; none if there is no data.
///
/// # Errors
/// The error of the drawing library.
pub(in crate::report) fn pictures(results: &SensitivityResults) -> Result<Vec<Picture>, String> {
    let paper = results.record.record.plots.paper();
    let picture = |analysis: &Analysis| {
        let (metric, option) = (analysis.metric.name, analysis.option.name());
        let (name, caption, drawing) = match results.method {
            Method::Morris(_) => (
                format!("effects-{metric}-{option}"),
                format!(
                    "{metric} under {option}: the spread of the effects of each key (σ), over their mean \
                     size (μ*)."
                ),
                effects(results, analysis).draw(paper)?,
            ),
            Method::Sobol(_) => (
                format!("shares-{metric}-{option}"),
                format!("{metric} under {option}: each key's share of the variance."),
                shares(results, analysis).draw(paper)?,
            ),
        };
        Ok(Picture::new(name, caption, drawing))
    };
    let has_some = |analysis: &&Analysis| {
        analysis.findings.iter().any(|finding| finding.rank(results.method).is_some())
    };
    results.analyses.iter().filter(has_some).map(picture).collect()
}

/// σ over μ\*, with the interval of μ\*: keys at the right matter, keys at the top have interactions or nonlinear
/// effects (Morris 1991, Campolongo et al. 2007).
fn effects(results: &SensitivityResults, analysis: &Analysis) -> Scatter {
    let known = || analysis.findings.iter().filter_map(|finding| Some((finding, effect(finding)?)));
    let mut notes = Vec::new();
    let mut points = Vec::new();
    for (place, (finding, (sigma, mu_star))) in known().enumerate() {
        let number = (place + 1).to_string();
        let is_named = place < NAMED && mu_star.value > 0.0;
        if is_named {
            notes.push(format!("{number}  {}", results.key(finding.factor)));
        }
        points.push(((mu_star.value, sigma), is_named.then_some(number)));
    }
    let bar = |(sigma, mu_star): (f64, Number)| mu_star.ci95.map(|at| (sigma, at.0, at.1));
    let bars: Vec<(f64, f64, f64)> = known().filter_map(|(_, of)| bar(of)).collect();
    let unknown = analysis.findings.len() - points.len();
    if unknown > 0 {
        notes.push(format!(
            "Not shown: {} for which {} was never reached at some point.",
            counted(unknown, "key"),
            analysis.metric.name
        ));
    }
    let high = points.iter().map(|(point, _)| point.1).fold(0.0, f64::max);
    let wide = points.iter().map(|(point, _)| point.0);
    let wide = wide.chain(bars.iter().map(|bar| bar.2)).fold(0.0, f64::max);
    Scatter {
        title: format!("{}: σ", analysis.metric.name),
        x_title: "μ*".into(),
        x: Axis::of_unit(analysis.metric.unit, wide),
        y: Axis::of_unit(analysis.metric.unit, high),
        series: vec![Series { option: analysis.option, points, bars, is_curve: false }],
        has_bars_across: true,
        front: Vec::new(),
        notes,
    }
}

/// σ, and μ\* with its interval.
fn effect(finding: &Finding) -> Option<(f64, Number)> {
    let [_, mu_star, sigma] = finding.index.numbers[..] else { return None };
    Some((sigma.map_or(0.0, |sigma| sigma.value), mu_star?))
}

fn shares(results: &SensitivityResults, analysis: &Analysis) -> Bars {
    let row = |finding: &Finding| {
        let [first, total] = finding.index.numbers[..] else { return None };
        let bar = |number: Number| Bar { value: number.value, ci95: number.ci95 };
        let name = results.key(finding.factor).to_string();
        Some(BarRow { name, first: bar(first?), total: bar(total?) })
    };
    let rows: Vec<BarRow> = analysis.findings.iter().filter_map(row).collect();
    let left = analysis.findings.len() - rows.len();
    let mut notes = Vec::new();
    if left > 0 {
        notes.push(format!(
            "Not shown: {} without shares; the table says why.",
            counted(left, "key")
        ));
    }
    if rows.len() > MOST_ROWS {
        notes.push(format!(
            "Not shown: {} of smaller shares.",
            counted(rows.len() - MOST_ROWS, "key")
        ));
    }
    Bars {
        title: format!("{}: shares of the variance", analysis.metric.name),
        option: analysis.option,
        rows: rows.into_iter().take(MOST_ROWS).collect(),
        notes,
    }
}

//! The tables of a sensitivity analysis.

use super::SensitivityResults;
use crate::experiment::sensitivity::Number;
use crate::report::folder::{ClaimedFolder, ReportError};
use crate::report::sweep::points;
use crate::report::tables::{Rows, header, render, text};

/// Writes all tables.
pub(super) fn write(
    results: &SensitivityResults,
    folder: &ClaimedFolder,
) -> Result<(), ReportError> {
    for (name, rows) in [
        ("sensitivity.csv", indices(results)),
        ("factors.csv", factors(results)),
        ("points.csv", points(&results.record.design)),
    ] {
        let content = render(&rows).map_err(|cause| ReportError::at(folder.target(), cause))?;
        folder.write(name, &content)?;
    }
    Ok(())
}

/// A row an index. `never` counts the comparisons of a key that have no value, `never_by_key` those of
/// them that the key decides.
fn indices(results: &SensitivityResults) -> Rows {
    let method = results.method;
    let mut rows = header("method,option,metric,key,index,value,ci95_low,ci95_high");
    for analysis in &results.analyses {
        for finding in &analysis.findings {
            let mut add = |name: &str, cells: [String; 3]| {
                let mut row: Vec<String> = vec![
                    method.name().into(),
                    analysis.option.name().into(),
                    analysis.metric.name.into(),
                    text(results.key(finding.factor)),
                    name.into(),
                ];
                row.extend(cells);
                rows.push(row);
            };
            for (name, number) in method.indices().iter().zip(&finding.index.numbers) {
                add(name, cells(*number));
            }
            let of = &finding.index;
            for (name, count) in [("never", of.never), ("never_by_key", of.never_by_key)] {
                add(name, [count.to_string(), String::new(), String::new()]);
            }
        }
    }
    rows
}

fn cells(number: Option<Number>) -> [String; 3] {
    let of = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let ci95 = number.and_then(|number| number.ci95);
    [
        of(number.map(|number| number.value)),
        of(ci95.map(|(low, _)| low)),
        of(ci95.map(|(_, high)| high)),
    ]
}

/// What each key was set to, and which assumptions were left as they are, and why.
fn factors(results: &SensitivityResults) -> Rows {
    let mut rows = header("key,values,left_out_because");
    for (key, levels) in &results.factors {
        rows.push(vec![text(key), text(levels), String::new()]);
    }
    for left in &results.left_out {
        rows.push(vec![text(&left.about), String::new(), text(&left.why)]);
    }
    rows
}

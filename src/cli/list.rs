//! `updraft list`: what there is to be measured, drawn, begun with, replayed and assumed.

use serde_json::{Value, json};

use super::args::{Format, List, Listed};
use super::commands::print;
use super::exit::Exit;
use super::rules::rules;
use crate::beginning::TEMPLATES;
use crate::measure::METRICS;
use crate::report::PLOTS;
use crate::scenario::assumable;

/// Carries out what was asked.
pub(super) fn carry_out(asked: &List) -> Exit {
    let rows = rows(asked.what);
    let text = match asked.format {
        Format::Text | Format::Concise => aligned(&rows),
        Format::Json => format!("{:#}\n", rows.into_iter().map(object).collect::<Value>()),
    };
    print(text.as_bytes())
}

/// A row: names and values.
type Row = Vec<(&'static str, String)>;

fn rows(what: Listed) -> Vec<Row> {
    match what {
        Listed::Metrics => METRICS
            .iter()
            .map(|metric| {
                vec![
                    ("name", metric.name.into()),
                    ("unit", metric.unit.into()),
                    ("question", metric.question.into()),
                ]
            })
            .collect(),
        Listed::Templates => TEMPLATES
            .iter()
            .map(|template| vec![("name", template.name.into()), ("about", template.about.into())])
            .collect(),
        Listed::Plots => PLOTS
            .iter()
            .map(|plot| vec![("name", plot.name().into()), ("caption", plot.caption().into())])
            .collect(),
        Listed::Rules => rules()
            .into_iter()
            .map(|rule| {
                let keys = rule.keys.join(", ");
                vec![("rule", rule.id.into()), ("words", rule.words.into()), ("keys", keys)]
            })
            .collect(),
        Listed::Assumptions => assumable()
            .into_iter()
            .map(|assumption| {
                vec![
                    ("key", assumption.key),
                    ("default", assumption.value),
                    ("meaning", assumption.meaning.into()),
                ]
            })
            .collect(),
    }
}

fn object(row: Row) -> Value {
    row.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect()
}

/// A line for each row, its columns one below the other.
fn aligned(rows: &[Row]) -> String {
    let widest = |column: usize| rows.iter().map(|row| row[column].1.chars().count()).max();
    let columns = 0..rows.first().map_or(0, Vec::len);
    // A sentence takes what it needs and keeps nobody else waiting.
    let widths: Vec<usize> = columns.filter_map(widest).map(|width| width.min(32)).collect();
    let line = |row: &Row| {
        let cells = row.iter().zip(&widths).map(|((_, text), &width)| {
            let shown = if text.is_empty() { "–" } else { text };
            format!("{shown:width$}")
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

//! The comparison as text.

use std::fmt::Write as _;

use super::differences::{Diff, OptionChanges, Side};
use super::rows::DiffRow;
use crate::answer::quantities::counted;
use crate::experiment::{Change, ChangeOutcome};

/// The widest columns except those of names.
const WIDTH: usize = 79;

/// The comparison as text of at most 80 columns, unless names are longer.
pub fn diff_text(diff: &Diff) -> String {
    let mut out = format!("{} against {}: {}\n", diff.after.name, diff.before.name, diff.summary());
    for (letter, side) in [("before", &diff.before), ("after", &diff.after)] {
        let _ = writeln!(out, "  {letter:6}  {}", described(side));
    }
    out.push('\n');
    out.push_str(&scenario(diff));
    for option in &diff.options {
        out.push_str(&of_option(option));
    }
    if !diff.left_out.is_empty() {
        let _ = writeln!(out, "Not compared: {}", diff.left_out.join(", "));
    }
    out.push_str(&textwrap::fill(&diff.method(), WIDTH));
    out.push('\n');
    out
}

fn described(side: &Side) -> String {
    let runs = match side.replications.as_str() {
        "1" => "1 replication".into(),
        runs => format!("{runs} replications"),
    };
    format!("{}: {runs}, seed {}", side.name, side.seed)
}

/// The keys that differ, one per line.
fn scenario(diff: &Diff) -> String {
    if diff.keys.is_empty() {
        return "Scenario: no difference\n\n".into();
    }
    let mut out = format!("Scenario: {} differ\n", counted(diff.keys.len(), "key"));
    if diff.keys.len() == 1 {
        out = "Scenario: 1 key differs\n".into();
    }
    let width = diff.keys.iter().map(|at| at.key.chars().count()).max().unwrap_or(0).min(40);
    for at in &diff.keys {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
        let (before, after) = (value(&at.before), value(&at.after));
        let _ = writeln!(out, "  {:width$}  {before} → {after}", at.key);
    }
    out.push('\n');
    out
}

/// The changes under an option: worse, better and otherwise changed metrics, and the number without a shown difference.
fn of_option(option: &OptionChanges) -> String {
    let mut out = format!("{}\n", option.option);
    let shown: Vec<(&Change, DiffRow)> = option
        .changes
        .iter()
        .filter(|change| change.outcome != ChangeOutcome::NotShown)
        .map(|change| (change, DiffRow::of(change)))
        .collect();
    let widest = |cell: fn(&DiffRow) -> &str| {
        shown.iter().map(|(_, row)| cell(row).chars().count()).max().unwrap_or(0)
    };
    let label = widest(|row| &row.label);
    let (before, after) = (widest(|row| &row.before), widest(|row| &row.after));
    for outcome in ChangeOutcome::ALL {
        let rows: Vec<&DiffRow> = shown
            .iter()
            .filter(|(change, _)| change.outcome == outcome)
            .map(|(_, row)| row)
            .collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "  {}", outcome.name());
        for row in rows {
            let line = format!(
                "    {:label$}  {:>before$} → {:<after$}  {}",
                row.label, row.before, row.after, row.change
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    let none = option.changes.len() - shown.len();
    if none > 0 {
        let many = counted(none, "metric");
        let _ = writeln!(out, "  no difference shown in {many}");
    }
    out.push('\n');
    out
}

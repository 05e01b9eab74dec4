//! The comparison as Markdown, for a pull request.

use std::fmt::Write as _;

use super::differences::Diff;
use super::rows::DiffRow;
use crate::experiment::ChangeOutcome;
use crate::report::markdown::{cell, code};

/// The comparison as GitHub-flavoured Markdown.
pub fn diff_markdown(diff: &Diff) -> String {
    let (before, after) = (code(&diff.before.name), code(&diff.after.name));
    let mut out = format!("### {after} against {before}: {}\n", diff.summary());
    if diff.keys.is_empty() {
        out.push_str("\nThe scenarios do not differ.\n");
    } else {
        out.push_str("\n| scenario key | before | after |\n|---|---|---|\n");
        for at in &diff.keys {
            let value = |value: &Option<String>| value.as_deref().map_or("none".into(), code);
            let (before, after) = (value(&at.before), value(&at.after));
            let _ = writeln!(out, "| {} | {before} | {after} |", code(&at.key));
        }
    }
    let mut rows = Vec::new();
    for outcome in [ChangeOutcome::Worse, ChangeOutcome::Better, ChangeOutcome::Changed] {
        for (option, change) in diff.changes().filter(|(_, change)| change.outcome == outcome) {
            let DiffRow { label, before, after, change } = DiffRow::of(change);
            let word = match outcome {
                ChangeOutcome::Worse => "**worse**",
                _ => outcome.name(),
            };
            rows.push(format!(
                "| {word} | {option} | {} | {before} | {after} | {change} |",
                cell(&label)
            ));
        }
    }
    if !rows.is_empty() {
        out.push_str("\n| verdict | option | metric | before | after | difference |\n|---|---|---|---:|---:|---:|\n");
        for row in rows {
            let _ = writeln!(out, "{row}");
        }
    }
    if !diff.left_out.is_empty() {
        let _ = write!(out, "\nNot compared: {}.\n", diff.left_out.join(", "));
    }
    let _ = write!(out, "\n{}\n", diff.method());
    out
}

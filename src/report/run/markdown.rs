//! Results for a pull request: recommendation, table of options, verdicts on the thresholds.

use std::fmt::Write as _;

use super::cautions::cautions;
use super::results::Results;
use super::thresholds::told;
use crate::answer::comparison::comparison;
use crate::answer::recommend;
use crate::report::markdown::cell;

/// The results as GitHub-flavoured Markdown.
pub fn summary_markdown(results: &Results<'_>) -> String {
    let advice = recommend(&results.outcome());
    let mut out = format!("### {}\n\n{}\n", cell(results.record.title()), cell(&advice.text));
    if let Some(cause) = &advice.cause {
        let _ = writeln!(out, "\n{cause}");
    }
    thresholds(results, &mut out);
    let options: Vec<&str> = results.by_option().map(|runs| runs[0].option.name()).collect();
    let _ = writeln!(out, "\n| | {} |", options.join(" | "));
    let _ = writeln!(out, "|---|{}", "---:|".repeat(options.len()));
    for section in comparison(&results.outcome()) {
        let blanks = " |".repeat(options.len());
        let _ = writeln!(out, "| **{}** |{blanks}", cell(&section.heading));
        for line in section.lines {
            let told: Vec<String> = line
                .cells
                .iter()
                .map(|at| {
                    let half =
                        at.half_width.as_ref().map_or_else(String::new, |half| format!(" {half}"));
                    let shown = format!("{}{half}", cell(&at.shown));
                    if at.is_best { format!("**{shown}**") } else { shown }
                })
                .collect();
            let _ = writeln!(out, "| {} | {} |", cell(&line.label), told.join(" | "));
        }
    }
    let runs = match results.replications().as_str() {
        "1" => "1 replication".into(),
        runs => format!("Means of {runs} replications ± half their 95 % interval"),
    };
    let _ = writeln!(out, "\nThe best of a row is bold. {runs}, seed {}.", results.record.seed);
    for caution in cautions(results) {
        let _ = writeln!(out, "\n> {} {}", cell(&caution.seen), cell(&caution.advice));
    }
    out
}

/// The verdict on each threshold; empty without thresholds.
fn thresholds(results: &Results<'_>, out: &mut String) {
    let all = told(results);
    if all.is_empty() {
        return;
    }
    out.push_str("\n| threshold | option | verdict | measured |\n|---|---|---|---|\n");
    for at in all {
        let note = at.note.as_ref().map_or_else(String::new, |note| format!("; {note}"));
        let measured = cell(&format!("{}{note}", at.measured));
        let (sign, verdict) = (at.sign(), at.verdict.name());
        let _ = writeln!(
            out,
            "| {} | {} | {sign} {verdict} | {measured} |",
            cell(&at.condition),
            at.option
        );
    }
}

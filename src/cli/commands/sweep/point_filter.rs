//! Filters the points of a design.

use std::ops::RangeInclusive;

use clap::Args;

use crate::cli::shared::exit::{Exit, usage};
use crate::cli::shared::sweep_arguments::wrong_factor;
use crate::experiment::sweep::{Condition, Design};

/// The arguments of `sweep` that exclude points.
#[derive(Debug, Args)]
pub(super) struct PointFilter {
    /// Keeps only the points at which a comparison of varied keys holds, such as
    /// 'server.slots >= notification.threads' or 'site.branch.bandwidth < 10 Mbit/s'; repeat for more.
    #[arg(long = "where", value_name = "EXPR")]
    conditions: Vec<String>,
    /// Runs only the points with these numbers in --list, such as 3,7-12.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', value_parser = span)]
    only: Vec<Span>,
}

/// Numbers of points.
#[derive(Clone, Debug)]
struct Span(RangeInclusive<usize>);

impl PointFilter {
    /// The remaining points of `design`.
    ///
    /// # Errors
    /// The exit code, after the problem was reported.
    pub(super) fn of(&self, design: Design) -> Result<Design, Exit> {
        let condition = |text: &String| {
            Condition::parse(text, &design.keys).map_err(|error| wrong_factor("--where", &error))
        };
        let conditions = self.conditions.iter().map(condition).collect::<Result<Vec<_>, _>>()?;
        let design =
            design.meeting(&conditions).map_err(|error| usage(&format!("--where: {error}")))?;
        if self.only.is_empty() {
            return Ok(design);
        }
        let numbers: Vec<_> = self.only.iter().map(|span| span.0.clone()).collect();
        design.only(&numbers).map_err(|error| usage(&format!("--only: {error}")))
    }

    /// The request: flags and their values.
    pub(super) fn words(&self) -> Vec<(&'static str, String)> {
        let conditions = self.conditions.iter().map(|text| ("--where", text.clone()));
        let mut words: Vec<_> = conditions.collect();
        if !self.only.is_empty() {
            let told = |Span(span): &Span| match (span.start(), span.end()) {
                (first, last) if first == last => first.to_string(),
                (first, last) => format!("{first}-{last}"),
            };
            let all: Vec<String> = self.only.iter().map(told).collect();
            words.push(("--only", all.join(",")));
        }
        words
    }
}

/// Parses N or N-M.
fn span(text: &str) -> Result<Span, String> {
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok(Span(first..=last)),
        _ => Err("expected numbers of points, such as 3 or 7-12".into()),
    }
}

//! The study of `updraft calibrate`: companies with known values write logs, and what is estimated from these is compared
//! with the truth; deliberately wrong models are to be refused. Its outcome stands in `docs/calibration.md`.
//!
//! `cargo run --release --example calibration_study [COMPANIES [FIRST]]`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it finds")]

mod company;
mod study;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use company::Company;
use study::{Effort, Outcome, Wrong, examine, uniformity};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let companies: u32 = arguments.next().map_or(Ok(200), |count| count.parse())?;
    let first: u32 = arguments.next().map_or(Ok(1), |first| first.parse())?;
    let folder = std::env::temp_dir().join(format!("updraft-study-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let effort = Effort { members: 50, points: 32 };
    let mut all = Vec::new();
    for number in first..first + companies {
        let outcome = examine(&Company::drawn(number), effort, &folder)?;
        eprintln!("{number}: {outcome:?}");
        all.push(outcome);
    }
    std::fs::remove_dir_all(&folder)?;
    print!("{}", told(&all));
    Ok(())
}

/// The outcome as a table.
fn told(all: &[Outcome]) -> String {
    let mut out = String::from(
        "| key | identified | 90 % interval holds the truth | ranks uniform, p |\n|---|---|---|---|\n",
    );
    let mut keys: Vec<&str> = Vec::new();
    for found in all.iter().flat_map(|outcome| &outcome.found) {
        if !keys.contains(&found.key) {
            keys.push(found.key);
        }
    }
    let mut by_key: BTreeMap<&str, (Vec<bool>, Vec<u32>)> = BTreeMap::new();
    for found in all.iter().flat_map(|outcome| &outcome.found) {
        let (covered, ranks) = by_key.entry(found.key).or_default();
        covered.extend(found.is_covered);
        ranks.extend(found.rank);
    }
    for key in keys {
        let (covered, ranks) = &by_key[key];
        let uniform = match ranks.len() {
            0 => "not random".into(),
            _ => format!("{:.3}", uniformity(ranks)),
        };
        let (known, all) = (covered.len(), all.len());
        let covered = share(covered.iter().copied());
        let _ = writeln!(out, "| `{key}` | {known} of {all} | {covered} | {uniform} |");
    }
    out.push_str("\n| model | refused |\n|---|---|\n");
    let true_model = share(all.iter().map(|outcome| !outcome.reproduces));
    let _ = writeln!(out, "| the true one | {true_model} |");
    for wrong in Wrong::ALL {
        let refused = share(all.iter().map(|outcome| outcome.refused[&wrong]));
        let _ = writeln!(out, "| {} | {refused} |", wrong.name());
    }
    out
}

/// "93.0 % (186 of 200)".
fn share(all: impl Iterator<Item = bool>) -> String {
    let all: Vec<bool> = all.collect();
    let yes = all.iter().filter(|is| **is).count();
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    format!("{:.1} % ({yes} of {})", 100.0 * count(yes) / count(all.len().max(1)), all.len())
}

//! Stored numbers that must not increase: one line for each case, in a file that a change updates in the same commit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// The tolerance in per mille: processors differ in the code paths of the C library.
const TOLERATED: u64 = 20;

/// What to do with the numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Print them with the stored ones.
    Show,
    /// Fail if a number increased.
    Check,
    /// Store them.
    Update,
}

impl Action {
    /// As selected by `--check` or `--update`.
    pub(crate) fn of_arguments() -> Self {
        let has = |flag: &str| std::env::args().any(|word| word == flag);
        match (has("--update"), has("--check")) {
            (true, _) => Self::Update,
            (_, true) => Self::Check,
            _ => Self::Show,
        }
    }
}

/// Numbers by case, as stored.
pub(crate) struct Baseline {
    path: PathBuf,
    /// The unit of the numbers, for people.
    unit: &'static str,
    stored: BTreeMap<String, u64>,
}

impl Baseline {
    /// The numbers in `results/bench/FILE`; empty if the file does not exist.
    pub(crate) fn load(file: &str, unit: &'static str) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../results/bench").join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let row = |line: &str| {
            let (case, number) = line.split_once(',')?;
            Some((case.to_string(), number.trim().parse().ok()?))
        };
        Self { path, unit, stored: text.lines().filter_map(row).collect() }
    }

    /// Prints, checks or stores `measured`; returns whether none increased too much.
    pub(crate) fn conclude(&self, measured: &BTreeMap<String, u64>, action: Action) -> ExitCode {
        let mut failures = Vec::new();
        println!("{:45} {:>16} {:>16} {:>8}", "case", self.unit, "stored", "change");
        for (case, number) in measured {
            let stored = self.stored.get(case);
            let change = stored.map_or("new".into(), |stored| change(*number, *stored));
            let shown = stored.map_or(String::new(), u64::to_string);
            println!("{case:45} {number:16} {shown:>16} {change:>8}");
            match stored {
                None => failures.push(format!("{case} has no stored number")),
                Some(stored) if *number > stored + stored * TOLERATED / 1000 => {
                    failures.push(format!("{case} rose by {change}: {stored} to {number}"));
                }
                Some(_) => {}
            }
        }
        let gone = self.stored.keys().filter(|case| !measured.contains_key(*case));
        failures.extend(gone.map(|case| format!("{case} is stored and no longer measured")));
        match action {
            Action::Show => ExitCode::SUCCESS,
            Action::Update => {
                let mut text = format!("case,{}\n", self.unit);
                for (case, number) in measured {
                    let _ = writeln!(text, "{case},{number}");
                }
                fs::create_dir_all(self.path.parent().expect("a folder")).expect("a folder");
                fs::write(&self.path, text).expect("a writable file");
                println!("stored in {}", self.path.display());
                ExitCode::SUCCESS
            }
            Action::Check if failures.is_empty() => ExitCode::SUCCESS,
            Action::Check => {
                for failure in &failures {
                    println!("FAILED: {failure}");
                }
                println!(
                    "If the change is worth it, store the new numbers in the same commit: the same \
                     command with --update instead of --check"
                );
                ExitCode::FAILURE
            }
        }
    }
}

/// "+1.5 %".
fn change(now: u64, before: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let percent = 100.0 * (now as f64 - before as f64) / before.max(1) as f64;
    format!("{percent:+.2} %")
}

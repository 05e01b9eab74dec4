//! Instructions of typical work, counted by valgrind's callgrind and compared with `results/bench/instructions.csv`.
//!
//! `cargo bench --bench instructions` shows the counts, `-- --check` fails if one rose by more than 2 %, `-- --update` stores
//! them. A further word selects the cases whose names contain it.
#![expect(clippy::print_stdout, reason = "this is a report")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};

use baseline::{Action, Baseline};

mod baseline;
mod cases;
mod shapes;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = &words[..]
        && flag == "--case"
    {
        return cases::run_case(name);
    }
    let wanted: Vec<&String> = words.iter().filter(|word| !word.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.iter().all(|word| name.contains(word.as_str()));
    let mut measured = BTreeMap::new();
    for name in cases::names().filter(|name| is_wanted(name)) {
        match count(name) {
            Ok(instructions) => {
                let _ = measured.insert(name.to_string(), instructions);
            }
            Err(cause) => {
                println!("FAILED: {name}: {cause}");
                return ExitCode::FAILURE;
            }
        }
    }
    let baseline = Baseline::load("instructions.csv", "instructions");
    let action = if wanted.is_empty() { Action::of_arguments() } else { Action::Show };
    baseline.conclude(&measured, action)
}

/// The number of instructions of the measured part of a case.
fn count(name: &str) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|cause| cause.to_string())?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder).map_err(|cause| cause.to_string())?;
    let out = folder.join(format!("callgrind.{}", name.replace([' ', '/'], "-")));
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*cases::measured*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .args(["--case", name])
        .output()
        .map_err(|cause| format!("valgrind: {cause}"))?;
    if !run.status.success() {
        return Err(String::from_utf8_lossy(&run.stderr).into_owned());
    }
    let text = std::fs::read_to_string(&out).map_err(|cause| cause.to_string())?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total: Option<u64> = total.and_then(|total| total.trim().parse().ok());
    total.filter(|total| *total > 0).ok_or_else(|| "callgrind counted nothing".into())
}

//! A small form of the study of calibration; `cargo run --release --example calibration_study` is the whole one.

#[path = "../../examples/calibration_study/company.rs"]
mod company;
#[path = "../../examples/calibration_study/study.rs"]
mod study;

use company::Company;
use study::{Effort, Found, Outcome, Wrong, examine, uniformity};

#[test]
fn intervals_hold_the_truth_and_wrong_models_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let effort = Effort { members: 20, points: 8 };
    let all: Vec<Outcome> = (1..=5)
        .map(|number| examine(&Company::drawn(number), effort, folder.path()).expect("a study"))
        .collect();
    let found: Vec<&Found> = all.iter().flat_map(|outcome| &outcome.found).collect();
    let covered: Vec<bool> = found.iter().filter_map(|found| found.is_covered).collect();
    let held = covered.iter().filter(|is| **is).count();
    // At 90 %, 36 of 40: fewer than 30 would happen once in a thousand times.
    assert!(covered.len() >= 35 && held >= covered.len() * 3 / 4, "{held}: {all:#?}");
    // Threads are found exactly or not at all.
    let threads = found.iter().filter(|found| found.key == "notification.threads");
    assert!(threads.clone().count() == 5 && threads.clone().all(|at| at.is_covered != Some(false)));
    let ranks: Vec<u32> = found.iter().filter_map(|found| found.rank).collect();
    assert!(ranks.len() == 20 && uniformity(&ranks) > 0.001, "{ranks:?}");
    let reproduced = all.iter().filter(|outcome| outcome.reproduces).count();
    assert!(reproduced >= 3, "{all:#?}");
    for wrong in Wrong::ALL {
        let refused = all.iter().filter(|outcome| outcome.refused[&wrong]).count();
        assert!(refused >= 4, "{}: {all:#?}", wrong.name());
    }
}

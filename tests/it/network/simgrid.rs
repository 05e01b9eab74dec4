//! Finish times equal those of `SimGrid`, within its own precision.

use std::io::Read;

use flate2::read::GzDecoder;
use updraft::network::Method;

use crate::network::workloads::{self, Workload};

/// The columns `t_start` and `t_finish` of a reference file.
fn reference(file: &str) -> Vec<(f64, f64)> {
    let path = format!("{}/tests/data/simgrid/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    let compressed = std::fs::File::open(path).expect("the reference is in the repository");
    let _ = GzDecoder::new(compressed).read_to_string(&mut text).expect("text");
    let number = |row: &str, column: usize| -> f64 {
        row.split(',').nth(column).expect("four columns").parse().expect("a number")
    };
    text.lines().skip(1).map(|row| (number(row, 1), number(row, 3))).collect()
}

fn seconds(nanos: u64) -> f64 {
    updraft::units::SimTime::from_nanos(nanos).as_secs_f64()
}

/// The greatest relative difference of the finish times.
fn difference(workload: Workload, n: usize, method: Method, file: &str) -> f64 {
    let mut network = workloads::network(workloads::segments(n), method);
    let ours = workloads::run(workloads::segments(n), workload, n, &mut network);
    let theirs = reference(file);
    assert_eq!(ours.len(), theirs.len());
    let differences = ours
        .iter()
        .zip(&theirs)
        .map(|((_, ours), (_, theirs))| (seconds(*ours) - theirs).abs() / theirs);
    differences.fold(0.0, f64::max)
}

#[test]
fn finish_times_are_those_of_simgrid() {
    for (workload, n, file) in [
        (Workload::Direct, 1_000, "W1_N1000.csv.gz"),
        (Workload::Direct, 10_000, "W1_N10000.csv.gz"),
        (Workload::UpdateAgents, 1_000, "W2_N1000.csv.gz"),
        (Workload::AllAtOnce, 1_000, "W3_N1000.csv.gz"),
    ] {
        for method in [Method::Automatic, Method::General] {
            let difference = difference(workload, n, method, file);
            assert!(difference < 1e-7, "{file} by {method:?}: {difference:e}");
        }
    }
}

#[test]
fn all_methods_agree_to_the_nanosecond() {
    for workload in [Workload::Direct, Workload::UpdateAgents, Workload::AllAtOnce] {
        let ends = |method, n| {
            workloads::run(
                workloads::segments(n),
                workload,
                n,
                &mut workloads::network(workloads::segments(n), method),
            )
        };
        assert!(ends(Method::Automatic, 5_000) == ends(Method::General, 5_000), "{workload:?}");
        assert!(ends(Method::Automatic, 300) == ends(Method::Definition, 300), "{workload:?}");
    }
}

/// The W2 file's own start times may differ in the last digit: both are compared.
#[test]
fn start_times_after_update_agents_are_those_of_simgrid() {
    let mut network = workloads::network(workloads::segments(1_000), Method::Automatic);
    let ours =
        workloads::run(workloads::segments(1_000), Workload::UpdateAgents, 1_000, &mut network);
    for ((ours, _), (theirs, _)) in ours.iter().zip(reference("W2_N1000.csv.gz")) {
        assert!((seconds(*ours) - theirs).abs() <= 1e-7 * theirs.max(1.0), "{ours} {theirs}");
    }
}

//! Cached runs come back unchanged; damage is reported.

use super::*;
use crate::experiment::sweep::PROGRAM;
use crate::measure::METRICS;
use crate::measure::run::{Caution, Value, Work};
use crate::model::settings::TopologyOption;
use crate::units::SimDuration;

fn id(replication: u32) -> RunId {
    let (program, case) = (PROGRAM.into(), "abc".into());
    RunId { program, case, option: TopologyOption::Ua, seed: u64::MAX, replication }
}

fn summary(number: u64) -> Summary {
    let values = METRICS.iter().map(|metric| match metric.unit {
        _ if metric.name == "carried_agents" => None,
        "s" if metric.name == "protected_all_s" => Some(Value::Seconds(None)),
        "s" => Some(Value::Seconds(Some(SimDuration::from_nanos(number)))),
        "agent-hours" | "cost" => Some(Value::Real(0.1 + 0.2)),
        _ => Some(Value::Count(u64::MAX - number)),
    });
    let said = |text: &str| format!("{text} {number}");
    let caution = Caution { name: "x".into(), seen: said("seen"), advice: said("\n\"é\"") };
    let work = Work { events: number, clock_moves: 7, ..Work::default() };
    Summary { values: values.collect(), work, cautions: vec![caution] }
}

/// A cache of three runs.
fn filled(folder: &Path) {
    let cache = RunCache::open(folder).unwrap();
    for number in 1..=3 {
        cache.keep(&id(number), &summary(number.into())).unwrap();
    }
}

fn segment(folder: &Path) -> PathBuf {
    folder.join("runs-000001")
}

fn refused(folder: &Path) -> String {
    match RunCache::open(folder) {
        Err(CacheError::Damaged(_, cause)) => cause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_kept_comes_back_to_the_last_bit() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("deep/cache");
    filled(&folder);
    let cache = RunCache::open(&folder).unwrap();
    assert_eq!(cache.len(), 3);
    for number in 1..=3 {
        assert_eq!(cache.recall(&id(number)), Some(summary(number.into())));
    }
    assert_eq!(cache.recall(&id(4)), None);
    for other in [
        RunId { program: "other".into(), ..id(1) },
        RunId { case: "abd".into(), ..id(1) },
        RunId { option: TopologyOption::Server, ..id(1) },
        RunId { seed: 1, ..id(1) },
    ] {
        assert_eq!(cache.recall(&other), None, "{other:?}");
    }
}

#[test]
fn a_line_that_a_killed_process_did_not_finish_is_cut_off() {
    let place = tempfile::tempdir().unwrap();
    filled(place.path());
    let whole = fs::read(segment(place.path())).unwrap();
    for left in [whole.len() - 1, whole.len() - 300, HEADER.len() + 1, HEADER.len(), 3, 0] {
        fs::write(segment(place.path()), &whole[..left]).unwrap();
        let cache = RunCache::open(place.path()).unwrap();
        let lines = whole[..left].split(|byte| *byte == b'\n').count() - 1;
        assert_eq!(cache.len(), lines.saturating_sub(1), "{left} bytes left");
        let kept = fs::read(segment(place.path())).unwrap();
        assert!(kept.is_empty() || kept.ends_with(b"\n"));
    }
}

#[test]
fn a_segment_that_is_being_written_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let writing = RunCache::open(place.path()).unwrap();
    writing.keep(&id(1), &summary(1)).unwrap();
    let mut file = OpenOptions::new().append(true).open(segment(place.path())).unwrap();
    file.write_all(b"half a li").unwrap();
    let before = fs::read(segment(place.path())).unwrap();
    assert_eq!(RunCache::open(place.path()).unwrap().len(), 1);
    assert_eq!(fs::read(segment(place.path())).unwrap(), before);
    let other = RunCache::open(place.path()).unwrap();
    other.keep(&id(2), &summary(2)).unwrap();
    assert!(place.path().join("runs-000002").is_file(), "each process has a segment of its own");
}

#[test]
fn damage_is_told_and_where() {
    let place = tempfile::tempdir().unwrap();
    filled(place.path());
    let whole = fs::read(segment(place.path())).unwrap();
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for at in [second, second + 5, second + 40, second + 400] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(segment(place.path()), &changed).unwrap();
        let said = refused(place.path());
        assert!(said.contains("line 2") && said.contains("checksum"), "{at}: {said}");
        assert_eq!(fs::read(segment(place.path())).unwrap(), changed, "evidence is kept");
    }
    fs::write(segment(place.path()), "name,value\n").unwrap();
    assert!(refused(place.path()).contains("not runs of updraft"));
}

#[test]
fn two_outcomes_of_one_run_are_told() {
    let place = tempfile::tempdir().unwrap();
    let cache = RunCache::open(place.path()).unwrap();
    cache.keep(&id(1), &summary(1)).unwrap();
    cache.keep(&id(1), &summary(1)).unwrap();
    drop(cache);
    assert_eq!(RunCache::open(place.path()).unwrap().len(), 1, "the same again is no harm");
    RunCache::open(place.path()).unwrap().keep(&id(1), &summary(2)).unwrap();
    assert!(refused(place.path()).contains("different outcome"));
}

#[test]
fn a_folder_of_something_else_is_no_cache() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("diary.txt"), "dear diary").unwrap();
    assert!(refused(place.path()).contains("other content"));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

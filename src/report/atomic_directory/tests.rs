use super::*;
use crate::report::RunCache;

/// A manifest that lists `data.csv`.
const OURS: &[u8] = br#"{"program": "updraft", "files_blake3": {"data.csv": ""}}"#;

/// Writes results with `data` as their content.
fn results(target: &Path, data: &[u8]) {
    let claimed = AtomicDirectory::claim(target).unwrap();
    claimed.write(manifest::NAME, OURS).unwrap();
    claimed.write("data.csv", data).unwrap();
    claimed.put_in_place().unwrap();
}

fn data(target: &Path) -> Vec<u8> {
    fs::read(target.join("data.csv")).unwrap()
}

fn refused(target: &Path) -> String {
    AtomicDirectory::claim(target).unwrap_err().to_string()
}

#[test]
fn a_folder_of_something_else_is_not_touched() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("mine");
    fs::create_dir(&target).unwrap();
    for (name, content) in [("diary.txt", "dear diary"), ("manifest.json", "{\"name\": \"x\"}")] {
        fs::write(target.join(name), content).unwrap();
        assert!(refused(&target).contains("has other content"), "{name}");
        assert_eq!(fs::read_to_string(target.join(name)).unwrap(), content);
    }
    assert!(refused(&target.join("diary.txt")).contains("a file with that name exists"));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing is left aside");
}

#[test]
fn a_foreign_file_in_a_results_folder_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    results(&target, b"1");
    let claimed = AtomicDirectory::claim(&target).unwrap();
    fs::write(target.join("notes.txt"), "for the boss").unwrap();
    let error = claimed.put_in_place().unwrap_err().to_string();
    assert!(error.contains("notes.txt"), "{error}");
    assert!(refused(&target).contains("notes.txt"));
    assert_eq!(fs::read_to_string(target.join("notes.txt")).unwrap(), "for the boss");
    assert_eq!(data(&target), b"1");
}

#[test]
fn an_abandoned_run_leaves_earlier_results_as_they_were() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    results(&target, b"1");
    let second = AtomicDirectory::claim(&target).unwrap();
    second.write("data.csv", b"2").unwrap();
    drop(second);
    assert_eq!(data(&target), b"1");
    results(&target, b"3");
    assert_eq!(data(&target), b"3");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_among_results_is_kept_though_a_manifest_lists_it() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    fs::create_dir_all(target.join("thesis")).unwrap();
    fs::write(target.join("thesis/chapter.txt"), "years").unwrap();
    fs::create_dir_all(target.join("thesis/notes")).unwrap();
    let manifest = br#"{"program": "updraft", "files_blake3": {"thesis": "", "thesis/": "", "thesis/notes": "",
        "thesis/notes/": ""}}"#;
    fs::write(target.join(manifest::NAME), manifest).unwrap();
    assert!(refused(&target).contains("thesis/"), "{}", refused(&target));
    fs::remove_file(target.join("thesis/chapter.txt")).unwrap();
    assert!(refused(&target).contains("thesis/notes/"), "{}", refused(&target));
    fs::remove_dir(target.join("thesis/notes")).unwrap();
    assert!(refused(&target).contains("thesis/"), "{}", refused(&target));
    assert!(target.join("thesis").exists(), "though it is empty");
}

#[test]
fn results_moved_by_a_killed_run_are_restored_by_a_reader() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    results(&target, b"1");
    let aside = place.path().join(".updraft-results");
    fs::create_dir(&aside).unwrap();
    fs::rename(&target, aside.join("old")).unwrap();
    restore(&target);
    assert_eq!(data(&target), b"1");
    assert!(!aside.exists(), "nothing is left aside");
}

#[test]
fn folders_are_exchanged_or_replaced_one_after_the_other() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    results(&target, b"1");
    let claimed = AtomicDirectory::claim(&target).unwrap();
    claimed.write(manifest::NAME, OURS).unwrap();
    claimed.write("data.csv", b"2").unwrap();
    claimed.put_one_after_the_other().unwrap();
    drop(claimed);
    assert_eq!(data(&target), b"2");
    results(&target, b"3");
    assert_eq!(data(&target), b"3");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_cache_of_runs_outlives_the_results_beside_it() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    let segment = target.join(CACHE).join("runs-000001");
    drop(RunCache::open(&target.join(CACHE)).unwrap());
    fs::write(&segment, "updraft runs 1\n").unwrap();
    results(&target, b"1");
    results(&target, b"2");
    assert_eq!((data(&target), segment.is_file()), (b"2".to_vec(), true));
    // Killed before the cache was moved.
    let old = place.path().join(".updraft-results/old");
    fs::create_dir_all(&old).unwrap();
    fs::rename(target.join(CACHE), old.join(CACHE)).unwrap();
    drop(AtomicDirectory::claim(&target).unwrap());
    assert!(segment.is_file());
    // A folder that is not a cache is foreign content.
    fs::remove_dir_all(target.join(CACHE)).unwrap();
    fs::create_dir(target.join(CACHE)).unwrap();
    assert!(refused(&target).contains(CACHE));
}

#[test]
fn a_folder_is_claimed_by_one_at_a_time() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    let first = AtomicDirectory::claim(&target).unwrap();
    assert!(refused(&target).contains("another updraft"));
    let _neighbour = AtomicDirectory::claim(&place.path().join("results-2")).unwrap();
    drop(first);
    results(&target, b"1");
    assert_eq!(data(&target), b"1");
}

#[test]
fn the_runs_of_a_killed_run_are_resumed() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    results(&target, b"1");
    let aside = place.path().join(".updraft-results");
    fs::create_dir_all(aside.join("new")).unwrap();
    fs::write(aside.join("new/data.csv"), "half").unwrap();
    drop(AtomicDirectory::claim(&target).unwrap());
    assert_eq!((data(&target), aside.exists()), (b"1".to_vec(), false));
    // Killed between the two renames: the earlier results are in the temporary directory.
    fs::create_dir(&aside).unwrap();
    fs::rename(&target, aside.join("old")).unwrap();
    drop(AtomicDirectory::claim(&target).unwrap());
    assert_eq!((data(&target), aside.exists()), (b"1".to_vec(), false));
}

#[test]
fn a_folder_needs_a_name_of_its_own() {
    let place = tempfile::tempdir().unwrap();
    for target in [Path::new("/"), &place.path().join(".."), &place.path().join("x/..")] {
        assert!(refused(target).contains("needs a name"), "{}", target.display());
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_one_to_nothing_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let (real, link) = (place.path().join("real"), place.path().join("link"));
    results(&real, b"1");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    results(&link, b"2");
    assert!(link.is_symlink());
    assert_eq!((data(&real), data(&link)), (b"2".to_vec(), b"2".to_vec()));
    let lost = place.path().join("lost");
    std::os::unix::fs::symlink(place.path().join("nowhere"), &lost).unwrap();
    assert!(refused(&lost).contains("a broken link"));
    // A link at the path of the temporary directory is not followed either.
    let trap = place.path().join(".updraft-trapped");
    std::os::unix::fs::symlink(&real, &trap).unwrap();
    assert!(refused(&place.path().join("trapped")).contains("in the way"));
    assert_eq!(data(&real), b"2");
}

#[test]
fn a_failed_write_leaves_earlier_results_as_they_were() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("results");
    results(&target, b"1");
    let claimed = AtomicDirectory::claim(&target).unwrap();
    let error = claimed.write("no/such/folder.csv", b"2").unwrap_err();
    assert!(error.to_string().contains("folder.csv"), "{error}");
    drop(claimed);
    assert_eq!(data(&target), b"1");
}

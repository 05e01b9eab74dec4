//! Readers accept any bytes: the targets of `fuzz/` as ordinary tests, over their corpora and mutations of them.
//! `UPDRAFT_MUTATIONS` sets the number of mutations; a failure names its number, which reproduces it.

mod mutation;
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

use mutation::Mutation;
use targets::{TARGETS, target};

/// The default number of mutations of each reader's corpus.
const MUTATIONS: u64 = 400;

/// The files of a folder of the repository, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

/// The inputs of a target: its corpus, and the examples of all formats for those that read them.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let read = |path: &PathBuf| fs::read(path).expect("a readable file");
    let mut all: Vec<Vec<u8>> = files(&format!("fuzz/corpus/{name}")).iter().map(read).collect();
    let examples = files("tests/data/imports/formats");
    let ends_with =
        |path: &&PathBuf, ending: &str| path.extension().is_some_and(|end| end == ending);
    let is_table = |path: &&PathBuf| ends_with(path, "csv");
    match name {
        "map" => all.extend(examples.iter().filter(|path| !ends_with(path, "xlsx")).map(read)),
        "inventory" => {
            let sites = examples.iter().find(|path| path.ends_with("sites.csv")).map(read);
            let sites = sites.expect("a table of sites");
            let with_sites = |path| [read(path), sites.clone()].join(&0xff);
            all.extend(examples.iter().filter(is_table).map(with_sites));
        }
        _ => {}
    }
    all
}

fn count() -> u64 {
    let asked = std::env::var("UPDRAFT_MUTATIONS").ok();
    asked.map_or(MUTATIONS, |count| count.parse().expect("a number of mutations"))
}

/// Reads the corpus of the target named `name` and mutations of it.
fn survives(name: &str) {
    let (inputs, read) = (corpus(name), target(name));
    for input in &inputs {
        read(input);
    }
    for number in 0..count() {
        let input = Mutation::from_seed(number).of(&inputs);
        let outcome = catch_unwind(|| read(&input));
        assert!(
            outcome.is_ok(),
            "{name}: mutation {number} breaks the reader: {:?}",
            String::from_utf8_lossy(&input)
        );
    }
}

macro_rules! survivors {
    ($($name:ident),*) => { $(#[test] fn $name() { survives(stringify!($name)); })* };
}

survivors!(
    scenario,
    layers,
    network,
    transfers,
    prefixes,
    inventory,
    workbook,
    source_list,
    map,
    log,
    product,
    design,
    shard,
    manifest
);

#[test]
fn every_target_has_a_corpus_and_a_program_of_cargo_fuzz() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for target in TARGETS {
        assert!(!corpus(target.name).is_empty(), "{}", target.name);
        let program = folder.join("fuzz_targets").join(format!("{}.rs", target.name));
        assert!(program.is_file(), "{}", program.display());
    }
}

/// The tables of a results folder, each changed in turn and listed with its new hash, so that the reader sees the
/// change and does not stop at the hash.
#[test]
fn results_folders() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("one.toml");
    fs::write(&scenario, &corpus("scenario")[0]).expect("a file");
    let folder = place.path().join("one");
    let status = Command::new(env!("CARGO_BIN_EXE_updraft"))
        .args(["run", "--quiet", "--no-progress", "--agents", "-o"])
        .args([&folder, &scenario])
        .status();
    assert!(status.expect("updraft runs").success());
    let manifest = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let mut tables: Vec<String> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "csv"))
        .collect();
    tables.sort();
    let texts: Vec<Vec<u8>> =
        tables.iter().map(|name| fs::read(folder.join(name)).expect("a table")).collect();
    let mut read = 0;
    for number in 0..count() {
        let mut mutation = Mutation::from_seed(number);
        let row = usize::try_from(number).expect("few") % tables.len();
        let changed = mutation.of(&texts[row..=row]);
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        let manifest = manifest.replace(&hash(&texts[row]), &hash(&changed));
        fs::write(folder.join("manifest.json"), manifest).expect("a manifest");
        fs::write(folder.join(&tables[row]), &changed).expect("a table");
        let folder = &folder;
        let outcome = catch_unwind(|| targets::read_folder(folder));
        assert!(outcome.is_ok(), "{}: mutation {number} breaks the reader", tables[row]);
        fs::write(folder.join(&tables[row]), &texts[row]).expect("a table");
        read += 1;
    }
    assert_eq!(read, count());
}

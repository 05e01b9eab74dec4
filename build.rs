//! Records the identity of a build: a hash of the sources that a run depends on, so that results of other sources are
//! not reused; and for a release build its commit, for manifests. Other builds have no commit, so that a new commit
//! does not cause a recompilation.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Layers that only request runs and report their results.
const OUTSIDE: [&str; 3] = ["answer", "cli", "report"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where it is"));
    println!("cargo::rustc-env=UPDRAFT_SOURCES={:016x}", sources(&root));
    if env::var_os("CARGO_FEATURE_LIVE").is_some() {
        find_engine(&root);
    }
    if env::var("PROFILE").as_deref() == Ok("release")
        && let Some(commit) = commit(&root)
    {
        println!("cargo::rustc-env=UPDRAFT_COMMIT={commit}");
    }
}

/// Names the engine of the live page to the feature that contains it. A debug build reads it when it writes a page, and
/// need not wait for it.
fn find_engine(root: &Path) {
    const ELSEWHERE: &str = "UPDRAFT_LIVE_ENGINE";
    println!("cargo::rerun-if-env-changed={ELSEWHERE}");
    let usual = || root.join("target/live/updraft-live.wasm.gz");
    let file = env::var_os(ELSEWHERE).map_or_else(usual, PathBuf::from);
    println!("cargo::rustc-env=UPDRAFT_LIVE_ENGINE_FILE={}", file.display());
    if env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    println!("cargo::rerun-if-changed={}", file.display());
    if !file.is_file() {
        println!(
            "cargo::error=the feature `live` contains the engine of the live page, and {} does not exist: run \
             live/build.sh first, or name another file by {ELSEWHERE}",
            file.display()
        );
    }
}

/// A hash of the sources that a run depends on.
fn sources(root: &Path) -> u64 {
    let mut files = vec![root.join("Cargo.lock")];
    collect(&root.join("src"), &mut files);
    files.sort();
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for file in files.iter().filter(|file| file.is_file()) {
        let name = file.strip_prefix(root).expect("below the root").to_string_lossy();
        hash.add(name.replace('\\', "/").as_bytes());
        hash.add(&fs::read(file).expect("a readable source"));
    }
    hash.0
}

/// The commit of the clone that contains the sources, if there is one.
fn commit(root: &Path) -> Option<String> {
    // Not the index: git writes it when it is asked below, and each build would be followed by another.
    for path in [".git/HEAD", ".git/logs/HEAD", "assets", "Cargo.toml"] {
        // A missing path would run this script each time.
        if root.join(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    // The folder itself must be the clone: a package may be inside another repository.
    if !root.join(".git").exists() {
        return None;
    }
    let described = Command::new("git")
        .args(["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"])
        .output()
        .ok()
        .filter(|described| described.status.success())?;
    Some(String::from_utf8_lossy(&described.stdout).trim().into())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry").path();
        let is_outside = OUTSIDE.iter().any(|name| path.file_name() == Some(name.as_ref()));
        if path.is_dir() && !is_outside {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// FNV-1a: sufficient to distinguish versions of our own sources, and the same everywhere.
struct Fnv(u64);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        // Some checkouts end lines with CR LF.
        for byte in bytes.iter().filter(|byte| **byte != b'\r') {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

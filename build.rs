//! Tells a release build its commit, for manifests. Other builds are not told, so that a commit
//! compiles nothing anew.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    for path in [".git/HEAD", ".git/index", "src", "assets", "Cargo.toml", "Cargo.lock"] {
        // A path that is not there would run this each time.
        if Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    // The folder itself must be the clone: a package may lie in somebody else's.
    if !Path::new(".git").exists() {
        return;
    }
    let described = Command::new("git")
        .args(["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"])
        .output();
    if let Ok(described) = described
        && described.status.success()
    {
        println!(
            "cargo::rustc-env=UPDRAFT_COMMIT={}",
            String::from_utf8_lossy(&described.stdout).trim()
        );
    }
}

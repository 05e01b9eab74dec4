//! Results folders with live pages, as the program writes them.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::str::contains;

use crate::small::{SMALL, files, place};

const COMPARE: [&str; 6] = ["compare", "small.toml", "--replications", "1", "-o", "out"];

fn updraft(place: &Path, words: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place).args(words).assert()
}

/// `compare --live` and `report --live` write the same page, which stays live and is verified.
pub(super) fn a_live_page_is_the_same_from_compare_and_from_report_and_is_verified() {
    let place = place(SMALL);
    let out = place.path().join("out");
    updraft(place.path(), &[&COMPARE[..], &["--live"]].concat()).success();
    let simulated = files(&out);
    let page = String::from_utf8(simulated["report.html"].clone()).expect("a text");
    let policy = page.split_once("script-src '").expect("a policy").1;
    let policy = policy.split_once('>').expect("its end").0;
    assert!(policy.ends_with(
        "' 'wasm-unsafe-eval'; worker-src blob:; base-uri 'none'; form-action 'none'\""
    ));
    assert_eq!(page.matches("</script>").count(), 4, "data, worker, engine, and the page's own");
    updraft(place.path(), &["verify", "out"]).success();
    updraft(place.path(), &["report", "out"]).success();
    assert!(files(&out) == simulated);
    fs::remove_dir_all(&out).expect("a folder");
    updraft(place.path(), &COMPARE).success();
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(!page.contains("live-engine") && !page.contains("wasm"));
    updraft(place.path(), &["report", "out", "--live"]).success();
    assert!(files(&out) == simulated);
}

/// A sweep, an ensemble and standard output have no live page.
pub(super) fn what_has_no_live_page_is_refused() {
    let place = place(SMALL);
    let refused = |words: &[&str], said: &'static str| {
        updraft(place.path(), words).code(2).stderr(contains(said));
    };
    let sweep = ["sweep", "small.toml", "--vary", "server.slots=1,9", "-o", "swept"];
    updraft(place.path(), &sweep).success();
    let before = files(&place.path().join("swept"));
    refused(&["report", "swept", "--live"], "`run`, `compare` or `plan`");
    assert!(files(&place.path().join("swept")) == before);
    refused(&["compare", "small.toml", "-o", "-", "--live"], "--live has no effect");
    fs::create_dir(place.path().join("plausible")).expect("a folder");
    fs::write(place.path().join("plausible/a.toml"), "[server]\nslots = 9\n").expect("a file");
    let ensemble = ["compare", "small.toml", "--ensemble", "plausible", "--live"];
    refused(&ensemble, "no meaning with --ensemble");
}

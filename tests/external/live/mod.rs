//! The live page: the engine in Node.js says what the library says, and the page works in Chromium.
//!
//! It needs the cargo feature `live`, whose engine `live/build.sh` builds.

mod folders;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use updraft::answer::live::Engine;
use updraft::model::settings::TopologyOption;

use crate::page::{Browser, NO_BROWSER, updraft};

/// What is changed in a scenario so that a debug build simulates it in a few seconds.
const SMALLER: [(&str, &[(&str, &str)]); 2] = [
    // A million agents need more memory than WebAssembly has.
    ("million-agents", &[("site.site.count", "10"), ("site.site.agents", "100")]),
    ("retail-chain", &[("site.store.count", "60")]),
];

/// Branches behind narrow links, so that it matters where Update Agents stand.
const NARROW: &str = r#"
name = "narrow"
start = "Mon 10:00"
duration = "4 h"
[headquarters]
agents = 20
update_agents = 1
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 3
agents = [30, 40]
bandwidth = "1 Mbit/s"
update_agents = 1
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// Runs the suite; returns whether it passed.
pub(crate) fn passes() -> bool {
    let engine = match option_env!("UPDRAFT_LIVE_ENGINE_FILE") {
        Some(file) if cfg!(feature = "live") => Path::new(file),
        _ => return left_out("the cargo feature `live` is off"),
    };
    if !engine.is_file() {
        return left_out("live/build.sh has not built the engine");
    }
    let Some(browser) = Browser::find() else {
        return left_out(NO_BROWSER);
    };
    folders::a_live_page_is_the_same_from_compare_and_from_report_and_is_verified();
    folders::what_has_no_live_page_is_refused();
    numbers_are_native(engine) && page_works(&browser)
}

fn left_out(missing: &str) -> bool {
    crate::has_passed("live", crate::left_out(missing))
}

/// Whether the engine answers for each shipped scenario what the library answers, to the last byte: all metrics of all runs,
/// curves and the recommendation.
fn numbers_are_native(engine: &Path) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<PathBuf> = std::fs::read_dir(root.join("scenarios"))
        .expect("the shipped scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    names.sort();
    let asked: Vec<Vec<Value>> = names.iter().map(|path| requests(path)).collect();
    let place = tempfile::tempdir().expect("a temporary folder");
    let [requests, answers] = ["requests.json", "answers.json"].map(|name| place.path().join(name));
    std::fs::write(&requests, json!(asked).to_string()).expect("a file");
    let mut node = Command::new("node")
        .arg(root.join("tests/external/live/numbers.mjs"))
        .args([engine, &requests, &answers])
        .spawn()
        .expect("node was there a moment ago");
    let native: Vec<Vec<String>> = asked.iter().map(|asked| native(asked)).collect();
    if !node.wait().expect("node ends").success() {
        return false;
    }
    let text = std::fs::read_to_string(&answers).expect("the answers");
    let told: Vec<Vec<String>> = serde_json::from_str(&text).expect("lists of replies");
    let mut is_same = told.len() == native.len() && told.len() > 10;
    for ((path, native), told) in names.iter().zip(&native).zip(&told) {
        let is_answered = native.last().is_some_and(|last| last.starts_with("{\"answer\""));
        if native != told || !is_answered {
            println!("live: {}: the engine answers otherwise", path.display());
            is_same = false;
        }
    }
    println!("live: {} scenarios, all answers equal: {is_same}", names.len());
    is_same
}

/// What is asked about a scenario: one run of each option, and the answer.
fn requests(path: &Path) -> Vec<Value> {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let toml = std::fs::read_to_string(path).expect("a scenario");
    let smaller = SMALLER.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, set)| set);
    let load = json!({ "load": { "name": name, "toml": toml, "set": smaller, "seed": 7 } });
    let runs = TopologyOption::ALL
        .map(|option| json!({ "run": { "option": option.name(), "replication": 1 } }));
    std::iter::once(load).chain(runs).chain([json!("answer")]).collect()
}

/// The replies of the library.
fn native(asked: &[Value]) -> Vec<String> {
    let mut engine = Engine::default();
    asked.iter().map(|request| engine.ask(&request.to_string())).collect()
}

/// Whether the page works in Chromium, and an overlay that it gives means the same to the program.
fn page_works(browser: &Browser) -> bool {
    let place = tempfile::tempdir().expect("a temporary folder");
    let scenario = place.path().join("narrow.toml");
    std::fs::write(&scenario, NARROW).expect("a file");
    let folder = |name: &str| place.path().join(name);
    let set = ["--set", "site.branch.update_agents=0", "--replications", "1"];
    updraft(&["compare", "--live"], &scenario, &folder("live"), &set[2..], 0);
    updraft(&["compare"], &scenario, &folder("live-changed"), &set, 0);
    updraft(&["compare"], &scenario, &folder("empty"), &set[2..], 0);
    if !browser.passes(&["live/page.mjs".into()], place.path()) {
        return false;
    }
    let overlay = folder("live.toml");
    let laid = ["--overlay", overlay.to_str().expect("Unicode"), "--replications", "1"];
    updraft(&["compare"], &scenario, &folder("laid"), &laid, 0);
    let summary = |name| std::fs::read(folder(name).join("summary.csv")).expect("a summary");
    summary("laid") == summary("live-changed")
}

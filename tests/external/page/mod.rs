//! The page in a real browser: Chromium, driven by playwright-core on Node.js.
//!
//! `.ci/run` installs both. If the suite is skipped, the page is tested by its content only
//! (`src/report/run/page/tests.rs`).

use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../../it/recommended_companies.rs"]
mod recommended_companies;

use recommended_companies::{Company, DECIDED, EQUAL, NARROW};

/// Names that would be markup, script and attribute text if they were not escaped.
const HOSTILE: &str = r#"
name = "hostile"
title = "</title></script><script>document.title = 'broken'</script> & \"quotes\""
start = "Mon 10:00"
duration = "3 h"
[headquarters]
agents = 20
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "<script>window.broken = 1</script>"
count = 2
agents = 10
bandwidth = "1 Mbit/s"
update_agents = 1
[[site]]
name = "=cmd|' /C calc'!A0"
count = 1
agents = 10
bandwidth = "1 Mbit/s"
internet = "own"
internet_bandwidth = "1 Mbit/s"
[[site]]
name = "../../escape"
agents = 10
bandwidth = "1 Mbit/s"
[[site]]
name = "</script><img src=x onerror=alert(1)>"
count = 2
agents = 10
bandwidth = "1 Mbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
[[threshold]]
metric = "protected_p95_s"
max = 60
"#;

/// Two branches, for sweeps.
const SMALL: &str = r#"
name = "small"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = [5, 9]
bandwidth = "4 Mbit/s"
update_agents = 1
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// A graph: a ring of three sites and headquarters, and a router that one of them hangs on.
const GRAPH: &str = r#"
name = "graph"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[router]]
name = "exchange"
[[site]]
name = "north"
agents = 6
bandwidth = "4 Mbit/s"
[[site]]
name = "east"
agents = 7
bandwidth = "4 Mbit/s"
[[site]]
name = "south"
agents = 8
via = "none"
[[link]]
from = "north"
to = "east"
bandwidth = "2 Mbit/s"
[[link]]
from = "hq"
to = "exchange"
bandwidth = "8 Mbit/s"
latency = "5 ms"
[[link]]
from = "exchange"
to = "south"
bandwidth = "8 Mbit/s"
latency = "5 ms"
[[link]]
from = "east"
to = "south"
bandwidth = "2 Mbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

/// Folder, command, scenario, and the varied keys, word by word: a grid, samples, and one key in a time that is too
/// short for some; rankings of all assumptions, and of names.
const STUDIES: [(&str, &str, &str, &str); 6] = [
    (
        "grid",
        "sweep",
        "small",
        "--vary|server.slots=1,5,9|--vary|site.branch.bandwidth=2 Mbit/s,8 Mbit/s|--option|server,ua|\
         --replications|3",
    ),
    (
        "sampled",
        "sweep",
        "small",
        "--vary|server.slots=1..400|--vary|site.branch.bandwidth=1 Mbit/s..64 Mbit/s log|--vary|\
         network.model=fluid,tcp|--sample|lhs|--points|16|--option|server",
    ),
    ("ranged", "sweep", "small", "--vary|duration=20 min..2 h step 10 min|--option|all"),
    (
        "hostile-sweep",
        "sweep",
        "hostile",
        "--vary|headquarters.name=\"</script><script>window.broken = 1</script>\",\"<img src=x>\"|\
         --vary|server.slots=5,10",
    ),
    (
        "ranking",
        "sensitivity",
        "small",
        "--assumptions|--trajectories|3|--set|sources.stale=accept|--option|server|--metric|wan_bytes|\
         --metric|protected_p95_s",
    ),
    (
        "hostile-ranking",
        "sensitivity",
        "hostile",
        "--vary|headquarters.name=\"</script><script>window.broken = 1</script>\",\"<img src=x>\"|\
         --vary|server.slots=5..10|--method|sobol|--samples|4",
    ),
];

/// Narrow branches at prices by which a faster line costs more than it saves.
const PRICED: &str = r#"
name = "priced"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = [5, 40]
bandwidth = "400 kbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
[cost]
update_agent_per_year = 300
mbps_per_month = 20
per_gb = 0.5
per_agent_hour = 0.02
"#;

/// A plan that misses some fresh days, and whose candidates differ in risk, cost and time.
const RISKY: [&str; 12] = [
    "--minimise",
    "cost",
    "--target",
    "protected_p95_s <= 2735",
    "--lever",
    "site.branch.bandwidth=400 kbit/s,1 Mbit/s",
    "--max-update-agents",
    "1",
    "--confidence",
    "40",
    "--days",
    "4",
];

/// What is missing where there is no [`Browser`].
pub(crate) const NO_BROWSER: &str = "Chromium, Node.js or playwright-core is missing";

/// Chromium, and playwright-core, which drives it.
pub(crate) struct Browser {
    chromium: PathBuf,
    playwright: PathBuf,
}

impl Browser {
    /// Those of this machine, if they are there, with Node.js.
    pub(crate) fn find() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let chromium = PathBuf::from("/usr/bin/chromium");
        let playwright = root.join("target/browser/node_modules/playwright-core");
        let has_node = Command::new("node").arg("--version").output().is_ok();
        (chromium.exists() && playwright.exists() && has_node)
            .then_some(Self { chromium, playwright })
    }

    /// Whether the tests in `files`, below `tests/external`, pass with the results folders in `results`.
    pub(crate) fn passes(&self, files: &[String], results: &Path) -> bool {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let status = Command::new("node")
            .args(["--test", "--test-concurrency=1"])
            .args(files.iter().map(|name| root.join("tests/external").join(name)))
            .env("UPDRAFT_RESULTS", results)
            .env("UPDRAFT_SCREENSHOTS", root.join("target/page-screenshots"))
            .env("UPDRAFT_PLAYWRIGHT", self.playwright.join("index.mjs"))
            .env("UPDRAFT_CHROMIUM", &self.chromium)
            .status();
        status.expect("node was there a moment ago").success()
    }
}

/// Runs the suite; returns whether it passed.
pub(crate) fn passes() -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(browser) = Browser::find() else {
        return crate::has_passed("page", crate::left_out(NO_BROWSER));
    };
    let place = tempfile::tempdir().expect("a temporary folder");
    let written = |name: &str, text: &str| {
        let file = place.path().join(format!("{name}.toml"));
        std::fs::write(&file, text).expect("a file");
        file
    };
    let (hostile, small) = (written("hostile", HOSTILE), written("small", SMALL));
    let (priced, graph) = (written("priced", PRICED), written("graph", GRAPH));
    let branches = root.join("scenarios/branch-offices.toml");
    let folder = |name: &str| place.path().join(name);
    let few = ["--set", "site.branch.count=30", "--replications", "1"];
    updraft(&["compare"], &branches, &folder("branches"), &few, 0);
    updraft(&["compare"], &hostile, &folder("hostile"), &["--replications", "2"], 4);
    updraft(&["plan"], &small, &folder("plan"), &["--target", "protected_p95_s <= 7200"], 0);
    updraft(&["compare"], &graph, &folder("graph"), &["--replications", "1"], 0);
    let few = ["--fresh-days", "9"];
    updraft(&["plan"], &priced, &folder("risky"), &[&RISKY[..], &few].concat(), 0);
    for (name, company) in recommended() {
        let file = written(name, &company.text());
        updraft(&["compare"], &file, &folder(name), &["--replications", "1"], 0);
    }
    for (name, command, scenario, more) in STUDIES {
        let scenario = if scenario == "small" { &small } else { &hostile };
        updraft(&[command], scenario, &folder(name), &more.split('|').collect::<Vec<_>>(), 0);
    }
    let files = ["run.mjs", "answer.mjs", "plan.mjs", "sweep.mjs", "sensitivity.mjs"];
    browser.passes(&files.map(|name| format!("page/{name}")), place.path())
}

/// The companies of recommendations, with the names of their folders: `best-` and the best option, if one is best.
fn recommended() -> Vec<(&'static str, &'static Company)> {
    let names = ["best-server", "best-server-ua", "best-ua", "best-direct"];
    let named = names.into_iter().zip(&DECIDED);
    assert!(named.clone().all(|(name, company)| name.strip_prefix("best-") == company.best));
    named.chain([("equal", &EQUAL), ("narrow", &NARROW)]).collect()
}

/// Fills `folder` with the results of a command and a scenario; the exit code is `code`.
pub(crate) fn updraft(words: &[&str], scenario: &Path, folder: &Path, more: &[&str], code: i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_updraft"));
    command.args(words).args(["--quiet", "-o"]).arg(folder).arg(scenario).args(more);
    assert_eq!(command.status().expect("the program is built").code(), Some(code));
}

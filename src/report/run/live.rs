//! The live part of the page: the engine, which simulates the scenario again in the browser, and what it needs.
//!
//! The engine is the library itself, built as WebAssembly (`live/build.sh`), and the cargo feature `live` puts it into the
//! program.

use std::borrow::Cow;

use minijinja::{Value, context};
use serde::Serialize;

use super::results::{Record, Results};
use crate::answer::live::{Measure, measures};
use crate::answer::{Slider, sliders};
use crate::experiment::sweep::PROGRAM;
use crate::scenario::keys::{SECTIONS, Section};
use crate::scenario::{Overrides, Scenario, full_name};

/// The word of a command line that asks for it.
pub const LIVE: &str = "--live";

/// Why an ensemble has no live page.
pub const LIVE_OF_ENSEMBLE: &str =
    "--live simulates one scenario: it has no meaning with --ensemble";

/// The engine as gzip of WebAssembly, which a release build contains.
#[cfg(all(feature = "live", not(debug_assertions)))]
const INSIDE: Option<&[u8]> = Some(include_bytes!(env!("UPDRAFT_LIVE_ENGINE_FILE")));
#[cfg(not(all(feature = "live", not(debug_assertions))))]
const INSIDE: Option<&[u8]> = None;

/// Where a debug build reads the engine, which it need not wait for; only the feature has it.
const FILE: Option<&str> = option_env!("UPDRAFT_LIVE_ENGINE_FILE");

/// The message of a build without the cargo feature `live`.
const WITHOUT_LIVE: &str = "--live needs a build with the cargo feature `live` (live/build.sh, then cargo build \
     --features live; prebuilt binaries have it)";

/// What the engine runs in: a worker without access to the page.
const WORKER: &str = concat!(
    include_str!("../../../assets/live/engine.js"),
    include_str!("../../../assets/live/worker.js"),
);

/// Whether this build can write live pages.
///
/// # Errors
/// The message that names what is missing.
pub fn live_pages() -> Result<(), String> {
    engine().map(drop)
}

fn engine() -> Result<Cow<'static, [u8]>, String> {
    if let Some(inside) = INSIDE {
        return Ok(Cow::Borrowed(inside));
    }
    let file = FILE.ok_or(WITHOUT_LIVE)?;
    let read = std::fs::read(file).map(Cow::Owned);
    read.map_err(|cause| {
        format!("--live needs the engine: {file}: {cause}; live/build.sh builds it")
    })
}

/// The data of the live part for the scripts.
#[derive(Debug, Serialize)]
pub(super) struct Live {
    /// The version and sources of this program, which must be those of the engine.
    program: &'static str,
    /// The name of the scenario, its text, and the settings of the command line.
    name: String,
    toml: String,
    set: Overrides,
    seed: u64,
    sliders: Vec<Slider>,
    /// All keys that can be typed, as in `--set`.
    keys: Vec<String>,
    /// The stored comparison.
    measures: Vec<Measure>,
    /// The number of stored replications.
    replications: String,
}

/// The data of the live part of the page of `results`, if their command asks for it.
///
/// # Errors
/// Why these results have none.
pub(super) fn live(results: &Results<'_>) -> Result<Option<Live>, String> {
    let record = results.record;
    if !record.is_live() {
        return Ok(None);
    }
    if !record.ensemble.is_empty() {
        return Err(LIVE_OF_ENSEMBLE.into());
    }
    let toml = record.scenario_toml.clone().ok_or_else(|| {
        format!("{LIVE} needs the scenario's text, and an earlier updraft wrote these results without it")
    })?;
    let set = record.set();
    let name = record.scenario["name"].as_str().unwrap_or("scenario").to_string();
    let scenario = Scenario::parse(&toml, &name, &set).map_err(|problems| problems.to_string())?;
    Ok(Some(Live {
        program: PROGRAM,
        sliders: sliders(&scenario),
        keys: keys(&scenario),
        name,
        toml,
        set,
        seed: record.seed,
        measures: measures(&results.outcome()),
        replications: results.replications(),
    }))
}

/// The engine and its worker as blocks of the page.
///
/// # Errors
/// If there is no engine.
pub(super) fn blocks() -> Result<Value, String> {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    Ok(context! {
        engine => Value::from_safe_string(BASE64_STANDARD.encode(engine()?)),
        worker => Value::from_safe_string(WORKER.into()),
    })
}

/// All keys of tables that exist once, and of the sites and releases of the scenario.
fn keys(scenario: &Scenario) -> Vec<String> {
    let names = |section: &Section| -> Vec<String> {
        match section.name {
            "site" => scenario.groups.iter().skip(1).map(|group| group.name.clone()).collect(),
            "release" => scenario.releases.iter().map(|release| release.name.clone()).collect(),
            _ => Vec::new(),
        }
    };
    let of_section = |section: &&'static Section| -> Vec<String> {
        let own = section.keys.iter();
        if !section.repeated() {
            return own.map(|key| full_name(section, key)).collect();
        }
        let named = names(section).into_iter();
        named
            .flat_map(|name| {
                own.clone().map(move |key| format!("{}.{name}.{}", section.name, key.name))
            })
            .collect()
    };
    SECTIONS.iter().flat_map(of_section).collect()
}

impl Record {
    /// Whether its page simulates in the browser.
    pub(in crate::report) fn is_live(&self) -> bool {
        self.command.iter().any(|word| word == LIVE)
    }

    /// Makes its page simulate in the browser.
    pub(in crate::report) fn make_live(&mut self) {
        if !self.is_live() {
            self.command.push(LIVE.into());
        }
    }
}

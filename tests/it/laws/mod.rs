//! Laws that hold in every run of every company ([`law`]), and random companies to try them on
//! ([`company`]).
//!
//! `UPDRAFT_COMPANIES` sets the number of companies, `UPDRAFT_FIRST` the first. Each is small, and is run under one of
//! the options in turn, by the solvers and by the reference solver. One that violates a law is reported at once,
//! reduced to the relevant lines; it becomes a file of `tests/data/companies` when the fault is fixed. A million of
//! them, with one thread for each option:
//!
//! ```text
//! UPDRAFT_COMPANIES=1000000 cargo test --release --test it laws::companies_obey -- --nocapture
//! ```

mod choices;
mod company;
mod growth;
mod law;
mod ledger;
mod maps;
mod origins;
mod shrink;
mod told;
mod values;
mod waits;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

use updraft::experiment::Experiment;
use updraft::model::settings::TopologyOption;
use updraft::network::Method;
use updraft::random::Streams;
use updraft::scenario::Scenario;

use choices::Choices;
pub(crate) use law::Laws;

/// The default number of companies.
const COMPANIES: u64 = 2000;

/// Runs the company encoded by `bytes` under the laws: the target of `fuzz/`.
pub(crate) fn company_of_bytes(bytes: &[u8]) {
    let (_, scenario) = company::valid(&mut Choices::from_bytes(bytes));
    for option in TopologyOption::ALL {
        lives_by_the_law(&scenario, option, &[Method::General, Method::Definition]);
    }
}

/// Runs a company under an option and the laws. With any method of computing the rates, the same facts occur at the
/// same nanosecond.
///
/// # Panics
/// If a law is violated.
pub(crate) fn lives_by_the_law(scenario: &Scenario, option: TopologyOption, methods: &[Method]) {
    let streams = Streams::new(scenario.seed, 0);
    let sampled = scenario.sample(&streams);
    let parts = (&sampled.company, &sampled.topology);
    let facts = law::obey(parts, scenario.transport, option, streams.clone());
    for method in methods {
        let again = law::relive(parts, scenario.transport, option, streams.clone(), *method);
        let differs = facts.iter().zip(&again).find(|(one, other)| one != other);
        assert!(
            facts.len() == again.len() && differs.is_none(),
            "law methods: {option:?} by {method:?}: {differs:?}"
        );
    }
}

thread_local! {
    /// The message of the last panic of this thread.
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
    /// Whether panics are expected.
    static TRYING: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the messages of panics for [`verdict`] and suppresses their output.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let message = info.payload_as_str().unwrap_or_default().to_string();
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            let is_law = message.starts_with("law ");
            SAID.set(if is_law { message } else { format!("panic at {place}: {message}") });
            if !TRYING.get() {
                usual(info);
            }
        }));
    });
}

/// How a company is tested: its option, and the other methods of computing the rates.
type Trial<'a> = (TopologyOption, &'a [Method]);

/// The violation in a company: the law, or the position of a panic; none if there is none.
fn verdict(scenario: &Scenario, (option, methods): Trial<'_>) -> Option<String> {
    listen();
    TRYING.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| lives_by_the_law(scenario, option, methods)));
    TRYING.set(false);
    outcome.err().map(|_| SAID.take())
}

/// The category of a verdict, which is preserved while its company is reduced.
fn kind(verdict: &str) -> &str {
    verdict.split(": ").next().unwrap_or_default()
}

/// The lines of `text` that are relevant to its verdict.
fn shrunk(text: &str, told: &str, trial: Trial<'_>) -> String {
    let breaks = |text: &str| {
        let scenario = company::read(text).ok();
        let verdict = scenario.and_then(|scenario| verdict(&scenario, trial));
        verdict.is_some_and(|verdict| kind(&verdict) == kind(told))
    };
    shrink::shrink(text, &mut |text| breaks(text))
}

fn number(variable: &str, default: u64) -> u64 {
    let asked = std::env::var(variable).ok();
    asked.map_or(default, |number| number.parse().expect("a number"))
}

/// Tests every fourth company under the option whose turn it is.
#[expect(clippy::print_stdout, reason = "what breaks is told at once, however many follow")]
fn companies_obey_the_laws(option: TopologyOption) {
    let turn = TopologyOption::ALL.iter().position(|known| *known == option).expect("one of all");
    let first = number("UPDRAFT_FIRST", 0);
    let seeds = first..first + number("UPDRAFT_COMPANIES", COMPANIES);
    let mut broken: BTreeMap<String, u64> = BTreeMap::new();
    for seed in seeds.filter(|seed| seed % 4 == turn as u64) {
        let (text, scenario) = company::valid(&mut Choices::from_seed(seed));
        let by_definition = seed / 4 % 2 == 0;
        let method = if by_definition { Method::Definition } else { Method::General };
        let trial: Trial<'_> = (option, &[method]);
        let Some(verdict) = verdict(&scenario, trial) else { continue };
        let count = broken.entry(kind(&verdict).to_string()).or_default();
        *count += 1;
        if *count == 1 {
            let small = shrunk(&text, &verdict, trial);
            println!("company {seed}, {option:?}: {verdict}\n{small}");
        } else {
            println!("company {seed}, {option:?}: {}", kind(&verdict));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn companies_obey_the_laws_under_server() {
    companies_obey_the_laws(TopologyOption::Server);
}

#[test]
fn companies_obey_the_laws_under_server_ua() {
    companies_obey_the_laws(TopologyOption::ServerUa);
}

#[test]
fn companies_obey_the_laws_under_ua() {
    companies_obey_the_laws(TopologyOption::Ua);
}

#[test]
fn companies_obey_the_laws_under_direct() {
    companies_obey_the_laws(TopologyOption::Direct);
}

/// Companies that once broke a law or the engine.
#[test]
fn companies_of_former_failures_obey_the_laws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/companies");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a readable file");
        let scenario = company::read(&text).unwrap_or_else(|problems| panic!("{problems}"));
        for seed in 0..u64::from(scenario.replications).min(30) {
            let scenario = Scenario { seed: scenario.seed + seed, ..scenario.clone() };
            for option in TopologyOption::ALL {
                let verdict = verdict(&scenario, (option, &[Method::General]));
                assert!(verdict.is_none(), "{}, {option:?}: {verdict:?}", path.display());
            }
        }
        seen += 1;
    }
    assert!(seen > 0, "there are such companies");
}

/// The number of threads has no effect.
#[test]
fn threads_change_nothing() {
    for seed in 0..number("UPDRAFT_COMPANIES", COMPANIES) / 100 {
        let (text, scenario) = company::valid(&mut Choices::from_seed(seed));
        let runs = |threads| {
            let experiment = Experiment {
                scenario: &scenario,
                options: TopologyOption::ALL.to_vec(),
                replications: 2,
                seed: scenario.seed,
                keeps_agents: true,
                ensemble: &[],
                threads,
            };
            let stop = std::sync::atomic::AtomicBool::new(false);
            experiment.run(&stop, &|_| ()).expect("threads").expect("nobody stops it")
        };
        let one = runs(1);
        assert!(one == runs(3), "law threads: company {seed}\n{text}");
        for run in one {
            let last = run.protection.last().expect("a sample at the end");
            let agents = run.agents.len() as u64;
            assert!(last.up_to_date + last.outdated == agents, "law count: company {seed}\n{text}");
        }
    }
}

/// Timelines of single agents add up to the waits of all.
#[test]
fn timelines_add_up_to_the_waits_of_all() {
    let first = number("UPDRAFT_FIRST", 0);
    for seed in first..first + number("UPDRAFT_COMPANIES", COMPANIES) / 20 {
        let (text, scenario) = company::valid(&mut Choices::from_seed(seed));
        for option in TopologyOption::ALL {
            let agree = AssertUnwindSafe(|| waits::agree(&scenario, option));
            assert!(catch_unwind(agree).is_ok(), "company {seed}, {option:?}:\n{text}");
        }
    }
}

/// The generator writes every key of the reference.
#[test]
fn random_companies_have_every_key() {
    let texts: Vec<String> =
        (0..1500).map(|seed| company::valid(&mut Choices::from_seed(seed)).0).collect();
    let missing: Vec<String> = updraft::scenario::keys::SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(move |key| (section, key)))
        .filter(|(section, key)| !texts.iter().any(|text| has(text, section.name, key.name)))
        .map(|(section, key)| format!("{}.{}", section.name, key.name))
        .collect();
    assert!(missing.is_empty(), "no company has {missing:?}: see values.rs");
    // Lists that depend on other tables are not dropped as a whole.
    for list in ["router", "link", "group", "fault", "update_agent", "background", "command"] {
        let count = texts.iter().filter(|text| text.contains(&format!("[[{list}]]\n"))).count();
        assert!(count > 150, "{count} companies have a [[{list}]]");
    }
}

/// Whether a company writes a key of a section.
fn has(text: &str, section: &str, key: &str) -> bool {
    let mut at = "";
    text.lines().any(|line| {
        if line.starts_with('[') {
            at = line.trim_matches(['[', ']']);
        }
        at == section && line.split(" = ").next() == Some(key)
    })
}

/// The corpus of the fuzzer's target.
#[test]
fn companies_of_any_bytes_obey_the_laws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/company");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        company_of_bytes(&fs::read(entry.expect("an entry").path()).expect("a readable file"));
        seen += 1;
    }
    assert!(seen > 0, "there is a corpus");
}

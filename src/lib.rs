//! updraft is a discrete-event simulator of how security updates travel through a company's network.
//!
//! A *company* has a server, sites joined by links, agents on computers that are switched on and off, and Update Agents
//! that distribute updates. A vendor releases updates. The simulator shows the effect of an update configuration on the
//! server, on the links and on the time until agents are protected, under four topology options, with the same
//! population and the same random draws.
//!
//! # From a scenario to a number
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use updraft::experiment::Experiment;
//! use updraft::model::settings::TopologyOption;
//! use updraft::scenario::{Overrides, Scenario};
//!
//! let text = r#"
//! name = "two-branches"
//! start = "Mon 10:00"
//! duration = "3 h"
//! [headquarters]
//! agents = 20
//! internet_bandwidth = "100 Mbit/s"
//! [[site]]
//! name = "branch"
//! count = 2
//! agents = 200
//! bandwidth = "4 Mbit/s"
//! update_agents = 1
//! [[release]]
//! name = "pattern"
//! at = "Mon 10:15"
//! components = ["Virus Pattern"]
//! "#;
//! let scenario = Scenario::parse(text, "two-branches.toml", &Overrides::default())?;
//! let experiment = Experiment {
//!     scenario: &scenario,
//!     options: vec![TopologyOption::Server, TopologyOption::ServerUa],
//!     replications: 1,
//!     seed: 1,
//!     keeps_agents: false,
//!     ensemble: &[],
//!     threads: 1,
//! };
//! let never = AtomicBool::new(false);
//! let runs = experiment.run(&never, &|_progress| {})?.expect("nobody stopped it");
//!
//! let [server, server_ua] = &runs[..] else { panic!("one run of each option") };
//! assert_eq!(server.value("agents"), Some(420.0));
//! assert!(server.value("protected_p95_s") > Some(0.0));
//! // Update Agents keep the copies for their sites off the links.
//! assert!(server_ua.value("wan_bytes") < server.value("wan_bytes"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it works
//!
//! A [`scenario`] is text in which every value has a unit and a position. [`scenario::Scenario::sample`] draws a
//! company and its network ([`model`], [`network`]) for one replication. A [`simulation::Simulation`] is an event loop
//! over that company: an event queue ([`engine`]), transfers that share links by max-min fairness ([`network`]), and
//! handlers that apply the product's rules, which are pure functions ([`policy`]). An [`simulation::Observer`] receives
//! each [`simulation::Fact`] that has happened; the recorder of [`measure`] is one. An [`experiment`] makes many runs
//! on all cores, and [`report`] writes tables, pictures and a page.
//!
//! Time is an integer number of nanoseconds, data of bytes; events have one total order; a random draw is a function of
//! (seed, replication, purpose, entity, number). So equal inputs give equal bytes, on any machine and any number of threads.
//!
//! # Where to begin
//!
//! | to | see |
//! |---|---|
//! | run scenarios from another program | `examples/embed.rs`, [`experiment::Experiment`] |
//! | see everything that happens in a run | `examples/observe.rs`, [`simulation::Observer`] |
//! | replace the product's choice of sources | `examples/source_policy.rs`, [`policy::source_order::SourcePolicy`] |
//! | use the network model alone | `examples/network_alone.rs`, [`network::Network`] |
//! | vary keys and analyse the outcome | `examples/own_analysis.rs`, [`experiment::sweep`] |
//! | change the program | `ARCHITECTURE.md`, `CONTRIBUTING.md` |

pub mod answer;
#[cfg(feature = "program")]
mod cli;
pub mod engine;
pub mod experiment;
pub mod ids;
#[cfg(feature = "program")]
pub mod import;
pub mod measure;
pub mod model;
pub mod network;
pub mod policy;
pub mod random;
#[cfg(feature = "program")]
pub mod replay;
#[cfg(feature = "program")]
pub mod report;
pub mod scenario;
pub mod simulation;
pub mod units;

#[doc(hidden)]
#[cfg(feature = "program")]
pub use cli::{Embedding, Told};

/// Runs the `updraft` program with its arguments, the program's name first; returns its exit code. It is not part of the
/// library's interface.
#[doc(hidden)]
#[cfg(feature = "program")]
pub fn program(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    cli::run(arguments)
}

/// Runs a command inside another program, such as Python (`python/`), with the same arguments. It is not part of the
/// library's interface.
#[doc(hidden)]
#[cfg(feature = "program")]
pub fn embedded(arguments: impl IntoIterator<Item = std::ffi::OsString>, by: Embedding) -> Told {
    cli::run_embedded(arguments, by)
}

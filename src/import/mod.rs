//! From the files that people have to a scenario: a template, an inventory of agents and sites, a map of a
//! network, files of the product.
//!
//! `sniff` says what a file is before any reader has it, `table` reads CSV and workbooks, `quantity` rates and
//! times as people write them. What an import assumes stands as a comment in the scenario that it writes, and
//! what it read and did not read is told in an account.

mod account;
mod inventory;
mod logs;
mod map;
mod product;
mod quantity;
mod scenario_writer;
mod sniff;
mod table;
mod templates;

use std::fmt;

pub use inventory::{Inventory, InventoryRules, MEANINGS, NAMED_COLUMNS};
pub use logs::{LogError, LogReader, LogReading, LogRules, UtcOffset};
pub use map::{TopologyRules, from_topology};
pub use product::{ProductFile, ProductRules, from_product_file};
pub use quantity::{AttributeRule, Meaning};
pub use table::TableRules;
pub use templates::{TEMPLATES, Template, template};

// Logs of flows are replayed as well as measured.
pub(crate) use logs::{Fields, Moment, Request, combined, for_each_line, looks_like_requests};
pub(crate) use sniff::kind_name;

use crate::scenario::Diagnostics;

/// A scenario that an import has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The scenario as TOML, with its assumptions as comments.
    pub text: String,
    /// What stands in the scenario, too: what was left out, joined or assumed.
    pub notes: Vec<String>,
    /// What was read from where, and what was not read.
    pub account: Vec<String>,
}

/// Why no scenario could be made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// The first things that are wrong, each with its place.
    pub shown: Vec<Diagnostics>,
    /// How many rows or files are wrong.
    pub count: usize,
}

impl ImportError {
    fn of(shown: Vec<Diagnostics>) -> Self {
        Self { count: shown.len(), shown }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.iter().try_for_each(|problems| write!(f, "{problems}"))
    }
}

impl std::error::Error for ImportError {}

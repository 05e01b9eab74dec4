//! Imports: builds a scenario from a template, an inventory of agents and sites, a map of a network, or files of the
//! product.
//!
//! `sniff` detects the format of a file before any reader sees it, `table` reads CSV and workbooks, `quantity` rates
//! and times in common notations. The assumptions of an import are comments in its scenario, and a report states what
//! was read and what was not.

mod account;
pub mod defaults;
mod inventory;
mod logs;
mod map;
mod product;
mod quantity;
mod scenario_writer;
mod service;
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
pub(crate) use account::named;
pub(crate) use logs::{
    Fields, Misread, Moment, Request, combined, for_each_line, looks_like_requests,
};
pub(crate) use quantity::unclear_point;
pub(crate) use sniff::kind_name;

use crate::scenario::Diagnostics;

/// A scenario written by an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The scenario as TOML, with its assumptions as comments.
    pub text: String,
    /// Notes that are also in the scenario: what was left out, joined or assumed.
    pub notes: Vec<String>,
    /// The report of what was read from where, and what was not read.
    pub account: Vec<String>,
}

/// Why a file could not be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// The first problems, each with its position.
    pub shown: Vec<Diagnostics>,
    /// The number of invalid rows or files.
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

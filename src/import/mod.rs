//! A scenario to begin with: a template, or what can be read off a company's inventory or a map of its
//! network. What an import assumes stands as a comment in the scenario that it writes.

mod encoding;
mod inventory;
mod scenario_writer;
mod templates;
mod topology;

pub use inventory::{Inventory, InventoryError, InventoryRules, MEANINGS, NAMED_COLUMNS};
pub use templates::{TEMPLATES, Template, template};
pub use topology::{TopologyRules, from_topology};

/// A scenario that an import has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The scenario as TOML, with its assumptions as comments.
    pub text: String,
    /// What whoever asked for it should know: what was left out, joined or assumed.
    pub notes: Vec<String>,
}

/// `count` things, in words.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

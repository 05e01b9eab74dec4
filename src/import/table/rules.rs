//! The rules for reading a table.

use crate::import::quantity::AttributeRule;
use crate::scenario::TextEncoding;

/// Rules for values that a table does not contain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRules {
    /// Headers by the names of columns, before the known ones.
    pub columns: Vec<(String, String)>,
    /// Columns of quantities with their units.
    pub attributes: Vec<AttributeRule>,
    /// The encoding of the file; by default detected.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook; by default the first.
    pub sheet: Option<String>,
    /// Whether a default bandwidth was given, so that columns of data rates with unknown headers are not asked about.
    pub has_default_link: bool,
}

//! How a table is read.

use crate::import::quantity::AttributeRule;
use crate::scenario::TextEncoding;

/// What a table does not say of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRules {
    /// Headers by the names of columns, before those that are known.
    pub columns: Vec<(String, String)>,
    /// Columns of quantities with their units.
    pub attributes: Vec<AttributeRule>,
    /// The encoding of the file, if it is not to be found out.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook; by default the first.
    pub sheet: Option<String>,
}

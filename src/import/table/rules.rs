//! The rules for reading a table.

use crate::import::quantity::AttributeRule;
use crate::scenario::TextEncoding;
use crate::units::BitRate;

/// Rules for values that a table does not contain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRules {
    /// Headers by the names of columns, before the known ones.
    pub columns: Vec<(String, String)>,
    /// Columns of quantities with their units.
    pub attributes: Vec<AttributeRule>,
    /// The encoding of the file; by default detected.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook; by default the first that is shown and has the table.
    pub sheet: Option<String>,
    /// Bandwidth of a link without one; if there is none, [`defaults::LINK`](crate::import::defaults::LINK), and a column
    /// of data rates with an unknown header is an error.
    pub default_link: Option<BitRate>,
}

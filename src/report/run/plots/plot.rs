//! The trait of a plot of runs.

use crate::report::draw::Drawing;
use crate::report::run::results::Results;

/// A picture.
pub trait Plot: Sync {
    /// Its file's name, without the ending.
    fn name(&self) -> &'static str;
    /// Whether the results have what it shows.
    fn applies(&self, _: &Results<'_>) -> bool {
        true
    }
    /// What it shows.
    fn caption(&self) -> &'static str;
    /// Draws it.
    ///
    /// # Errors
    /// What the drawing library says.
    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String>;
}

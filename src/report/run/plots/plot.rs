//! The trait of a plot of runs.

use crate::report::draw::Drawing;
use crate::report::run::results::Results;

/// A picture.
pub trait Plot: Sync {
    /// Its file's name, without the extension.
    fn name(&self) -> &'static str;
    /// Whether the results have its data.
    fn applies(&self, _: &Results<'_>) -> bool {
        true
    }
    /// Its caption.
    fn caption(&self) -> &'static str;
    /// Draws it.
    ///
    /// # Errors
    /// The error of the drawing library.
    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String>;
}

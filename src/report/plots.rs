//! The pictures, each drawn once as SVG and as PNG.

mod axis;
mod bars;
mod busiest_links;
mod canvas;
mod curves;
mod grid;
mod labels;
mod matrix;
mod picture;
mod protection;
mod raster;
mod scatter;
mod sensitivity;
mod server;
mod sheet;
mod sweep;

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::results::Results;
use super::sensitivity::SensitivityResults;
use super::sweep::Swept;
use picture::Drawing;
pub(super) use picture::Picture;
pub(super) use sweep::pictures as sweep_pictures;

/// A picture.
pub trait Plot: Sync {
    /// Its file's name, without the ending.
    fn name(&self) -> &'static str;
    /// What it shows.
    fn caption(&self) -> &'static str;
    /// Draws it.
    ///
    /// # Errors
    /// What the drawing library says.
    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String>;
}

/// All pictures.
pub const PLOTS: &[&dyn Plot] = &[
    &protection::Protection,
    &server::ServerEgress,
    &server::ServerQueue,
    &busiest_links::BusiestLinks,
];

/// Draws all pictures.
pub(super) fn write(results: &Results<'_>, folder: &AtomicDirectory) -> Result<(), ReportError> {
    for plot in PLOTS {
        let path = folder.target().join(plot.name());
        let drawing = plot.draw(results).map_err(|cause| ReportError::at(&path, cause))?;
        write_both(plot.name(), &drawing.svg, &drawing.png, folder)?;
    }
    Ok(())
}

/// Draws all pictures of a sweep.
pub(super) fn write_sweep(
    swept: &Swept,
    folder: &AtomicDirectory,
) -> Result<Vec<Picture>, ReportError> {
    write_all(sweep_pictures(swept), folder)
}

/// Draws all pictures of a sensitivity analysis.
pub(super) fn write_sensitivity(
    results: &SensitivityResults,
    folder: &AtomicDirectory,
) -> Result<Vec<Picture>, ReportError> {
    write_all(sensitivity::pictures(results), folder)
}

/// Writes pictures, if they could be drawn.
fn write_all(
    pictures: Result<Vec<Picture>, String>,
    folder: &AtomicDirectory,
) -> Result<Vec<Picture>, ReportError> {
    let pictures = pictures.map_err(|cause| ReportError::at(folder.target(), cause))?;
    for Picture { name, svg, png, .. } in &pictures {
        write_both(name, svg, png, folder)?;
    }
    Ok(pictures)
}

/// Writes a picture as SVG and as PNG.
fn write_both(
    name: &str,
    svg: &str,
    png: &[u8],
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    folder.write(&format!("{name}.svg"), svg.as_bytes())?;
    folder.write(&format!("{name}.png"), png)
}

#[cfg(test)]
mod tests;

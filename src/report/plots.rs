//! The pictures, as SVG and, rendered from that, as PNG.

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
mod scatter;
mod sensitivity;
mod server;
mod sweep;

use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use super::atomic_directory::{AtomicDirectory, ReportError};
use super::results::Results;
use super::sensitivity::SensitivityResults;
use super::sweep::Swept;
pub(super) use picture::Picture;
pub(super) use sweep::pictures as sweep_pictures;

/// A picture.
pub trait Plot: Sync {
    /// Its file's name, without the ending.
    fn name(&self) -> &'static str;
    /// What it shows.
    fn caption(&self) -> &'static str;
    /// Draws it as SVG.
    ///
    /// # Errors
    /// What the drawing library says.
    fn draw(&self, results: &Results<'_>) -> Result<String, String>;
}

/// All pictures.
pub const PLOTS: &[&dyn Plot] = &[
    &protection::Protection,
    &server::ServerEgress,
    &server::ServerQueue,
    &busiest_links::BusiestLinks,
];

/// The font of the pictures, so that they are the same on a machine without any.
const FONT: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");

/// Draws all pictures.
pub(super) fn write(results: &Results<'_>, folder: &AtomicDirectory) -> Result<(), ReportError> {
    for plot in PLOTS {
        let path = folder.target().join(plot.name());
        let svg = plot.draw(results).map_err(|cause| ReportError::at(&path, cause))?;
        write_one(plot.name(), &svg, folder)?;
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
fn write_one(name: &str, svg: &str, folder: &AtomicDirectory) -> Result<(), ReportError> {
    let png = render(svg).map_err(|cause| ReportError::at(&folder.target().join(name), cause))?;
    write_both(name, svg, &png, folder)
}

fn write_both(
    name: &str,
    svg: &str,
    png: &[u8],
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    folder.write(&format!("{name}.svg"), svg.as_bytes())?;
    folder.write(&format!("{name}.png"), png)
}

/// Renders an SVG at its own size.
fn render(svg: &str) -> Result<Vec<u8>, String> {
    let mut options = usvg::Options::default();
    let fonts = Arc::make_mut(&mut options.fontdb);
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size();
    let mut pixels =
        tiny_skia::Pixmap::new(size.width(), size.height()).ok_or("an empty picture")?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;

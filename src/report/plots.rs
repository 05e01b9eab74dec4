//! The pictures, as SVG and, rendered from that, as PNG.

mod axis;
mod busiest_links;
mod canvas;
mod curves;
mod grid;
mod labels;
mod protection;
mod server;

use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use super::folder::{ClaimedFolder, ReportError};
use super::results::Results;

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
pub(super) fn write(results: &Results<'_>, folder: &ClaimedFolder) -> Result<(), ReportError> {
    for plot in PLOTS {
        let path = folder.target().join(plot.name());
        let svg = plot.draw(results).map_err(|cause| ReportError::at(&path, cause))?;
        let png = render(&svg).map_err(|cause| ReportError::at(&path, cause))?;
        folder.write(&format!("{}.svg", plot.name()), svg.as_bytes())?;
        folder.write(&format!("{}.png", plot.name()), &png)?;
    }
    Ok(())
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

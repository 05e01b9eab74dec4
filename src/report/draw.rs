//! Plots from plain numbers: axes, curves, heat maps, drawn as SVG, PNG and PDF at the same time. No plot here knows what
//! was measured.

mod axis;
mod bars;
mod canvas;
mod chart;
mod curves;
mod grid;
mod heat_map;
mod labels;
mod letters;
mod paper;
mod pdf;
mod picture;
mod pixels;
mod raster;
mod scatter;
mod shades;
mod sheet;
mod time_heat_map;

use super::atomic_directory::{AtomicDirectory, ReportError};

pub(super) use axis::Axis;
pub(super) use bars::{Bar, BarRow, Bars};
pub(super) use curves::{Curve, Panel, Point, within};
pub(super) use grid::{Grid, GridRow};
pub(super) use heat_map::HeatMap;
pub use paper::{PlotFormat, PlotFormats, PrintedSize, parse_font, parse_width};
pub(super) use picture::Drawing;
pub(super) use picture::Picture;
pub(super) use scatter::{Scatter, Series};
pub(super) use shades::SHADES;
pub(super) use time_heat_map::{Span, TimeHeatMap};

/// Writes pictures in these formats, if they could be drawn.
pub(super) fn write_all(
    pictures: Result<Vec<Picture>, String>,
    formats: &PlotFormats,
    folder: &AtomicDirectory,
) -> Result<Vec<Picture>, ReportError> {
    let pictures = pictures.map_err(|cause| ReportError::at(folder.target(), cause))?;
    for Picture { name, drawing, .. } in &pictures {
        write_drawing(name, drawing, formats, folder)?;
    }
    Ok(pictures)
}

/// Writes a picture in these formats.
pub(super) fn write_drawing(
    name: &str,
    drawing: &Drawing,
    formats: &PlotFormats,
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    for format in formats.iter() {
        let content = match format {
            PlotFormat::Svg => drawing.svg.as_bytes(),
            PlotFormat::Png => &drawing.png,
            PlotFormat::Pdf => drawing.pdf.as_deref().unwrap_or_default(),
        };
        folder.write(&format!("{name}.{}", format.ending()), content)?;
    }
    Ok(())
}

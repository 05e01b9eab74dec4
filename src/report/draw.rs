//! Plots from plain numbers: axes, curves, heat maps, drawn as SVG and as PNG at the same time. No plot here knows what
//! was measured.

mod axis;
mod bars;
mod canvas;
mod chart;
mod curves;
mod grid;
mod heat_map;
mod labels;
mod picture;
mod raster;
mod scatter;
mod shades;
mod sheet;
mod time_heat_map;
mod window;

use super::atomic_directory::{AtomicDirectory, ReportError};

pub(super) use axis::Axis;
pub(super) use bars::{Bar, BarRow, Bars};
pub(super) use canvas::elided;
pub(super) use curves::{Curve, Panel, Point, within};
pub(super) use grid::{Grid, GridRow};
pub(super) use heat_map::HeatMap;
pub(super) use picture::Drawing;
pub(super) use picture::Picture;
pub(super) use scatter::{Scatter, Series};
pub(super) use shades::SHADES;
pub(super) use time_heat_map::{Span, TimeHeatMap};
pub(super) use window::Window;

/// Writes pictures, if they could be drawn.
pub(super) fn write_all(
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
pub(super) fn write_both(
    name: &str,
    svg: &str,
    png: &[u8],
    folder: &AtomicDirectory,
) -> Result<(), ReportError> {
    folder.write(&format!("{name}.svg"), svg.as_bytes())?;
    folder.write(&format!("{name}.png"), png)
}

//! The axes, grid and labels that charts have in common.

use plotters::coord::cartesian::Cartesian2d;
use plotters::prelude::*;

use super::axis::Axis;
use super::canvas::{Area, LINE, TEXT, font, width};
use super::sheet::Sheet;

/// A chart that series are drawn in.
type Chart<'a, 's> = ChartContext<'a, Sheet<'s>, Cartesian2d<Axis, Axis>>;

/// The height of a chart that fills a picture.
pub(super) const PLOT_HEIGHT: u32 = 760;
/// The bottom margin: labels of the horizontal axis, and its unit.
pub(super) const AXIS: u32 = 2 * LINE + 24;

/// The left margin for the labels of vertical axes.
pub(super) fn label_room<'y>(axes: impl IntoIterator<Item = &'y Axis>) -> i32 {
    let labels = |y: &'y Axis| y.ticks.iter().map(|tick| width(&y.label(*tick), TEXT));
    axes.into_iter().flat_map(labels).max().unwrap_or(0) + 44
}

/// A chart that fills `area`, with the given left and bottom margins for the labels of its axes, and the unit of its
/// horizontal axis.
pub(super) fn chart<'a, 's>(
    area: &'a Area<'s>,
    (x, y): (&Axis, &Axis),
    (left, below): (i32, u32),
    x_title: Option<String>,
) -> Result<Chart<'a, 's>, Box<dyn std::error::Error>> {
    let mut chart = ChartBuilder::on(area)
        .x_label_area_size(below)
        .y_label_area_size(left)
        .build_cartesian_2d(x.clone(), y.clone())?;
    let mut mesh = chart.configure_mesh();
    if let Some(title) = x_title {
        let _ = mesh.x_desc(title).axis_desc_style(font(TEXT));
    }
    mesh.max_light_lines(0)
        .label_style(font(TEXT))
        .axis_style(BLACK.mix(0.6).stroke_width(2))
        .bold_line_style(BLACK.mix(0.12).stroke_width(2))
        .set_all_tick_mark_size(10)
        .draw()?;
    drop(mesh);
    Ok(chart)
}

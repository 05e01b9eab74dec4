//! Small multiples over time: one row for each measure, one column for each option.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{
    Area, Drawn, LINE, RIGHT, SMALL, TEXT, color, columns, most_ticks, picture, write,
};
use super::chart::{chart, label_room};
use super::curves::{Point, draw_notes};
use super::paper::Paper;
use super::picture::Drawing;
use crate::answer::quantities::thousands;
use crate::answer::window::Window;
use crate::model::settings::TopologyOption;

/// A picture of small panels.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Grid {
    pub(in crate::report) options: Vec<TopologyOption>,
    pub(in crate::report) window: Window,
    pub(in crate::report) rows: Vec<GridRow>,
    /// Lines below, about omitted data.
    pub(in crate::report) notes: Vec<String>,
}

/// A measure under each option.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct GridRow {
    pub(in crate::report) title: &'static str,
    pub(in crate::report) y: Axis,
    pub(in crate::report) cells: Vec<Vec<Point>>,
    /// The maximum of each cell, including values between samples if known.
    pub(in crate::report) most: Vec<f64>,
}

/// One small panel.
struct GridCell<'a> {
    x: &'a Axis,
    y: &'a Axis,
    points: &'a [Point],
    most: f64,
    option: TopologyOption,
    /// Margins for labels at its left and below it; 0: none.
    left: u32,
    below: u32,
}

const PLOT_HEIGHT: u32 = 250;
/// Title, the maximum of each column, the plot, and spacing.
const ROW_HEIGHT: u32 = LINE + LINE + PLOT_HEIGHT + 48;
const TOP: u32 = LINE + 20;

impl Grid {
    /// Draws it.
    pub(in crate::report) fn draw(&self, paper: Paper) -> Result<Drawing, String> {
        let left = label_room(self.rows.iter().map(|row| &row.y)).unsigned_abs();
        let whole = paper.size.pixels();
        let (lefts, wide) = columns(whole, left, self.options.len());
        let x = Axis::time(self.window, most_ticks(wide));
        let count = u32::try_from(self.rows.len()).expect("a few rows");
        let notes = LINE * u32::try_from(self.notes.len()).expect("a few notes") + 16;
        let axis_top = TOP + count * ROW_HEIGHT;
        let axis = if count > 0 { 2 * LINE } else { 0 };
        let height = axis_top + axis + notes;
        picture(paper, height, |root| {
            for (option, x) in self.options.iter().zip(&lefts) {
                let middle = i32::try_from(x + wide / 2)?;
                write(root, option.name(), TEXT, (middle, 8), HPos::Center)?;
            }
            for (row, top) in self.rows.iter().zip((TOP..).step_by(ROW_HEIGHT as usize)) {
                let title = format!("{} ({})", row.title, row.y.unit);
                write(root, &title, TEXT, (16, i32::try_from(top)?), HPos::Left)?;
                let is_last = top + ROW_HEIGHT == axis_top;
                for (column, (points, at)) in row.cells.iter().zip(&lefts).enumerate() {
                    let cell = GridCell {
                        x: &x,
                        y: &row.y,
                        points,
                        most: row.most[column],
                        option: self.options[column],
                        left: if column == 0 { left } else { 0 },
                        below: if is_last { LINE } else { 0 },
                    };
                    cell.draw(root, (*at, top + LINE), wide)?;
                }
            }
            if count > 0 {
                let text = format!("{} after the release", x.unit);
                let at = (
                    i32::try_from(u32::midpoint(left, whole - RIGHT))?,
                    i32::try_from(axis_top + LINE)?,
                );
                write(root, &text, TEXT, at, HPos::Center)?;
            }
            draw_notes(root, &self.notes, height - notes)
        })
    }
}

impl GridCell<'_> {
    fn draw(&self, root: &Area<'_>, (left, top): (u32, u32), wide: u32) -> Drawn {
        let at = (i32::try_from(left + wide)?, i32::try_from(top)?);
        write(root, &format!("max {}", thousands(self.most)), SMALL, at, HPos::Right)?;
        let area = root
            .clone()
            .shrink((left - self.left, top + LINE), (wide + self.left, PLOT_HEIGHT + self.below));
        let room = (i32::try_from(self.left)?, self.below);
        let mut chart = chart(&area, (self.x, self.y), room, None)?;
        let color = color(self.option);
        let under = AreaSeries::new(self.points.iter().copied(), 0.0, color.mix(0.35));
        chart.draw_series(under.border_style(color.stroke_width(5)))?;
        Ok(())
    }
}

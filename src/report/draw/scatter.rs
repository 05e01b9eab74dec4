//! Scatter plots, and curves with intervals, one colour for each option.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Area, Drawn, LINE, RIGHT, SMALL, TEXT, color, dash, picture, width, write};
use super::chart::{AXIS, PLOT_HEIGHT, chart, label_room};
use super::curves::{Point, draw_notes};
use super::labels::beside;
use super::paper::Paper;
use super::picture::Drawing;
use crate::model::settings::TopologyOption;

/// The data of an option.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Series {
    pub(in crate::report) option: TopologyOption,
    /// Points, with optional labels.
    pub(in crate::report) points: Vec<(Point, Option<String>)>,
    /// Intervals: position, from, to.
    pub(in crate::report) bars: Vec<(f64, f64, f64)>,
    /// Whether the points are joined, in their order.
    pub(in crate::report) is_curve: bool,
}

/// A picture of numbers over numbers.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Scatter {
    pub(in crate::report) title: String,
    pub(in crate::report) x_title: String,
    pub(in crate::report) x: Axis,
    pub(in crate::report) y: Axis,
    pub(in crate::report) series: Vec<Series>,
    /// Whether the intervals are of the horizontal coordinate: position upward, from, to.
    pub(in crate::report) has_bars_across: bool,
    /// A line through all options, such as a front.
    pub(in crate::report) front: Vec<Point>,
    /// Lines below, about omitted data.
    pub(in crate::report) notes: Vec<String>,
}

const DOT: i32 = 11;

impl Scatter {
    /// Draws it.
    pub(in crate::report) fn draw(&self, paper: Paper) -> Result<Drawing, String> {
        let left = label_room([&self.y]);
        let top = 24 + 2 * LINE;
        let below = LINE * u32::try_from(self.notes.len()).expect("a few notes") + 24;
        let height = top + PLOT_HEIGHT + AXIS + below;
        picture(paper, height, |root| {
            let title = format!("{} ({})", self.title, self.y.unit);
            write(root, &title, TEXT, (16, 8), HPos::Left)?;
            self.draw_legend(root, left, i32::try_from(LINE + 16)?)?;
            self.draw_chart(&root.margin(top, below, 0, RIGHT), left)?;
            draw_notes(root, &self.notes, height - below + 12)
        })
    }

    fn draw_legend(&self, root: &Area<'_>, left: i32, top: i32) -> Drawn {
        let mut x = left + DOT;
        for series in &self.series {
            root.draw(&Circle::new((x, top + 24), DOT, color(series.option).filled()))?;
            write(root, series.option.name(), TEXT, (x + 28, top), HPos::Left)?;
            x += 28 + width(series.option.name(), TEXT) + 60;
        }
        Ok(())
    }

    fn draw_chart(&self, area: &Area<'_>, left: i32) -> Drawn {
        let x_title = format!("{} ({})", self.x_title, self.x.unit).replace(" ()", "");
        let mut chart = chart(area, (&self.x, &self.y), (left, AXIS), Some(x_title))?;
        if !self.front.is_empty() {
            let style = BLACK.mix(0.5).stroke_width(4);
            chart.draw_series(LineSeries::new(self.front.iter().copied(), style))?;
        }
        for series in &self.series {
            let own = color(series.option);
            let bars = series.bars.iter().map(|(at, low, high)| {
                let ends = if self.has_bars_across {
                    vec![(*low, *at), (*high, *at)]
                } else {
                    vec![(*at, *low), (*at, *high)]
                };
                PathElement::new(ends, own.mix(0.6).stroke_width(5))
            });
            chart.draw_series(bars)?;
            if series.is_curve {
                let points = series.points.iter().map(|(point, _)| *point);
                let style = own.stroke_width(6);
                match dash(series.option) {
                    (_, 0) => chart.draw_series(LineSeries::new(points, style))?,
                    (on, off) => {
                        chart.draw_series(DashedLineSeries::new(points, on, off, style))?
                    }
                };
            }
            let dots = series.points.iter();
            chart.draw_series(dots.map(|(point, _)| Circle::new(*point, DOT, own.filled())))?;
        }
        let base = area.get_base_pixel();
        let named = self.series.iter().flat_map(|series| &series.points);
        let named = named.filter_map(|(point, word)| {
            let at = chart.backend_coord(point);
            Some(((at.0 - base.0, at.1 - base.1), word.as_deref()?))
        });
        let named: Vec<_> = named.collect();
        let (across, down) = chart.plotting_area().get_pixel_range();
        let plot =
            (across.start - base.0, down.start - base.1, across.end - base.0, down.end - base.1);
        for ((_, word), place) in named.iter().zip(beside(&named, plot)) {
            if let Some(place) = place {
                write(area, word, SMALL, place, HPos::Left)?;
            }
        }
        Ok(())
    }
}

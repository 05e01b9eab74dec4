//! Curves over time in one panel, labelled directly or by a legend where labels do not fit.

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{Area, Drawn, LINE, RIGHT, SMALL, TEXT, color, dash, picture, width, write};
use super::chart::{AXIS, PLOT_HEIGHT, chart, label_room};
use super::labels::{Frame, place};
use super::paper::Paper;
use super::picture::Drawing;
use crate::answer::window::Window;
use crate::model::settings::TopologyOption;

/// Time in seconds after the release, and the value.
pub(in crate::report) type Point = (f64, f64);

/// The curve of an option.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Curve {
    pub(in crate::report) option: TopologyOption,
    pub(in crate::report) points: Vec<Point>,
    /// Minimum and maximum over several replications; empty for one.
    pub(in crate::report) band: (Vec<Point>, Vec<Point>),
}

/// A picture of curves.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Panel {
    pub(in crate::report) title: &'static str,
    pub(in crate::report) x: Axis,
    pub(in crate::report) y: Axis,
    pub(in crate::report) curves: Vec<Curve>,
    /// Lines below, about data outside the curves.
    pub(in crate::report) notes: Vec<String>,
}

const STROKE: u32 = 6;

/// The points in `window`, with those at its edges; if there are many, the largest of each bunch.
pub(in crate::report) fn within(points: &[Point], window: Window) -> Vec<Point> {
    let mut inside: Vec<Point> = Vec::new();
    let between = |a: Point, b: Point, x: f64| (x, a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0));
    for (place, point) in points.iter().enumerate() {
        if let Some(before) = place.checked_sub(1).map(|before| points[before]) {
            for edge in [window.from, window.to] {
                if before.0 < edge && edge < point.0 {
                    inside.push(between(before, *point, edge));
                }
            }
        }
        if window.holds(point.0) {
            inside.push(*point);
        }
    }
    let bunch = inside.len().div_ceil(1000).max(1);
    let largest = |bunch: &[Point]| bunch.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    inside.chunks(bunch).filter_map(largest).collect()
}

impl Panel {
    /// Draws it.
    pub(in crate::report) fn draw(&self, paper: Paper) -> Result<Drawing, String> {
        let left = label_room([&self.y]);
        let right = i32::try_from(paper.size.pixels() - RIGHT).expect("pixels");
        let high = i32::try_from(PLOT_HEIGHT).expect("pixels");
        let frames = place(&self.in_pixels((left, 0, right, high)), (left, 0, right, high));
        let top = 24 + LINE + if frames.is_none() { LINE } else { 0 };
        let below = LINE * u32::try_from(self.notes.len()).expect("a few notes") + 24;
        let height = top + PLOT_HEIGHT + AXIS + below;
        picture(paper, height, |root| {
            let title = format!("{} ({})", self.title, self.y.unit);
            write(root, &title, TEXT, (16, 8), HPos::Left)?;
            self.draw_chart(&root.margin(top, below, 0, RIGHT), left)?;
            let down = i32::try_from(top)?;
            match frames {
                Some(frames) => self.draw_labels(root, &frames, down)?,
                None => self.draw_legend(root, left, down - i32::try_from(LINE)?)?,
            }
            draw_notes(root, &self.notes, height - below + 12)
        })
    }

    /// The curves in pixels of the plot at `frame`.
    fn in_pixels(&self, frame: Frame) -> Vec<(&'static str, Vec<(i32, i32)>)> {
        let across = |x: f64| self.x.map(&x, (frame.0, frame.2));
        let up = |y: f64| self.y.map(&y, (frame.3, frame.1));
        let pixels =
            |curve: &Curve| curve.points.iter().map(|at| (across(at.0), up(at.1))).collect();
        self.curves.iter().map(|curve| (curve.option.name(), pixels(curve))).collect()
    }

    fn draw_chart(&self, area: &Area<'_>, left: i32) -> Drawn {
        let x_title = format!("{} after the release", self.x.unit);
        let mut chart = chart(area, (&self.x, &self.y), (left, AXIS), Some(x_title))?;
        for curve in &self.curves {
            let (low, high) = &curve.band;
            let outline: Vec<Point> = low.iter().chain(high.iter().rev()).copied().collect();
            if !outline.is_empty() {
                chart.draw_series([Polygon::new(outline, color(curve.option).mix(0.22))])?;
            }
        }
        for curve in &self.curves {
            let style = color(curve.option).stroke_width(STROKE);
            let points = curve.points.iter().copied();
            match (curve.points.as_slice(), dash(curve.option)) {
                ([only], _) => {
                    chart.draw_series([Circle::new(*only, STROKE, style.filled())])?;
                }
                (_, (_, 0)) => {
                    chart.draw_series(LineSeries::new(points, style))?;
                }
                (_, (dash, gap)) => {
                    chart.draw_series(DashedLineSeries::new(points, dash, gap, style))?;
                }
            }
        }
        Ok(())
    }

    fn draw_labels(&self, root: &Area<'_>, frames: &[Frame], down: i32) -> Drawn {
        for (curve, frame) in self.curves.iter().zip(frames) {
            let at = (i32::midpoint(frame.0, frame.2), frame.1 + down);
            let back = Rectangle::new(
                [(frame.0, frame.1 + down), (frame.2, frame.3 + down)],
                WHITE.mix(0.85).filled(),
            );
            root.draw(&back)?;
            write(root, curve.option.name(), TEXT, at, HPos::Center)?;
        }
        Ok(())
    }

    fn draw_legend(&self, root: &Area<'_>, left: i32, top: i32) -> Drawn {
        let mut x = left;
        for curve in &self.curves {
            let line = [(x, top + 22), (x + 100, top + 22)];
            let style = color(curve.option).stroke_width(STROKE);
            let (dash, gap) = dash(curve.option);
            if gap == 0 {
                root.draw(&PathElement::new(line, style))?;
            } else {
                root.draw(&DashedPathElement::new(line, dash, gap, style))?;
            }
            write(root, curve.option.name(), TEXT, (x + 116, top), HPos::Left)?;
            x += 116 + width(curve.option.name(), TEXT) + 44;
        }
        Ok(())
    }
}

/// Writes lines below the plot.
pub(in crate::report) fn draw_notes(root: &Area<'_>, notes: &[String], top: u32) -> Drawn {
    for (note, y) in notes.iter().zip((top..).step_by(LINE as usize)) {
        write(root, note, SMALL, (16, i32::try_from(y)?), HPos::Left)?;
    }
    Ok(())
}

//! A heat map over time: one row for each link, one column for each option, coloured by share.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{
    Area, Drawn, LINE, RIGHT, SMALL, TEXT, columns, font, most_ticks, picture, whole_width, width,
    write,
};
use super::curves::draw_notes;
use super::paper::Paper;
use super::picture::Drawing;
use super::shades::{SHADES, heat};
use crate::answer::window::Window;
use crate::model::settings::TopologyOption;

const ROW_HEIGHT: u32 = 46;
const LEFT: u32 = 500;
const TOP: u32 = 2 * LINE + 24;
/// The axis, and below it the scale of shades with its labels.
const BELOW: u32 = 2 * LINE + 50;
const SCALE: u32 = 2 * LINE + 10;

/// The letters of a line of the legend.
const LETTERS: usize = 66;

/// A span of seconds after the release, and the share in it, in shades.
pub(in crate::report) type Span = (f64, f64, u32);

/// A heat map over time: a row for each channel, a column for each option.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct TimeHeatMap {
    pub(in crate::report) options: Vec<TopologyOption>,
    pub(in crate::report) window: Window,
    pub(in crate::report) title: &'static str,
    /// The names of the rows, from the top: where one is too long, rows are numbered, and their names are below.
    pub(in crate::report) rows: Vec<String>,
    /// By option and row.
    pub(in crate::report) spans: Vec<Vec<Vec<Span>>>,
    /// The text if there are no rows.
    pub(in crate::report) if_empty: &'static str,
}

impl TimeHeatMap {
    /// Draws it.
    pub(in crate::report) fn draw(&self, paper: Paper) -> Result<Drawing, String> {
        let rows = u32::try_from(self.rows.len()).expect("a few rows");
        let notes: Vec<String> = if rows == 0 { vec![self.if_empty.into()] } else { Vec::new() };
        let plot = ROW_HEIGHT * rows.max(1);
        let (names, legend) = self.names();
        let below = LINE * u32::try_from(legend.len()).expect("a few lines");
        let height = TOP + plot + BELOW + SCALE + below + if below > 0 { 24 } else { 0 };
        let (lefts, wide) = columns(paper.size.pixels(), LEFT, self.options.len());
        picture(paper, height, |root| {
            write(root, self.title, TEXT, (16, 8), HPos::Left)?;
            for (name, y) in names.iter().zip((TOP..).step_by(ROW_HEIGHT as usize)) {
                let at = (i32::try_from(LEFT)? - 16, i32::try_from(y)? + 3);
                write(root, name, SMALL, at, HPos::Right)?;
            }
            for ((option, spans), left) in self.options.iter().zip(&self.spans).zip(&lefts) {
                let at = (i32::try_from(left + wide / 2)?, i32::try_from(LINE)? + 12);
                write(root, option.name(), TEXT, at, HPos::Center)?;
                let area = root.clone().shrink((*left, TOP), (wide, plot + LINE));
                self.draw_column(&area, spans, wide)?;
            }
            let unit = Axis::time(self.window, 9).unit;
            let text = format!("{unit} after the release");
            let middle = i32::try_from(u32::midpoint(LEFT, whole_width(root) - RIGHT))?;
            let below = i32::try_from(TOP + plot + LINE + 14)?;
            write(root, &text, TEXT, (middle, below), HPos::Center)?;
            draw_notes(root, &notes, TOP)?;
            draw_scale(root, i32::try_from(TOP + plot + BELOW)?)?;
            draw_notes(root, &legend, TOP + plot + BELOW + SCALE + 16)
        })
    }

    /// The names beside the rows, and the lines of a legend if these are numbers.
    fn names(&self) -> (Vec<String>, Vec<String>) {
        let room = i32::try_from(LEFT).expect("pixels") - 24;
        if self.rows.iter().all(|name| width(name, SMALL) <= room) {
            return (self.rows.clone(), Vec::new());
        }
        let numbers = (1..=self.rows.len()).map(|number| number.to_string());
        let wraps = |(number, name): (usize, &String)| {
            let options = textwrap::Options::new(LETTERS).subsequent_indent("    ");
            let line = format!("{number}  {name}");
            textwrap::wrap(&line, options).into_iter().map(String::from).collect::<Vec<_>>()
        };
        (numbers.collect(), (1..).zip(&self.rows).flat_map(wraps).collect())
    }

    fn draw_column(&self, area: &Area<'_>, spans: &[Vec<Span>], wide: u32) -> Drawn {
        let x = Axis::time(self.window, most_ticks(wide));
        let rows = u32::try_from(spans.len().max(1))?;
        let mut chart = ChartBuilder::on(area)
            .x_label_area_size(LINE)
            .build_cartesian_2d(x.clone(), 0..rows)?;
        for (spans, y) in spans.iter().zip((0..rows).rev()) {
            chart.draw_series(spans.iter().map(|(from, to, shade)| {
                let corners = [(*from, y), (*to, y + 1)];
                Rectangle::new(corners, heat(*shade).filled())
            }))?;
        }
        chart
            .configure_mesh()
            .disable_mesh()
            .label_style(font(TEXT))
            .axis_style(BLACK.mix(0.6).stroke_width(2))
            .set_all_tick_mark_size(10)
            .draw()?;
        Ok(())
    }
}

/// The scale of shades.
fn draw_scale(root: &Area<'_>, top: i32) -> Drawn {
    let left = i32::try_from(LEFT)?;
    let wide = i32::try_from((whole_width(root) - RIGHT - LEFT) / SHADES)?;
    for (shade, x) in (1..=SHADES).zip((left..).step_by(wide.unsigned_abs() as usize)) {
        root.draw(&Rectangle::new([(x, top), (x + wide, top + 44)], heat(shade).filled()))?;
    }
    let right = left + wide * i32::try_from(SHADES)?;
    for (percent, x, end) in [
        ("0 %", left, HPos::Left),
        ("50 %", i32::midpoint(left, right), HPos::Center),
        ("100 %", right, HPos::Right),
    ] {
        write(root, percent, TEXT, (x, top + 56), end)?;
    }
    write(root, "white: idle", SMALL, (left - 16, top + 2), HPos::Right)
}

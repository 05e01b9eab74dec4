//! Horizontal bars with intervals: first-order and total share for each row.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::canvas::{Area, Drawn, LINE, SMALL, TEXT, color, picture, whole_width, width, write};
use super::curves::draw_notes;
use super::paper::Paper;
use super::picture::Drawing;
use crate::model::settings::TopologyOption;

/// A bar and its interval, as shares of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Bar {
    pub(in crate::report) value: f64,
    pub(in crate::report) ci95: Option<(f64, f64)>,
}

/// A key.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct BarRow {
    pub(in crate::report) name: String,
    pub(in crate::report) first: Bar,
    pub(in crate::report) total: Bar,
}

/// A picture of bars.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Bars {
    pub(in crate::report) title: String,
    pub(in crate::report) option: TopologyOption,
    pub(in crate::report) rows: Vec<BarRow>,
    /// Lines below, about omitted data.
    pub(in crate::report) notes: Vec<String>,
}

const LEFT: i32 = 60;
const RIGHT_MARGIN: i32 = 100;
const BAR: i32 = 34;
/// A name, two bars, and spacing.
const ROW: i32 = LINE.cast_signed() + 2 * BAR + 28;
const TOP: i32 = 3 * LINE.cast_signed();

impl Bars {
    /// Draws it.
    pub(in crate::report) fn draw(&self, paper: Paper) -> Result<Drawing, String> {
        let rows = i32::try_from(self.rows.len()).expect("a few rows");
        let bottom = TOP + rows * ROW;
        let notes = LINE * u32::try_from(self.notes.len()).expect("a few notes");
        let height = u32::try_from(bottom).expect("a height") + 2 * LINE + notes;
        picture(paper, height, |root| {
            write(root, &self.title, TEXT, (16, 8), HPos::Left)?;
            self.draw_legend(root)?;
            self.draw_axis(root, bottom)?;
            for (row, top) in self.rows.iter().zip((TOP..).step_by(ROW.unsigned_abs() as usize)) {
                self.draw_row(root, row, top)?;
            }
            draw_notes(root, &self.notes, height - notes - 8)
        })
    }

    fn colors(&self) -> [RGBAColor; 2] {
        let own = color(self.option);
        [own.mix(1.0), own.mix(0.4)]
    }

    fn draw_legend(&self, root: &Area<'_>) -> Drawn {
        let [alone, all] = self.colors();
        let top = LINE.cast_signed() + 16;
        let mut x = LEFT;
        for (text, color) in [("S1: alone", alone), ("ST: with others", all)] {
            root.draw(&Rectangle::new([(x, top + 6), (x + BAR, top + 6 + BAR)], color.filled()))?;
            write(root, text, TEXT, (x + BAR + 14, top), HPos::Left)?;
            x += BAR + 14 + width(text, TEXT) + 60;
        }
        write(
            root,
            self.option.name(),
            TEXT,
            (whole_width(root).cast_signed() - 40, top),
            HPos::Right,
        )
    }

    fn draw_axis(&self, root: &Area<'_>, bottom: i32) -> Drawn {
        for (tick, label) in [(0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1")]
        {
            let x = self.at(root, tick);
            let style = BLACK.mix(if tick > 0.0 { 0.12 } else { 0.6 }).stroke_width(2);
            root.draw(&PathElement::new(vec![(x, TOP), (x, bottom)], style))?;
            write(root, label, TEXT, (x, bottom + 8), HPos::Center)?;
        }
        Ok(())
    }

    fn draw_row(&self, root: &Area<'_>, row: &BarRow, top: i32) -> Drawn {
        write(root, &row.name, SMALL, (self.at(root, 0.0) + 12, top + 8), HPos::Left)?;
        let mut y = top + LINE.cast_signed();
        for (bar, color) in [row.first, row.total].into_iter().zip(self.colors()) {
            let corners = [(self.at(root, 0.0), y), (self.at(root, bar.value), y + BAR)];
            root.draw(&Rectangle::new(corners, color.filled()))?;
            if let Some((low, high)) = bar.ci95 {
                let middle = y + BAR / 2;
                let ends = vec![(self.at(root, low), middle), (self.at(root, high), middle)];
                root.draw(&PathElement::new(ends, BLACK.mix(0.8).stroke_width(4)))?;
            }
            y += BAR;
        }
        Ok(())
    }

    /// The position of a share. Estimates may be slightly outside the range of shares.
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    fn at(&self, root: &Area<'_>, share: f64) -> i32 {
        let intervals = self.rows.iter().flat_map(|row| [row.first.ci95, row.total.ci95]);
        let ends = intervals.flatten();
        let (low, high) =
            ends.fold((0.0_f64, 1.0_f64), |(low, high), end| (low.min(end.0), high.max(end.1)));
        let room = f64::from(whole_width(root).cast_signed() - LEFT - RIGHT_MARGIN);
        LEFT + ((share.clamp(low, high) - low) / (high - low) * room).round() as i32
    }
}

//! A heat map over the levels of two factors, one panel for each option.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::canvas::{
    Area, Drawn, LINE, SMALL, TEXT, WIDTH, columns, elided, picture, width, write,
};
use super::picture::Drawing;
use super::shades::{SHADES, heat};
use crate::model::settings::TopologyOption;
use crate::report::quantities::quantity;

/// A picture of heat maps.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct HeatMap {
    pub(in crate::report) title: String,
    /// The meaning of its numbers.
    pub(in crate::report) unit: &'static str,
    /// The factor across and its levels.
    pub(in crate::report) across: (String, Vec<String>),
    /// The factor upward and its levels.
    pub(in crate::report) up: (String, Vec<String>),
    /// For each option its rows, from the first level of `up` on; `None` if there is no number.
    pub(in crate::report) cells: Vec<(TopologyOption, Vec<Vec<Option<f64>>>)>,
}

const CELL_HEIGHT: u32 = 90;
const TOP: u32 = 2 * LINE + 40;

impl HeatMap {
    /// Draws it.
    pub(in crate::report) fn draw(&self) -> Result<Drawing, String> {
        let wide = self.up.1.iter().map(|level| width(&elided(level, 14), SMALL).unsigned_abs());
        let left = wide.max().unwrap_or(0) + 60;
        let rows = u32::try_from(self.up.1.len()).map_err(|_| "too many levels")?;
        let bottom = TOP + rows * CELL_HEIGHT;
        picture(bottom + 3 * LINE, |root| {
            write(root, &self.title, TEXT, (16, 8), HPos::Left)?;
            let (lefts, wide) = columns(left, self.cells.len());
            for ((option, cells), x) in self.cells.iter().zip(&lefts) {
                let middle = i32::try_from(x + wide / 2)?;
                write(root, option.name(), TEXT, (middle, 84), HPos::Center)?;
                self.draw_cells(root, cells, *x, wide)?;
            }
            for (row, level) in (0_u32..).zip(&self.up.1) {
                let y = i32::try_from(bottom - (row + 1) * CELL_HEIGHT + CELL_HEIGHT / 3)?;
                let at = (i32::try_from(left)? - 16, y);
                write(root, &elided(level, 14), SMALL, at, HPos::Right)?;
            }
            let under = i32::try_from(bottom + LINE + 12)?;
            let words = format!("across: {}; upward: {}", self.across.0, self.up.0);
            write(root, &words, SMALL, (i32::try_from(WIDTH / 2)?, under + 50), HPos::Center)
        })
    }

    /// The minimum and the maximum of all numbers.
    fn ends(&self) -> (f64, f64) {
        let all = self.cells.iter().flat_map(|(_, rows)| rows.iter().flatten().flatten());
        all.fold((f64::INFINITY, 0.0), |(least, most), at| (least.min(*at), f64::max(most, *at)))
    }

    fn draw_cells(
        &self,
        root: &Area<'_>,
        rows: &[Vec<Option<f64>>],
        left: u32,
        wide: u32,
    ) -> Drawn {
        let (least, most) = self.ends();
        let count = u32::try_from(self.across.1.len())?.max(1);
        let bottom = TOP + u32::try_from(rows.len())? * CELL_HEIGHT;
        let edge = |column: u32| i32::try_from(left + column * wide / count);
        for (row, numbers) in (0_u32..).zip(rows) {
            let top = i32::try_from(bottom - (row + 1) * CELL_HEIGHT)?;
            for (column, number) in (0_u32..).zip(numbers) {
                let (from, to) = (edge(column)?, edge(column + 1)?);
                let (shade, word) = number.map_or((None, "never".into()), |number| {
                    (Some(shade(number, least, most)), quantity(self.unit, number))
                });
                let fill = shade.map_or(RGBColor(235, 235, 235), heat);
                let high = i32::try_from(CELL_HEIGHT)?;
                let frame = [(from, top), (to - 4, top + high - 4)];
                root.draw(&Rectangle::new(frame, fill.filled()))?;
                if width(&word, SMALL) < to - from - 8 {
                    let dark = shade.is_some_and(|shade| shade > SHADES * 3 / 5);
                    draw_word(root, &word, (i32::midpoint(from, to), top + 26), dark)?;
                }
            }
        }
        for (column, level) in (0_u32..).zip(&self.across.1) {
            let (from, to) = (edge(column)?, edge(column + 1)?);
            let letters = usize::try_from((to - from) / 23).unwrap_or(1).max(2);
            let at = (i32::midpoint(from, to), i32::try_from(bottom)? + 6);
            write(root, &elided(level, letters), SMALL, at, HPos::Center)?;
        }
        Ok(())
    }
}

/// A word in a cell, light on a dark cell.
fn draw_word(root: &Area<'_>, word: &str, at: (i32, i32), dark: bool) -> Drawn {
    use plotters::style::text_anchor::{Pos, VPos};
    let style = super::canvas::font(SMALL).pos(Pos::new(HPos::Center, VPos::Top));
    let style = if dark { style.color(&WHITE) } else { style };
    Ok(root.draw(&Text::new(word.to_string(), at, style))?)
}

/// The darkness of a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a shade")]
fn shade(number: f64, least: f64, most: f64) -> u32 {
    let share = if most > least { (number - least) / (most - least) } else { 0.0 };
    (f64::from(SHADES) * share).round() as u32
}

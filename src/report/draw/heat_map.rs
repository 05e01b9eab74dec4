//! A heat map over the levels of two factors, one panel for each option, with a scale of its colours.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::axis::Axis;
use super::canvas::{
    Area, Drawn, GAP, LINE, RIGHT, SMALL, TEXT, columns, elided, picture, whole_width, width, write,
};
use super::paper::Paper;
use super::picture::Drawing;
use super::shades::{SHADES, heat};
use crate::model::settings::TopologyOption;

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
const TOP: u32 = LINE + 40;
/// The word of a cell whose metric was never reached.
const NEVER: &str = "–";
/// The size of the smallest numbers in cells, 5 pt.
const LEAST: i32 = 38;
/// The scale: its bar and its labels.
const SCALE: u32 = 44 + 2 * LINE;

/// Where everything is.
struct Layout {
    left: u32,
    /// Panels in a row, and their left edges and width.
    lefts: Vec<u32>,
    wide: u32,
    /// The height of a row of panels.
    row: u32,
    /// The size of the numbers in cells; `None` if there is no room for them.
    size: Option<i32>,
}

impl HeatMap {
    /// Draws it.
    pub(in crate::report) fn draw(&self, paper: Paper) -> Result<Drawing, String> {
        let layout = self.layout(paper.size.pixels());
        let scale = self.scale();
        let rows = u32::try_from(self.cells.len().div_ceil(layout.lefts.len()))
            .map_err(|_| "too many options")?;
        let notes = self.notes(&layout);
        let below = TOP + rows * layout.row;
        let height = below + SCALE + LINE * (1 + u32::try_from(notes.len()).unwrap_or(0)) + 24;
        picture(paper, height, |root| {
            let title = format!("{} ({})", self.title, scale.unit).replace(" ()", "");
            write(root, &title, TEXT, (16, 8), HPos::Left)?;
            let tops = (TOP..).step_by(layout.row as usize);
            for (panels, top) in self.cells.chunks(layout.lefts.len()).zip(tops) {
                self.draw_levels_up(root, &layout, top)?;
                for ((option, cells), x) in panels.iter().zip(&layout.lefts) {
                    let middle = i32::try_from(x + layout.wide / 2)?;
                    write(root, option.name(), TEXT, (middle, i32::try_from(top)?), HPos::Center)?;
                    self.draw_cells(root, cells, (*x, top + LINE + 8), &layout)?;
                }
            }
            let words = format!("across: {}; upward: {}", self.across.0, self.up.0);
            let at = (i32::try_from(whole_width(root) / 2)?, i32::try_from(below)?);
            write(root, &words, SMALL, at, HPos::Center)?;
            self.draw_scale(root, i32::try_from(below + LINE + 16)?)?;
            super::curves::draw_notes(root, &notes, below + LINE + SCALE + 8)
        })
    }

    fn layout(&self, whole: u32) -> Layout {
        let wide = self.up.1.iter().map(|level| width(&elided(level, 14), SMALL).unsigned_abs());
        let left = wide.max().unwrap_or(0) + 60;
        let scale = self.scale();
        let numbers = self.cells.iter().flat_map(|(_, rows)| rows.iter().flatten());
        let words = numbers.map(|number| number.map_or(NEVER.into(), |number| scale.short(number)));
        let longest = words.max_by_key(|word: &String| word.chars().count()).unwrap_or_default();
        let count = u32::try_from(self.across.1.len()).unwrap_or(u32::MAX).max(1);
        // As many panels in a row as leave room for the numbers at full size; else one, with smaller numbers.
        let cell = |panels: usize| columns(whole, left, panels).1 / count;
        let room = |size: i32| width(&longest, size).unsigned_abs() + 10;
        let panels =
            (1..=self.cells.len()).rev().find(|panels| cell(*panels) >= room(SMALL)).unwrap_or(1);
        let mut sizes = (LEAST..=SMALL).rev();
        let size = sizes.find(|size| cell(panels) >= room(*size));
        let (lefts, wide) = columns(whole, left, panels);
        let rows = u32::try_from(self.up.1.len()).unwrap_or(u32::MAX);
        let row = LINE + 8 + rows.saturating_mul(CELL_HEIGHT) + LINE + 24;
        Layout { left, lefts, wide, row, size }
    }

    /// The scale of the numbers.
    fn scale(&self) -> Axis {
        Axis::of_unit(self.unit, self.ends().1)
    }

    fn notes(&self, layout: &Layout) -> Vec<String> {
        let mut cells = self.cells.iter().flat_map(|(_, rows)| rows.iter().flatten());
        let has_none = cells.any(Option::is_none);
        let never = has_none.then(|| format!("{NEVER}  never reached"));
        let small =
            layout.size.is_none().then(|| "The numbers of the cells are in the table.".into());
        never.into_iter().chain(small).collect()
    }

    /// The minimum and the maximum of all numbers.
    fn ends(&self) -> (f64, f64) {
        let all = self.cells.iter().flat_map(|(_, rows)| rows.iter().flatten().flatten());
        all.fold((f64::INFINITY, 0.0), |(least, most), at| (least.min(*at), f64::max(most, *at)))
    }

    fn draw_levels_up(&self, root: &Area<'_>, layout: &Layout, top: u32) -> Drawn {
        let rows = u32::try_from(self.up.1.len())?;
        let bottom = top + LINE + 8 + rows * CELL_HEIGHT;
        for (row, level) in (0_u32..).zip(&self.up.1) {
            let y = i32::try_from(bottom - (row + 1) * CELL_HEIGHT + CELL_HEIGHT / 4)?;
            let at = (i32::try_from(layout.left)? - 16, y);
            write(root, &elided(level, 14), SMALL, at, HPos::Right)?;
        }
        Ok(())
    }

    fn draw_cells(
        &self,
        root: &Area<'_>,
        rows: &[Vec<Option<f64>>],
        (left, top): (u32, u32),
        layout: &Layout,
    ) -> Drawn {
        let ((least, most), scale) = (self.ends(), self.scale());
        let count = u32::try_from(self.across.1.len())?.max(1);
        let bottom = top + u32::try_from(rows.len())? * CELL_HEIGHT;
        let edge = |column: u32| i32::try_from(left + column * layout.wide / count);
        for (row, numbers) in (0_u32..).zip(rows) {
            let top = i32::try_from(bottom - (row + 1) * CELL_HEIGHT)?;
            for (column, number) in (0_u32..).zip(numbers) {
                let (from, to) = (edge(column)?, edge(column + 1)?);
                let (shade, word) = number.map_or((None, NEVER.into()), |number| {
                    (Some(shade(number, least, most)), scale.short(number))
                });
                let fill = shade.map_or(RGBColor(235, 235, 235), heat);
                let high = i32::try_from(CELL_HEIGHT)?;
                let frame = [(from, top), (to - 4, top + high - 4)];
                root.draw(&Rectangle::new(frame, fill.filled()))?;
                if let Some(size) = layout.size {
                    let dark = shade.is_some_and(|shade| shade > SHADES * 3 / 5);
                    let at = (i32::midpoint(from, to - 4), top + (high - 4 - size) / 2);
                    draw_word(root, &word, at, (size, dark))?;
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

    /// The bar of colours, with the least and the greatest number.
    fn draw_scale(&self, root: &Area<'_>, top: i32) -> Drawn {
        let (least, most) = self.ends();
        if least > most {
            return Ok(());
        }
        let (left, right) =
            (i32::try_from(GAP)? + 100, i32::try_from(whole_width(root) - RIGHT)? - 100);
        let edge = |shade: u32| {
            let share = i64::from(shade) * i64::from(right - left) / i64::from(SHADES + 1);
            i32::try_from(share).map(|share| left + share)
        };
        for shade in 0..=SHADES {
            let corners = [(edge(shade)?, top), (edge(shade + 1)?, top + 44)];
            root.draw(&Rectangle::new(corners, heat(shade).filled()))?;
        }
        let scale = self.scale();
        let label = |number: f64| format!("{} {}", scale.short(number), scale.unit);
        let middle = f64::midpoint(least, most);
        for (number, x, end) in [
            (least, left, HPos::Left),
            (middle, i32::midpoint(left, right), HPos::Center),
            (most, right, HPos::Right),
        ] {
            write(root, label(number).trim_end(), SMALL, (x, top + 52), end)?;
        }
        Ok(())
    }
}

/// A word in a cell, light on a dark cell.
fn draw_word(root: &Area<'_>, word: &str, at: (i32, i32), (size, dark): (i32, bool)) -> Drawn {
    use plotters::style::text_anchor::{Pos, VPos};
    let style = super::canvas::font(size).pos(Pos::new(HPos::Center, VPos::Top));
    let style = if dark { style.color(&WHITE) } else { style };
    Ok(root.draw(&Text::new(word.to_string(), at, style))?)
}

/// The darkness of a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a shade")]
fn shade(number: f64, least: f64, most: f64) -> u32 {
    let share = if most > least { (number - least) / (most - least) } else { 0.0 };
    (f64::from(SHADES) * share).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMN: Paper = Paper { size: super::super::paper::PrintedSize::COLUMN, has_pdf: false };

    fn map(options: usize, levels: usize) -> HeatMap {
        let names = |count: usize| (0..count).map(|level| (50 * (level + 1)).to_string()).collect();
        let number = |row: u32, column: u32| Some(600.0 + 60.0 * f64::from(7 * row + column));
        let row = |row: u32| (0..).take(levels).map(|at| number(row, at)).collect();
        let cells = |_| (0..3).map(row).collect();
        HeatMap {
            title: "protected_p95_s".into(),
            unit: "s",
            across: ("server.slots".into(), names(levels)),
            up: ("notification.threads".into(), names(3)),
            cells: TopologyOption::ALL
                .into_iter()
                .take(options)
                .map(|at| (at, cells(at)))
                .collect(),
        }
    }

    #[test]
    fn every_cell_has_its_number_whatever_the_number_of_options() {
        for options in 1..=4 {
            for levels in [2, 5, 10, 14] {
                let drawing = map(options, levels).draw(COLUMN).expect("a drawing");
                let texts = drawing.svg.matches(">\n10\n</text>").count();
                // 600 s are 10 minutes: the first cell of each panel, and the end of the scale has its unit.
                assert!(texts >= options, "{options} options, {levels} levels: {texts}");
                assert!(drawing.svg.contains("10 minutes"), "the scale");
            }
        }
    }
}

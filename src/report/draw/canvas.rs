//! The canvas of all plots: size, fonts, colours, line styles, columns.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::FontFamily;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::paper::{Paper, PrintedSize};
use super::pdf::PdfPage;
use super::picture::Drawing;
use super::raster::Raster;
use super::sheet::Sheet;
use crate::model::settings::TopologyOption;

/// The width of a picture in pixels for a printed width of 9 cm: one column of a paper.
#[cfg(test)]
const WIDTH: u32 = 1600;
/// 7 pt at that width. The backend divides the size by 1.24.
pub(in crate::report) const TEXT: i32 = 54;
/// 6 pt at that width, the smallest legible size.
pub(in crate::report) const SMALL: i32 = 46;
/// The distance between lines of text.
pub(in crate::report) const LINE: u32 = 60;
/// The right margin, for labels that extend half beyond their axis.
pub(in crate::report) const RIGHT: u32 = 40;

/// The gap between columns.
pub(in crate::report) const GAP: u32 = 56;

const FAMILY: &str = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/// A part of a picture.
pub(in crate::report) type Area<'a> = DrawingArea<Sheet<'a>, Shift>;
/// The result of a drawing operation.
pub(in crate::report) type Drawn = Result<(), Box<dyn std::error::Error>>;

/// A picture of `height` pixels on a paper.
pub(in crate::report) fn picture(
    paper: Paper,
    height: u32,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<Drawing, String> {
    let size = (paper.size.pixels(), height);
    let mut svg = String::new();
    let mut raster = Raster::new(size).ok_or("a picture of this height cannot be drawn")?;
    let mut pdf = paper.has_pdf.then(|| PdfPage::new(size, paper.size));
    {
        let root = Sheet::new(&mut svg, &mut raster, pdf.as_mut(), size).into_drawing_area();
        root.fill(&WHITE).map_err(|error| error.to_string())?;
        draw(&root).map_err(|error| error.to_string())?;
        root.present().map_err(|error| error.to_string())?;
    }
    // Programs place a picture of the default size by its pixels, as ever.
    if paper.size != PrintedSize::COLUMN {
        let pixels = format!("<svg width=\"{}\" height=\"{height}\"", size.0);
        let tall = f64::from(paper.size.millimetres) * f64::from(height) / f64::from(size.0);
        let printed = format!("<svg width=\"{}mm\" height=\"{tall:.2}mm\"", paper.size.millimetres);
        svg = svg.replacen(&pixels, &printed, 1);
    }
    let png = raster.png(paper.size)?;
    Ok(Drawing { svg, png, pdf: pdf.map(PdfPage::finish) })
}

/// The width of a picture in pixels.
pub(in crate::report) fn whole_width(root: &Area<'_>) -> u32 {
    root.dim_in_pixel().0
}

/// Text of a given size.
pub(in crate::report) fn font(size: i32) -> TextStyle<'static> {
    (FontFamily::Name(FAMILY), size).into_font().color(&BLACK.mix(0.85))
}

/// Writes a line of text whose left, middle or right end is at `x`, below `y`.
pub(in crate::report) fn write(
    area: &Area<'_>,
    text: &str,
    size: i32,
    at: (i32, i32),
    end: HPos,
) -> Drawn {
    let style = font(size).pos(Pos::new(end, VPos::Top));
    Ok(area.draw(&Text::new(printable(text), at, style))?)
}

/// The approximate width of a text, in pixels: the mean advance of `DejaVu Sans` is 0.6 of its height.
#[expect(clippy::cast_possible_truncation, reason = "pixels")]
pub(in crate::report) fn width(text: &str, size: i32) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 1000);
    (f64::from(letters * size) / 1.24 * 0.61) as i32
}

/// `text` without characters that XML does not permit.
pub(in crate::report) fn printable(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c) { '\u{fffd}' } else { c }
    };
    text.chars().map(shown).collect()
}

/// `name` in at most `most` letters; of long names the ends are kept, because they differ there.
pub(in crate::report) fn elided(name: &str, most: usize) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= most {
        return name.into();
    }
    let kept = most.saturating_sub(1);
    let head = kept / 2;
    let tail = letters.len() - (kept - head);
    letters[..head].iter().chain(&['…']).chain(&letters[tail..]).collect()
}

/// Colours of the Okabe–Ito palette, which colour-blind readers can distinguish.
pub(in crate::report) fn color(option: TopologyOption) -> RGBColor {
    match option {
        TopologyOption::Server => RGBColor(0, 114, 178),
        TopologyOption::ServerUa => RGBColor(0, 158, 115),
        TopologyOption::Ua => RGBColor(213, 94, 0),
        TopologyOption::Direct => RGBColor(204, 121, 167),
    }
}

/// Dash and gap in pixels, so that lines can be distinguished without colour and where they overlap; without a gap the
/// line is solid.
pub(in crate::report) fn dash(option: TopologyOption) -> (u32, u32) {
    match option {
        TopologyOption::Server => (1, 0),
        TopologyOption::ServerUa => (44, 16),
        TopologyOption::Ua => (20, 14),
        TopologyOption::Direct => (7, 12),
    }
}

/// The left edges and the width of `count` columns right of `left`.
pub(in crate::report) fn columns(whole: u32, left: u32, count: usize) -> (Vec<u32>, u32) {
    let count = u32::try_from(count.max(1)).expect("a few options");
    let width = whole.saturating_sub(left + RIGHT + GAP * (count - 1)) / count;
    ((0..count).map(|column| left + column * (width + GAP)).collect(), width)
}

/// The number of time ticks that fit a column of `width` pixels.
pub(in crate::report) fn most_ticks(width: u32) -> usize {
    (width as usize / 95).clamp(2, 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(elided("branch-071", 10), "branch-071");
        assert_eq!(elided("a-very-long-branch-office-071", 11), "a-ver…e-071");
        assert_eq!(elided("", 5), "");
    }

    #[test]
    fn columns_fill_the_width() {
        for count in 1..=4 {
            let (lefts, width) = columns(WIDTH, 200, count);
            assert_eq!(lefts.len(), count);
            let right = lefts[count - 1] + width;
            assert!((WIDTH - RIGHT - 4..=WIDTH - RIGHT).contains(&right), "{count}: {right}");
        }
    }
}

//! The paper of a plot: its formats, its printed width and the size of its letters.

use std::collections::BTreeSet;

/// A format of plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlotFormat {
    /// Vector graphics for pages.
    Svg,
    /// Pixels.
    Png,
    /// Vector graphics for papers.
    Pdf,
}

impl PlotFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Png, Self::Pdf];

    /// The extension of its files, which is also its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// The format with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == name)
    }
}

/// The printed size of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedSize {
    /// The width in millimetres.
    pub millimetres: u32,
    /// The size of the letters in tenths of a point.
    pub tenths_of_point: u32,
}

impl PrintedSize {
    /// One column of a paper: 90 mm, 7 pt.
    pub const COLUMN: Self = Self { millimetres: 90, tenths_of_point: 70 };

    /// The pixels across, in which the letters have a fixed size.
    pub(in crate::report) fn pixels(self) -> u32 {
        let Self { millimetres, tenths_of_point } = self;
        let one = Self::COLUMN.millimetres * tenths_of_point;
        // 1600 pixels for one column.
        (1600 * millimetres * Self::COLUMN.tenths_of_point + one / 2) / one
    }
}

/// How plots are drawn and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotFormats {
    formats: BTreeSet<PlotFormat>,
    size: PrintedSize,
}

/// What a drawing has to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Paper {
    pub(in crate::report) size: PrintedSize,
    pub(in crate::report) has_pdf: bool,
}

impl Default for PlotFormats {
    /// SVG and PNG for one column.
    fn default() -> Self {
        let formats = BTreeSet::from([PlotFormat::Svg, PlotFormat::Png]);
        Self { formats, size: PrintedSize::COLUMN }
    }
}

impl PlotFormats {
    /// These formats, in this size.
    pub fn new(formats: impl IntoIterator<Item = PlotFormat>, size: PrintedSize) -> Self {
        Self { formats: formats.into_iter().collect(), size }
    }

    /// The formats in order.
    pub(in crate::report) fn iter(&self) -> impl Iterator<Item = PlotFormat> {
        self.formats.iter().copied()
    }

    pub(in crate::report) fn paper(&self) -> Paper {
        Paper { size: self.size, has_pdf: self.formats.contains(&PlotFormat::Pdf) }
    }

    /// The arguments for these plots; empty for the default.
    pub fn words(&self) -> Vec<String> {
        let (default, mut words) = (Self::default(), Vec::new());
        if self.formats != default.formats {
            let names: Vec<&str> = self.iter().map(PlotFormat::ending).collect();
            words.extend(["--plots".into(), names.join(",")]);
        }
        if self.size.millimetres != default.size.millimetres {
            words.extend(["--plot-width".into(), format!("{} mm", self.size.millimetres)]);
        }
        if self.size.tenths_of_point != default.size.tenths_of_point {
            let (whole, tenth) = (self.size.tenths_of_point / 10, self.size.tenths_of_point % 10);
            let part = if tenth == 0 { String::new() } else { format!(".{tenth}") };
            words.extend(["--plot-font".into(), format!("{whole}{part} pt")]);
        }
        words
    }

    /// The plots that a command line with these `words` asks for.
    pub fn of_words(words: &[String]) -> Self {
        let after = |flag: &str| {
            let place = words.iter().position(|word| word == flag)?;
            words.get(place + 1).map(String::as_str)
        };
        let default = Self::default();
        let formats = after("--plots").map(|names| {
            names.split(',').filter_map(PlotFormat::named).collect::<BTreeSet<PlotFormat>>()
        });
        let millimetres = after("--plot-width").and_then(|text| parse_width(text).ok());
        let font = after("--plot-font").and_then(|text| parse_font(text).ok());
        Self {
            formats: formats.filter(|formats| !formats.is_empty()).unwrap_or(default.formats),
            size: PrintedSize {
                millimetres: millimetres.unwrap_or(default.size.millimetres),
                tenths_of_point: font.unwrap_or(default.size.tenths_of_point),
            },
        }
    }
}

/// A width such as `85 mm` or `8.5 cm`, in millimetres. Within the limits every plot has room for its labels.
///
/// # Errors
/// What is expected.
pub fn parse_width(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let centimetres = text.strip_suffix("cm").map(|number| (number, 10));
    let unit = centimetres.or_else(|| text.strip_suffix("mm").map(|number| (number, 1)));
    let tenths = unit.and_then(|(number, scale)| Some(tenths(number)? * scale));
    let width = tenths.filter(|tenths| tenths % 10 == 0).map(|tenths| tenths / 10);
    width.filter(|width| (80..=300).contains(width)).ok_or_else(|| {
        format!(
            "`{text}` is not a width of whole millimetres such as \"85 mm\", from 80 mm to 300 mm"
        )
    })
}

/// A size of letters such as `7 pt` or `7.5 pt`, in tenths of a point.
///
/// # Errors
/// What is expected.
pub fn parse_font(text: &str) -> Result<u32, String> {
    let size = text.trim().strip_suffix("pt").and_then(tenths);
    size.filter(|size| (50..=90).contains(size)).ok_or_else(|| {
        format!("`{text}` is not a size of letters such as \"7 pt\", from 5 pt to 9 pt")
    })
}

/// A number with at most one decimal, in tenths.
fn tenths(text: &str) -> Option<u32> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let part: u32 = if part.len() == 1 { part.parse().ok()? } else { return None };
    let whole: u32 = whole.parse().ok().filter(|whole| *whole < 10_000)?;
    Some(10 * whole + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written_as_they_are_typed() {
        assert_eq!(parse_width("85 mm"), Ok(85));
        assert_eq!(parse_width("8.5cm"), Ok(85));
        assert_eq!(parse_font("7.5 pt"), Ok(75));
        for wrong in ["85", "85 m", "8.55 cm", "1 mm", "-85 mm", "5000 mm"] {
            assert!(parse_width(wrong).is_err(), "{wrong}");
        }
        for wrong in ["7", "2 pt", "7.55 pt", "99 pt"] {
            assert!(parse_font(wrong).is_err(), "{wrong}");
        }
        let size = PrintedSize { millimetres: 85, tenths_of_point: 75 };
        let plots = PlotFormats::new([PlotFormat::Pdf], size);
        let words = ["--plots", "pdf", "--plot-width", "85 mm", "--plot-font", "7.5 pt"];
        assert_eq!(plots.words(), words);
        assert_eq!(PlotFormats::of_words(&plots.words()), plots);
        assert_eq!(PlotFormats::of_words(&[]), PlotFormats::default());
        assert!(PlotFormats::default().words().is_empty());
        // 1600 · 85 / 90 · 7 / 7.5 = 1410.4.
        assert_eq!((size.pixels(), PrintedSize::COLUMN.pixels()), (1410, 1600));
    }
}

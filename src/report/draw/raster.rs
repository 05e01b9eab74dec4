//! Rasterises shapes and text for the PNG.

use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle};
use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};
use ttf_parser::OutlineBuilder;

use super::letters::{FONT, letters};
use super::paper::PrintedSize;
use super::pixels::{length, opacity, point};

/// A picture being drawn.
pub(in crate::report) struct Raster(Pixmap);

impl Raster {
    /// A white picture of a given size in pixels; `None` if that is zero or too large.
    pub(in crate::report) fn new((width, height): (u32, u32)) -> Option<Self> {
        let mut pixels = Pixmap::new(width, height)?;
        pixels.fill(Color::WHITE);
        Some(Self(pixels))
    }

    /// The picture as a PNG file: without transparency, because it is on white, and with the fastest compression,
    /// because large flat areas are small in any.
    ///
    /// # Errors
    /// The error of the encoder.
    pub(in crate::report) fn png(&self, size: PrintedSize) -> Result<Vec<u8>, String> {
        let (pixels, _) = self.0.data().as_chunks::<4>();
        let opaque: Vec<u8> = pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.0.width(), self.0.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fastest);
        // A picture of the default size has no printed size, as ever.
        if size != PrintedSize::COLUMN {
            let per_metre = self.0.width() * 1000 / size.millimetres;
            encoder.set_pixel_dims(Some(png::PixelDimensions {
                xppu: per_metre,
                yppu: per_metre,
                unit: png::Unit::Meter,
            }));
        }
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&opaque)?;
            writer.finish()
        });
        written.map_err(|error| error.to_string())?;
        Ok(file)
    }

    /// Fills a rectangle or draws its outline.
    pub(in crate::report) fn rectangle(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        color: BackendColor,
        stroke: Option<u32>,
    ) {
        let (from, to) = (point(from), point(to));
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        let path = Rect::from_ltrb(left, top, right, bottom).map(PathBuilder::from_rect);
        self.shape(path, color, stroke);
    }

    /// Fills a circle or draws its outline.
    pub(in crate::report) fn circle(
        &mut self,
        center: BackendCoord,
        radius: u32,
        color: BackendColor,
        stroke: Option<u32>,
    ) {
        let (x, y) = point(center);
        self.shape(PathBuilder::from_circle(x, y, length(radius)), color, stroke);
    }

    /// Draws a line through points, or fills the polygon that they bound.
    pub(in crate::report) fn polyline(
        &mut self,
        points: &[BackendCoord],
        color: BackendColor,
        stroke: Option<u32>,
    ) {
        let mut path = PathBuilder::new();
        for (place, at) in points.iter().enumerate() {
            let (x, y) = point(*at);
            if place == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        if stroke.is_none() {
            path.close();
        }
        self.shape(path.finish(), color, stroke);
    }

    /// Writes a line of text.
    pub(in crate::report) fn text(
        &mut self,
        text: &str,
        style: &impl BackendTextStyle,
        at: BackendCoord,
    ) {
        let paint = paint(style.color());
        for (glyph, place) in letters(text, style, at) {
            let mut outline = Outline(PathBuilder::new());
            // A space has no outline.
            if FONT.outline_glyph(glyph, &mut outline).is_some()
                && let Some(letter) = outline.0.finish()
            {
                self.0.fill_path(&letter, &paint, FillRule::Winding, place, None);
            }
        }
    }

    /// Fills a shape, or draws its outline with that width in pixels.
    fn shape(&mut self, path: Option<Path>, color: BackendColor, stroke: Option<u32>) {
        let Some(path) = path else { return };
        let (paint, place) = (paint(color), Transform::identity());
        match stroke {
            None => self.0.fill_path(&path, &paint, FillRule::Winding, place, None),
            Some(width) => {
                let stroke = Stroke { width: length(width), ..Stroke::default() };
                self.0.stroke_path(&path, &paint, &stroke, place, None);
            }
        }
    }
}

fn paint(color: BackendColor) -> Paint<'static> {
    let (red, green, blue) = color.rgb;
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, opacity(color));
    paint
}

/// A letter's outline, in units of the font.
struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

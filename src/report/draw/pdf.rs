//! Writes shapes and letters as a PDF of one page. Letters are outlines of the bundled font, so that a paper needs no
//! font.

use std::collections::BTreeSet;

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle};
use ttf_parser::OutlineBuilder;

use super::letters::{FONT, letters};
use super::paper::PrintedSize;
use super::pixels::{length, opacity, point};

/// A page being drawn, in pixels from its upper left corner.
pub(in crate::report) struct PdfPage {
    content: Content,
    /// The opacities used.
    alphas: BTreeSet<u8>,
    /// Width and height in points.
    points: (f32, f32),
}

/// A quarter of a circle as a Bézier curve: the distance of its control points from its ends, by its radius.
const QUARTER: f32 = 0.552_284_8;

impl PdfPage {
    /// A white page of `pixels` in a printed size.
    pub(in crate::report) fn new(pixels: (u32, u32), size: PrintedSize) -> Self {
        let wide = length(size.millimetres) * 72.0 / 25.4;
        let scale = wide / length(pixels.0);
        let points = (wide, length(pixels.1) * scale);
        let mut content = Content::new();
        content.transform([scale, 0.0, 0.0, -scale, 0.0, points.1]);
        Self { content, alphas: BTreeSet::new(), points }
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
        self.begin(color, stroke);
        self.content.rect(from.0, from.1, to.0 - from.0, to.1 - from.1);
        self.end(stroke);
    }

    /// Fills a circle or draws its outline.
    pub(in crate::report) fn circle(
        &mut self,
        center: BackendCoord,
        radius: u32,
        color: BackendColor,
        stroke: Option<u32>,
    ) {
        let ((x, y), r) = (point(center), length(radius));
        let c = QUARTER * r;
        self.begin(color, stroke);
        self.content.move_to(x + r, y);
        self.content.cubic_to(x + r, y + c, x + c, y + r, x, y + r);
        self.content.cubic_to(x - c, y + r, x - r, y + c, x - r, y);
        self.content.cubic_to(x - r, y - c, x - c, y - r, x, y - r);
        self.content.cubic_to(x + c, y - r, x + r, y - c, x + r, y);
        self.content.close_path();
        self.end(stroke);
    }

    /// Draws a line through points, or fills the polygon that they bound.
    pub(in crate::report) fn polyline(
        &mut self,
        points: &[BackendCoord],
        color: BackendColor,
        stroke: Option<u32>,
    ) {
        let [first, rest @ ..] = points else { return };
        if rest.is_empty() {
            return;
        }
        self.begin(color, stroke);
        let (x, y) = point(*first);
        self.content.move_to(x, y);
        for at in rest {
            let (x, y) = point(*at);
            self.content.line_to(x, y);
        }
        if stroke.is_none() {
            self.content.close_path();
        }
        self.end(stroke);
    }

    /// Writes a line of text.
    pub(in crate::report) fn text(
        &mut self,
        text: &str,
        style: &impl BackendTextStyle,
        at: BackendCoord,
    ) {
        self.begin(style.color(), None);
        for (glyph, place) in letters(text, style, at) {
            let mut outline = Outline { content: &mut self.content, place, pen: (0.0, 0.0) };
            let _ = FONT.outline_glyph(glyph, &mut outline);
        }
        self.end(None);
    }

    fn begin(&mut self, color: BackendColor, stroke: Option<u32>) {
        let alpha = opacity(color);
        self.alphas.insert(alpha);
        let [r, g, b] = [color.rgb.0, color.rgb.1, color.rgb.2].map(|part| f32::from(part) / 255.0);
        self.content.save_state();
        self.content.set_parameters(Name(format!("a{alpha}").as_bytes()));
        match stroke {
            Some(width) => {
                self.content.set_stroke_rgb(r, g, b).set_line_width(length(width));
            }
            None => {
                self.content.set_fill_rgb(r, g, b);
            }
        }
    }

    fn end(&mut self, stroke: Option<u32>) {
        if stroke.is_some() {
            self.content.stroke()
        } else {
            self.content.fill_nonzero()
        };
        self.content.restore_state();
    }

    /// The page as a file; equal pages have equal bytes.
    pub(in crate::report) fn finish(self) -> Vec<u8> {
        let [catalog, tree, page, content] = [1, 2, 3, 4].map(Ref::new);
        let state = |alpha: u8| Ref::new(5 + i32::from(alpha));
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        pdf.pages(tree).kids([page]).count(1);
        let mut sheet = pdf.page(page);
        sheet.media_box(Rect::new(0.0, 0.0, self.points.0, self.points.1));
        sheet.parent(tree).contents(content);
        let mut resources = sheet.resources();
        let mut states = resources.ext_g_states();
        for alpha in &self.alphas {
            states.pair(Name(format!("a{alpha}").as_bytes()), state(*alpha));
        }
        states.finish();
        resources.finish();
        sheet.finish();
        for alpha in &self.alphas {
            let share = f32::from(*alpha) / 255.0;
            pdf.ext_graphics(state(*alpha)).non_stroking_alpha(share).stroking_alpha(share);
        }
        let content_stream = self.content.finish();
        pdf.stream(content, &content_stream);
        pdf.finish()
    }
}

/// A letter's outline, in units of the font, placed on the page.
struct Outline<'a> {
    content: &'a mut Content,
    place: tiny_skia::Transform,
    /// The last point, in units of the font.
    pen: (f32, f32),
}

impl Outline<'_> {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let mut point = tiny_skia::Point::from_xy(x, y);
        self.place.map_point(&mut point);
        (point.x, point.y)
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.content.move_to(to.0, to.1);
        self.pen = (x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.content.line_to(to.0, to.1);
        self.pen = (x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        // The cubic curve with the same shape.
        let (from, third) = (self.pen, 2.0 / 3.0);
        let near = (from.0 + third * (x1 - from.0), from.1 + third * (y1 - from.1));
        let far = (x + third * (x1 - x), y + third * (y1 - y));
        self.curve_to(near.0, near.1, far.0, far.1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, to) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.content.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
        self.pen = (x, y);
    }

    fn close(&mut self) {
        self.content.close_path();
    }
}

//! The drawing backend: draws each shape to SVG, to pixels and to PDF, so that all forms of a plot are the same.

use std::io;

use plotters::prelude::SVGBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::pdf::PdfPage;
use super::raster::Raster;

type Drawn = Result<(), DrawingErrorKind<io::Error>>;

/// A picture being drawn in both formats.
pub(in crate::report) struct Sheet<'a> {
    svg: SVGBackend<'a>,
    raster: &'a mut Raster,
    pdf: Option<&'a mut PdfPage>,
}

impl<'a> Sheet<'a> {
    /// Draws to `svg`, `raster` and `pdf`, which have the given `size`.
    pub(in crate::report) fn new(
        svg: &'a mut String,
        raster: &'a mut Raster,
        pdf: Option<&'a mut PdfPage>,
        size: (u32, u32),
    ) -> Self {
        Self { svg: SVGBackend::with_string(svg, size), raster, pdf }
    }
}

/// The width of an outline; `None` if the shape is filled.
fn outline(style: &impl BackendStyle, is_filled: bool) -> Option<u32> {
    (!is_filled).then(|| style.stroke_width())
}

impl DrawingBackend for Sheet<'_> {
    type ErrorType = io::Error;

    fn get_size(&self) -> (u32, u32) {
        self.svg.get_size()
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.svg.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.svg.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.raster.rectangle(point, (point.0 + 1, point.1 + 1), color, None);
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.rectangle(point, (point.0 + 1, point.1 + 1), color, None);
        }
        self.svg.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.raster.polyline(&[from, to], style.color(), outline(style, false));
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.polyline(&[from, to], style.color(), outline(style, false));
        }
        self.svg.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.raster.rectangle(upper_left, bottom_right, style.color(), outline(style, fill));
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.rectangle(upper_left, bottom_right, style.color(), outline(style, fill));
        }
        self.svg.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let path: Vec<BackendCoord> = path.into_iter().collect();
        self.raster.polyline(&path, style.color(), outline(style, false));
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.polyline(&path, style.color(), outline(style, false));
        }
        self.svg.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.raster.circle(center, radius, style.color(), outline(style, fill));
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.circle(center, radius, style.color(), outline(style, fill));
        }
        self.svg.draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let corners: Vec<BackendCoord> = corners.into_iter().collect();
        self.raster.polyline(&corners, style.color(), None);
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.polyline(&corners, style.color(), None);
        }
        self.svg.fill_polygon(corners, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        self.raster.text(text, style, at);
        if let Some(pdf) = self.pdf.as_deref_mut() {
            pdf.text(text, style, at);
        }
        self.svg.draw_text(text, style, at)
    }
}

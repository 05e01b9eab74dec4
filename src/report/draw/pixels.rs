//! Converts coordinates, lengths and opacities of plotters to those of the PNG and the PDF.

use plotters_backend::{BackendColor, BackendCoord};

#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn point((x, y): BackendCoord) -> (f32, f32) {
    (x as f32, y as f32)
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn length(pixels: u32) -> f32 {
    pixels as f32
}

/// The opacity of a colour, from 0 to 255.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
pub(super) fn opacity(color: BackendColor) -> u8 {
    (color.alpha.clamp(0.0, 1.0) * 255.0).round() as u8
}

//! The letters of a line of text, placed by the bundled font.

use std::sync::LazyLock;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendCoord, BackendTextStyle, FontTransform};
use tiny_skia::Transform;
use ttf_parser::{Face, GlyphId};

use super::pixels::point;

/// The bundled font, so that pictures do not depend on installed fonts.
pub(super) static FONT: LazyLock<Face<'static>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../assets/DejaVuSans-subset.ttf");
    Face::parse(bytes, 0).expect("the bundled font is a TrueType font")
});

/// The SVG backend divides sizes by this number; using it here gives all formats the same size.
const SIZE_PER_EM: f64 = 1.24;

/// Each letter, and the map of its outline from units of the font to pixels.
pub(super) fn letters(
    text: &str,
    style: &impl BackendTextStyle,
    at: BackendCoord,
) -> Vec<(GlyphId, Transform)> {
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let em = (style.size() / SIZE_PER_EM) as f32;
    let scale = em / f32::from(FONT.units_per_em());
    let glyphs: Vec<GlyphId> =
        text.chars().map(|letter| FONT.glyph_index(letter).unwrap_or_default()).collect();
    let advance = |glyph: GlyphId| f32::from(FONT.glyph_hor_advance(glyph).unwrap_or(0));
    let width = glyphs.iter().map(|glyph| advance(*glyph)).sum::<f32>() * scale;
    let x_height = f32::from(x_height()) * scale;
    let (x, y) = point(at);
    let anchor = style.anchor();
    let mut pen = match anchor.h_pos {
        HPos::Left => x,
        HPos::Center => x - width / 2.0,
        HPos::Right => x - width,
    };
    // The baselines of the SVG backend.
    let baseline = match anchor.v_pos {
        VPos::Top => y + 0.76 * em,
        VPos::Center => y + 0.5 * x_height,
        VPos::Bottom => y - 0.5 * x_height,
    };
    let turn = match style.transform() {
        FontTransform::None => Transform::identity(),
        FontTransform::Rotate90 => Transform::from_rotate_at(90.0, x, y),
        FontTransform::Rotate180 => Transform::from_rotate_at(180.0, x, y),
        FontTransform::Rotate270 => Transform::from_rotate_at(270.0, x, y),
    };
    let mut placed = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let place = Transform::from_row(scale, 0.0, 0.0, -scale, pen, baseline);
        placed.push((glyph, place.post_concat(turn)));
        pen += advance(glyph) * scale;
    }
    placed
}

/// The height of a lower-case x in units of the font, whose tables do not state it.
fn x_height() -> i16 {
    let glyph = FONT.glyph_index('x').and_then(|glyph| FONT.glyph_bounding_box(glyph));
    FONT.x_height().or(glyph.map(|glyph| glyph.y_max)).unwrap_or_default()
}

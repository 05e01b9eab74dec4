//! The colour scale of heat maps.

use plotters::style::RGBColor;

/// Shades between nothing and 100 %.
pub(in crate::report) const SHADES: u32 = 20;

/// White over orange to dark red: darker is busier, also in print.
pub(in crate::report) fn heat(shade: u32) -> RGBColor {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
    let mix = |from: f64, to: f64, t: f64| (from + (to - from) * t.clamp(0.0, 1.0)) as u8;
    let share = f64::from(shade) / f64::from(SHADES);
    if share < 0.5 {
        let t = share * 2.0;
        RGBColor(mix(255.0, 244.0, t), mix(240.0, 140.0, t), mix(215.0, 60.0, t))
    } else {
        let t = share * 2.0 - 1.0;
        RGBColor(mix(244.0, 90.0, t), mix(140.0, 0.0, t), mix(60.0, 20.0, t))
    }
}

//! The page of a calibration: observed curves over the band of the model, the verdict, the estimates.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::results::{CalibrationResults, day_named};
use super::text;
use crate::experiment::calibration::cells::Measure;
use crate::experiment::calibration::history_matching::History;
use crate::experiment::calibration::overlay::{history_told, short};
use crate::experiment::calibration::shape::LogDay;
use crate::experiment::calibration::verdict::Held;

/// The size of a curve's picture.
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 170.0;
/// Margins for labels.
const LEFT: f64 = 56.0;
const BELOW: f64 = 22.0;

/// The style of the page.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;\
                     color:#1a1a1a;background:#fff}table{border-collapse:collapse;font-size:.85rem}\
                     td,th{padding:.2rem .6rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}\
                     td.n{text-align:right;white-space:nowrap}pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}\
                     svg{margin:.4rem}figure{display:inline-block;margin:0}figcaption{font-size:.85rem}\
                     .band{fill:#9ecae1;stroke:none}.seen{fill:none;stroke:#b30000;stroke-width:2}\
                     .far{fill:#b30000}.mean{fill:none;stroke:#08519c;stroke-dasharray:4 3}text{font-size:11px;fill:#333}\
                     .axis{stroke:#888;fill:none}";

/// The page, self-contained.
pub(super) fn page(results: &CalibrationResults<'_>) -> String {
    let calibrated = results.calibrated;
    let name = escaped(results.scenario);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{name}: calibration</title><style>{STYLE}</style>\n<h1>{name}: \
         calibration</h1>\n<h2>Held-out days</h2>\n<pre>{}</pre>\n",
        escaped(&text::verdict(calibrated)),
    );
    out.push_str(
        "<p>The red line shows the logs, the blue band 90 % of the runs with plausible values, the dashed \
         line their mean; dots are hours in which the logs leave the band.</p>\n",
    );
    for ((measure, day, group), held) in by_curve(&calibrated.verdict.held) {
        let group = &calibrated.shape.groups[group];
        let title = format!("{}: {}, {}", group, measure.words(), day_named(day));
        out.push_str(&curve(&title, measure, &held));
    }
    out.push_str("<h2>Sources used</h2>\n");
    for ((day, group), held) in by_site(&calibrated.verdict.held) {
        let title = format!("{}, {}", calibrated.shape.groups[group], day_named(day));
        out.push_str(&sources(&title, &held));
    }
    out.push_str("<h2>Single numbers</h2>\n<table><tr><th>day<th>measure<th>site<th>observed<th>model, 5 to 95 %<th>inside\n");
    for held in calibrated.verdict.held.iter().filter(|held| held.cell.hour.is_none()) {
        let site = escaped(&calibrated.shape.groups[held.cell.group]);
        let [observed, low, high] = text::numbers(held);
        let _ = writeln!(
            out,
            "<tr><td>{}<td>{}<td>{site}<td class=n>{observed}<td class=n>{low} to {high}<td>{}",
            day_named(held.day),
            held.cell.measure.words(),
            if held.is_inside() { "yes" } else { "no" },
        );
    }
    out.push_str("</table>\n<h2>Estimates</h2>\n<table><tr><th>key<th>estimate<th>90 % interval<th>unit<th>lines<th>evidence\n");
    for estimate in &calibrated.estimates {
        let value = estimate.value.map_or_else(|| "not identified".into(), short);
        let interval = estimate.interval;
        let interval = interval
            .map_or(String::new(), |(low, high)| format!("{} to {}", short(low), short(high)));
        let _ = writeln!(
            out,
            "<tr><td>{}<td class=n>{value}<td class=n>{interval}<td>{}<td class=n>{}<td>{}",
            escaped(&estimate.key),
            estimate.unit,
            estimate.lines,
            escaped(&estimate.evidence),
        );
    }
    out.push_str("</table>\n");
    if let Some(history) = &calibrated.history {
        out.push_str(&matched(history));
    }
    let account = escaped(&results.account.join("\n"));
    let _ = write!(out, "<h2>Logs</h2>\n<pre>{account}</pre>\n</html>\n");
    out
}

/// What each wave of history matching left of each key.
fn matched(history: &History) -> String {
    let told: Vec<String> = history_told(history).iter().map(|line| escaped(line)).collect();
    let (method, space) = (told.first(), told.last());
    let mut out = String::from("<h2>What the logs do not identify</h2>\n");
    for line in method.into_iter().chain(space) {
        let _ = writeln!(out, "<p>{line}</p>");
    }
    out.push_str("<table><tr><th>wave<th>plausible points<th>space left");
    for key in history.keys() {
        let _ = write!(out, "<th>{}", escaped(key));
    }
    out.push('\n');
    let whole: Vec<String> =
        history.space.iter().map(|factor| escaped(&factor.levels.to_string())).collect();
    let _ = writeln!(out, "<tr><td><td><td class=n>100 %<td>{}", whole.join("<td>"));
    for (number, wave) in (1..).zip(&history.waves) {
        let _ = write!(
            out,
            "<tr><td class=n>{number}<td class=n>{} of {}<td class=n>{:.1} %",
            wave.plausible,
            wave.points,
            wave.space_left * 100.0
        );
        for (left, share) in wave.left.iter().zip(&wave.shares) {
            let left = escaped(&left.levels.to_string());
            let _ = write!(out, "<td>{left} ({:.0} %)", share * 100.0);
        }
        out.push('\n');
    }
    out + "</table>\n"
}

type CurveOf = (Measure, LogDay, usize);

/// The hourly numbers, by curve.
fn by_curve(all: &[Held]) -> BTreeMap<CurveOf, Vec<&Held>> {
    let mut curves: BTreeMap<CurveOf, Vec<&Held>> = BTreeMap::new();
    for held in all.iter().filter(|held| held.cell.hour.is_some()) {
        curves.entry((held.cell.measure, held.day, held.cell.group)).or_default().push(held);
    }
    curves
}

/// The shares of sources, by day and site.
fn by_site(all: &[Held]) -> BTreeMap<(LogDay, usize), Vec<&Held>> {
    let mut sites: BTreeMap<(LogDay, usize), Vec<&Held>> = BTreeMap::new();
    for held in all.iter().filter(|held| source(held.cell.measure).is_some()) {
        sites.entry((held.day, held.cell.group)).or_default().push(held);
    }
    sites
}

/// The source whose share a measure is.
fn source(measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::FromServer => Some("server"),
        Measure::FromUpdateAgents => Some("Update Agents"),
        Measure::FromInternet => Some("ActiveUpdate"),
        _ => None,
    }
}

/// The share of updates from each source: a column for the band, and a line for the logs.
fn sources(title: &str, held: &[&Held]) -> String {
    let bottom = HEIGHT - BELOW;
    let y = |share: f64| bottom - share * (bottom - 12.0);
    let wide = (WIDTH - LEFT) / 3.0;
    let columns: Vec<String> = held
        .iter()
        .zip(0_u8..)
        .map(|(held, place)| {
            let left = LEFT + wide * (f64::from(place) + 0.2);
            let (top, low) = (y(held.high), y(held.low));
            let (right, seen) = (left + wide * 0.6, y(held.observed));
            format!(
                "<rect class=\"band\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/><path \
                 class=\"seen\" d=\"M{left:.1} {seen:.1}H{right:.1}\"/><text x=\"{:.1}\" y=\"{:.0}\" \
                 text-anchor=\"middle\">{}</text>",
                top - 1.0,
                wide * 0.6,
                low - top + 2.0,
                left + wide * 0.3,
                HEIGHT - 6.0,
                source(held.cell.measure).unwrap_or_default(),
            )
        })
        .collect();
    format!(
        "<figure><figcaption>{}</figcaption><svg width=\"{}\" height=\"{HEIGHT}\" role=\"img\"><path class=\"axis\" \
         d=\"M{LEFT} 8V{bottom}H{WIDTH}\"/><text x=\"{:.0}\" y=\"18\" text-anchor=\"end\">100 %</text><text \
         x=\"{:.0}\" y=\"{bottom}\" text-anchor=\"end\">0 %</text>{}</svg></figure>\n",
        escaped(title),
        WIDTH + 20.0,
        LEFT - 4.0,
        LEFT - 4.0,
        columns.join(""),
    )
}

/// A curve over the hours of a day.
fn curve(title: &str, measure: Measure, held: &[&Held]) -> String {
    let most = held.iter().map(|held| held.high.max(held.observed)).fold(0.0_f64, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let x = |held: &Held| {
        let hour = f64::from(held.cell.hour.unwrap_or_default()) + 1.0;
        LEFT + hour / 24.0 * (WIDTH - LEFT)
    };
    let y = |value: f64| HEIGHT - BELOW - value / most * (HEIGHT - BELOW - 12.0);
    let line = |of: fn(&Held) -> f64| -> String {
        let points: Vec<String> =
            held.iter().map(|held| format!("{:.1},{:.1}", x(held), y(of(held)))).collect();
        points.join(" ")
    };
    let back: Vec<String> =
        held.iter().rev().map(|held| format!("{:.1},{:.1}", x(held), y(held.low))).collect();
    let back = back.join(" ");
    let (bottom, right) = (HEIGHT - BELOW, WIDTH);
    let hours: Vec<String> = [0, 6, 12, 18, 24]
        .iter()
        .map(|hour| {
            let x = LEFT + f64::from(*hour) / 24.0 * (WIDTH - LEFT);
            format!(
                "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{hour:02}:00</text>",
                HEIGHT - 6.0
            )
        })
        .collect();
    let hours = hours.join("");
    let outside = held.iter().filter(|held| !held.is_inside());
    let dot = |held: &&Held| {
        format!(
            "<circle class=\"far\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>",
            x(held),
            y(held.observed)
        )
    };
    let far: Vec<String> = outside.map(dot).collect();
    let far = far.join("");
    format!(
        "<figure><figcaption>{}</figcaption><svg width=\"{}\" height=\"{HEIGHT}\" role=\"img\"><path class=\"axis\" \
         d=\"M{LEFT} 8V{bottom}H{right}\"/><text x=\"{:.0}\" y=\"18\" text-anchor=\"end\">{}</text><text x=\"{:.0}\" \
         y=\"{bottom}\" text-anchor=\"end\">0</text>{hours}<polygon class=\"band\" points=\"{} {back}\"/><polyline \
         class=\"mean\" points=\"{}\"/><polyline class=\"seen\" points=\"{}\"/>{far}</svg></figure>\n",
        escaped(title),
        WIDTH + 20.0,
        LEFT - 4.0,
        text::shown(measure.unit(), most),
        LEFT - 4.0,
        line(|held| held.high),
        line(|held| held.mean),
        line(|held| held.observed),
    )
}

/// Text escaped for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

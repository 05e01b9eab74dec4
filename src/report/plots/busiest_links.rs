//! The busiest links as a heat map over time: a row a link, a column an option.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::Plot;
use super::axis::Axis;
use super::canvas::{
    Area, Drawn, LINE, RIGHT, SMALL, TEXT, WIDTH, columns, elided, font, most_ticks, picture, write,
};
use super::curves::draw_notes;
use super::picture::Drawing;
use crate::measure::run::{LinkRow, RunMeasurements};
use crate::model::settings::TopologyOption;
use crate::report::results::Results;
use crate::report::window::{Window, after_release, first_runs, protection_window};

/// The links that are busiest under any option.
pub(super) struct BusiestLinks;

/// Link directions in the picture.
const ROWS: usize = 16;
/// Shades between nothing and 100 %.
pub(super) const SHADES: u32 = 20;
/// Most spans of time in a row.
const COLUMNS: usize = 120;
/// Letters that the names of a link's ends may have together.
const LETTERS: usize = 18;

const ROW_HEIGHT: u32 = 46;
const LEFT: u32 = 500;
const TOP: u32 = 2 * LINE + 24;
/// The axis, and below it the scale of shades with its labels.
const BELOW: u32 = 2 * LINE + 50;
const SCALE: u32 = 2 * LINE + 10;

/// A span of seconds after the release, and how busy the link is in it, in shades.
type Span = (f64, f64, u32);

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct HeatMap {
    pub(super) options: Vec<TopologyOption>,
    pub(super) window: Window,
    /// Names of the links, the busiest first.
    pub(super) links: Vec<String>,
    /// By option and link.
    pub(super) spans: Vec<Vec<Vec<Span>>>,
}

impl Plot for BusiestLinks {
    fn name(&self) -> &'static str {
        "busiest_links"
    }

    fn caption(&self) -> &'static str {
        "Utilisation of the links that are busiest under any option, a column an option, first \
         replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        heat_map(results).draw()
    }
}

/// Chooses links and their spans.
pub(super) fn heat_map(results: &Results<'_>) -> HeatMap {
    let window = protection_window(results.runs);
    let runs: Vec<&RunMeasurements> = first_runs(results.runs).collect();
    // All options have the same links in the same order.
    let count = runs.iter().map(|run| run.links.len()).min().unwrap_or(0);
    let busy = |link: usize| runs.iter().map(|run| busy(run, &run.links[link], window)).max();
    let mut all: Vec<(u64, usize)> = (0..count)
        .map(|link| (busy(link).unwrap_or(0), link))
        .filter(|(busy, _)| *busy > 0)
        .collect();
    all.sort_by_key(|(busy, link)| (std::cmp::Reverse(*busy), *link));
    all.truncate(ROWS);
    let spans = |run: &&RunMeasurements| {
        all.iter().map(|(_, link)| spans(run, &run.links[*link], window)).collect()
    };
    HeatMap {
        options: runs.iter().map(|run| run.option).collect(),
        window,
        links: all.iter().map(|(_, link)| short(&runs[0].links[*link].direction)).collect(),
        spans: runs.iter().map(spans).collect(),
    }
}

/// The name of a direction with each end shortened as far as is needed.
fn short(direction: &str) -> String {
    let Some((from, to)) = direction.split_once(" → ") else {
        return elided(direction, LETTERS + 3);
    };
    let (first, second) = (from.chars().count(), to.chars().count());
    let most = first.min((LETTERS / 2).max(LETTERS.saturating_sub(second)));
    format!("{} → {}", elided(from, most), elided(to, LETTERS - most))
}

/// The intervals in a window: when each ends, and the link's utilisation in thousandths.
fn intervals<'a>(
    run: &'a RunMeasurements,
    link: &'a LinkRow,
    window: Window,
) -> impl Iterator<Item = (f64, u16)> + 'a {
    let ends = run.protection.iter().map(|sample| after_release(run, sample.time));
    ends.zip(link.utilization_per_mille.iter().copied()).filter(move |(end, _)| window.holds(*end))
}

fn busy(run: &RunMeasurements, link: &LinkRow, window: Window) -> u64 {
    intervals(run, link, window).map(|(_, share)| u64::from(share)).sum()
}

/// Spans of equal shade; those without any are left out.
fn spans(run: &RunMeasurements, link: &LinkRow, window: Window) -> Vec<Span> {
    let samples: Vec<(f64, u16)> = intervals(run, link, window).collect();
    let bunch = samples.len().div_ceil(COLUMNS).max(1);
    let interval = run.sample_every.as_secs_f64();
    let mut spans: Vec<Span> = Vec::new();
    for bunch in samples.chunks(bunch) {
        let sum: u32 = bunch.iter().map(|(_, share)| u32::from(*share)).sum();
        let most = 1000 * u32::try_from(bunch.len()).expect("a few samples");
        let shade = (sum * SHADES).div_ceil(most);
        let (from, to) = ((bunch[0].0 - interval).max(window.from), bunch[bunch.len() - 1].0);
        match spans.last_mut() {
            Some(last) if last.2 == shade => last.1 = to,
            _ => spans.push((from, to, shade)),
        }
    }
    spans.retain(|(.., shade)| *shade > 0);
    spans
}

impl HeatMap {
    fn draw(&self) -> Result<Drawing, String> {
        let rows = u32::try_from(self.links.len()).expect("a few rows");
        let notes: Vec<String> = if rows == 0 {
            vec!["No link carries anything in this time.".into()]
        } else {
            Vec::new()
        };
        let plot = ROW_HEIGHT * rows.max(1);
        let height = TOP + plot + BELOW + SCALE;
        let (lefts, wide) = columns(LEFT, self.options.len());
        picture(height, |root| {
            write(root, "Busiest links (mean utilisation)", TEXT, (16, 8), HPos::Left)?;
            for (name, y) in self.links.iter().zip((TOP..).step_by(ROW_HEIGHT as usize)) {
                let at = (i32::try_from(LEFT)? - 16, i32::try_from(y)? + 3);
                write(root, name, SMALL, at, HPos::Right)?;
            }
            for ((option, spans), left) in self.options.iter().zip(&self.spans).zip(&lefts) {
                let at = (i32::try_from(left + wide / 2)?, i32::try_from(LINE)? + 12);
                write(root, option.name(), TEXT, at, HPos::Center)?;
                let area = root.clone().shrink((*left, TOP), (wide, plot + LINE));
                self.draw_column(&area, spans, wide)?;
            }
            let unit = Axis::time(self.window, 9).unit;
            let text = format!("{unit} after the release");
            let middle = i32::try_from(u32::midpoint(LEFT, WIDTH - RIGHT))?;
            let below = i32::try_from(TOP + plot + LINE + 14)?;
            write(root, &text, TEXT, (middle, below), HPos::Center)?;
            draw_notes(root, &notes, TOP)?;
            draw_scale(root, i32::try_from(height - SCALE)?)
        })
    }

    fn draw_column(&self, area: &Area<'_>, spans: &[Vec<Span>], wide: u32) -> Drawn {
        let x = Axis::time(self.window, most_ticks(wide));
        let rows = u32::try_from(spans.len().max(1))?;
        let mut chart = ChartBuilder::on(area)
            .x_label_area_size(LINE)
            .build_cartesian_2d(x.clone(), 0..rows)?;
        for (spans, y) in spans.iter().zip((0..rows).rev()) {
            chart.draw_series(spans.iter().map(|(from, to, shade)| {
                let corners = [(*from, y), (*to, y + 1)];
                Rectangle::new(corners, heat(*shade).filled())
            }))?;
        }
        chart
            .configure_mesh()
            .disable_mesh()
            .label_style(font(TEXT))
            .axis_style(BLACK.mix(0.6).stroke_width(2))
            .set_all_tick_mark_size(10)
            .draw()?;
        Ok(())
    }
}

/// White over orange to dark red: darker is busier, also in print.
pub(super) fn heat(shade: u32) -> RGBColor {
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

/// The scale of shades.
fn draw_scale(root: &Area<'_>, top: i32) -> Drawn {
    let left = i32::try_from(LEFT)?;
    let wide = i32::try_from((WIDTH - RIGHT - LEFT) / SHADES)?;
    for (shade, x) in (1..=SHADES).zip((left..).step_by(wide.unsigned_abs() as usize)) {
        root.draw(&Rectangle::new([(x, top), (x + wide, top + 44)], heat(shade).filled()))?;
    }
    let right = left + wide * i32::try_from(SHADES)?;
    for (percent, x, end) in [
        ("0 %", left, HPos::Left),
        ("50 %", i32::midpoint(left, right), HPos::Center),
        ("100 %", right, HPos::Right),
    ] {
        write(root, percent, TEXT, (x, top + 56), end)?;
    }
    write(root, "idle is white", SMALL, (left - 16, top + 2), HPos::Right)
}

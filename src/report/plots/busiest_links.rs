//! The busiest links as a heat map over time.

use plotters::prelude::*;

use super::Plot;
use super::canvas::{TEXT, TITLE, WIDTH, first_runs, font, hours, last_hour};
use crate::measure::run::{LinkRow, RunMeasurements};
use crate::report::results::Results;

/// The busiest links of the option that loads links most.
pub(super) struct BusiestLinks;

/// Link directions in the picture.
const ROWS: usize = 16;
/// Columns of time.
const COLUMNS: usize = 120;
const ROW_HEIGHT: u32 = 44;

impl Plot for BusiestLinks {
    fn name(&self) -> &'static str {
        "busiest_links"
    }

    fn caption(&self) -> &'static str {
        "Utilisation of the links that are busy longest, one panel an option, first replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<String, String> {
        let runs: Vec<&RunMeasurements> = first_runs(results.runs).collect();
        let rows = if runs.len() > 1 { ROWS / 2 } else { ROWS };
        let panel = 150 + ROW_HEIGHT * u32::try_from(rows).expect("a few");
        let height = panel * u32::try_from(runs.len()).expect("four") + 90;
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
            root.fill(&WHITE).map_err(|error| error.to_string())?;
            let (top, bottom) = root.split_vertically(height - 90);
            for (area, run) in top.split_evenly((runs.len(), 1)).iter().zip(&runs) {
                draw_panel(area, run, rows, last_hour(results.runs))
                    .map_err(|error| error.to_string())?;
            }
            draw_scale(&bottom).map_err(|error| error.to_string())?;
            root.present().map_err(|error| error.to_string())?;
        }
        Ok(svg)
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// The directions that are busy longest, busiest first.
fn busiest(run: &RunMeasurements, rows: usize) -> Vec<&LinkRow> {
    let busy = |link: &LinkRow| -> u64 {
        link.utilization_per_mille.iter().map(|share| u64::from(*share)).sum()
    };
    let mut links: Vec<&LinkRow> = run.links.iter().collect();
    links.sort_by_key(|link| std::cmp::Reverse(busy(link)));
    links.truncate(rows);
    links
}

fn draw_panel(
    area: &Area<'_>,
    run: &RunMeasurements,
    rows: usize,
    last_hour: f64,
) -> Result<(), Box<dyn std::error::Error>> {
    let links = busiest(run, rows);
    let labels: Vec<String> = links.iter().map(|link| link.direction.clone()).collect();
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .caption(format!("Busiest links under {}", run.option.name()), font(TITLE))
        .x_label_area_size(64)
        .y_label_area_size(360)
        .build_cartesian_2d(0.0..last_hour, (0..links.len()).into_segmented())?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_labels(9)
        .y_labels(links.len())
        .label_style(font(TEXT))
        .axis_desc_style(font(TEXT))
        .x_desc("hours after the release")
        .x_label_formatter(&|hour| format!("{hour:.1}"))
        .y_label_formatter(&|row| match row {
            SegmentValue::CenterOf(row) | SegmentValue::Exact(row) => {
                labels.get(*row).cloned().unwrap_or_default()
            }
            SegmentValue::Last => String::new(),
        })
        .draw()?;
    for (row, link) in links.iter().enumerate() {
        let cells = cells(run, link, last_hour);
        chart.draw_series(cells.into_iter().map(|(from, to, share)| {
            let corners = [(from, SegmentValue::Exact(row)), (to, SegmentValue::Exact(row + 1))];
            Rectangle::new(corners, heat(share).filled())
        }))?;
    }
    Ok(())
}

/// Spans of time with the mean utilisation of each, those without any left out.
fn cells(run: &RunMeasurements, link: &LinkRow, last_hour: f64) -> Vec<(f64, f64, f64)> {
    let samples: Vec<(f64, f64)> = run
        .protection
        .iter()
        .zip(&link.utilization_per_mille)
        .map(|(sample, share)| (hours(run, sample.time), f64::from(*share) / 1000.0))
        .filter(|(hour, _)| (0.0..=last_hour).contains(hour))
        .collect();
    let bunch = samples.len().div_ceil(COLUMNS).max(1);
    let interval = run.sample_every.as_secs_f64() / 3600.0;
    samples
        .chunks(bunch)
        .filter_map(|bunch| {
            let (first, last) = (bunch.first()?, bunch.last()?);
            #[expect(clippy::cast_precision_loss, reason = "a few samples")]
            let mean = bunch.iter().map(|(_, share)| share).sum::<f64>() / bunch.len() as f64;
            (mean > 0.0).then_some(((first.0 - interval).max(0.0), last.0, mean))
        })
        .collect()
}

/// White over orange to dark red: darker is busier, also in print.
fn heat(share: f64) -> RGBColor {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
    let mix = |from: f64, to: f64, t: f64| (from + (to - from) * t.clamp(0.0, 1.0)) as u8;
    if share < 0.5 {
        let t = share * 2.0;
        RGBColor(mix(255.0, 244.0, t), mix(247.0, 140.0, t), mix(236.0, 60.0, t))
    } else {
        let t = share * 2.0 - 1.0;
        RGBColor(mix(244.0, 110.0, t), mix(140.0, 0.0, t), mix(60.0, 20.0, t))
    }
}

/// The scale of colours.
fn draw_scale(area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let (left, top, width) = (380, 20, 900);
    for step in 0..100 {
        let from = left + width * step / 100;
        let to = left + width * (step + 1) / 100;
        let cell =
            Rectangle::new([(from, top), (to, top + 24)], heat(f64::from(step) / 99.0).filled());
        area.draw(&cell)?;
    }
    for (percent, x) in [(0, left - 10), (50, left + width / 2 - 20), (100, left + width - 40)] {
        area.draw(&Text::new(format!("{percent} %"), (x, top + 30), font(TEXT)))?;
    }
    area.draw(&Text::new("mean utilisation", (120, top), font(TEXT)))?;
    Ok(())
}

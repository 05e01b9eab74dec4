//! Curves over time, one line an option.

use plotters::prelude::*;

use super::Plot;
use super::canvas::{
    HEIGHT, TEXT, TITLE, WIDTH, color, dash, first_runs, font, hours, last_hour, thin,
};
use crate::measure::run::{RunMeasurements, ServerSample};
use crate::report::results::Results;

/// Share of agents up to date over time.
pub(super) struct Protection;
/// What the server sends over time.
pub(super) struct ServerEgress;
/// Requests and notifications at the server over time.
pub(super) struct ServerQueue;

/// Axes and curves of one panel.
struct Panel<'a> {
    title: &'a str,
    unit: &'a str,
    /// The most that the vertical axis shows; `None`: what the data asks for.
    top: Option<f64>,
    curves: Vec<(&'a RunMeasurements, Vec<(f64, f64)>)>,
}

impl Plot for Protection {
    fn name(&self) -> &'static str {
        "protection"
    }

    fn caption(&self) -> &'static str {
        "Share of all agents that have every released content, first replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<String, String> {
        let share = |run: &RunMeasurements| {
            let points = run.protection.iter().map(|sample| {
                let all = sample.up_to_date + sample.outdated;
                (hours(run, sample.time), percent(sample.up_to_date, all))
            });
            thin(&points.filter(|point| point.0 >= 0.0).collect::<Vec<_>>())
        };
        let curves = first_runs(results.runs).map(|run| (run, share(run))).collect();
        let panel =
            Panel { title: "Agents up to date", unit: "% of all agents", top: Some(100.0), curves };
        panels(&[panel], last_hour(results.runs))
    }
}

impl Plot for ServerEgress {
    fn name(&self) -> &'static str {
        "server_egress"
    }

    fn caption(&self) -> &'static str {
        "What the server sends, mean of each sampling interval, first replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<String, String> {
        #[expect(clippy::cast_precision_loss, reason = "a picture")]
        let rate = |sample: &ServerSample| sample.egress.bits_per_sec() as f64 / 1e6;
        let curves = first_runs(results.runs).map(|run| (run, server(run, rate))).collect();
        let panel = Panel { title: "Sent by the server", unit: "Mbit/s", top: None, curves };
        panels(&[panel], last_hour(results.runs))
    }
}

impl Plot for ServerQueue {
    fn name(&self) -> &'static str {
        "server_queue"
    }

    fn caption(&self) -> &'static str {
        "Requests that the server serves, and records in its notification queue, first replication"
    }

    #[expect(clippy::cast_precision_loss, reason = "a picture")]
    fn draw(&self, results: &Results<'_>) -> Result<String, String> {
        let of = |value: fn(&ServerSample) -> f64| {
            first_runs(results.runs).map(|run| (run, server(run, value))).collect()
        };
        let active = Panel {
            title: "Requests served at once by the server",
            unit: "requests",
            top: None,
            curves: of(|sample| sample.active_transfers as f64),
        };
        let queue = Panel {
            title: "Notification queue of the server",
            unit: "records",
            top: None,
            curves: of(|sample| sample.notification_queue as f64),
        };
        panels(&[active, queue], last_hour(results.runs))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn server(run: &RunMeasurements, value: impl Fn(&ServerSample) -> f64) -> Vec<(f64, f64)> {
    let points = run.server.iter().map(|sample| (hours(run, sample.time), value(sample)));
    thin(&points.filter(|point| point.0 >= 0.0).collect::<Vec<_>>())
}

/// Draws panels one below the other.
fn panels(all: &[Panel<'_>], last_hour: f64) -> Result<String, String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        root.fill(&WHITE).map_err(|error| error.to_string())?;
        for (area, panel) in root.split_evenly((all.len(), 1)).iter().zip(all) {
            draw_panel(area, panel, last_hour).map_err(|error| error.to_string())?;
        }
        root.present().map_err(|error| error.to_string())?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw_panel(
    area: &Area<'_>,
    panel: &Panel<'_>,
    last_hour: f64,
) -> Result<(), Box<dyn std::error::Error>> {
    let shown = panel.curves.iter().flat_map(|(_, points)| points).filter(|p| p.0 <= last_hour);
    let most = shown.map(|point| point.1).fold(0.0, f64::max);
    let top = panel.top.unwrap_or(if most > 0.0 { most * 1.1 } else { 1.0 });
    let mut chart = ChartBuilder::on(area)
        .margin(24)
        .caption(panel.title, font(TITLE))
        .x_label_area_size(72)
        .y_label_area_size(120)
        .build_cartesian_2d(0.0..last_hour, 0.0..top)?;
    chart
        .configure_mesh()
        .max_light_lines(0)
        .x_labels(9)
        .y_labels(6)
        .label_style(font(TEXT))
        .axis_desc_style(font(TEXT))
        .x_label_formatter(&|hour| short(*hour))
        .y_label_formatter(&|value| short(*value))
        .x_desc("hours after the release")
        .y_desc(panel.unit)
        .bold_line_style(BLACK.mix(0.12))
        .draw()?;
    for (run, points) in &panel.curves {
        let style = color(run.option).stroke_width(4);
        let points = points.iter().copied().filter(|point| point.0 <= last_hour);
        let (dash, gap) = dash(run.option);
        let drawn = if gap == 0 {
            chart.draw_series(LineSeries::new(points, style))?
        } else {
            chart.draw_series(DashedLineSeries::new(points, dash, gap, style))?
        };
        drawn.label(run.option.name()).legend(move |(x, y)| {
            let end = if gap == 0 { x + 44 } else { x + 30 };
            PathElement::new(vec![(x, y), (end, y)], style)
        });
    }
    chart
        .configure_series_labels()
        .position(if panel.top.is_some() {
            SeriesLabelPosition::LowerRight
        } else {
            SeriesLabelPosition::UpperRight
        })
        .legend_area_size(56)
        .label_font(font(TEXT))
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.2))
        .draw()?;
    Ok(())
}

/// A number without needless zeros.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').into()
}

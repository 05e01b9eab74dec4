//! Plots of a plan: the risk of each number of Update Agents, and the trade-off of cost and time.

use super::plot::Plot;
use crate::experiment::intervals;
use crate::model::settings::TopologyOption;
use crate::report::draw::{Axis, Drawing, Scatter, Series};
use crate::report::run::results::{Results, RiskPoint, TradeOffPoint};

/// The share of days on which a target is missed, over the number of Update Agents.
pub(in crate::report) struct Risk;
/// The time until 95 % are protected, over the cost of a year.
pub(in crate::report) struct TradeOff;

impl Plot for Risk {
    fn name(&self) -> &'static str {
        "risk"
    }

    fn applies(&self, results: &Results<'_>) -> bool {
        risk(results).len() > 1
    }

    fn caption(&self) -> &'static str {
        "Share of the days of the search on which a target is missed, by the number of Update Agents of a plan, with \
         95 % intervals"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        let points = risk(results);
        let series = Series {
            option: results.runs.first().map_or(TopologyOption::ServerUa, |run| run.option),
            points: points
                .iter()
                .map(|at| ((f64::from(at.update_agents), share(at)), None))
                .collect(),
            bars: points
                .iter()
                .filter_map(|at| {
                    let (low, high) = interval(at)?;
                    Some((f64::from(at.update_agents), 100.0 * low, 100.0 * high))
                })
                .collect(),
            is_curve: true,
        };
        let most = points.iter().map(|at| f64::from(at.update_agents)).fold(1.0, f64::max);
        let scatter = Scatter {
            title: "Days on which a target is missed".into(),
            x_title: "Update Agents".into(),
            x: Axis::upward(most, &[("", 1.0)]),
            y: Axis::percent(),
            series: vec![series],
            has_bars_across: false,
            front: Vec::new(),
            notes: points
                .first()
                .map(|at| format!("Of {} days, with 95 % intervals.", at.days))
                .into_iter()
                .collect(),
        };
        scatter.draw(results.record.plots.paper())
    }
}

fn risk<'a>(results: &Results<'a>) -> &'a [RiskPoint] {
    results.record.purpose.as_ref().map_or(&[], |purpose| &purpose.risk)
}

/// The share of days on which a target is missed, in per cent.
fn share(at: &RiskPoint) -> f64 {
    100.0 * f64::from(at.missed) / f64::from(at.days.max(1))
}

/// Wilson's 95 % interval of that share, from 0 to 1.
pub(in crate::report) fn interval(at: &RiskPoint) -> Option<(f64, f64)> {
    intervals::of_probability(at.missed, at.days, 0.95)
}

impl Plot for TradeOff {
    fn name(&self) -> &'static str {
        "trade-off"
    }

    fn applies(&self, results: &Results<'_>) -> bool {
        trade_off(results).iter().filter(|at| at.protected_s.is_some()).count() > 1
    }

    fn caption(&self) -> &'static str {
        "Time until 95 % of the agents are protected over the cost of a year, for each candidate of a plan; the line \
         connects the Pareto front"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        let all = trade_off(results);
        let point = |at: &TradeOffPoint| Some((at.cost, at.protected_s?));
        let mut front: Vec<(f64, f64)> =
            all.iter().filter(|at| at.is_on_front).filter_map(point).collect();
        front.sort_by(|a, b| a.0.total_cmp(&b.0));
        let of_option = |option: TopologyOption| {
            let own = all.iter().filter(|at| at.option == option.name());
            let named = own.filter_map(|at| {
                Some((point(at)?, at.is_on_front.then(|| at.update_agents.to_string())))
            });
            Series { option, points: named.collect(), bars: Vec::new(), is_curve: false }
        };
        let series = TopologyOption::ALL.into_iter().map(of_option);
        let points: Vec<(f64, f64)> = all.iter().filter_map(point).collect();
        let scatter = Scatter {
            title: "Until 95 % are protected".into(),
            x_title: "cost of a year".into(),
            x: Axis::around("cost", points.iter().map(|at| at.0)).untitled(),
            y: Axis::around("s", points.iter().map(|at| at.1)),
            series: series.filter(|series| !series.points.is_empty()).collect(),
            has_bars_across: false,
            front,
            notes: vec!["Numbers: Update Agents of the points of the Pareto front.".into()],
        };
        scatter.draw(results.record.plots.paper())
    }
}

fn trade_off<'a>(results: &Results<'a>) -> &'a [TradeOffPoint] {
    results.record.purpose.as_ref().map_or(&[], |purpose| &purpose.trade_off)
}

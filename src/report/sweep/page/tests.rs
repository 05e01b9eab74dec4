//! The page by its content; `tests/external/page` opens it in a browser.

use super::*;
use crate::experiment::sweep::{Point, Run};
use crate::measure::METRICS;
use crate::measure::run::Value as Measured;
use crate::model::settings::TopologyOption;
use crate::report::fixture::{MARKUP, sweep_record};
use crate::report::page::{STYLE, hash};
use crate::report::sweep::SweepRecord;
use crate::units::SimDuration;

/// A sweep over these levels of each key under all options, two replications each; every time is the point's number in
/// minutes, and one more in the second replication.
fn swept(keys: &[&str], points: &[Vec<String>], drawn: &[&str]) -> SweepSummary {
    let options = TopologyOption::ALL.to_vec();
    let point = |(number, values): (usize, &Vec<String>)| Point {
        number,
        values: values.clone(),
        options: options.clone(),
    };
    let metric = |name: &&str| Metric::named(name).expect("a metric");
    let drawn = drawn.iter().map(metric).collect();
    let record =
        SweepRecord { drawn, ..sweep_record(keys, (1..).zip(points).map(point).collect()) };
    let values = |run: Run| {
        let minutes = u64::try_from(run.case + 1).expect("small") + u64::from(run.replication - 1);
        let of = |unit: &str| match unit {
            "s" => Measured::Seconds(Some(SimDuration::from_mins(minutes))),
            "agent-hours" | "cost" => Measured::Real(1.0 / 3.0),
            _ => Measured::Count(minutes),
        };
        METRICS.iter().map(|metric| Some(of(metric.unit))).collect()
    };
    let values = record.runs().into_iter().map(values).collect();
    SweepSummary::new(record, values)
}

const TWO: [&str; 2] = ["protected_p95_s", "server_egress_peak_bps"];

fn grid() -> SweepSummary {
    let level = |slots: &str, name: &str| vec![slots.to_string(), name.to_string()];
    let points = [level("9", MARKUP), level("10", MARKUP), level("9", "b"), level("10", "b")];
    swept(&["server.slots", "headquarters.name"], &points, &TWO)
}

fn page(swept: &SweepSummary) -> String {
    render(swept, &crate::report::sweep::plots::pictures(swept).expect("pictures")).expect("a page")
}

fn data(page: &str) -> serde_json::Value {
    let json = page.split_once("id=\"data\">").expect("the data").1;
    serde_json::from_str(json.split_once("</script>").expect("their end").0).expect("JSON")
}

#[test]
fn names_are_data_and_the_security_policy_knows_the_blocks() {
    let page = page(&grid());
    assert!(!page.contains("<script>alert") && !page.contains("<!--"), "{page}");
    assert_eq!(page.matches("</script>").count(), 2, "the data, and what is ours");
    for block in [STYLE, SCRIPT] {
        assert!(page.contains(&hash(block)) && page.contains(block));
    }
    assert!(page.contains("default-src 'none'") && !page.contains(" style=\""));
    assert_eq!(data(&page)["factors"][1]["levels"][0], MARKUP);
}

#[test]
fn the_explorer_knows_each_estimate_and_the_best() {
    let data = data(&page(&grid()));
    assert_eq!(data["is_grid"], true);
    assert_eq!(data["factors"][0]["levels"], serde_json::json!(["9", "10"]));
    assert_eq!(data["factors"][0]["numbers"], serde_json::json!([9.0, 10.0]));
    assert_eq!(data["factors"][1]["numbers"], serde_json::Value::Null);
    assert_eq!(data["cells"].as_array().map(Vec::len), Some(16));
    let estimate = &data["cells"][4][2][0];
    assert_eq!(estimate[0], 150.0, "the mean of 2 and 3 minutes at point 2");
    assert!(estimate[1].as_f64() < Some(150.0) && estimate[2].as_f64() > Some(150.0));
    assert_eq!(data["bests"], serde_json::json!([0, 0]));
}

#[test]
fn a_hole_makes_it_no_grid_and_what_never_came_about_has_no_estimate() {
    let SweepSummary { mut record, mut values, .. } = grid();
    record.design.points.pop();
    values.truncate(3 * 4 * 2);
    let p95 = METRICS.iter().position(|metric| metric.name == TWO[0]).expect("a metric");
    values[1][p95] = Some(Measured::Seconds(None));
    let page = page(&SweepSummary::new(record, values));
    let data = data(&page);
    assert_eq!(data["is_grid"], false);
    assert_eq!(data["cells"][0][2][0], serde_json::json!([]), "one replication never came to it");
    assert_eq!(data["bests"][0], 1);
    assert!(
        page.contains("Not every combination was simulated")
            && page.contains("<td data-exact=\"\">never")
    );
}

#[test]
fn a_thousand_points_fit_on_a_page_of_two_megabytes() {
    let keys = ["server.slots", "headquarters.name", "sources.stale", "headquarters.subnet"];
    let point = |at: u32| {
        let name = |key: &str| format!("{at}-of-a-long-{key}");
        vec![at.to_string(), name("a"), name("b"), name("c")]
    };
    let points: Vec<Vec<String>> = (1..=1000).map(point).collect();
    for (metrics, cells) in [(2, 4000), (16, 625)] {
        let drawn: Vec<&str> = METRICS[4..4 + metrics].iter().map(|metric| metric.name).collect();
        let swept = swept(&keys, &points, &drawn);
        let is_drawn = metrics == 2;
        let page = if is_drawn { page(&swept) } else { render(&swept, &[]).expect("a page") };
        assert!(page.len() < 2_000_000, "{} bytes with {metrics} metrics", page.len());
        assert!(page.contains("further rows are in <code>estimates.csv</code>"));
        let data = data(&page);
        assert_eq!(data["cells"].as_array().map(Vec::len), Some(cells));
        assert_eq!(page.contains("this page contains the first 625 and the best"), cells == 625);
    }
}

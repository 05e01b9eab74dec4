//! Tests of plots by their numbers and labels, not their pixels.

use super::busiest_links::heat_map;
use super::{PLOTS, protection, server};
use crate::measure::run::RunMeasurements;
use crate::model::settings::TopologyOption;
use crate::report::fixture::{link, owned, run};

const SLOW: [u64; 8] = [0, 0, 0, 2, 5, 8, 9, 10];
const FAST: [u64; 8] = [0, 0, 1, 9, 10, 10, 10, 10];

fn four() -> Vec<RunMeasurements> {
    let up = [SLOW, FAST, SLOW, FAST];
    TopologyOption::ALL.into_iter().zip(up).map(|(option, up)| run(option, 1, &up)).collect()
}

/// All texts of a picture, one per line.
fn words(svg: &str) -> Vec<String> {
    let texts = svg.split("<text").skip(1);
    texts
        .filter_map(|text| {
            Some(text.split_once('>')?.1.split_once("</text>")?.0.trim().to_string())
        })
        .collect()
}

/// Every picture, drawn and rendered.
fn drawn(runs: Vec<RunMeasurements>) -> Vec<(&'static str, String)> {
    let owned = owned(runs);
    let draw = |plot: &&dyn super::plot::Plot| {
        let drawing = plot.draw(&owned.results()).expect("it can be drawn");
        assert!(drawing.png.starts_with(b"\x89PNG"), "{}", plot.name());
        (plot.name(), drawing.svg)
    };
    // Those of a plan need a plan.
    PLOTS.iter().filter(|plot| !["risk", "trade-off"].contains(&plot.name())).map(draw).collect()
}

#[test]
fn protection_has_a_curve_an_option_from_the_first_sample_after_the_release_to_the_last() {
    let owned = owned(four());
    let panel = protection::panel(&owned.results());
    assert_eq!(panel.curves.len(), 4);
    let ends =
        panel.curves.iter().map(|curve| (curve.points[0], curve.points[curve.points.len() - 1]));
    for (place, (first, last)) in ends.enumerate() {
        assert_eq!(first, (60.0, [0.0, 10.0][place % 2]), "curve {place}");
        assert!((last.1 - 100.0).abs() < 1e-9 && last.0 <= panel.x.to, "curve {place}: {last:?}");
    }
    assert!(panel.notes.is_empty(), "{:?}", panel.notes);
    assert_eq!(panel.x.unit, "minutes");
}

#[test]
fn several_replications_are_a_mean_within_a_band() {
    let option = TopologyOption::Server;
    let owned = owned(vec![run(option, 1, &SLOW), run(option, 2, &FAST)]);
    let panel = protection::panel(&owned.results());
    let [curve] = panel.curves.as_slice() else { panic!("one option, one curve") };
    let second = (curve.band.0[1], curve.points[1], curve.band.1[1]);
    assert_eq!(second, ((120.0, 20.0), (120.0, 55.0), (120.0, 90.0)));
    assert_eq!(panel.notes, ["Mean, least and most of 2 replications."]);
}

#[test]
fn the_last_agents_are_stated_instead_of_drawn() {
    let mut up = vec![0, 0, 9];
    up.extend([9; 200]);
    up.extend([10; 3]);
    let mut slow = run(TopologyOption::Server, 1, &up);
    // One in a thousand is late.
    for sample in &mut slow.protection {
        (sample.up_to_date, sample.outdated) = match sample.up_to_date {
            0 => (0, 1000),
            9 => (999, 1),
            _ => (1000, 0),
        };
    }
    let owned = owned(vec![slow]);
    let panel = protection::panel(&owned.results());
    assert!(panel.x.to < 120.0, "{}", panel.x.to);
    assert_eq!(panel.notes, ["Later than shown: at most 0.1 % of the agents, until 3 h 22 min."]);
}

#[test]
fn egress_is_drawn_in_steps_and_silent_options_are_named() {
    let mut runs = four();
    for run in &mut runs[2..] {
        run.server.iter_mut().for_each(|sample| sample.egress = crate::units::BitRate::ZERO);
    }
    let owned = owned(runs);
    let panel = server::egress(&owned.results());
    let options: Vec<_> = panel.curves.iter().map(|curve| curve.option.name()).collect();
    assert_eq!(options, ["server", "server-ua"]);
    assert_eq!(panel.notes, ["The server sends nothing under ua, direct."]);
    // Busy in the four intervals that end 2 to 5 minutes after the release.
    let busy: Vec<_> = panel.curves[0].points.iter().filter(|point| point.1 > 0.0).collect();
    assert_eq!((busy[0], busy[busy.len() - 1]), (&(60.0, 8e6), &(300.0, 8e6)));
    assert_eq!(panel.y.unit, "Mbit/s");
}

#[test]
fn the_last_interval_is_drawn_as_long_as_it_is() {
    // It lasts 30 s after the second minute, from 60 to 90 s after the release.
    let mut short = run(TopologyOption::Server, 1, &[0, 0, 5, 5]);
    short.protection[2].up_to_date = 0;
    short.server[3].time = crate::units::SimTime::from_secs(210);
    short.protection[3].time = crate::units::SimTime::from_secs(210);
    short.links[0].utilization_per_mille = vec![0, 0, 0, 900];
    let owned = owned(vec![short]);
    let results = owned.results();
    let points = &server::egress(&results).curves[0].points;
    assert_eq!(points.iter().map(|point| point.0).collect::<Vec<_>>(), [0.0, 60.0, 60.0, 90.0]);
    let spans = &heat_map(&results).spans[0][0];
    assert_eq!(spans.iter().map(|span| (span.0, span.1)).collect::<Vec<_>>(), [(60.0, 90.0)]);
}

#[test]
fn the_queue_has_a_row_a_measure_and_a_column_an_option() {
    let owned = owned(four());
    let grid = server::grid(&owned.results());
    assert_eq!(grid.options, TopologyOption::ALL);
    let rows: Vec<_> = grid.rows.iter().map(|row| (row.title, row.cells.len())).collect();
    assert_eq!(rows, [("Served at once", 4), ("Waiting to be notified", 4)]);
    // Four were served at once between two samples that had three.
    assert_eq!(grid.rows[0].most, [4.0; 4]);
    assert_eq!(grid.notes, ["Waiting to be served: none at any time shown."]);
}

#[test]
fn the_heat_map_shows_the_same_links_under_all_options_busiest_first() {
    let mut runs = four();
    for run in &mut runs {
        run.links.insert(0, link("idle", "hq", &[0; 8]));
        run.links.push(link("hq", "busier", &[10; 8]));
    }
    let owned = owned(runs);
    let map = heat_map(&owned.results());
    assert_eq!(map.rows, ["hq → busier", "hq → branch"]);
    assert_eq!((map.spans.len(), map.spans[0].len()), (4, 2));
    assert_eq!(map.spans[0][0], [(0.0, map.spans[0][0][0].1, 20)]);
    // 20, 50, 80, 90 and 100 % of twenty shades.
    let shades: Vec<_> = map.spans[0][1].iter().map(|span| span.2).collect();
    assert_eq!(shades, [4, 10, 16, 18, 20]);
}

#[test]
fn text_is_text_with_families_to_fall_back_to() {
    for (name, svg) in drawn(four()) {
        let words = words(&svg);
        for option in TopologyOption::ALL {
            assert!(words.contains(&option.name().to_string()), "{name}: {words:?}");
        }
        assert!(words.contains(&"minutes after the release".to_string()), "{name}: {words:?}");
        assert!(svg.contains("font-family=\"DejaVu Sans, Verdana"), "{name}");
    }
}

#[test]
fn one_option_alone_is_drawn() {
    for (name, svg) in drawn(vec![run(TopologyOption::Direct, 1, &SLOW)]) {
        let words = words(&svg);
        assert!(words.contains(&"direct".to_string()), "{name}: {words:?}");
        assert!(!words.contains(&"server".to_string()), "{name}: {words:?}");
    }
}

#[test]
fn runs_without_events_and_with_all_at_once_are_drawn() {
    for up in [vec![0; 8], vec![10; 8], vec![10], vec![0]] {
        let mut quiet = run(TopologyOption::Server, 1, &up);
        quiet.links.iter_mut().for_each(|link| link.utilization_per_mille.fill(0));
        quiet.sources[0].peak_active = 0;
        quiet.released_at = crate::units::SimTime::START;
        let pictures = drawn(vec![quiet]);
        let all: Vec<_> = pictures.iter().flat_map(|(_, svg)| words(svg)).collect();
        for said in [
            "The server sends nothing under server.",
            "Served at once: none at any time shown.",
            "No link carries any traffic in this time.",
        ] {
            assert!(all.iter().any(|text| text == said), "{said}: {all:?}");
        }
    }
}

#[test]
fn names_are_data_however_they_are_written() {
    let long = "a".repeat(60);
    let mut hostile = run(TopologyOption::Server, 1, &SLOW);
    hostile.links = vec![link("<script>&\"", "hq\u{1}", &[9; 8]), link(&long, &long, &[8; 8])];
    let pictures = drawn(vec![hostile]);
    let (_, svg) = pictures.iter().find(|(name, _)| *name == "busiest_links").expect("drawn");
    assert!(!svg.contains("<script"));
    let words = words(svg);
    // Long names are below, in full.
    assert!(words.contains(&"1  &lt;script&gt;&amp;&quot; → hq\u{fffd}".to_string()), "{words:?}");
    let wrapped: Vec<&String> = words.iter().filter(|word| word.contains(&long)).collect();
    assert_eq!(wrapped.len(), 2, "{words:?}");
}

#[test]
fn a_plan_has_its_risk_and_its_trade_off() {
    use crate::report::run::results::{Purpose, RiskPoint, TradeOffPoint};
    let mut owned = owned(vec![run(TopologyOption::ServerUa, 1, &SLOW)]);
    let risk = |(update_agents, missed)| RiskPoint { update_agents, days: 20, missed };
    let point = |(update_agents, cost, seconds): (u32, f64, f64)| TradeOffPoint {
        update_agents,
        option: "server-ua".into(),
        levers: String::new(),
        cost,
        protected_s: Some(seconds),
        days: 20,
        met: 20,
        is_on_front: update_agents > 0,
    };
    owned.record.purpose = Some(Purpose {
        question: "How many?".into(),
        answer: "Two.".into(),
        command: vec!["updraft".into()],
        targets: Vec::new(),
        sites: Vec::new(),
        effects: Vec::new(),
        risk: [(0, 20), (1, 5), (2, 0)].map(risk).into(),
        trade_off: [(1, 10_100.0, 2900.0), (2, 10_400.0, 2800.0), (0, 10_500.0, 2950.0)]
            .map(point)
            .into(),
        missed: Vec::new(),
    });
    let results = owned.results();
    let words_of = |name: &str| {
        let plot = PLOTS.iter().find(|plot| plot.name() == name).expect("a plot");
        assert!(plot.applies(&results));
        words(&plot.draw(&results).expect("it can be drawn").svg)
    };
    let risk = words_of("risk");
    assert!(risk.contains(&"Of 20 days, with 95 % intervals.".to_string()), "{risk:?}");
    // The axes are those of the data: neither begins at zero. The points of the front have their numbers.
    let front = words_of("trade-off");
    for word in ["1", "2", "10,200", "48"] {
        assert!(front.contains(&word.to_string()), "{word}: {front:?}");
    }
    assert!(!front.contains(&"0".to_string()), "{front:?}");
}

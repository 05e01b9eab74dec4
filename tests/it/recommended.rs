//! The recommendations for small companies in which each option is the best once, none is, or all fail.

use std::collections::BTreeMap;

use updraft::answer::quantities::quantity;
use updraft::answer::recommend;
use updraft::experiment::estimates;
use updraft::model::settings::TopologyOption;
use updraft::report::{Record, Results, summary_csv};

use crate::one_run;
use crate::recommended_companies::{Company, DECIDED, EQUAL, NARROW};

/// The recommendation, its text, and the seconds until 95 % under each option, from `summary.csv`.
fn simulated(company: &Company) -> (Option<String>, String, BTreeMap<String, Option<f64>>) {
    let scenario = one_run::scenario(&company.text(), &[]);
    let runs = one_run::runs(&scenario, &TopologyOption::ALL);
    let record = Record::new(&scenario, vec!["updraft".into()], scenario.seed, 1);
    let (scenario, estimates) = (Some(&scenario), estimates(&runs));
    let results = Results { scenario, record: &record, runs: &runs, estimates: &estimates };
    let summary = String::from_utf8(summary_csv(&results).expect("a table")).expect("text");
    let times = summary.lines().filter_map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        let is_it = cells[2].is_empty() && cells[3] == "protected_p95_s";
        is_it.then(|| (cells[0].to_string(), cells[5].parse().ok()))
    });
    let times: BTreeMap<_, _> = times.collect();
    assert_eq!(times.len(), 4, "{summary}");
    let advice = recommend(&results.outcome());
    (advice.option, advice.text, times)
}

#[test]
fn each_option_is_recommended_where_it_protects_soonest() {
    for company in &DECIDED {
        let (recommended, text, times) = simulated(company);
        assert_eq!(recommended.as_deref(), company.best, "{text} {times:?}");
        let option = company.best.expect("one is best");
        let own = times[option].expect("it protects");
        for (other, time) in times.iter().filter(|(other, _)| *other != option) {
            let time = time.unwrap_or(f64::INFINITY);
            assert!(time > own + 60.0 && time > own * 1.05, "{other}: {time} {own}");
        }
        let told = format!(" have the release after {}, ", quantity("s", own));
        assert!(text.starts_with(&format!("Use {option}: ")) && text.contains(&told), "{text}");
    }
}

#[test]
fn none_is_recommended_where_none_is_better_or_none_protects() {
    let (recommended, text, times) = simulated(&EQUAL);
    assert_eq!(recommended, None, "{text}");
    assert!(text.contains("no difference between server, server-ua and ua that "), "{text}");
    assert!(
        times["server"] == times["server-ua"] && times["direct"] > times["server"],
        "{times:?}"
    );
    let (recommended, text, times) = simulated(&NARROW);
    assert_eq!(recommended, None, "{text}");
    assert!(
        text.starts_with("Under no option do 95 % of the 130 agents have every release"),
        "{text}"
    );
    assert!(times.values().all(Option::is_none), "{times:?}");
}
